"""Sessions of plans that recur: made ahead, following their plan, each at one instant."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.core.plan import Announcement
from bot.core.series import Series
from bot.core.states import SessionState
from bot.flows import host, planning
from bot.models import AuditEvent, CueRow, Session
from tests.hour import OPENS, PLAN

pytestmark = pytest.mark.django_db

NOW = OPENS - timedelta(days=10)
WEEKLY = replace(PLAN, series=Series(rrule="FREQ=WEEKLY", weeks_ahead=3))


def put(plan: object = WEEKLY, *, tzdata: str = "2026a", at: timedelta = timedelta()) -> list[str]:
    return planning.put_ahead({"hour": plan}, now=NOW + at, tzdata=tzdata)  # type: ignore[dict-item]


def states() -> dict[str, str]:
    return dict(Session.objects.order_by("opens_at").values_list("slug", "state"))


def test_a_series_makes_its_next_sessions_once_and_more_as_time_goes_on() -> None:
    assert put() == put() == ["hour-2027-02-03", "hour-2027-02-10"]
    put(at=timedelta(days=7))
    assert list(states()) == ["hour-2027-02-03", "hour-2027-02-10", "hour-2027-02-17"]
    assert CueRow.objects.filter(kind="open").count() == 3


def test_a_session_is_made_before_its_first_announcement_is_due() -> None:
    early = replace(WEEKLY, announcements=(Announcement(before="30d", text="Soon."),))
    assert len(put(early)) == 6


def test_a_date_that_the_plan_no_longer_has_is_called_off() -> None:
    put()
    put(replace(WEEKLY, series=replace(WEEKLY.series or Series(rrule=""), exceptions=(date(2027, 2, 10),))))
    assert states() == {"hour-2027-02-03": "planned", "hour-2027-02-10": "cancelled"}


def test_making_fewer_weeks_ahead_calls_nothing_off() -> None:
    put()
    put(replace(WEEKLY, series=Series(rrule="FREQ=WEEKLY", weeks_ahead=1)))
    assert set(states().values()) == {"planned"}


def test_what_was_changed_by_hand_stays_until_the_plan_changes() -> None:
    put()
    CueRow.objects.filter(kind="prompt").update(text="T1: Edited by hand.")
    put()
    assert CueRow.objects.filter(text="T1: Edited by hand.").count() == 2
    put(replace(WEEKLY, closing="Good night."))
    assert not CueRow.objects.filter(text="T1: Edited by hand.").exists()
    assert CueRow.objects.filter(text="Good night.").count() == 2


def test_when_a_zones_rules_change_the_waiting_cues_move_and_the_audit_says_so() -> None:
    """As if the stored instants had been found by older rules, an hour off."""
    plan = replace(PLAN, zone="Europe/London")
    put(plan)
    hour = timedelta(hours=1)
    Session.objects.update(opens_at=OPENS + hour, closes_at=OPENS + 2 * hour)
    CueRow.objects.filter(kind="open").update(due_at=OPENS + hour)

    put(plan, tzdata="2027a")

    assert CueRow.objects.get(kind="open").due_at == OPENS
    told = AuditEvent.objects.get(new=host.MOVED).why
    assert "20:00 UTC by the zone's old rules (2026a), and is 19:00 UTC by the new (2027a)" in told
    put(plan, tzdata="2027a")
    assert AuditEvent.objects.filter(new=host.MOVED).count() == 1


def test_new_rules_that_change_nothing_for_a_session_are_not_told() -> None:
    put()
    put(tzdata="2027a")
    assert set(Session.objects.values_list("tzdata", flat=True)) == {"2027a"}
    assert not AuditEvent.objects.filter(new=host.MOVED).exists()


def test_a_session_that_has_opened_no_longer_follows_its_plan() -> None:
    put()
    Session.objects.filter(slug="hour-2027-02-03").update(state=SessionState.OPEN)
    put(replace(WEEKLY, closing="Good night."))
    assert CueRow.objects.filter(text="Good night.").count() == 1
    put(replace(PLAN, start=PLAN.start + timedelta(days=1)))
    assert states()["hour-2027-02-03"] == "open"


def test_a_plan_whose_time_is_over_makes_no_session() -> None:
    assert put(PLAN, at=timedelta(days=20)) == []
    assert not Session.objects.exists()
