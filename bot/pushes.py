"""Starts and stops what pushes posts to us: it runs only while a session has use for it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.flows import gaps, push
from bot.models import HostAccount, Session
from bot.x.push_events import Push


def nothing(_: Session) -> tuple[Push, ...]:
    return ()


@dataclass(slots=True)
class Pushes:
    """`make` makes the sources for a session: the hashtag is in the stream's rule."""

    make: Callable[[Session], tuple[Push, ...]] = nothing
    _running: dict[int, tuple[int, tuple[Push, ...]]] = field(default_factory=dict)

    @property
    def wanted(self) -> bool:
        return self.make is not nothing

    def of(self, host: HostAccount, session: Session | None, *, now: datetime) -> tuple[Push, ...]:
        """The host's sources, running if there is a session for them, with all that they still have."""
        of_session, sources = self._running.get(host.pk, (None, ()))
        if session is not None and session.pk == of_session:
            return sources
        for source in sources:
            source.stop()
        if session is None:
            self._running.pop(host.pk, None)
            return sources  # once more, for what they had received
        fresh = self.make(session)
        self._running[host.pk] = (session.pk, fresh)
        for source in fresh:
            kind = push.MISSING[source.name]
            gaps.begin(host, kind, since=host.read_at or now, why=f"the {source.name} begins", now=now)
            source.start()
        return (*sources, *fresh)

    def close(self) -> None:
        for _, sources in self._running.values():
            for source in sources:
                source.stop()
        self._running.clear()
