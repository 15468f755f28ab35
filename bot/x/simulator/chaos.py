"""What goes wrong, on demand or by chance."""

import random
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self


class Fault(StrEnum):
    """How a request fails. For all but the first four nothing has happened on X."""

    TIMEOUT_LANDED = "timeout_landed"  # it is done, and the answer never comes
    RESET_LANDED = "reset_landed"  # it is done, and the connection breaks
    ERROR_LANDED = "error_landed"  # it is done, and the answer is 503
    TIMEOUT_LANDS_LATE = "timeout_lands_late"  # it is done later, and the answer never comes
    TIMEOUT = "timeout"
    RESET = "reset"
    ERROR = "error"  # 503 with a page of HTML
    RATE_LIMITED = "rate_limited"
    NOT_PERMITTED = "not_permitted"  # the 403 without a reason that comes and goes


LANDED = {Fault.TIMEOUT_LANDED, Fault.RESET_LANDED, Fault.ERROR_LANDED}
HANGS = {Fault.TIMEOUT, Fault.TIMEOUT_LANDED, Fault.TIMEOUT_LANDS_LATE}
RESETS = {Fault.RESET, Fault.RESET_LANDED}

#: The kinds of `disconnect_type` that a stream may name before X closes it.
DISCONNECTS = (
    "OperationalDisconnect",
    "UpstreamOperationalDisconnect",
    "ForceDisconnect",
    "UpstreamUncleanDisconnect",
    "SlowReader",
    "InternalError",
    "ClientApplicationStateDegraded",
    "InvalidRules",
)


@dataclass(frozen=True, slots=True)
class Odds:
    """How likely each fault is, from 0 to 1, and what happens by the clock.

    `rate_limited_for` is how long a 429 that came by chance lasts; None is until the window ends,
    which at one in a hundred calls would leave hardly a minute without one.
    """

    write: dict[Fault, float] = field(default_factory=dict)
    read: dict[Fault, float] = field(default_factory=dict)
    duplicate_delivery: float = 0.0  # on a stream, per post
    index_lag: tuple[float, float] = (0.0, 0.0)  # seconds until a post can be found, from and to
    lagging: float = 1.0  # the share of posts that the lag meets
    stream_lives: timedelta | None = None  # after which X drops a connection
    outage_after: timedelta | None = None  # from the beginning, and then no write works
    outage_lasts: timedelta = timedelta(minutes=10)
    rate_limited_for: timedelta | None = None


LEVELS = {
    "none": Odds(),
    "light": Odds(
        write={Fault.RESET_LANDED: 0.01, Fault.ERROR: 0.02, Fault.NOT_PERMITTED: 0.01},
        read={Fault.ERROR: 0.02},
        duplicate_delivery=0.02,
        index_lag=(0.0, 5.0),
    ),
    "bad evening": Odds(
        write={
            Fault.TIMEOUT_LANDED: 0.025,
            Fault.TIMEOUT: 0.025,
            Fault.ERROR_LANDED: 0.01,
            Fault.ERROR: 0.01,
            Fault.RATE_LIMITED: 0.01,
            Fault.NOT_PERMITTED: 0.01,
        },
        read={Fault.TIMEOUT: 0.05, Fault.ERROR: 0.02, Fault.RATE_LIMITED: 0.01},
        duplicate_delivery=0.10,
        index_lag=(0.0, 120.0),
        lagging=0.3,
        stream_lives=timedelta(minutes=1),
        outage_after=timedelta(minutes=20),
        outage_lasts=timedelta(minutes=10),
        rate_limited_for=timedelta(minutes=1),
    ),
}


@dataclass(slots=True)
class Chaos:
    """Faults that were ordered come first, each once; then chance, from the world's own seed."""

    odds: Odds = field(default_factory=Odds)
    posts: deque[Fault] = field(default_factory=deque)
    reads: deque[Fault] = field(default_factory=deque)
    late_by: timedelta = timedelta(seconds=25)
    begun: datetime | None = None
    outage: tuple[datetime, datetime] | None = None
    stream_stalled: bool = False
    stream_drops: int = 0
    stream_says: str = ""  # why, for the last drop; empty when X says nothing

    @classmethod
    def level(cls, name: str) -> Self:
        """`none`, `light` or `bad evening`."""
        if name not in LEVELS:
            raise ValueError(f"unknown level {name!r}: choose from {', '.join(LEVELS)}")
        return cls(odds=LEVELS[name])

    def next_post(self, *faults: Fault) -> None:
        """What happens to the next posts that are sent, in this order."""
        self.posts.extend(faults)

    def next_post_lands_but_times_out(self) -> None:
        self.next_post(Fault.TIMEOUT_LANDED)

    def next_post_lands_but_resets(self) -> None:
        self.next_post(Fault.RESET_LANDED)

    def next_post_lands_late(self, by: timedelta) -> None:
        """The caller times out, and the post appears `by` after it was sent."""
        self.late_by = by
        self.next_post(Fault.TIMEOUT_LANDS_LATE)

    def next_post_times_out(self) -> None:
        self.next_post(Fault.TIMEOUT)

    def next_post_fails(self, *, landed: bool = False) -> None:
        """A 503, with or without effect."""
        self.next_post(Fault.ERROR_LANDED if landed else Fault.ERROR)

    def next_read(self, *faults: Fault) -> None:
        self.reads.extend(faults)

    def write_outage(self, start: datetime, end: datetime) -> None:
        """Every write in this time answers 503 and does nothing."""
        self.outage = (start, end)

    def begin(self, now: datetime) -> None:
        """From here the level's outage is counted; the first request begins it otherwise."""
        self.begun = now
        if self.odds.outage_after is not None:
            start = now + self.odds.outage_after
            self.outage = (start, start + self.odds.outage_lasts)

    def drop_stream(self, saying: str = "") -> None:
        """Close every open stream; they may connect again, and get nothing of what they missed.

        `saying` is one of `DISCONNECTS`: X names it in an error object on the stream, then closes.
        """
        if saying and saying not in DISCONNECTS:
            raise ValueError(f"unknown reason {saying!r}: choose from {', '.join(DISCONNECTS)}")
        self.stream_says = saying
        self.stream_drops += 1

    def stall_stream(self) -> None:
        """Send nothing more, not even the empty lines, and keep the connection open."""
        self.stream_stalled = True

    def resume_stream(self) -> None:
        self.stream_stalled = False

    def fault(self, method: str, route: str, now: datetime, rng: random.Random) -> Fault | None:
        """What goes wrong with this request."""
        if self.begun is None:
            self.begin(now)
        if method == "GET":
            return self.reads.popleft() if self.reads else _draw(self.odds.read, rng)
        if self.outage and self.outage[0] <= now < self.outage[1]:
            return Fault.ERROR
        if route == "POST /2/tweets" and self.posts:
            return self.posts.popleft()
        return _draw(self.odds.write, rng)

    def lag(self, rng: random.Random) -> timedelta:
        """How long a new post stays out of timelines and search."""
        low, high = self.odds.index_lag
        if not high or (self.odds.lagging < 1 and rng.random() >= self.odds.lagging):
            return timedelta(0)
        return timedelta(seconds=rng.uniform(low, high))

    def drops(self, opened: datetime, now: datetime) -> bool:
        """Whether a connection has lived as long as this level lets it."""
        return self.odds.stream_lives is not None and now - opened >= self.odds.stream_lives

    def delivers_twice(self, rng: random.Random) -> bool:
        return self.odds.duplicate_delivery > 0 and rng.random() < self.odds.duplicate_delivery


def _draw(odds: dict[Fault, float], rng: random.Random) -> Fault | None:
    if not odds:
        return None
    point = rng.random()
    for fault, chance in odds.items():
        point -= chance
        if point < 0:
            return fault
    return None
