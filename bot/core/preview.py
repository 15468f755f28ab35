"""What a plan's next sessions look like in the audience's zones, and what is odd about each."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from bot.core.occurrences import Occurrence, occurrences
from bot.core.plan import Plan

#: Nobody should be asked to come between these hours of their night.
NIGHT_FROM, NIGHT_TO = 22, 7
USUAL_ZONES = ("Europe/London", "America/New_York", "Asia/Kolkata")
HORIZON = timedelta(days=3660)

#: The public holiday of a country (ISO code, or UK) on a day; empty when there is none.
Holiday = Callable[[str, date], str]


@dataclass(frozen=True, slots=True)
class Coming:
    """One session to come. `there` is its start in each of the zones asked for."""

    slug: str
    opens: datetime
    closes: datetime
    wall: datetime
    there: tuple[tuple[str, datetime], ...]
    notes: tuple[str, ...]


def zones_of(plan: Plan, wanted: Sequence[str] = ()) -> tuple[str, ...]:
    """Those asked for, else those of the plan's audience, filled up to three with far-apart ones."""
    if wanted:
        return tuple(dict.fromkeys(wanted))
    own = [place.zone for place in plan.audience] or [plan.zone]
    return tuple(dict.fromkeys([*own, *USUAL_ZONES]))[: max(3, len(own))]


def preview(
    name: str,
    plan: Plan,
    others: Mapping[str, Plan],
    *,
    zones: Sequence[str],
    now: datetime,
    holiday: Holiday,
    count: int = 6,
) -> tuple[Coming, ...]:
    """The next `count` sessions. For plans without problems; `others` are those that they may clash with."""
    until = max(now, plan.opens) + HORIZON
    ahead = list(islice(occurrences(name, plan, since=now, until=until), count))
    clashes = _Clashes(name, plan, others, ahead)
    return tuple(
        Coming(
            slug=one.slug,
            opens=one.opens,
            closes=one.closes,
            wall=one.wall,
            there=tuple((zone, one.opens.astimezone(ZoneInfo(zone))) for zone in zones),
            notes=(
                *_clock_notes(one),
                *_moved(one, before, zones),
                *clashes.of(one),
                *_nights(one, zones),
                *_holidays(one, holiday),
            ),
        )
        for one, before in zip(ahead, (None, *ahead), strict=False)
    )


def _clock_notes(one: Occurrence) -> Iterator[str]:
    if one.shifted:
        there = one.opens.astimezone(ZoneInfo(one.of.zone))
        yield f"{one.wall:%H:%M} does not exist that day, as clocks go forward: it starts at {there:%H:%M}"
    if one.twice:
        yield f"{one.wall:%H:%M} comes twice that day, as clocks go back: it starts at the first"


def _moved(one: Occurrence, before: Occurrence | None, zones: Sequence[str]) -> Iterator[str]:
    """Where people must look at another time on their clock than at the session before."""
    if before is None:
        return
    for zone in zones:
        now, then = (found.opens.astimezone(ZoneInfo(zone)) for found in (one, before))
        if (now.hour, now.minute) != (then.hour, then.minute):
            yield f"clocks change: {now:%H:%M} in {zone}, not {then:%H:%M} as before"


def _nights(one: Occurrence, zones: Sequence[str]) -> Iterator[str]:
    for zone in zones:
        there = one.opens.astimezone(ZoneInfo(zone))
        if there.hour >= NIGHT_FROM or there.hour < NIGHT_TO:
            yield f"night in {zone} ({there:%H:%M})"


def countries(plan: Plan) -> tuple[str, ...]:
    """Of the plan, its panel and its audience."""
    named = (plan.country, *(p.country for p in plan.panel), *(a.country for a in plan.audience))
    return tuple(dict.fromkeys(country for country in named if country))


def _holidays(one: Occurrence, holiday: Holiday) -> Iterator[str]:
    homes = {place.country: place.zone for place in one.of.audience}
    for country in countries(one.of):
        day = one.opens.astimezone(ZoneInfo(homes.get(country, one.of.zone))).date()
        if found := holiday(country, day):
            yield f"{found} in {country}"


class _Clashes:
    """Sessions of other plans at the same time, found once for all that are asked about."""

    def __init__(
        self, name: str, plan: Plan, others: Mapping[str, Plan], ahead: Sequence[Occurrence]
    ) -> None:
        self._plan = plan
        self._others: list[Occurrence] = []
        if ahead:
            since, until = ahead[0].opens, ahead[-1].closes
            for other, its_plan in others.items():
                if other != name:
                    self._others += occurrences(other, its_plan, since=since, until=until)

    def of(self, one: Occurrence) -> Iterator[str]:
        for other in self._others:
            if other.opens < one.closes and one.opens < other.closes:
                yield f"clashes with {other.slug}{self._what_is_shared(other.of)}"

    def _what_is_shared(self, other: Plan) -> str:
        shared = []
        if other.host.casefold() == self._plan.host.casefold():
            shared.append(f"the host @{other.host}")
        if other.hashtag.casefold() == self._plan.hashtag.casefold():
            shared.append(f"the hashtag {other.hashtag}")
        people = {p.name for p in self._plan.panel} & {p.name for p in other.panel}
        shared += sorted(people)
        return f": both have {' and '.join(shared)}" if shared else ""
