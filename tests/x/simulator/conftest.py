"""A world with a host and two people in it, and the real tweepy in front of it."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
import tweepy

from bot.x.simulator import Account, Server, SimulatorAdapter, World, serve

NOON = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)


@dataclass(slots=True)
class Clock:
    """Time stands still until a test moves it. `asked` tells whether a stream has looked again."""

    time: datetime = field(default=NOON)
    asked: int = 0

    def __call__(self) -> datetime:
        self.asked += 1
        return self.time

    def pass_(self, **length: float) -> None:
        self.time += timedelta(**length)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    world = World(now=clock, rng=random.Random(7))
    world.settings.keep_alive = 0.1
    world.settings.rule_delay = timedelta(0)
    return world


@pytest.fixture
def host(world: World) -> Account:
    return world.add_account("mammohour", verified=True)


@pytest.fixture
def ana(world: World) -> Account:
    return world.add_account("ana_p")


@pytest.fixture
def ben(world: World) -> Account:
    return world.add_account("ben")


@pytest.fixture
def server(world: World) -> Iterator[Server]:
    with serve(world) as server:
        yield server


def client_of(credentials: dict[str, str], server: Server, *, patience: float = 20) -> tweepy.Client:
    client = tweepy.Client(**credentials, return_type=dict)
    client.session.mount("https://api.twitter.com", SimulatorAdapter(server.url, timeout=(20, patience)))
    return client


@pytest.fixture
def act_as(world: World, server: Server) -> Iterator[Callable[..., tweepy.Client]]:
    """A client for an account, through its own app or somebody else's."""
    clients: list[tweepy.Client] = []

    def act_as(account: Account, *, owner: Account | None = None) -> tweepy.Client:
        clients.append(client_of(world.credentials(account, owner=owner), server))
        return clients[-1]

    yield act_as
    for client in clients:
        client.session.close()


Ask = Callable[..., requests.Response]


@pytest.fixture
def ask(server: Server) -> Iterator[Ask]:
    """A plain call, for what tweepy does not know: `ask("GET", "/2/users", "app-of-mammohour")`."""
    with requests.Session() as session:

        def ask(method: str, path: str, token: object = "", **rest: Any) -> requests.Response:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            return session.request(method, server.url + path, headers=headers, timeout=20, **rest)

        yield ask


@pytest.fixture
def x(act_as: Callable[..., tweepy.Client], host: Account) -> tweepy.Client:
    """The host's own client. It waits long enough for a slow machine."""
    return act_as(host)


@pytest.fixture
def hasty(world: World, server: Server, host: Account) -> Iterator[tweepy.Client]:
    """One that gives up soon, for calls that are left hanging."""
    client = client_of(world.credentials(host), server, patience=0.3)
    yield client
    client.session.close()
