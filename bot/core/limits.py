"""How often X may be called: what it told us in its headers, and our own count where it told nothing.

X's documented limits are not always the real ones, its headers are sometimes missing (2026-04-13: none
for the day's limit), and some answers have none at all. So both are kept, and the stricter one counts.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

QUARTER = timedelta(minutes=15)

#: Calls in 15 minutes for one user (X's rate-limit page of 2026-07-24). What is not listed is left to
#: X's headers.
DOCUMENTED: Mapping[str, int] = {
    "POST /2/tweets": 100,
    "DELETE /2/tweets/:id": 50,
    "GET /2/tweets": 5_000,
    "GET /2/tweets/search/recent": 300,
    "GET /2/users/:id/mentions": 300,
    "GET /2/users/:id/tweets": 900,
    "GET /2/users": 900,
    "GET /2/users/me": 75,
}

#: After a refusal without a time: so long at first, twice as long each further time.
UNTOLD = timedelta(seconds=60)


def route_of(method: str, path: str) -> str:
    """The name under which X counts a call: ids in the path, after the version, do not matter."""
    version, *parts = path.removeprefix("/").split("/")
    named = [":id" if part.isdigit() else part for part in parts]
    return f"{method} /{'/'.join((version, *named))}"


@dataclass(slots=True)
class _Route:
    calls: deque[datetime] = field(default_factory=deque)  # those of the last 15 minutes, oldest first
    shut_until: datetime | None = None
    refused: int = 0  # times in a row


@dataclass(slots=True)
class Limits:
    """The state of all limits of one account, kept in memory: after a restart the first answer's headers
    bring the truth again.
    """

    documented: Mapping[str, int] = field(default_factory=lambda: DOCUMENTED)
    _routes: dict[str, _Route] = field(default_factory=dict)

    def not_before(self, route: str, now: datetime) -> datetime | None:
        """When the call may be made, or None: now."""
        state = self._route(route)
        _forget_old(state, now)
        waits = []
        if state.shut_until and state.shut_until > now:
            waits.append(state.shut_until)
        most = self.documented.get(route)
        if most is not None and len(state.calls) >= most:
            waits.append(state.calls[-most] + QUARTER)
        return max(waits, default=None)

    def called(self, route: str, now: datetime) -> None:
        """Counts a call that is about to be made: whether its answer arrives does not matter to X."""
        state = self._route(route)
        _forget_old(state, now)
        state.calls.append(now)

    def told(self, route: str, status: int, headers: Mapping[str, str], now: datetime) -> None:
        """Learns from an answer."""
        state = self._route(route)
        shut = _spent_until(headers, now)
        if status == 429:
            state.refused += 1
            shut = shut or _moment(headers.get("x-rate-limit-reset", ""), now, QUARTER)
            if shut is None or shut <= now:
                shut = now + min(UNTOLD * 2 ** (state.refused - 1), QUARTER)
        else:
            state.refused = 0
        state.shut_until = shut

    def _route(self, route: str) -> _Route:
        return self._routes.setdefault(route, _Route())


def _forget_old(state: _Route, now: datetime) -> None:
    while state.calls and state.calls[0] <= now - QUARTER:
        state.calls.popleft()


#: The windows that X tells about, and how long each is.
WINDOWS: Mapping[str, timedelta] = {
    "x-rate-limit": QUARTER,
    "x-user-limit-24hour": timedelta(hours=24),
    "x-app-limit-24hour": timedelta(hours=24),
}


def _spent_until(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When the latest of those windows begins anew of which nothing is left."""
    resets = [
        _moment(headers.get(f"{prefix}-reset", ""), now, length)
        for prefix, length in WINDOWS.items()
        if headers.get(f"{prefix}-remaining") == "0"
    ]
    return max((at for at in resets if at is not None), default=None)


def _moment(text: str, now: datetime, length: timedelta) -> datetime | None:
    """X gives whole seconds of the epoch; one more, since it may have rounded down. A window is never
    longer than its length: a wrong number must not keep us silent for years.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        return None
    return min(datetime.fromtimestamp(int(text) + 1, UTC), now + length + timedelta(seconds=1))
