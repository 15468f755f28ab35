"""What is coming up, in the audience's zones, and what is odd about it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.core.plan import Audience, Panellist, Plan
from bot.core.preview import Coming, countries, preview, zones_of
from bot.core.series import Series
from tests.core.test_plan import PLAN

BERLIN, NEW_YORK, TOKYO = "Europe/Berlin", "America/New_York", "Asia/Tokyo"
WEEKLY = replace(PLAN, series=Series(rrule="FREQ=WEEKLY"))  # Wednesdays, 19:00 in Berlin


def holiday(country: str, day: date) -> str:
    return "Victory Day" if (country, day) == ("XX", date(2027, 3, 10)) else ""


def look(
    plan: Plan, others: dict[str, Plan] | None = None, *, now: datetime = PLAN.opens, count: int = 6
) -> dict[str, Coming]:
    zones = (BERLIN, NEW_YORK, TOKYO)
    found = preview("hour", plan, others or {}, zones=zones, now=now, holiday=holiday, count=count)
    return {one.slug: one for one in found}


def test_the_next_six_sessions_are_shown_in_each_zone() -> None:
    found = look(WEEKLY)
    assert list(found) == [
        f"hour-2027-{day}" for day in ("02-03", "02-10", "02-17", "02-24", "03-03", "03-10")
    ]
    assert [there.strftime("%H:%M") for _, there in found["hour-2027-02-03"].there] == [
        "19:00", "13:00", "03:00",
    ]  # fmt: skip


def test_where_clocks_change_between_two_sessions_it_is_said_once_for_each_zone() -> None:
    """New York changes on 14 March 2027, Berlin on the 28th, Tokyo never: its time moves with Berlin's."""
    found = look(WEEKLY, now=datetime(2027, 3, 8, tzinfo=UTC))
    said = {slug[-5:]: [n for n in one.notes if "clocks change" in n] for slug, one in found.items()}
    assert said["03-10"] == []
    assert said["03-17"] == [f"clocks change: 14:00 in {NEW_YORK}, not 13:00 as before"]
    assert said["03-31"] == [
        f"clocks change: 13:00 in {NEW_YORK}, not 14:00 as before",
        f"clocks change: 02:00 in {TOKYO}, not 03:00 as before",
    ]


def test_gaps_folds_nights_and_holidays_are_told() -> None:
    night = replace(PLAN, start=datetime(2027, 3, 27, 2, 30), series=Series(rrule="FREQ=DAILY", count=2))
    notes = look(night, now=datetime(2027, 3, 1, tzinfo=UTC))["hour-2027-03-28"].notes
    assert "02:30 does not exist that day, as clocks go forward: it starts at 03:30" in notes
    assert f"night in {BERLIN} (03:30)" in notes
    fold = replace(PLAN, start=datetime(2027, 10, 31, 2, 30))
    assert "02:30 comes twice that day, as clocks go back: it starts at the first" in look(fold)["hour"].notes
    held = look(replace(WEEKLY, country="XX"))["hour-2027-03-10"].notes
    assert "Victory Day in XX" in held


def test_sessions_of_other_plans_at_the_same_time_clash() -> None:
    later = replace(PLAN, start=PLAN.start + timedelta(minutes=59), hashtag="#Other", host="other")
    after = replace(PLAN, start=PLAN.start + timedelta(minutes=60))
    found = look(PLAN, {"later": later, "after": after, "hour": PLAN})["hour"].notes
    assert [note for note in found if "clash" in note] == ["clashes with later"]
    same = replace(WEEKLY, panel=(Panellist(name="Dr A"),))
    found = look(replace(PLAN, panel=(Panellist(name="Dr A"),)), {"weekly": same})["hour"].notes
    assert (
        "clashes with weekly-2027-02-03: both have the host @testhost and the hashtag #TestHour and Dr A"
        in found
    )


def test_a_plan_whose_time_is_over_has_nothing_coming_up() -> None:
    assert look(PLAN, now=PLAN.closes) == {}


def test_three_zones_are_shown_unless_others_are_asked_for() -> None:
    assert zones_of(PLAN) == (BERLIN, "Europe/London", NEW_YORK)
    assert zones_of(replace(PLAN, audience=(Audience(zone=TOKYO),)))[0] == TOKYO
    assert zones_of(PLAN, (TOKYO, TOKYO)) == (TOKYO,)


def test_countries_are_those_of_the_plan_its_panel_and_its_audience() -> None:
    plan = replace(
        PLAN,
        country="UK",
        panel=(Panellist(name="A", country="ES"), Panellist(name="B", country="UK")),
        audience=(Audience(zone=TOKYO, country="JP"),),
    )
    assert countries(plan) == ("UK", "ES", "JP")
