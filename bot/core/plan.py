"""A session plan, and the moments at which something must happen."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from zoneinfo import ZoneInfo

from bot.core.series import Series

STRICT: Mapping[str, str] = {"extra": "forbid"}

HANDLE = re.compile(r"[A-Za-z0-9_]{1,15}")  # X's rule for user names
AHEAD = re.compile(r"\d{1,5}[dhm]")
UNITS: Mapping[str, str] = {"d": "days", "h": "hours", "m": "minutes"}
HASHTAG = re.compile(r"#[^\W\d_]\w{0,98}")


class CueKind(StrEnum):
    ANNOUNCE = "announce"
    OPEN = "open"
    PROMPT = "prompt"
    REMIND = "remind"
    CLOSE = "close"


@dataclass(frozen=True, slots=True, kw_only=True)
class Panellist:
    """A clinician on duty. `country` is where they practise, `account` their name on the page.

    Where the panel hands over: on duty from one minute of the hour until another (None: to its end).
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT

    name: str
    speciality: str = ""
    country: str = ""
    account: str = ""
    from_minute: int = 0
    until_minute: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """A post ahead of the session. Either `before` (7d, 1d, 1h, 90m, 1d 12h) or `minutes_before`."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT

    text: str
    before: str = ""
    minutes_before: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Where people who ask are: a zone in which the session's time is shown, and whose holidays count."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT

    zone: str
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A post at `minute` of the hour, 0 being the start."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT

    minute: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One session as an organiser plans it.

    `start` is wall-clock time in `zone` (an IANA name); with a `series` it is the first of several.
    `spares` are prompts without a minute, to be swapped in. `digest` is a text for the day after.
    `approved_by` is the clinician who approved
    every text in the plan; a draft plan runs in the demo and in rehearsals only. `links_allowed` is for
    posts besides the welcome, at $0.20 each. What is expected is for the forecast of the cost.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT

    title: str
    hashtag: str
    host: str
    zone: str
    start: datetime
    length_minutes: int
    welcome: str
    prompts: tuple[Prompt, ...]
    closing: str
    budget_usd: float
    approved_by: str = ""
    links_allowed: bool = False
    expected_questions: int = 200
    expected_replies: int = 100
    country: str = ""
    panel: tuple[Panellist, ...] = ()
    announcements: tuple[Announcement, ...] = field(default=())
    reminders: tuple[Prompt, ...] = field(default=())
    series: Series | None = None
    spares: tuple[str, ...] = ()
    digest: str = ""
    audience: tuple[Audience, ...] = ()

    @property
    def opens(self) -> datetime:
        """The start, in UTC."""
        return instant(self.start, self.zone)

    @property
    def closes(self) -> datetime:
        return self.opens + timedelta(minutes=self.length_minutes)


@dataclass(frozen=True, slots=True)
class Cue:
    """Something to post at a moment (`due`, UTC). `wall` is the same moment on the plan's clock."""

    kind: CueKind
    ordinal: int
    due: datetime
    wall: datetime
    text: str


def instant(wall: datetime, zone: str) -> datetime:
    """Wall-clock time in a zone as one UTC instant.

    A time that happens twice (clocks go back) means the first; one that never happens (clocks go
    forward) means the same distance after the jump, as RFC 5545 has it.
    """
    return wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def in_gap(wall: datetime, zone: str) -> bool:
    """True for a wall-clock time that the zone leaves out."""
    there = instant(wall, zone).astimezone(ZoneInfo(zone))
    return there.replace(tzinfo=None) != wall


def twice(wall: datetime, zone: str) -> bool:
    """True for a wall-clock time that the zone has two of; the first is meant."""
    early, late = (
        wall.replace(tzinfo=ZoneInfo(zone), fold=fold).utcoffset() or timedelta() for fold in (0, 1)
    )
    return early > late  # in a gap it is the other way round


def ahead(announcement: Announcement) -> timedelta | None:
    """How long before the session; None when neither way of saying it can be read."""
    if not announcement.before:
        return timedelta(minutes=announcement.minutes_before or 0)
    parts = announcement.before.split()
    if not parts or announcement.minutes_before is not None or not all(map(AHEAD.fullmatch, parts)):
        return None
    return sum((timedelta(**{UNITS[part[-1]]: int(part[:-1])}) for part in parts), timedelta())


def cues(plan: Plan) -> tuple[Cue, ...]:
    """Everything that the plan posts, in order of time."""
    found = [
        *(
            _cue(plan, CueKind.ANNOUNCE, i, -(ahead(a) or timedelta()), a.text)
            for i, a in enumerate(plan.announcements, 1)
        ),
        _cue(plan, CueKind.OPEN, 1, timedelta(), plan.welcome),
        *(
            _cue(plan, CueKind.PROMPT, i, timedelta(minutes=p.minute), p.text)
            for i, p in enumerate(plan.prompts, 1)
        ),
        *(
            _cue(plan, CueKind.REMIND, i, timedelta(minutes=r.minute), r.text)
            for i, r in enumerate(plan.reminders, 1)
        ),
        _cue(plan, CueKind.CLOSE, 1, timedelta(minutes=plan.length_minutes), plan.closing),
    ]
    return tuple(sorted(found, key=lambda cue: (cue.due, list(CueKind).index(cue.kind))))


def _cue(plan: Plan, kind: CueKind, ordinal: int, offset: timedelta, text: str) -> Cue:
    # The offset is elapsed time: an hour is an hour, also on the night when clocks change.
    due = plan.opens + offset
    wall = due.astimezone(ZoneInfo(plan.zone)).replace(tzinfo=None)
    return Cue(kind, ordinal, due, wall, text)
