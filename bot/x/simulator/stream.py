"""What an open stream sends: posts that match a rule, and an empty line now and then."""

import json
import time
from collections.abc import Callable, Iterator
from threading import Event

from bot.x.simulator import reads
from bot.x.simulator.api import Stream
from bot.x.simulator.posts import Post
from bot.x.simulator.world import World

TICK = 0.05  # seconds; a post that nobody waits for becomes visible without a sign


def run(
    world: World,
    stream: Stream,
    *,
    send: Callable[[bytes], None],
    is_gone: Callable[[], bool],
    stopping: Event,
) -> None:
    """Until the server stops, the reader goes or somebody drops the connection."""
    try:
        drops = world.chaos.stream_drops
        waiting = _Waiting(world, start=len(world.posts))
        quiet_since = time.monotonic()
        while not stopping.is_set() and not is_gone() and world.chaos.stream_drops <= drops:
            lines = list(_lines(world, stream, waiting))
            if lines:
                send(b"".join(lines))
            elif _keep_alive_is_due(world, quiet_since):
                send(b"\r\n")
            else:
                continue
            quiet_since = time.monotonic()
    except OSError:
        return  # the reader has gone
    finally:
        with world.lock:
            world.open_streams.pop(stream.caller.app, None)


class _Waiting:
    """Posts since the connection was opened that have not been sent; nothing earlier ever is."""

    def __init__(self, world: World, start: int) -> None:
        self._world = world
        self._next = start
        self._hidden: list[Post] = []

    def take(self) -> list[Post]:
        everything = list(self._world.posts.values())
        candidates = self._hidden + everything[self._next :]
        self._next = len(everything)
        now = self._world.now()
        self._hidden = [post for post in candidates if post.visible_at > now]
        return [p for p in candidates if p.visible_at <= now and self._world.may_see(None, p)]


def _lines(world: World, stream: Stream, waiting: _Waiting) -> Iterator[bytes]:
    with world.changed:
        world.catch_up()
        if world.chaos.stream_stalled:
            world.changed.wait(TICK)
            return
        posts = waiting.take()
        if not posts:
            world.changed.wait(TICK)
            posts = waiting.take()
        for post in posts:
            line = _line(world, stream, post)
            if line:
                yield line * (2 if world.chaos.delivers_twice(world.rng) else 1)


def _line(world: World, stream: Stream, post: Post) -> bytes | None:
    rules = world.stream_rules.matching(post)
    if not rules:
        return None
    answer = reads.body(world, stream.caller, [post], stream.fields)
    answer["data"] = answer["data"][0]
    answer["matching_rules"] = [rule.label() for rule in rules]
    return json.dumps(answer).encode() + b"\r\n"


def _keep_alive_is_due(world: World, quiet_since: float) -> bool:
    stalled = world.chaos.stream_stalled
    return not stalled and time.monotonic() - quiet_since >= world.settings.keep_alive
