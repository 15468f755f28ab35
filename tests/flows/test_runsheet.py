"""What an organiser does to a running hour, once each, whoever else does the same."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from bot import staff
from bot.core.lateness import Late, LatePolicy, Rule
from bot.core.review import Reviewer
from bot.core.states import CueState
from bot.flows import host, moves, own_texts, rights, runsheet
from bot.models import AuditEvent, CueRow, Outgoing, Session
from tests.hour import OPENS, PLAN, Hour


@pytest.fixture
def mo(transactional_db: None) -> User:
    return staff.add("mo", staff.Role.ORGANISER)


def prompt() -> CueRow:
    return CueRow.objects.select_related("session__host").get(kind="prompt")


def closing() -> CueRow:
    return CueRow.objects.select_related("session__host").get(kind="close")


def last_event(what: str = "cue") -> tuple[str, str, str]:
    event = AuditEvent.objects.filter(what=what).order_by("-id")[0]
    return event.who, event.new, event.why


def test_a_held_prompt_waits_past_its_time_and_goes_when_it_is_let_go(hour: Hour, mo: User) -> None:
    hour.is_open()
    runsheet.hold(prompt(), mo, now=hour.time())
    assert last_event() == ("mo", "held", "held")
    hour.time.now = OPENS + timedelta(minutes=20)
    hour.cues()
    assert prompt().state == CueState.HELD

    runsheet.let_go(prompt(), mo, now=hour.time())
    hour.sends()
    assert [post.body for post in hour.world.timeline(hour.account)][-1] == PLAN.prompts[0].text


def test_a_prompt_let_go_before_its_time_follows_its_time_again(hour: Hour, mo: User) -> None:
    hour.is_open()
    runsheet.hold(prompt(), mo, now=hour.time())
    runsheet.let_go(prompt(), mo, now=hour.time())
    assert (prompt().state, prompt().held_because) == (CueState.WAITING, "")


def test_two_organisers_who_send_the_same_prompt_send_it_once(hour: Hour, mo: User) -> None:
    hour.is_open()
    mine, theirs = prompt(), prompt()
    runsheet.send_now(mine, mo, now=hour.time())
    with pytest.raises(moves.TooLate):
        runsheet.send_now(theirs, mo, now=hour.time())
    assert Outgoing.objects.filter(cue=mine).count() == 1


@pytest.mark.parametrize("act", [runsheet.hold, runsheet.skip])
def test_what_has_gone_out_cannot_be_held_or_skipped(hour: Hour, mo: User, act: Callable[..., None]) -> None:
    hour.is_open()
    stale = prompt()
    runsheet.send_now(prompt(), mo, now=hour.time())
    with pytest.raises(moves.TooLate):
        act(stale, mo, now=hour.time())


def test_the_closing_post_can_be_neither_skipped_nor_held(hour: Hour, mo: User) -> None:
    hour.is_open()
    for act in (runsheet.skip, runsheet.hold):
        with pytest.raises(own_texts.NotPossible):
            act(closing(), mo, now=hour.time())


def test_an_edited_text_is_the_one_that_goes_out_and_names_who_approved_it(hour: Hour, mo: User) -> None:
    hour.is_open()
    runsheet.edit(prompt(), "T1: What helps on the day?", mo, Reviewer(()), now=hour.time())
    host.put(PLAN, "test-hour", now=hour.time())  # as a restart does
    hour.time.now = OPENS + timedelta(minutes=5)
    hour.cues()
    row = Outgoing.objects.get(cue__kind="prompt")
    assert (row.text, row.approved_by) == ("T1: What helps on the day?", "mo")


def test_an_edit_before_the_hour_outlives_a_restart(hour: Hour, mo: User) -> None:
    runsheet.edit(prompt(), "T1: Something else?", mo, Reviewer(()), now=hour.time())
    host.put(PLAN, "test-hour", now=hour.time())
    assert prompt().text == "T1: Something else?"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("x" * 281, "Too long"),
        ("Look: https://example.org", "link"),
        ("Call Anna Smith, born 3 May 1961, on 020 7946 0958.", "Leave out names"),
    ],
)
def test_the_outgoing_rules_hold_for_an_edited_text(hour: Hour, mo: User, text: str, says: str) -> None:
    with pytest.raises(own_texts.NotPossible, match=says):
        runsheet.edit(prompt(), text, mo, Reviewer(()), now=hour.time())
    assert prompt().text == PLAN.prompts[0].text


def test_who_edits_what_somebody_else_has_changed_is_told_so(hour: Hour, mo: User) -> None:
    mine, theirs = prompt(), prompt()
    runsheet.edit(theirs, "T1: Theirs?", mo, Reviewer(()), now=hour.time())
    with pytest.raises(moves.TooLate):
        runsheet.edit(mine, "T1: Mine?", mo, Reviewer(()), now=hour.time())
    assert prompt().text == "T1: Theirs?"


def test_a_spare_takes_the_place_of_a_prompt_and_the_prompt_is_a_spare(hour: Hour, mo: User) -> None:
    Session.objects.update(spares=[{"text": "T1: A spare?", "approved_by": ""}])
    stale = prompt()
    runsheet.swap(prompt(), 0, mo, now=hour.time())
    assert prompt().text == "T1: A spare?"
    assert Session.objects.get().spares == [{"text": PLAN.prompts[0].text, "approved_by": ""}]
    with pytest.raises(moves.TooLate):
        runsheet.swap(stale, 0, mo, now=hour.time())


def test_ten_more_minutes_move_what_is_to_come_and_the_end_once(hour: Hour, mo: User) -> None:
    hour.is_open()
    mine, theirs = Session.objects.get(), Session.objects.get()
    runsheet.extend(mine, 10, mo, now=hour.time())
    with pytest.raises(moves.TooLate):
        runsheet.extend(theirs, 10, mo, now=hour.time())
    assert Session.objects.get().closes_at == OPENS + timedelta(minutes=70)
    assert (prompt().due_at, closing().due_at) == (
        OPENS + timedelta(minutes=15),
        OPENS + timedelta(minutes=70),
    )
    assert last_event("session") == ("mo", "open", "10 min longer")


def test_an_hour_that_closes_cannot_be_made_longer(hour: Hour, mo: User) -> None:
    hour.is_open()
    hour.time.now = OPENS + timedelta(minutes=60)
    hour.cues()
    with pytest.raises(moves.TooLate):
        runsheet.extend(Session.objects.get(), 5, mo, now=hour.time())


def test_a_clinician_may_not_host(hour: Hour, clinician: Callable[[str], User]) -> None:
    with pytest.raises(rights.MayNot):
        runsheet.skip(prompt(), clinician("li"), now=hour.time())
    assert prompt().state == CueState.WAITING


def test_a_late_prompt_is_held_where_the_policy_says_to_ask(hour: Hour, mo: User) -> None:
    hour.is_open()
    hour.time.now = OPENS + timedelta(minutes=20)
    host.run_due_cues(now=hour.time(), policy=LatePolicy(prompt=Rule(minutes=5, then=Late.ASK)))
    assert prompt().state == CueState.HELD
    assert "15 min late" in prompt().held_because
    runsheet.let_go(prompt(), mo, now=hour.time())
    assert prompt().state == CueState.DONE


def test_what_is_held_when_the_hour_closes_is_skipped_with_that_reason(hour: Hour, mo: User) -> None:
    hour.is_open()
    runsheet.hold(prompt(), mo, now=hour.time())
    hour.time.now = OPENS + timedelta(minutes=60)
    hour.cues()
    assert prompt().state == CueState.SKIPPED
    assert ("askhour", "skipped", "the session has closed") in AuditEvent.objects.filter(
        what="cue"
    ).values_list("who", "new", "why")
