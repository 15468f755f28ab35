"""A plan that recurs: its rule (RFC 5545) on the wall clock of the plan's own zone.

Rules are expanded on wall-clock time and each date is then turned into one instant by ourselves:
schedulers that expand in UTC drift by an hour, fire twice or leave out a week when clocks change
(measured: docs/decisions/0014).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import ClassVar
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

PARTS = re.compile(r"[A-Z]+=[A-Z0-9,+\-]+(;[A-Z]+=[A-Z0-9,+\-]+)*")
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
TIMED = ("BYHOUR", "BYMINUTE", "BYSECOND")
LONGEST = 200  # characters of a rule
UTC_END = re.compile(r"(?<=UNTIL=)(\d{8}T\d{6})Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """How a plan recurs from its `start` on, which is the first occurrence.

    `rrule` is for example FREQ=MONTHLY;BYDAY=1TU. `until` is the last possible date, `count` how many
    there are in all. `exceptions` are dates on which there is none. Dates are the plan's zone's.
    Sessions are made `weeks_ahead`.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    rrule: str
    until: date | None = None
    count: int | None = None
    exceptions: tuple[date, ...] = ()
    weeks_ahead: int = 8


def dates(series: Series, start: datetime, zone: str, *, last: date) -> Iterator[datetime]:
    """The wall-clock times of all occurrences up to the date `last`, exceptions left out.

    Only for a series in which `problems` finds nothing.
    """
    end = datetime.combine(min(last, series.until or last), time.max)
    for wall in _limited(series, start, zone, end):
        if wall.date() not in series.exceptions:
            yield wall


def _limited(series: Series, start: datetime, zone: str, end: datetime) -> Iterator[datetime]:
    rule = _rule(series, start, zone)
    for number, wall in enumerate(rule):
        if wall > end or (series.count is not None and number >= series.count):
            return
        yield wall


def _rule(series: Series, start: datetime, zone: str) -> rrule:
    """Raises ValueError for a rule that dateutil cannot read."""
    # On a naive clock the end must be naive as well; RFC 5545 writes it in UTC.
    text = UTC_END.sub(lambda found: _on_the_wall(found[1], zone), series.rrule)
    rule = rrulestr(text, dtstart=start)
    assert isinstance(rule, rrule)  # a set only comes of several lines
    return rule


def _on_the_wall(utc: str, zone: str) -> str:
    moment = datetime.strptime(utc, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y%m%dT%H%M%S")


def problems(series: Series, start: datetime, zone: str) -> Iterator[tuple[str, str]]:
    """What is wrong with a series: the key, and what to do. `zone` must be a known one."""
    found = list(_rule_problems(series))
    yield from (("rrule", message) for message in found)
    if not 1 <= series.weeks_ahead <= 52:
        yield "weeks_ahead", "should be between 1 and 52"
    if series.count is not None and series.count < 1:
        yield "count", "should be 1 or more"
        found.append("count")
    if series.until is not None and series.until < start.date():
        yield "until", "is before the start: no session would be left"
    if found:
        return
    try:
        rule = _rule(series, start, zone)
    except (ValueError, KeyError, TypeError) as error:
        yield "rrule", f"cannot be read as a rule of RFC 5545: {error}"
        return
    if start not in _first_day(rule, start):
        yield "rrule", f"does not fall on the start, {start:%A %d %B %Y}: move the start or mend the rule"
        return
    taken = {wall.date() for wall in _until(series, start, zone)}
    for day in series.exceptions:
        if day not in taken:
            yield "exceptions", f"{day} is not a date of this series"


def _first_day(rule: rrule, start: datetime) -> list[datetime]:
    """Never looks further than a day, so that a rule that never comes true ends as well."""
    bounded = rule.replace(count=None, until=datetime.combine(start.date(), time.max))
    return list(bounded)


def _until(series: Series, start: datetime, zone: str) -> Iterator[datetime]:
    if series.exceptions:
        yield from _limited(series, start, zone, datetime.combine(max(series.exceptions), time.max))


def _rule_problems(series: Series) -> Iterator[str]:
    text = series.rrule
    if len(text) > LONGEST or not PARTS.fullmatch(text):
        yield "should look like FREQ=WEEKLY;BYDAY=TU (capitals, no spaces, no line breaks)"
        return
    parts = dict(part.split("=", 1) for part in text.split(";"))
    if parts.get("FREQ") not in FREQUENCIES:
        yield f"FREQ should be one of {', '.join(FREQUENCIES)}: at most one session a day"
    if not re.fullmatch(r"[1-9]\d{0,2}", parts.get("INTERVAL", "1")):
        yield "INTERVAL should be a whole number from 1 to 999"
    if not re.fullmatch(r"[1-9]\d{0,3}", parts.get("COUNT", "1")):
        yield "COUNT should be a whole number from 1 to 9999"
    for name in TIMED:
        if name in parts:
            yield f"has {name}: the time of day is that of `start`"
    if "DTSTART" in parts:
        yield "has DTSTART: write `start` instead"
    ends: list[str] = [name for name in ("COUNT", "UNTIL") if name in parts]
    ends += [name for name in ("count", "until") if getattr(series, name) is not None]
    if len(ends) > 1:
        yield f"has several ends ({', '.join(ends)}): keep one"
