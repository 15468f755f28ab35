"""When to connect to a stream again: X's own table, and a ceiling on top of it. Seconds of any clock.

X asks for one try at once; after network errors 0.25 s more each time, up to 16 s; after HTTP errors 5 s,
doubled up to 320 s; after a 429 60 s, doubled, or as long as it says. It lets an app connect 50 times in
15 minutes; a reader that burns them in two would be deaf for the other thirteen.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

HEALTHY = 60.0  # a connection that was heard for so long, three keep-alives, was a good one
WINDOW = 900.0  # X counts connects in 15 minutes
CEILING = 45  # X's is 50; a restart forgets what was used, so that five are left for it
FREE = 20  # so many of them follow X's table; the others are spread over what is left of the window
SPREAD = 0.1  # the most that chance adds to a wait, so that two readers do not stay in step
MOST_ASKED = WINDOW + 60  # no limit of X's is longer: a later reset means that a clock is wrong


class Failure(StrEnum):
    NETWORK = "network"  # no answer came, or an open connection ended
    HTTP = "http"  # X answered, with anything but a stream
    LIMIT = "limit"  # a 429


@dataclass(frozen=True, slots=True)
class Backoff:
    """What is remembered between two connects. Every method gives a new one."""

    connects: tuple[float, ...] = ()  # when, in the last 15 minutes, oldest first
    row: int = 0  # failures of one kind, one after the other
    kind: Failure | None = None
    tried_at_once: bool = False
    not_before: float = 0.0

    def connecting(self, at: float) -> "Backoff":
        recent = (then for then in self.connects if at - then < WINDOW)
        return replace(self, connects=(*recent, at))

    def heard(self, seconds: float) -> "Backoff":
        """A connection was open and something came over it for so long: a good one clears the record."""
        return Backoff(connects=self.connects) if seconds >= HEALTHY else self

    def failed(
        self,
        kind: Failure,
        at: float,
        *,
        was_open: bool = False,
        asked: float = 0.0,
        jitter: float = 0.0,
    ) -> "Backoff":
        """After a failure. `asked` is how many seconds X told us to wait, `jitter` is from 0 to 1.

        A server that takes us in and sends us away at once (`was_open`, and not `heard` for long) is
        treated as an HTTP error: 0.25 s would hammer it.
        """
        if kind is Failure.NETWORK and not self.tried_at_once:
            return replace(self, tried_at_once=True, not_before=at)
        if kind is Failure.NETWORK and was_open:
            kind = Failure.HTTP
        row = self.row + 1 if kind is self.kind else 1
        seconds = max(_step(kind, row) * (1 + SPREAD * jitter), min(asked, MOST_ASKED))
        return replace(self, kind=kind, row=row, not_before=at + seconds)

    def wait(self, at: float) -> float:
        """How many seconds until the next connect."""
        return max(0.0, self.not_before - at, self._ceiling(at) - at)

    def _ceiling(self, at: float) -> float:
        """The earliest time at which what is left of the ceiling still reaches to the window's end."""
        recent = [then for then in self.connects if at - then < WINDOW]
        if len(recent) < FREE:
            return at
        left = max(0, CEILING - len(recent))
        one_is_free = recent[0] + WINDOW + 1  # past the edge: a rounding error would count it again
        return recent[-1] + (one_is_free - recent[-1]) / (left + 1)


def _step(kind: Failure, row: int) -> float:
    doubled: float = 2 ** min(row - 1, 10)
    match kind:
        case Failure.NETWORK:
            return min(16.0, 0.25 * row)
        case Failure.HTTP:
            return min(320.0, 5.0 * doubled)
        case Failure.LIMIT:
            return min(WINDOW, 60.0 * doubled)
