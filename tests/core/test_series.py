"""Series: every date exactly one instant, in every zone, whatever the clocks do."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import available_timezones

import pytest

from bot.core.occurrences import Occurrence, occurrences
from bot.core.plan import Plan
from bot.core.series import Series, problems
from tests.core.test_plan import PLAN

SINCE, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
WEEKLY = Series(rrule="FREQ=WEEKLY")


def plan(zone: str = "Europe/Berlin", *, start: datetime = PLAN.start, series: Series = WEEKLY) -> Plan:
    return replace(PLAN, zone=zone, start=start, series=series)


def found(of: Plan, since: datetime = SINCE, until: datetime = UNTIL) -> list[Occurrence]:
    return list(occurrences("hour", of, since=since, until=until))


def table() -> Iterator[tuple[str, list[Occurrence]]]:
    for zone in sorted(available_timezones()):
        for start in (datetime(2026, 1, 4, 2, 30), datetime(2026, 1, 4, 19, 0)):  # Sundays: clocks change
            yield zone, found(plan(zone, start=start))


def test_in_every_zone_each_occurrence_of_two_years_is_exactly_one_instant() -> None:
    shifted = twice = 0
    for zone, all_found in table():
        assert [one.wall.date() for one in all_found] == [
            date(2026, 1, 4) + timedelta(weeks=week) for week in range(len(all_found))
        ], zone
        assert len(all_found) in (104, 105), zone
        assert len({one.opens for one in all_found}) == len(all_found), zone
        steps = [later.opens - early.opens for early, later in pairwise(all_found)]
        # Antarctica/Troll turns its clocks by two hours
        assert all(abs(step - timedelta(weeks=1)) <= timedelta(hours=2) for step in steps), zone
        shifted += sum(one.shifted for one in all_found)
        twice += sum(one.twice for one in all_found)
        assert not any(one.shifted and one.twice for one in all_found), zone
    # 294 and 122 by the rules of 2026: North America and Central Europe change at two o'clock
    assert shifted > 200
    assert twice > 80


def test_a_date_in_the_gap_is_later_by_the_jump_and_one_that_comes_twice_is_the_first() -> None:
    nights = {one.wall.date(): one for one in found(plan(start=datetime(2027, 1, 3, 2, 30)))}
    spring, autumn = nights[date(2027, 3, 28)], nights[date(2027, 10, 31)]
    assert (spring.shifted, spring.opens) == (True, datetime(2027, 3, 28, 1, 30, tzinfo=UTC))
    assert (autumn.twice, autumn.opens) == (True, datetime(2027, 10, 31, 0, 30, tzinfo=UTC))


def test_a_series_keeps_its_wall_clock_time_when_clocks_change() -> None:
    assert {one.wall.hour for one in found(plan())} == {19}
    assert {one.opens.hour for one in found(plan())} == {17, 18}


@pytest.mark.parametrize(
    ("series", "dates"),
    [
        (Series(rrule="FREQ=MONTHLY;BYDAY=1WE", count=3), ["2027-02-03", "2027-03-03", "2027-04-07"]),
        (Series(rrule="FREQ=MONTHLY;BYDAY=1WE;COUNT=2"), ["2027-02-03", "2027-03-03"]),
        (Series(rrule="FREQ=WEEKLY", until=date(2027, 2, 10)), ["2027-02-03", "2027-02-10"]),
        # 18:00 UTC is 19:00 in Berlin: the last one is included
        (Series(rrule="FREQ=WEEKLY;UNTIL=20270210T180000Z"), ["2027-02-03", "2027-02-10"]),
        (
            Series(rrule="FREQ=WEEKLY", count=3, exceptions=(date(2027, 2, 10),)),
            ["2027-02-03", "2027-02-17"],
        ),
    ],
)
def test_a_series_ends_and_leaves_dates_out(series: Series, dates: list[str]) -> None:
    assert list(problems(series, PLAN.start, PLAN.zone)) == []
    assert [str(one.wall.date()) for one in found(plan(series=series))] == dates


def test_each_session_of_a_series_has_a_name_of_its_own_and_a_one_off_keeps_the_plans() -> None:
    assert found(plan())[0].slug == "hour-2027-02-03"
    assert [one.slug for one in found(replace(PLAN, series=None))] == ["hour"]
    assert found(plan())[1].plan == replace(PLAN, start=PLAN.start + timedelta(weeks=1))


def test_only_what_has_not_ended_and_opens_soon_is_found() -> None:
    during = PLAN.opens + timedelta(minutes=59)
    assert len(found(plan(), since=during, until=during + timedelta(days=7))) == 2
    assert len(found(plan(), since=PLAN.closes, until=during + timedelta(days=7))) == 1


@pytest.mark.parametrize(
    ("key", "series"),
    [
        ("rrule", Series(rrule="every Tuesday")),
        ("rrule", Series(rrule="FREQ=HOURLY")),
        ("rrule", Series(rrule="FREQ=WEEKLY;INTERVAL=0")),
        ("rrule", Series(rrule="FREQ=WEEKLY;BYHOUR=7,19")),
        ("rrule", Series(rrule="FREQ=WEEKLY;BYDAY=XX")),
        ("rrule", Series(rrule="FREQ=WEEKLY;COUNT=2;UNTIL=20270301")),
        ("rrule", Series(rrule="FREQ=WEEKLY;COUNT=2", count=3)),
        ("rrule", Series(rrule="FREQ=WEEKLY;BYDAY=TU")),  # the start is a Wednesday
        ("rrule", Series(rrule="FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")),  # never comes
        ("until", Series(rrule="FREQ=WEEKLY", until=date(2027, 1, 1))),
        ("count", Series(rrule="FREQ=WEEKLY", count=0)),
        ("weeks_ahead", Series(rrule="FREQ=WEEKLY", weeks_ahead=0)),
        ("exceptions", Series(rrule="FREQ=WEEKLY", exceptions=(date(2027, 2, 11),))),
    ],
)
def test_each_mistake_in_a_series_is_told_with_its_key(key: str, series: Series) -> None:
    assert key in [where for where, _ in problems(series, PLAN.start, PLAN.zone)]
