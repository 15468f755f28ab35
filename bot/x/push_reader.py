"""The one reader of all push sources: a thread that connects, reads lines, and connects again.

What to make of a line, an answer or a failure is decided elsewhere (`push_lines`, `push_answers`,
`bot.core.backoff`); here it is done. Nothing that comes over the wire, and no mistake of ours, ends the
thread: it becomes a Lost, and the next connect.
"""

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from threading import Thread
from typing import Protocol

import requests
import structlog

from bot.core.backoff import Backoff
from bot.x.push_answers import FAILURE, Ending, Next, of_error, of_problem
from bot.x.push_events import Event, Inbox, Lost, Opened, Pushed, Stopped
from bot.x.push_lines import Found, Lines, Problem
from bot.x.push_wire import READ, Outside, Refused, Wire
from bot.x.reading import Unreadable

PATIENCE = 3.0  # seconds that `stop` waits
NO_RULES_IN_A_ROW = 4  # a rule counts after 20 s at the latest (X's documentation): 5 + 10 + 20 s of trying

log = structlog.get_logger()


class Source(Protocol):
    """What differs between the streams."""

    name: str
    path: str
    params: dict[str, str]

    def prepare(self, wire: Wire) -> None:
        """Makes sure that there is something to stream. Raises Refused."""
        ...

    def find(self, line: bytes) -> Found:
        """Raises Unreadable, and nothing else."""
        ...


class Reader:
    """A Push: it starts and stops the thread, and keeps what must outlive it."""

    name: str

    def __init__(self, source: Source, bearer: str, outside: Outside) -> None:
        self._source, self._bearer, self._outside = source, bearer, outside
        self._inbox = Inbox(outside.room)
        self._run: _Run | None = None
        self._unreadable = 0

    @property
    def unreadable(self) -> int:
        """How many lines could not be read, since the beginning."""
        return self._unreadable + (self._run.unreadable if self._run else 0)

    def start(self) -> None:
        if self.alive():
            return
        before = self._run
        self._unreadable = self.unreadable
        # Starting anew is no way round the waits.
        backoff = before.backoff if before else Backoff()
        self._run = _Run(self._source, Wire(self._bearer, self._outside), self._outside, self._inbox, backoff)
        self._run.thread.start()

    def stop(self) -> None:
        if self._run:
            self._run.end()
            self._run.thread.join(PATIENCE)

    def taken(self) -> list[Event]:
        return self._inbox.take()

    def alive(self) -> bool:
        return self._run is not None and self._run.thread.is_alive() and not self._run.stopping.is_set()


@dataclass(slots=True)
class _Connection:
    """An open one: since when, and when something last came."""

    response: requests.Response
    opened: float
    heard: float


class _Run:
    """From one `start` to its `stop`."""

    def __init__(self, source: Source, wire: Wire, outside: Outside, inbox: Inbox, backoff: Backoff) -> None:
        self.backoff = backoff
        self.unreadable = 0
        self.stopping = outside.waiting()
        self.thread = Thread(target=self._go_on, name=f"push-{source.name}", daemon=True)
        self._source, self._wire, self._outside, self._inbox = source, wire, outside, inbox
        self._response: requests.Response | None = None
        self._heard_at: datetime = outside.now()
        self._told: str | None = None  # the last Lost that was told and has no Opened after it
        self._is_prepared = self._has_made_room = False
        self._no_rules = 0

    def end(self) -> None:
        """From another thread. A blocked read ends when its socket is shut down, and only then."""
        self.stopping.set()
        response = self._response
        if response is not None:
            with suppress(Exception):  # it may be closed at this very moment
                response.raw.shutdown()

    def _go_on(self) -> None:
        try:
            while not self.stopping.wait(self.backoff.wait(self._outside.ticks())):
                if self._inbox.full:
                    self.stopping.wait(1.0)
                    continue
                ending = self._attempt()
                if ending is not None and not self._goes_on_after(ending):
                    return
        finally:
            self._wire.close()

    def _attempt(self) -> Ending | None:
        """One connection from its beginning to its end; None when we ended it."""
        self.backoff = self.backoff.connecting(self._outside.ticks())
        connection: _Connection | None = None
        try:
            if not self._is_prepared:
                self._source.prepare(self._wire)
                self._is_prepared = True
            connection = self._open()
            ending = self._read(connection) if connection else None
        except Refused as refused:
            ending = refused.ending
        except Exception as error:  # a mistake of ours ends a connection, never the thread
            ending = of_error(error)
        return self._closed(connection, ending)

    def _open(self) -> _Connection | None:
        response = self._wire.open(self._source.path, self._source.params)
        self._response = response
        if self.stopping.is_set():
            response.close()
            return None
        self._heard_at, ticks = self._outside.now(), self._outside.ticks()
        self._told, self._has_made_room, self._no_rules = None, False, 0
        self._inbox.put(Opened(self._heard_at))
        self._log(logging.INFO, "push connected")
        return _Connection(response, opened=ticks, heard=ticks)

    def _read(self, connection: _Connection) -> Ending:
        lines = Lines()
        while True:
            # Not `iter_content`: that waits for a full block where X does not send chunks.
            chunk = connection.response.raw.read1(READ)
            dropped = lines.dropped
            for line in lines.feed(chunk or b"\n"):  # the last line may come without its end
                ending = self._take(line)
                if ending is not None:
                    return ending
                if chunk:
                    self._heard_at, connection.heard = self._outside.now(), self._outside.ticks()
            self.unreadable += lines.dropped - dropped
            if not chunk:
                return Ending(Next.AGAIN, "X closed the connection")

    def _take(self, line: bytes) -> Ending | None:
        try:
            found = self._source.find(line)
        except Unreadable:
            self.unreadable += 1
            return None
        if isinstance(found, Problem):
            return of_problem(found.answer)
        if found is None:
            return None
        if self._inbox.full:
            return Ending(Next.AGAIN, "nobody takes what comes: the connection was dropped")
        self._inbox.put(Pushed(self._outside.now(), found, self._source.name))
        return None

    def _closed(self, connection: _Connection | None, ending: Ending | None) -> Ending | None:
        self._response = None
        if connection:
            with suppress(Exception):
                connection.response.close()
            self.backoff = self.backoff.heard(connection.heard - connection.opened)
        if self.stopping.is_set():
            return None
        if ending is not None and ending.next is not Next.NEVER:
            self._fail(ending, was_open=connection is not None)
        return ending

    def _fail(self, ending: Ending, *, was_open: bool) -> None:
        asked = (ending.until - self._outside.now()).total_seconds() if ending.until else 0.0
        self.backoff = self.backoff.failed(
            FAILURE[ending.next],
            self._outside.ticks(),
            was_open=was_open,
            asked=asked,
            jitter=self._outside.jitter(),
        )

    def _goes_on_after(self, ending: Ending) -> bool:
        """Tells what happened, and does what helps. False when only a person can help."""
        if ending.next is Next.NO_RULES:
            self._is_prepared = False
            self._no_rules += 1
        if ending.why != self._told:
            self._inbox.put(Lost(self._heard_at, ending.why))
            self._told = ending.why
        if ending.next is Next.NEVER or self._no_rules >= NO_RULES_IN_A_ROW:
            self._inbox.put(Stopped(self._outside.now(), ending.why))
            self._log(logging.ERROR, "push stopped", reason=ending.why)
            return False
        self._log(logging.WARNING, "push lost", reason=ending.why, count=self.unreadable)
        if ending.next is Next.CROWDED and not self._has_made_room:
            self._has_made_room = True
            self._make_room()
        return True

    def _make_room(self) -> None:
        """A connection that broke may still be counted; X goes on doing so for about 45 s."""
        try:
            self._wire.call("DELETE", "/2/connections/all")
        except (Refused, requests.RequestException) as error:
            self._log(logging.WARNING, "push could not make room", exception=type(error).__name__)

    def _log(self, level: int, event: str, **fields: object) -> None:
        with suppress(Exception):  # a log that cannot be written is no reason to read no more
            log.log(level, event, part=self._source.name, **fields)
