"""A session plan, and the moments at which something must happen."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from zoneinfo import ZoneInfo, available_timezones

from bot.core.weigh import MAX_WEIGHT, has_url, weighted_length

STRICT: Mapping[str, str] = {"extra": "forbid"}

HANDLE = re.compile(r"[A-Za-z0-9_]{1,15}")  # X's rule for user names
HASHTAG = re.compile(r"#[^\W\d_]\w{0,98}")


class CueKind(StrEnum):
    ANNOUNCE = "announce"
    OPEN = "open"
    PROMPT = "prompt"
    REMIND = "remind"
    CLOSE = "close"


@dataclass(frozen=True, slots=True, kw_only=True)
class Panellist:
    """A clinician on duty. `country` is where they practise."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT

    name: str
    speciality: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT

    minutes_before: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A post at `minute` of the hour, 0 being the start."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT

    minute: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One session as an organiser plans it.

    `start` is wall-clock time in `zone` (an IANA name). `approved_by` is the clinician who approved
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


Key = tuple[str | int, ...]


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


def cues(plan: Plan) -> tuple[Cue, ...]:
    """Everything that the plan posts, in order of time."""
    found = [
        *(
            _cue(plan, CueKind.ANNOUNCE, i, -timedelta(minutes=a.minutes_before), a.text)
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


#: How late a cue may be and still make sense; None: always. A late close must still close.
LATEST: Mapping[str, timedelta | None] = {
    CueKind.ANNOUNCE: timedelta(minutes=30),
    CueKind.OPEN: None,  # but see `too_late`: not after the session's end
    CueKind.PROMPT: timedelta(minutes=5),
    CueKind.REMIND: timedelta(minutes=5),
    CueKind.CLOSE: None,
}


def too_late(kind: str, due: datetime, now: datetime, *, closes: datetime) -> str:
    """Why a cue should be skipped, or nothing. A machine that slept must not pour out old prompts."""
    if kind == CueKind.OPEN and now >= closes:
        return "the session's time was over before it could open"
    latest = LATEST[kind]
    if latest is not None and now - due > latest:
        minutes = int((now - due).total_seconds() // 60)
        return f"{minutes} min late: more than the {int(latest.total_seconds() // 60)} min allowed"
    return ""


def problems(plan: Plan) -> Iterator[tuple[Key, str]]:
    """What is wrong with a plan beyond its shape: where (key) and what to do."""
    if plan.zone not in available_timezones():
        yield ("zone",), f"{plan.zone!r} is not a time zone; write for example Europe/London"
        return  # nothing about time can be said without a zone
    if plan.start.tzinfo is not None:
        yield ("start",), "is wall-clock time in `zone`: write it without an offset"
        return
    if in_gap(plan.start, plan.zone):
        yield ("start",), f"does not exist in {plan.zone}: clocks go forward over it that night"
    if not HASHTAG.fullmatch(plan.hashtag):
        yield ("hashtag",), "should be # and then letters, digits or _, in quotes"
    if not HANDLE.fullmatch(plan.host):
        yield ("host",), "should be the X account's name without @ (letters, digits, _; at most 15)"
    if not 5 <= plan.length_minutes <= 240:
        yield ("length_minutes",), "should be between 5 and 240"
    if plan.budget_usd <= 0:
        yield ("budget_usd",), "should be more than 0: with no budget nothing can be posted"
    yield from _timing_problems(plan)
    for name in ("expected_questions", "expected_replies"):
        if getattr(plan, name) < 0:
            yield (name,), "should be 0 or more"
    for key, text in texts(plan):
        allowed = plan.links_allowed or key == ("welcome",)
        yield from _text_problems(key, text, url_allowed=allowed)
    if f"@{plan.host}".casefold() not in plan.welcome.casefold():
        yield ("welcome",), f"should ask people to mention @{plan.host}: X lets us reply only then"


def _timing_problems(plan: Plan) -> Iterator[tuple[Key, str]]:
    for name in ("prompts", "reminders"):
        minutes = [p.minute for p in getattr(plan, name)]
        for i, minute in enumerate(minutes):
            if not 0 < minute < plan.length_minutes:
                yield (
                    (name, i, "minute"),
                    f"should be inside the hour (1 to {plan.length_minutes - 1})",
                )
            if minute in minutes[:i]:
                yield (name, i, "minute"), "another one has the same minute"
    for i, announcement in enumerate(plan.announcements):
        if announcement.minutes_before <= 0:
            yield ("announcements", i, "minutes_before"), "should be more than 0"


def texts(plan: Plan) -> Iterator[tuple[Key, str]]:
    """Every text that the plan posts, with its key."""
    yield ("welcome",), plan.welcome
    yield ("closing",), plan.closing
    for name in ("announcements", "prompts", "reminders"):
        for i, item in enumerate(getattr(plan, name)):
            yield (name, i, "text"), item.text


def _text_problems(key: Key, text: str, *, url_allowed: bool) -> Iterator[tuple[Key, str]]:
    weight = weighted_length(text)
    if not text.strip():
        yield key, "is empty"
    if weight > MAX_WEIGHT:
        yield key, f"is {weight - MAX_WEIGHT} too long: X allows {MAX_WEIGHT} weighted characters"
    if has_url(text) and not url_allowed:
        yield key, "has a link, which costs $0.20: only the welcome post may have one, unless `links_allowed`"
