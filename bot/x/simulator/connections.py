"""Which streams are open, for whom, and how they ended."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.x.simulator.problems import too_many_connections

FILTERED = "filtered_stream"
ACTIVITY = "activity_stream"


@dataclass(eq=False, slots=True)
class Connection:
    """One open stream of an app; X keeps a list of those that have ended."""

    id: str
    app: str
    endpoint: str
    opened_at: datetime
    closed_at: datetime | None = None
    reason: str = ""
    counts_until: datetime | None = None  # after it was closed; None while it is open
    killed: bool = False


@dataclass(slots=True)
class Connections:
    """At most so many at once: X refuses the one too many, and tells the others nothing."""

    known: list[Connection] = field(default_factory=list)

    def open(self, app: str, endpoint: str, *, id: str, at: datetime, limit: int) -> Connection:
        busy = [one for one in self._at(app, endpoint) if one.counts_until is None or one.counts_until > at]
        if len(busy) >= limit:
            raise too_many_connections()
        connection = Connection(id, app, endpoint, at)
        self.known.append(connection)
        return connection

    def close(
        self, connection: Connection, *, at: datetime, reason: str, lingers: timedelta = timedelta(0)
    ) -> None:
        """`lingers` is how long X goes on counting one whose reader has left without a word."""
        connection.closed_at, connection.reason = at, reason
        connection.counts_until = at + lingers

    def kill_all(self, app: str, *, at: datetime) -> list[Connection]:
        """End the open ones, and stop counting those that are gone."""
        counted = [one for one in self.of(app) if one.counts_until is None or one.counts_until > at]
        for one in counted:
            one.killed, one.counts_until = True, at
        return counted

    def of(self, app: str) -> list[Connection]:
        """Newest first."""
        return [one for one in reversed(self.known) if one.app == app]

    def is_open(self, app: str, endpoint: str) -> bool:
        return any(one.closed_at is None for one in self._at(app, endpoint))

    def _at(self, app: str, endpoint: str) -> list[Connection]:
        return [one for one in self.known if (one.app, one.endpoint) == (app, endpoint)]
