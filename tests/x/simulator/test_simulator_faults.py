"""What goes wrong on the way, and what has happened on X all the same."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests
import tweepy
from tweepy import Client

from bot.x.simulator import Account, Chaos, Fault, World


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
    world: World,
    host: Account,
    clock: Any,
    fault: Fault,
    raised: type[Exception],
    landed: bool,
) -> None:
    world.chaos.next_post(fault)
    with pytest.raises(raised):
        x.create_tweet(text="one")
    assert texts(world, host) == (["one"] if landed else [])
    clock.pass_(minutes=16)
    x.create_tweet(text="two")
    assert texts(world, host)[-1] == "two"


def test_a_post_may_land_after_its_caller_gave_up(x: Client, world: World, host: Account, clock: Any) -> None:
    world.chaos.next_post_lands_late(by=timedelta(seconds=25))
    with pytest.raises(requests.ReadTimeout):
        x.create_tweet(text="one")
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


def test_the_same_seed_brings_the_same_evening(clock: Any) -> None:
    def evening(seed: int) -> list[Fault | None]:
        chaos, rng = Chaos.level("bad evening"), random.Random(seed)
        return [chaos.fault("POST", "POST /2/tweets", clock.time, rng) for _ in range(200)]

    assert evening(1) == evening(1) != evening(2)
    assert {None, Fault.ERROR, Fault.RESET_LANDED} <= set(evening(1))


def test_a_quiet_world_has_no_faults(clock: Any) -> None:
    chaos, rng = Chaos.level("none"), random.Random(1)
    assert not any(chaos.fault("POST", "POST /2/tweets", clock.time, rng) for _ in range(200))


def test_an_unknown_level_is_refused_with_the_choices() -> None:
    with pytest.raises(ValueError, match="none, light, bad evening"):
        Chaos.level("storm")


def test_a_bad_evening_never_loses_count(act_as: Callable[..., Client], world: World, host: Account) -> None:
    """Whatever tweepy raises, an answer of 201 means exactly one post."""
    world.chaos = Chaos.level("bad evening")
    x, confirmed = act_as(host), []
    for number in range(40):
        try:
            confirmed.append(x.create_tweet(text=f"post {number}")["data"]["id"])
        except (tweepy.TweepyException, requests.RequestException):
            continue
    posted = [post.id for post in world.timeline(host)]
    assert set(confirmed) <= set(posted)
    assert len(set(posted)) == len(posted)
