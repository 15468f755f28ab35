"""The simulator by itself, in real time, for whoever wants an X to try things on."""

import random
import re
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from bot.x.simulator.chaos import Chaos
from bot.x.simulator.posts import Account
from bot.x.simulator.server import Server, serve
from bot.x.simulator.world import World

HANDLES = ("mammohour", "ana_p")
_HANDLE = re.compile(r"\w{1,15}", re.ASCII)


def run(*, port: int, seed: int | None, level: str, handles: Sequence[str]) -> int:
    """Until Ctrl-C. Raises PortInUseError."""
    try:
        world = world_of(seed, level, handles or HANDLES)
    except ValueError as error:
        print(f"askhour: {error}", file=sys.stderr)
        return 2
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with serve(world, port) as server:
        for line in announcement(world, server):
            print(line, flush=True)
        stopped.wait()
    return 0


def world_of(seed: int | None, level: str, handles: Sequence[str]) -> World:
    """The first account is the host, and verified: others are held to 50 posts a day.

    Raises ValueError, in words for the person who typed them, for a level or a handle that X has not.
    """
    world = World(now=lambda: datetime.now(UTC), rng=random.Random(seed))  # noqa: S311 - a play, repeatable
    world.chaos = Chaos.level(level.replace("-", " "))
    world.chaos.begin(world.now())
    for number, handle in enumerate(handle.removeprefix("@") for handle in handles):
        if not _HANDLE.fullmatch(handle):
            raise ValueError(f"@{handle} is no handle: letters, digits and _, at most 15")
        world.add_account(handle, verified=number == 0)
    return world


def announcement(world: World, server: Server) -> Iterator[str]:
    """For a person to read, and for a shell: what is not a setting is a comment."""
    host, *others = world.accounts.values()
    yield f"# Simulated X at {server.url} - offline and free: nothing here reaches the real X."
    yield f"# Open {server.url}/ to see what is posted. Ctrl-C ends it, and all is forgotten."
    yield f"# The keys of @{host.handle} and its app; they open nothing but this:"
    yield from _keys(world, host)
    yield f"ASKHOUR_X_SIMULATOR={server.url}"
    yield f"# In calls without a library: Authorization: Bearer token-of-{host.handle}"
    yield from (f"#   or, as @{account.handle}: Bearer token-of-{account.handle}" for account in others)


def _keys(world: World, host: Account) -> Iterator[str]:
    keys = world.credentials(host) | world.oauth_client(host)
    names = {
        "X_API_KEY": "consumer_key",
        "X_API_SECRET": "consumer_secret",
        "X_ACCESS_TOKEN": "access_token",
        "X_ACCESS_TOKEN_SECRET": "access_token_secret",
        "X_BEARER_TOKEN": "bearer_token",
        "X_CLIENT_ID": "client_id",
        "X_CLIENT_SECRET": "client_secret",
    }
    for name, key in names.items():
        yield f"ASKHOUR_{name}={keys[key]}"
