"""Red items hold the opening: until they are mended, passed over with a reason, or the time is over."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot import staff
from bot.core.plan import Panellist
from bot.core.states import CueState, NoticeState, SessionState
from bot.flows import alerts, host, preflight
from bot.flows.preflight import Known
from bot.flows.rights import MayNot
from bot.models import AuditEvent, CueRow, Notice, Outgoing, Session, Spend, Tick
from bot.staff import Role
from tests.entry import ENTRY
from tests.hour import OPENS, PLAN, PRICES, Hour

KNOWN = Known({ENTRY.id: ENTRY}, PRICES)
GATE = preflight.gate(KNOWN, lambda name, wall_start: PLAN)
RED = "budget"  # a session of $5 is expected to cost more by these prices


def cues(hour: Hour, *, minute: float = 0) -> str:
    hour.time.now = OPENS + timedelta(minutes=minute)
    host.run_due_cues(now=hour.time(), gate=GATE)
    hour.session.refresh_from_db()
    return hour.session.state


def light(session: Session, key: str) -> str:
    items = preflight.of_session(session, PLAN, KNOWN, now=OPENS)
    return next(item.light.value for item in items if item.key == key)


@pytest.fixture
def ready(hour: Hour) -> Hour:
    """Everything is in order: somebody may answer, and the budget is large enough."""
    staff.add("ana", Role.CLINICIAN)
    Session.objects.update(budget_usd=500)
    return hour


def test_a_session_with_red_items_is_not_opened_and_the_audit_says_why_once(hour: Hour) -> None:
    assert [cues(hour), cues(hour, minute=1)] == [SessionState.PLANNED] * 2
    assert not Outgoing.objects.exists()
    assert CueRow.objects.get(kind="open").state == CueState.WAITING
    told = AuditEvent.objects.get(new=preflight.HELD).why
    assert "Clinicians on duty: nobody who may answer has an account" in told
    assert preflight.held_because(hour.session) == told
    assert preflight.held_now(now=hour.time()) == [hour.session]


def test_it_opens_as_soon_as_the_red_items_are_mended(ready: Hour) -> None:
    Session.objects.update(budget_usd=1)
    assert cues(ready) == SessionState.PLANNED
    Session.objects.update(budget_usd=500)
    assert cues(ready, minute=2) == SessionState.OPEN
    assert preflight.held_because(ready.session) == ""


def test_a_prompt_waits_with_the_welcome_for_as_long_as_it_makes_sense(ready: Hour) -> None:
    Session.objects.update(budget_usd=1)
    cues(ready, minute=6)
    assert CueRow.objects.get(kind="prompt").state == CueState.WAITING
    Session.objects.update(budget_usd=500)
    cues(ready, minute=7)
    assert CueRow.objects.get(kind="prompt").state == CueState.DONE


def test_an_organiser_may_pass_over_a_red_item_with_a_reason(ready: Hour) -> None:
    Session.objects.update(budget_usd=1)
    mo = staff.add("mo", Role.ORGANISER)
    with pytest.raises(preflight.NoReason):
        preflight.override(ready.session, RED, "  ", who=mo, now=OPENS)
    assert cues(ready) == SessionState.PLANNED
    preflight.override(ready.session, RED, "the network pays the rest", who=mo, now=OPENS)
    assert cues(ready) == SessionState.OPEN
    told = AuditEvent.objects.get(new="overridden")
    assert (told.who, told.why) == ("mo", "budget: the network pays the rest")


def test_nobody_else_may_pass_over_or_tick_anything(ready: Hour) -> None:
    ana = staff.find("ana")
    with pytest.raises(MayNot):
        preflight.override(ready.session, RED, "because", who=ana, now=OPENS)
    with pytest.raises(MayNot):
        preflight.tick(ready.session, "hashtag", True, who=ana, now=OPENS)


def test_a_session_that_was_held_until_its_end_is_cancelled(hour: Hour) -> None:
    cues(hour)
    assert cues(hour, minute=61) == SessionState.CANCELLED
    assert not Outgoing.objects.filter(cue__kind="open").exists()


def test_without_a_gate_nothing_is_held_as_in_rehearsals(hour: Hour) -> None:
    hour.time.now = OPENS
    host.run_due_cues(now=OPENS)
    hour.session.refresh_from_db()
    assert hour.session.state == SessionState.OPEN


def test_a_tick_is_kept_with_who_made_it_and_can_be_taken_back(ready: Hour) -> None:
    mo = staff.add("mo", Role.ORGANISER)
    preflight.tick(ready.session, "hashtag", True, who=mo, now=OPENS)
    preflight.tick(ready.session, "hashtag", True, who=mo, now=OPENS)
    assert light(ready.session, "hashtag") == "green"
    preflight.tick(ready.session, "hashtag", False, who=mo, now=OPENS)
    assert not Tick.objects.exists()
    with pytest.raises(KeyError):
        preflight.tick(ready.session, "weather", True, who=mo, now=OPENS)


def test_the_doctors_newest_look_counts(ready: Hour) -> None:
    assert light(ready.session, "x") == "amber"
    bad = [{"level": "failure", "what": "keys", "why": "refused", "do": "copy them again"}]
    preflight.keep_look(ready.host, bad, now=OPENS)
    assert light(ready.session, "x") == "red"
    preflight.keep_look(ready.host, [{"level": "ok", "what": "keys", "why": ""}], now=OPENS)
    assert light(ready.session, "x") == "green"


def test_the_forecast_is_drawn_from_the_busiest_of_the_sessions_before(ready: Hour) -> None:
    before = preflight.facts_of(ready.session, PLAN, KNOWN, now=OPENS)
    assert before.past == ()
    past = host.put(replace(PLAN, title="Last month"), "past", now=OPENS)
    Session.objects.filter(pk=past.pk).update(state=SessionState.CLOSED)
    Spend.objects.create(at=OPENS, host=past.host, session=past, charge="post", count=1, usd=Decimal("1.23"))
    after = preflight.facts_of(ready.session, PLAN, KNOWN, now=OPENS)
    assert after.past == (Decimal("1.230"),)
    assert after.cost < before.cost  # nobody came last time, and the plan expects 200


def test_panel_members_are_matched_with_accounts(ready: Hour) -> None:
    plan = replace(PLAN, panel=(Panellist(name="ana"), Panellist(name="Dr Nobody")))
    items = preflight.of_session(ready.session, plan, KNOWN, now=OPENS)
    assert "Dr Nobody" in next(item.how for item in items if item.key == "panel")


def test_what_a_plan_will_post_is_shown_before_it_is_put(ready: Hour) -> None:
    facts = preflight.facts_of_plan(PLAN, KNOWN, now=OPENS)
    assert [(post.kind, post.text) for post in facts.posts] == [
        ("open", PLAN.welcome), ("prompt", PLAN.prompts[0].text), ("close", PLAN.closing),
    ]  # fmt: skip
    assert facts.posts[0].wall == "Wed 03 Feb 19:00"


def test_a_test_alert_that_got_through_counts_and_one_that_failed_does_not(ready: Hour) -> None:
    assert light(ready.session, "alerts") == "amber"
    alert = alerts.test(who="mo", now=OPENS)
    notice = Notice.objects.create(alert=alert, channel="mail", next_at=OPENS, state=NoticeState.FAILED)
    assert light(ready.session, "alerts") == "amber"
    Notice.objects.filter(pk=notice.pk).update(state=NoticeState.SENT, sent_at=OPENS - timedelta(days=1))
    assert light(ready.session, "alerts") == "green"
