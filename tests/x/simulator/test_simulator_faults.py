"""What goes wrong on the way, and what has happened on X all the same."""

import random
import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import requests
import tweepy
from tweepy import Client

from bot.x.simulator import Account, Chaos, Fault, World
from bot.x.simulator.chaos import HANGS, Odds
from tests.x.simulator.conftest import Clock
from tests.x.simulator.waiting import wait_for


def is_done(world: World) -> bool:
    """Whether X has done with the post that was to go wrong, though its caller is gone."""
    with world.lock:
        return not world.chaos.posts


def texts(world: World, account: Account) -> list[str]:
    return [post.body for post in world.timeline(account)]


@pytest.mark.parametrize(
    ("fault", "raised", "landed"),
    [
        (Fault.TIMEOUT_LANDED, requests.ReadTimeout, True),
        (Fault.RESET_LANDED, requests.ConnectionError, True),
        (Fault.ERROR_LANDED, tweepy.TwitterServerError, True),
        (Fault.TIMEOUT, requests.ReadTimeout, False),
        (Fault.RESET, requests.ConnectionError, False),
        (Fault.ERROR, tweepy.TwitterServerError, False),
        (Fault.RATE_LIMITED, tweepy.TooManyRequests, False),
        (Fault.NOT_PERMITTED, tweepy.Forbidden, False),
    ],
)
def test_a_fault_comes_once_and_leaves_or_leaves_no_post(
    x: Client,
    hasty: Client,
    world: World,
    host: Account,
    clock: Any,
    fault: Fault,
    raised: type[Exception],
    landed: bool,
) -> None:
    world.chaos.next_post(fault)
    with pytest.raises(raised):
        (hasty if fault in HANGS else x).create_tweet(text="one")
    wait_for(lambda: is_done(world))
    assert texts(world, host) == (["one"] if landed else [])
    clock.pass_(minutes=16)
    x.create_tweet(text="two")
    assert texts(world, host)[-1] == "two"


def test_a_post_may_land_after_its_caller_gave_up(
    x: Client, hasty: Client, world: World, host: Account, clock: Any
) -> None:
    world.chaos.next_post_lands_late(by=timedelta(seconds=25))
    with pytest.raises(requests.ReadTimeout):
        hasty.create_tweet(text="one")
    wait_for(lambda: is_done(world))
    assert texts(world, host) == []
    clock.pass_(seconds=26)
    [post] = x.get_users_tweets(host.id)["data"]
    assert post["text"] == "one"
    assert world.timeline(host)[0].created_at == clock.time - timedelta(seconds=1)


def test_a_server_error_may_be_a_page_of_html(x: Client, world: World) -> None:
    world.chaos.next_post_fails()
    with pytest.raises(tweepy.TwitterServerError) as error:
        x.create_tweet(text="one")
    assert error.value.response.headers["content-type"].startswith("text/html")


def test_an_outage_stops_writes_and_not_reads(x: Client, world: World, host: Account, clock: Any) -> None:
    world.chaos.write_outage(clock.time, clock.time + timedelta(minutes=30))
    with pytest.raises(tweepy.TwitterServerError):
        x.create_tweet(text="one")
    x.get_users_mentions(host.id)
    clock.pass_(minutes=30)
    x.create_tweet(text="one")
    assert texts(world, host) == ["one"]


def test_reads_fail_too(x: Client, world: World, host: Account) -> None:
    world.chaos.next_read(Fault.ERROR, Fault.RATE_LIMITED)
    with pytest.raises(tweepy.TwitterServerError):
        x.get_users_mentions(host.id)
    with pytest.raises(tweepy.TooManyRequests):
        x.get_users_mentions(host.id)


def test_a_429_that_was_ordered_agrees_with_its_headers(x: Client, world: World) -> None:
    world.chaos.next_post(Fault.RATE_LIMITED)
    with pytest.raises(tweepy.TooManyRequests) as error:
        x.create_tweet(text="one")
    assert error.value.response.headers["x-rate-limit-remaining"] == "0"
    assert error.value.reset_time is not None


def test_the_same_seed_brings_the_same_evening(clock: Clock) -> None:
    def evening(seed: int) -> list[Fault | None]:
        chaos, rng = Chaos.level("bad evening"), random.Random(seed)
        return [chaos.fault("POST", "POST /2/tweets", clock.time, rng) for _ in range(200)]

    assert evening(1) == evening(1) != evening(2)


class Evenly(random.Random):
    """Draws 0.0005, 0.0015, 0.0025, …: a thousand draws hit every fault exactly as often as its odds say."""

    drawn = -1

    def random(self) -> float:
        self.drawn += 1
        return (self.drawn + 0.5) / 1_000


def test_a_bad_evening_is_as_bad_as_it_says(clock: Clock) -> None:
    """Of a thousand calls: 5 % time-outs, 2 % of 5xx, and of a write's half have landed."""

    def of_a_thousand(method: str) -> dict[Fault, int]:
        chaos, rng = Chaos.level("bad evening"), Evenly()
        drawn = [chaos.fault(method, f"{method} /2/tweets", clock.time, rng) for _ in range(1_000)]
        return Counter(fault for fault in drawn if fault)

    assert of_a_thousand("POST") == {
        Fault.TIMEOUT: 25,
        Fault.TIMEOUT_LANDED: 25,
        Fault.ERROR: 10,
        Fault.ERROR_LANDED: 10,
        Fault.RATE_LIMITED: 10,
        Fault.NOT_PERMITTED: 10,
    }
    assert of_a_thousand("GET") == {Fault.TIMEOUT: 50, Fault.ERROR: 20, Fault.RATE_LIMITED: 10}


def test_on_a_bad_evening_no_write_works_for_ten_minutes(clock: Clock) -> None:
    chaos = Chaos.level("bad evening")
    chaos.odds = replace(chaos.odds, write={})
    chaos.begin(clock.time)
    broken = [
        minute
        for minute in range(60)
        if chaos.fault("POST", "POST /2/tweets", clock.time + timedelta(minutes=minute), random.Random(1))
    ]
    assert broken == list(range(20, 30))


def test_the_first_request_begins_an_evening_that_nobody_began(clock: Clock) -> None:
    chaos = Chaos.level("bad evening")
    chaos.fault("GET", "GET /2/tweets", clock.time, random.Random(1))
    assert chaos.outage == (clock.time + timedelta(minutes=20), clock.time + timedelta(minutes=30))


def test_a_share_of_posts_is_found_late(clock: Clock) -> None:
    chaos, rng = Chaos.level("bad evening"), random.Random(5)
    lags = [chaos.lag(rng).total_seconds() for _ in range(1_000)]
    late = [lag for lag in lags if lag]
    assert 250 < len(late) < 350
    assert max(late) <= 120
    assert max(late) > 100


def test_a_429_by_chance_is_over_after_a_minute(x: Client, world: World, host: Account, clock: Clock) -> None:
    """Otherwise one call in a hundred would close the door for most of the evening."""
    odds = Chaos.level("bad evening").odds
    world.chaos = Chaos(odds=replace(Odds(), rate_limited_for=odds.rate_limited_for))
    world.chaos.next_read(Fault.RATE_LIMITED)
    with pytest.raises(tweepy.TooManyRequests) as error:
        x.get_users_mentions(host.id)
    assert error.value.reset_time == int(clock.time.timestamp()) + 60
    clock.pass_(seconds=61)
    x.get_users_mentions(host.id)


def test_a_request_that_hangs_is_let_go_when_its_caller_gives_up(hasty: Client, world: World) -> None:
    """Its thread ends: an evening of time-outs must not gather threads."""
    world.settings.hold = 3_600
    before = threading.active_count()
    world.chaos.next_post_times_out()
    with pytest.raises(requests.ReadTimeout):
        hasty.create_tweet(text="one")
    wait_for(lambda: threading.active_count() <= before)


def test_a_deletion_may_land_though_its_call_failed(x: Client, world: World, host: Account) -> None:
    world.chaos.odds = Odds(write={Fault.ERROR_LANDED: 1})
    with pytest.raises(tweepy.TwitterServerError):
        x.delete_tweet(world.post(host, "oops").id)
    assert texts(world, host) == []


def test_a_quiet_world_has_no_faults(clock: Any) -> None:
    chaos, rng = Chaos.level("none"), random.Random(1)
    assert not any(chaos.fault("POST", "POST /2/tweets", clock.time, rng) for _ in range(200))


def test_an_unknown_level_is_refused_with_the_choices() -> None:
    with pytest.raises(ValueError, match="none, light, bad evening"):
        Chaos.level("storm")


def test_a_bad_evening_never_loses_count(hasty: Client, world: World, host: Account) -> None:
    """Whatever tweepy raises, an answer of 201 means exactly one post."""
    world.chaos = Chaos.level("bad evening")
    confirmed = []
    for number in range(40):
        try:
            confirmed.append(hasty.create_tweet(text=f"post {number}")["data"]["id"])
        except (tweepy.TweepyException, requests.RequestException):
            continue
    posted = [post.id for post in world.timeline(host)]
    assert set(confirmed) <= set(posted)
    assert len(set(posted)) == len(posted)
