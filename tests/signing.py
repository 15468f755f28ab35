"""A host that signs in to a simulated X with OAuth 2.0."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import requests

from bot import doctor, vault
from bot.models import XToken
from bot.vault import HostToken
from bot.x.oauth2 import App, Pair
from bot.x.simulator import Account, Fault, Server, SimulatorAdapter, World, serve
from bot.x.simulator.chaos import Odds
from bot.x.tweepy_x import TweepyX
from tests.hour import Time

ENV = {"ASKHOUR_TOKEN_KEY": "k" * 40, "ASKHOUR_SECRET_KEY": "s" * 40}


class Afterwards(SimulatorAdapter):
    """Does something when X has answered, before the answer is read."""

    def __init__(self, url: str, then: Callable[[], object]) -> None:
        super().__init__(url)
        self._then = then

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        answer = super().send(request, *args, **kwargs)
        self._then()
        return answer


@dataclass
class Signing:
    """A host that may sign in, its X, and somebody with a browser."""

    time: Time
    world: World
    account: Account
    server: Server
    app: App
    waits: list[float] = field(default_factory=list)

    def adapter(self) -> SimulatorAdapter:
        return SimulatorAdapter(self.server.url, timeout=(5, 5))

    def browser(self, url: str, *, who: str = "testhost") -> str:
        """Presses Authorise, and copies the address that the browser then shows."""
        page = url.removeprefix("https://x.com")
        answer = requests.get(f"{self.server.url}{page}&as={who}", allow_redirects=False, timeout=5)
        return answer.headers["location"]

    @contextmanager
    def trouble(self, fault: Fault) -> Iterator[None]:
        """Every request but a GET meets it."""
        self.world.chaos.odds = Odds(write={fault: 1.0})
        yield
        self.world.chaos.odds = Odds()

    def signs_in(self, paste: Callable[[str], str] | None = None) -> None:
        doctor.sign_in(
            "testhost", self.app, paste or self.browser, clock=self.time, env=ENV, adapter=self.adapter()
        )

    def token(self, adapter: SimulatorAdapter | None = None) -> HostToken:
        """As another process would have it."""
        return HostToken(
            "testhost",
            self.app,
            vault.seal(env=ENV),
            clock=self.time,
            pause=self.waits.append,
            adapter=adapter or self.adapter(),
        )

    def x(self) -> TweepyX:
        return TweepyX(self.token(), adapter=self.adapter(), clock=self.time)

    def row(self) -> XToken:
        return XToken.objects.get(host__handle="testhost")

    def stored(self) -> Pair:
        return vault.seal(env=ENV).open("testhost", self.row())


@contextmanager
def a_host(time: Time) -> Iterator[Signing]:
    world = World(now=time, rng=random.Random(3))
    world.settings.hold = 0.5
    account = world.add_account("testhost", verified=True)
    world.add_account("somebody")
    with serve(world) as server:
        yield Signing(time, world, account, server, App(**world.oauth_client(account)))
