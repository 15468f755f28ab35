"""What a push source tells, and where it waits until somebody takes it."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Protocol

from bot.x.port import Post


@dataclass(frozen=True, slots=True)
class Opened:
    """Connected. What was posted between the last Lost, or `start`, and `at` may be missing."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Lost:
    """No connection. `at` is when the last line or keep-alive came: a hole begins there.

    Told again, with the same `at`, when it stays away for another reason.
    """

    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """It will not connect again by itself: a person must act, then call `start`. A Lost comes before it."""

    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Pushed:
    """A post. X may send one several times, and in any order."""

    at: datetime
    post: Post
    source: str


Event = Opened | Lost | Stopped | Pushed


class Push(Protocol):
    """A second, faster way in beside the polls, which stay the truth."""

    name: str

    def start(self) -> None: ...

    def stop(self) -> None:
        """Returns when the thread is gone, after three seconds at the latest. Tells nothing.

        A thread that still waits for X to answer cannot be woken: it is left to end by itself, within
        the read time-out, and tells nothing more.
        """
        ...

    def taken(self) -> list[Event]:
        """Everything since the last call, in order. Never waits."""
        ...

    def alive(self) -> bool: ...


class Inbox:
    """Events that nobody has taken yet. It never refuses one: its reader asks whether it is full."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._events: deque[Event] = deque()
        self._lock = Lock()

    @property
    def full(self) -> bool:
        return len(self._events) >= self._room

    def put(self, event: Event) -> None:
        with self._lock:
            self._events.append(event)

    def take(self) -> list[Event]:
        with self._lock:
            events = list(self._events)
            self._events.clear()
            return events
