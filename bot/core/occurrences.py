"""The sessions that a plan stands for: itself, or one for each date of its series."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core import series as rules
from bot.core.plan import Plan, in_gap, instant, twice

SLACK = timedelta(days=2)  # no zone is further from UTC than a day


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One session of a plan. `wall` is what the plan says; a `shifted` one is later, as clocks jump."""

    slug: str
    wall: datetime
    opens: datetime
    closes: datetime
    shifted: bool
    twice: bool
    of: Plan

    @property
    def plan(self) -> Plan:
        """The plan of this one session: a one-off."""
        return at(self.of, self.wall)


def at(plan: Plan, wall: datetime) -> Plan:
    """The plan of the one session that starts at `wall` on the plan's clock."""
    return replace(plan, start=wall, series=None)


def occurrences(name: str, plan: Plan, *, since: datetime, until: datetime) -> Iterator[Occurrence]:
    """Those that end after `since` and open before `until`, in order. Each is exactly one instant.

    For a plan without problems. A one-off keeps the plan's name; a date of a series carries it as well.
    """
    for wall in _walls(plan, until):
        found = _occurrence(name, plan, wall)
        if since < found.closes and found.opens < until:
            yield found


def _walls(plan: Plan, until: datetime) -> Iterator[datetime]:
    if plan.series is None:
        yield plan.start
    else:
        yield from rules.dates(plan.series, plan.start, plan.zone, last=(until + SLACK).date())


def _occurrence(name: str, plan: Plan, wall: datetime) -> Occurrence:
    opens = instant(wall, plan.zone)
    return Occurrence(
        slug=name if plan.series is None else f"{name}-{wall:%Y-%m-%d}",
        wall=wall,
        opens=opens,
        closes=opens + timedelta(minutes=plan.length_minutes),
        shifted=in_gap(wall, plan.zone),
        twice=twice(wall, plan.zone),
        of=plan,
    )
