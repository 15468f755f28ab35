"""What an open stream sends: what happens, and an empty line now and then."""

import json
import time
from collections.abc import Callable
from datetime import timedelta
from threading import Event

from bot.x.simulator import reads
from bot.x.simulator.callers import Caller
from bot.x.simulator.posts import Happening, Post
from bot.x.simulator.problems import ApiError, disconnect
from bot.x.simulator.reads import Fields
from bot.x.simulator.wire import Opened
from bot.x.simulator.world import World

GONE = "the reader has gone"
TICK = 0.05  # seconds; a post that nobody waits for becomes visible without a sign


def run(
    world: World,
    opened: Opened,
    *,
    send: Callable[[bytes], None],
    is_gone: Callable[[], bool],
    stopping: Event,
) -> None:
    """Until the server stops, the reader goes or X drops the connection."""
    reason = GONE
    try:
        if not opened.late_headers:
            send(b"")  # the headers alone
        quiet_since = time.monotonic()
        while not stopping.is_set() and not is_gone():
            ending = _ending(world, opened)
            if ending is not None:
                reason = ending or "dropped"
                if ending:
                    send(_line(disconnect(ending)))
                return
            lines = _lines(world, opened)
            if lines:
                send(b"".join(lines))
            elif _keep_alive_is_due(world, quiet_since):
                send(b"\r\n")
            else:
                continue
            quiet_since = time.monotonic()
    except OSError:
        return
    except ApiError as refusal:
        reason = "refused"
        send(_line({"errors": [refusal.body]}))
    finally:
        _close(world, opened, reason)


def _close(world: World, opened: Opened, reason: str) -> None:
    with world.lock:
        lingers = world.settings.connection_lingers if reason == GONE else timedelta(0)
        world.connections.close(opened.connection, at=world.now(), reason=reason, lingers=lingers)


def _ending(world: World, opened: Opened) -> str | None:
    """None while it may go on; else what X says before it closes, or nothing."""
    with world.lock:
        chaos = world.chaos
        if chaos.stream_drops > opened.drops:
            return chaos.stream_says
        if opened.connection.killed or chaos.drops(opened.connection.opened_at, world.now()):
            return ""
        return None


class Waiting:
    """What happened since the connection was opened and has not been told; nothing earlier ever is."""

    def __init__(self, world: World, *, lag: bool = True) -> None:
        self._world, self._lag = world, lag
        self._next = len(world.happened)
        self._hidden: list[Happening] = []

    def take(self) -> list[Happening]:
        """Protected accounts and what was deleted before anybody saw it stay out."""
        candidates = self._hidden + self._world.happened[self._next :]
        self._next = len(self._world.happened)
        now = self._world.now()
        self._hidden = [one for one in candidates if self._lag and one.seen_from > now]
        seen = [one for one in candidates if not self._lag or one.seen_from <= now]
        return [one for one in seen if self._is_public(one)]

    def _is_public(self, one: Happening) -> bool:
        if one.deleted:
            return not one.post.author.protected
        return self._world.may_see(None, one.post)


class FilteredFeed:
    """Posts that match a rule of the filtered stream."""

    def __init__(self, world: World, caller: Caller, fields: Fields) -> None:
        self._world, self._caller, self._fields = world, caller, fields
        self._waiting = Waiting(world)

    def lines(self) -> list[bytes]:
        new = [one.post for one in self._waiting.take() if not one.deleted]
        return [line for post in new if (line := self._line(post))]

    def _line(self, post: Post) -> bytes | None:
        rules = self._world.stream_rules.matching(post, self._world.now())
        if not rules:
            return None
        answer = reads.body(self._world, self._caller, [post], self._fields)
        answer["data"] = answer["data"][0]
        answer["matching_rules"] = [rule.label() for rule in rules]
        return _line(answer)


def _lines(world: World, opened: Opened) -> list[bytes]:
    with world.changed:
        lines = _told(world, opened)
        if not lines:
            world.changed.wait(TICK)
            lines = _told(world, opened)
        return [line * (2 if world.chaos.delivers_twice(world.rng) else 1) for line in lines]


def _told(world: World, opened: Opened) -> list[bytes]:
    world.catch_up()
    return [] if world.chaos.stream_stalled else opened.feed.lines()


def _line(answer: dict[str, object]) -> bytes:
    return json.dumps(answer).encode() + b"\r\n"


def _keep_alive_is_due(world: World, quiet_since: float) -> bool:
    stalled = world.chaos.stream_stalled
    return not stalled and time.monotonic() - quiet_since >= world.settings.keep_alive
