"""What an organiser must be told: from what is so, to what to say and what to do.

The facts are counts and ids. No alert has the text of a post or a handle in it, so that it may travel
through e-mail and chat.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import ClassVar


class Severity(IntEnum):
    """The smaller, the sooner."""

    SAFETY = 0  # somebody may be in danger
    URGENT = 1  # the hour stands still, or soon will
    WARNING = 2

    @classmethod
    def choices(cls) -> list[tuple[int, str]]:
        return [(one.value, one.name.lower()) for one in cls]


class AlertKind(StrEnum):
    CRISIS = "crisis"
    EMERGENCY = "emergency"
    CLOSED = "x closed"
    BUDGET = "budget"
    GAP = "gap"
    OVERLOAD = "overload"
    DOWN = "process down"
    OVERDUE = "overdue"  # a cue or a promise whose time has passed waits for a person
    CLOCK = "clock"
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """`key` names the thing that goes on: as long as it does, it is told once."""

    kind: AlertKind
    severity: Severity
    key: str
    text: str
    what_to_do: str
    path: str = "/"
    session_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When a thing is worth an alert."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    waiting_per_person: int = 6  # more questions for each clinician on duty
    oldest_waits: float = 600  # seconds that the oldest has waited for a clinician
    silent_for: float = 30  # seconds without a sign of life of a part

    def __post_init__(self) -> None:
        if self.waiting_per_person < 1 or self.oldest_waits < 60 or self.silent_for < 5:
            raise ValueError(
                "`waiting_per_person` should be 1 or more, `oldest_waits` 60 or more, `silent_for` 5 or more"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgentItem:
    id: int
    session_id: int
    crisis: bool  # else an emergency


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    session_id: int
    slug: str
    spent: Decimal
    budget: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    session_id: int
    slug: str
    waiting: int
    oldest: timedelta
    on_duty: int  # clinicians who have lately worked on the queue


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """Something whose time has passed and that only a person can move: `key` is stable."""

    key: str
    session_id: int
    slug: str
    text: str
    what_to_do: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """How everything stands at one moment."""

    urgent: tuple[UrgentItem, ...] = ()
    closed: tuple[int, ...] = ()  # ids of host accounts
    gaps: tuple[tuple[int, str], ...] = ()  # id and kind
    money: tuple[Money, ...] = ()
    queues: tuple[Queue, ...] = ()
    silent: tuple[tuple[str, timedelta], ...] = ()  # the part, and for how long
    overdue: tuple[Overdue, ...] = ()


def alerts(facts: Facts, limits: Limits) -> Iterator[Alert]:
    """Everything that should be told now. What is no longer here is over."""
    yield from (_urgent(item) for item in facts.urgent)
    yield from (_closed(host) for host in facts.closed)
    for money in facts.money:
        yield from _budget(money)
    yield from (_gap(gap, kind) for gap, kind in facts.gaps)
    for queue in facts.queues:
        yield from _overload(queue, limits)
    yield from (_down(part, age) for part, age in facts.silent if age.total_seconds() > limits.silent_for)
    yield from (_overdue(one) for one in facts.overdue)


_A = {AlertKind.CRISIS: "a crisis", AlertKind.EMERGENCY: "an emergency"}


def _urgent(item: UrgentItem) -> Alert:
    kind = AlertKind.CRISIS if item.crisis else AlertKind.EMERGENCY
    return Alert(
        kind=kind,
        severity=Severity.SAFETY,
        key=f"urgent:{item.id}",
        text=f"Item {item.id} may be {_A[kind]}: a person must look now.",
        what_to_do="Open it, read it whole, and answer with where to turn. Tell the clinician on duty.",
        path=f"/items/{item.id}",
        session_id=item.session_id,
    )


def _closed(host: int) -> Alert:
    return Alert(
        kind=AlertKind.CLOSED,
        severity=Severity.URGENT,
        key=f"closed:{host}",
        text="X accepts no more calls: no credits, bad keys or a monthly cap. No posts leave.",
        what_to_do="Read the reason on the page, mend it in X's console, then press “It is mended”.",
    )


def _budget(money: Money) -> Iterator[Alert]:
    share = money.spent / money.budget if money.budget else Decimal(1)
    used_up = share >= 1
    if share < Decimal("0.8"):
        return
    yield Alert(
        kind=AlertKind.BUDGET,
        severity=Severity.URGENT if used_up else Severity.WARNING,
        key=f"budget:{money.session_id}:{100 if used_up else 80}",
        text=f"{money.slug}: ${money.spent} of ${money.budget} is spent"
        + (": only safety posts still leave." if used_up else "."),
        what_to_do=(
            "Post the rest by hand, or close the hour."
            if used_up
            else "Keep what is left for clinicians' answers: pause automatic ones if need be."
        ),
        path=f"/run/{money.slug}",
        session_id=money.session_id,
    )


def _gap(gap: int, kind: str) -> Alert:
    return Alert(
        kind=AlertKind.GAP,
        severity=Severity.WARNING,
        key=f"gap:{gap}",
        text=f"Questions may be missing ({kind}): X could not be read to its end.",
        what_to_do="Look at X itself for the time that the page names. askhour keeps trying.",
    )


def _overload(queue: Queue, limits: Limits) -> Iterator[Alert]:
    people = max(queue.on_duty, 1)
    old = queue.waiting > 0 and queue.oldest.total_seconds() > limits.oldest_waits
    if queue.waiting <= limits.waiting_per_person * people and not old:
        return
    yield Alert(
        kind=AlertKind.OVERLOAD,
        severity=Severity.WARNING,
        key=f"overload:{queue.session_id}",
        text=f"{queue.slug}: {queue.waiting} questions wait for {queue.on_duty} clinicians, the oldest for"
        f" {int(queue.oldest.total_seconds() // 60)} min.",
        what_to_do="Call in another clinician, hold the next prompt, or make the hour longer.",
        path=f"/run/{queue.slug}",
        session_id=queue.session_id,
    )


def _down(part: str, age: timedelta) -> Alert:
    return Alert(
        kind=AlertKind.DOWN,
        severity=Severity.URGENT,
        key=f"down:{part}"[:80],
        text=f"The part “{part}” has given no sign of life for {int(age.total_seconds())} s.",
        what_to_do="Look at the machine and the log; start askhour again. Nothing is posted twice.",
    )


def _overdue(one: Overdue) -> Alert:
    return Alert(
        kind=AlertKind.OVERDUE,
        severity=Severity.WARNING,
        key=one.key,
        text=f"{one.slug}: {one.text}",
        what_to_do=one.what_to_do,
        path=f"/run/{one.slug}",
        session_id=one.session_id,
    )


#: After a failed attempt a channel rests so long, in seconds; then the alert has failed on it.
RETRIES = (2, 5, 15, 60, 300)


def retry_after(attempts: int) -> timedelta | None:
    """How long to wait after so many failed attempts; None: give up, and say so on the page."""
    return timedelta(seconds=RETRIES[attempts - 1]) if attempts <= len(RETRIES) else None
