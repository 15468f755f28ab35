"""What tests of the push sources share: clocks that never sleep, a bot that takes what comes, a server."""

import json
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from bot.x import push, push_events
from bot.x.push import Outside, Pushed
from bot.x.push_reader import Reader
from bot.x.simulator import SimulatorAdapter

NOON = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
RULE = "(#MammoHour OR @mammohour) -is:retweet -from:mammohour"


@dataclass(slots=True)
class Time:
    """Both clocks. Waiting takes no time, and moves them all the same."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds)

    def ticks(self) -> float:
        return self.seconds

    def waiting(self) -> Event:
        return _Impatient(self)


class _Impatient(Event):
    def __init__(self, time: Time) -> None:
        super().__init__()
        self._time = time

    def wait(self, timeout: float | None = None) -> bool:
        if timeout and not self.is_set():
            self._time.waits.append(timeout)
            self._time.seconds += timeout
        return super().wait(0.001)


@dataclass(slots=True)
class Watch:
    """Takes what comes, as the bot would."""

    push: Reader
    events: list[push_events.Event] = field(default_factory=list)

    def until(self, condition: Callable[[], object]) -> None:
        end = time.monotonic() + 10
        while not condition():
            assert time.monotonic() < end, f"it did not happen: {self.events}"
            time.sleep(0.005)
            self.events += self.push.taken()

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def texts(self) -> list[str]:
        return [event.post.text for event in self.of(Pushed)]


def outside(url: str, moment: Time, **changed: Any) -> Outside:
    wanted: dict[str, Any] = {
        "now": moment.now,
        "adapter": SimulatorAdapter(url),
        "ticks": moment.ticks,
        "jitter": lambda: 0.0,
        "waiting": moment.waiting,
        "timeouts": (2, 5),
    }
    return Outside(**wanted | changed)


@contextmanager
def watching(push: Reader) -> Iterator[Watch]:
    push.start()
    try:
        yield Watch(push)
    finally:
        push.stop()
        assert not push.alive()


def filtered(
    url: str, moment: Time, *, bearer: str = "app-of-mammohour", **changed: Any
) -> push.FilteredStream:
    return push.FilteredStream(bearer, rule=RULE, tag="askhour", outside=outside(url, moment, **changed))


@dataclass(slots=True)
class Reply:
    """What the scripted server answers when a stream is asked for: its parts, each sent by itself.

    `stays` keeps the connection open until the test ends; without a status nothing at all is sent.
    """

    status: int = 200
    parts: tuple[bytes, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    stays: bool = False


class Scripted(ThreadingHTTPServer):
    """Answers each request for a stream with the next reply, and goes on with the last one.

    `listed` are the rules or subscriptions that are there already, `posted` is what a new one gets.
    """

    daemon_threads = True

    def __init__(self, *replies: Reply) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.replies = deque(replies)
        self.asked: list[tuple[str, str]] = []
        self.headers: list[Message] = []
        self.listed: list[dict[str, Any]] = [{"id": "1", "value": RULE}]
        self.posted = Reply(201, (b'{"data": [{"id": "2"}]}',))
        self.let_go = Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A reader that goes away is no error here."""


class _Handler(BaseHTTPRequestHandler):
    server: Scripted

    def do_GET(self) -> None:
        self._note()
        if self.path.endswith(("/rules", "/subscriptions")):
            self._send(Reply(parts=(json.dumps({"data": self.server.listed}).encode(),)))
        else:
            replies = self.server.replies
            self._send(replies.popleft() if len(replies) > 1 else replies[0])

    def do_POST(self) -> None:
        self._note()
        self.rfile.read(int(self.headers["content-length"]))
        self._send(self.server.posted)

    def do_DELETE(self) -> None:
        self._note()
        self._send(Reply(parts=(b"{}",)))

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def _note(self) -> None:
        self.server.asked.append((self.command, self.path.partition("?")[0]))
        self.server.headers.append(self.headers)

    def _send(self, reply: Reply) -> None:
        """Without a length and not in chunks, as a proxy may hand it on."""
        if reply.status:
            self.send_response(reply.status)
            for name, value in reply.headers:
                self.send_header(name, value)
            self.end_headers()
        for part in reply.parts:
            self.wfile.write(part)
            self.wfile.flush()
            time.sleep(0.01)  # so that the parts are not read as one
        if reply.stays:
            self.server.let_go.wait(10)


@contextmanager
def scripted(*replies: Reply) -> Iterator[Scripted]:
    with Scripted(*replies) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.let_go.set()
            server.shutdown()
            thread.join()
