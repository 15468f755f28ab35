"""The real client library, over HTTP, against the simulated X."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import requests

from bot.x.port import PostDelayed, PostUnsure, XClosed, XUnavailable
from bot.x.simulator import Account, Fault, SimulatorAdapter, World, serve
from bot.x.tweepy_x import Keys, TweepyX

NOON = datetime(2027, 2, 3, 12, tzinfo=UTC)


@dataclass
class Time:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


class Counting(SimulatorAdapter):
    """How many calls went over the wire."""

    calls = 0

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        self.calls += 1
        return super().send(request, *args, **kwargs)


@dataclass
class Set:
    time: Time
    world: World
    host: Account
    x: TweepyX
    wire: Counting


@pytest.fixture
def set_up() -> Iterator[Set]:
    time = Time()
    world = World(now=time, rng=random.Random(3))
    world.settings.hold = 5
    host = world.add_account("testhost", verified=True)
    keys = world.credentials(host)
    with serve(world) as server:
        wire = Counting(server.url, timeout=(2, 0.3))
        x = TweepyX(Keys(keys["consumer_key"], "s", keys["access_token"], "s"), adapter=wire, clock=time)
        yield Set(time, world, host, x, wire)


def test_after_a_refusal_no_call_is_made_before_the_time_that_x_named(set_up: Set) -> None:
    set_up.world.chaos.next_post(Fault.RATE_LIMITED)
    with pytest.raises(PostDelayed) as refused:
        set_up.x.post("one")
    until = refused.value.until
    assert until is not None
    assert set_up.wire.calls == 1

    set_up.time.now = until - timedelta(seconds=1)
    with pytest.raises(PostDelayed) as again:
        set_up.x.post("two")
    assert (again.value.until, set_up.wire.calls) == (until, 1)

    set_up.time.now = until
    assert set_up.x.post("three")
    assert set_up.wire.calls == 2


def test_a_read_is_not_held_up_by_a_limit_on_posts(set_up: Set) -> None:
    set_up.world.chaos.next_post(Fault.RATE_LIMITED)
    with pytest.raises(PostDelayed):
        set_up.x.post("one")
    assert set_up.x.me().handle == "testhost"


def test_the_101st_post_in_a_quarter_of_an_hour_is_not_tried(set_up: Set) -> None:
    """X's own limit, counted by us: its headers may be missing."""
    set_up.world.settings.half_hour_cap = 1_000
    for n in range(100):
        set_up.x.post(f"post {n}")
        set_up.time.now += timedelta(seconds=1)
    with pytest.raises(PostDelayed):
        set_up.x.post("one more")
    assert set_up.wire.calls == 100


@pytest.mark.parametrize("fault", [Fault.TIMEOUT, Fault.RESET, Fault.ERROR])
def test_a_post_that_fails_on_the_way_may_be_out(set_up: Set, fault: Fault) -> None:
    set_up.world.chaos.next_post(fault)
    with pytest.raises(PostUnsure):
        set_up.x.post("one")


@pytest.mark.parametrize("fault", [Fault.TIMEOUT, Fault.RESET, Fault.ERROR])
def test_a_read_that_fails_on_the_way_may_be_tried_again(set_up: Set, fault: Fault) -> None:
    set_up.x.me()
    set_up.world.chaos.next_read(fault)
    with pytest.raises(XUnavailable):
        list(set_up.x.mentions())
    assert list(set_up.x.mentions())


@pytest.mark.parametrize("body", ["new", "old"])
def test_without_credits_everything_stops(set_up: Set, body: Any) -> None:
    set_up.x.me()
    set_up.world.settings.credits_body = body
    set_up.world.settings.credits = Decimal(0)
    with pytest.raises(XClosed, match="credits"):
        set_up.x.post("one")
    with pytest.raises(XClosed, match="credits"):
        list(set_up.x.mentions())


def test_the_monthly_cap_is_no_rate_limit(set_up: Set) -> None:
    set_up.world.post(set_up.world.add_account("ana"), "@testhost a thing?")
    set_up.world.settings.monthly_read_cap = 0
    with pytest.raises(XClosed, match="cap"):
        list(set_up.x.mentions())


def test_a_search_is_read_to_its_end(set_up: Set) -> None:
    ana = set_up.world.add_account("ana")
    for n in range(230):
        set_up.world.post(ana, f"question {n}? #Hour")
    set_up.time.now += timedelta(minutes=1)
    pages = list(set_up.x.search("#Hour -from:testhost", since=NOON - timedelta(minutes=5)))
    assert sum(len(page.posts) for page in pages) == 230
    assert len(pages) == 3


@pytest.mark.parametrize("spelling", ["tweets", "posts", "both"])
def test_both_spellings_of_fields_are_read(set_up: Set, spelling: Any) -> None:
    """X renames its fields; a long post, an edit and a reply in each."""
    world, ana = set_up.world, set_up.world.add_account("ana")
    world.settings.spelling = spelling
    world.settings.unknown_fields = True
    root = world.post(set_up.host, "T1: What to wear?")
    long = world.post(ana, "@testhost " + "word " * 100 + "end?")
    reply = world.edit(world.reply(ana, to=root, text="and shoes?"), "and which shoes?")

    found = {post.id: post for page in set_up.x.mentions() for post in page.posts}
    assert found[long.id].text.endswith("end?")
    assert found[reply.id].chain == tuple(reply.chain)
    assert found[reply.id].replied_to == root.id
    assert found[reply.id].mentions == ()
