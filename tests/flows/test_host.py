"""Each cue once, whatever is restarted in between."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User

from bot.core.lateness import LatePolicy
from bot.core.plan import Prompt
from bot.core.states import CueState, SessionState
from bot.flows import host, queue
from bot.flows.farewell import After
from bot.models import AuditEvent, CueRow, Outgoing, Session
from tests.hour import OPENS, PLAN, Hour


def test_the_hour_opens_prompts_and_closes(hour: Hour) -> None:
    for minute in range(62):
        hour.time.now = OPENS + timedelta(minutes=minute)
        hour.cues()
        hour.sends()
    host.close_finished(now=hour.time())

    hour.session.refresh_from_db()
    assert hour.session.state == SessionState.CLOSED
    assert [post.body for post in hour.world.timeline(hour.account)] == [
        PLAN.welcome,
        PLAN.prompts[0].text,
        PLAN.closing,
    ]
    assert hour.session.root_post_id == hour.world.timeline(hour.account)[0].id


def test_a_cue_is_done_once_however_often_it_is_tried(hour: Hour) -> None:
    hour.time.now = OPENS
    for _ in range(3):
        host.put(PLAN, "test-hour", now=hour.time())  # as a restart does
        hour.cues()
    assert Outgoing.objects.count() == 1


def test_two_processes_with_the_same_cue_make_one_post(hour: Hour) -> None:
    """The second one still has the row as it was: its move changes nothing and its post is undone."""
    hour.time.now = OPENS
    stale = CueRow.objects.select_related("session__host").get(kind="open")
    hour.cues()
    with pytest.raises(Exception, match="no longer waiting"):
        host._do(stale, LatePolicy(), now=hour.time())
    assert Outgoing.objects.count() == 1


def test_a_machine_that_slept_does_not_pour_out_old_prompts(hour: Hour) -> None:
    hour.is_open()
    hour.time.now = OPENS + timedelta(minutes=40)
    hour.cues()
    cue = CueRow.objects.get(kind="prompt")
    assert cue.state == CueState.SKIPPED
    assert "late" in AuditEvent.objects.filter(what="cue", which=str(cue.pk)).get().why


def test_a_session_whose_time_passed_unopened_is_cancelled(hour: Hour) -> None:
    hour.time.now = OPENS + timedelta(hours=3)
    hour.cues()
    hour.session.refresh_from_db()
    assert hour.session.state == SessionState.CANCELLED


def test_a_plan_that_changed_before_the_hour_changes_the_waiting_cues(hour: Hour) -> None:
    moved = replace(PLAN, prompts=(Prompt(minute=9, text="T1: New."), Prompt(minute=20, text="T2")))
    host.put(moved, "test-hour", now=hour.time())
    assert list(CueRow.objects.filter(kind="prompt").values_list("text", flat=True)) == [
        "T1: New.",
        "T2",
    ]
    host.put(PLAN, "test-hour", now=hour.time())
    assert CueRow.objects.filter(kind="prompt").count() == 1


def test_a_paused_session_posts_no_prompts_and_can_go_on(hour: Hour) -> None:
    hour.is_open()
    host.pause(hour.session, who="organiser", now=hour.time(), why="an incident")
    hour.time.now = OPENS + timedelta(minutes=5)
    hour.cues()
    assert CueRow.objects.get(kind="prompt").state == CueState.WAITING

    host.resume(hour.session, who="organiser", now=hour.time())
    hour.time.passes(minutes=4)
    hour.cues()
    assert CueRow.objects.get(kind="prompt").state == CueState.DONE
    with pytest.raises(host.NotPossible):
        host.resume(hour.session, who="organiser", now=hour.time())


def test_what_nobody_got_to_is_handed_on_with_a_day_when_the_session_closes(hour: Hour) -> None:
    question = hour.is_open().takes_in("is my lump bad?")
    hour.time.now = OPENS + timedelta(minutes=60)
    hour.cues()
    hour.sends()
    host.close_finished(now=hour.time())
    hour.session.refresh_from_db()
    assert hour.session.state == SessionState.CLOSING  # the panel still has its grace

    hour.time.passes(minutes=16)
    host.close_finished(now=hour.time())
    question.refresh_from_db()
    assert (question.state, question.item and question.item.state) == ("queued", "waiting")
    assert question.item
    assert question.item.promised_for == date(2027, 2, 5)  # it is Wednesday: two working days


def test_what_is_handed_on_can_be_answered_when_the_session_is_over(
    hour: Hour, clinician: Callable[[str], User]
) -> None:
    question = hour.is_open().takes_in("is my lump bad?")
    hour.ends()
    li = clinician("li")
    item = queue.claim(question.item_id or 0, li, hour.sender.timing, now=hour.time())
    text = "Ask your own team: they know you. Source: NHS."
    rules = queue.Rules(hour.sender.reviewer, hour.sender.timing)
    queue.answer(item.pk, li, item.fence, text, rules, now=hour.time())
    hour.time.passes(seconds=30)
    hour.sends()
    assert hour.replies_to(question) == [text]


def test_without_after_hours_the_rest_is_left_with_that_reason(hour: Hour) -> None:
    question = hour.is_open().takes_in("is my lump bad?")
    hour.time.now = OPENS + timedelta(minutes=60)
    hour.cues()
    hour.sends()
    hour.time.passes(minutes=16)
    host.close_finished(now=hour.time(), after=After(days=0))
    question.refresh_from_db()
    assert (question.state, question.reason) == (
        "left",
        "the session closed before a clinician could answer",
    )


def test_thanks_name_the_day_and_leave_only_when_a_person_approves(hour: Hour) -> None:
    hour.is_open()
    hour.time.now = OPENS + timedelta(minutes=60)
    hour.cues()
    hour.sends()
    host.close_finished(now=hour.time(), after=After(thanks="Thank you. We answer the rest by {by}."))
    hour.sends()
    farewell = Session.objects.get().farewells.get()
    assert (farewell.text, farewell.state) == ("Thank you. We answer the rest by Friday 5 February.", "draft")
    assert hour.world.timeline(hour.account)[-1].body == PLAN.closing
