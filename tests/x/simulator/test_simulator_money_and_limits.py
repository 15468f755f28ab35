"""What X charges, and how often it lets us ask."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import requests
import tweepy
from tweepy import Client

from bot.x.simulator import Account, World
from bot.x.simulator.limits import Limit


def items(world: World) -> list[str]:
    return [entry.item for entry in world.ledger.entries]


def test_posts_are_charged_by_what_they_are(x: Client, world: World, ana: Account) -> None:
    question = world.post(ana, "@mammohour does it hurt?")
    x.create_tweet(text="We are open.")
    x.create_tweet(text="Read cancer.org")
    x.create_tweet(text="A little, see cancer.org", in_reply_to_tweet_id=question.id)
    assert items(world) == ["post_create", "post_create_url", "post_create_summoned"]
    assert world.ledger.total == Decimal("0.225")


def test_own_mentions_are_cheap_only_through_our_own_app(
    act_as: Callable[..., Client], world: World, host: Account, ana: Account
) -> None:
    world.post(ana, "@mammohour does it hurt?")
    act_as(host).get_users_mentions(host.id, user_auth=True)
    act_as(host, owner=ana).get_users_mentions(host.id, user_auth=True)
    assert items(world) == ["owned_read", "post_read"]


def test_an_app_token_pays_the_full_price(x: Client, world: World, host: Account, ana: Account) -> None:
    world.post(ana, "@mammohour does it hurt?")
    x.get_users_mentions(host.id)
    assert items(world) == ["post_read"]


def test_a_post_is_charged_once_until_midnight_utc(
    x: Client, world: World, host: Account, ana: Account, clock: Any
) -> None:
    world.post(ana, "@mammohour does it hurt?")
    x.get_users_mentions(host.id, user_auth=True)
    clock.pass_(hours=11)
    x.get_users_mentions(host.id, user_auth=True)
    assert world.ledger.total == Decimal("0.001")
    clock.pass_(hours=2)
    x.get_users_mentions(host.id, user_auth=True)
    assert world.ledger.total == Decimal("0.002")


def test_expanded_authors_are_charged_too(x: Client, world: World, host: Account, ana: Account) -> None:
    world.post(ana, "@mammohour one")
    world.post(ana, "@mammohour two")
    answer = x.get_users_mentions(host.id, expansions=["author_id"], user_auth=True)
    assert [user["username"] for user in answer["includes"]["users"]] == ["ana_p"]
    assert sorted(items(world)) == ["owned_read", "owned_read", "user_read"]


def test_failures_and_empty_pages_cost_nothing(x: Client, world: World, host: Account, ana: Account) -> None:
    x.get_users_mentions(host.id)
    with pytest.raises(tweepy.Forbidden):
        x.create_tweet(text="hi", in_reply_to_tweet_id=world.post(ana, "not to you").id)
    world.chaos.next_post_fails()
    with pytest.raises(tweepy.TwitterServerError):
        x.create_tweet(text="hello")
    assert items(world) == []


@pytest.mark.parametrize(("variant", "kind"), [("new", "/credits-depleted"), ("old", "/2/problems/credits")])
def test_without_credits_everything_stops(
    x: Client, world: World, host: Account, variant: Any, kind: str
) -> None:
    world.settings.credits = Decimal("0.01")
    world.settings.credits_body = variant
    x.create_tweet(text="The last one goes below zero.")
    assert world.settings.credits == Decimal("-0.005")
    calls: list[Callable[[], object]] = [
        lambda: x.create_tweet(text="hi"),
        lambda: x.get_users_mentions(host.id),
    ]
    for call in calls:
        with pytest.raises(tweepy.HTTPException) as error:
            call()
        assert error.value.response.status_code == 402
        assert error.value.response.json()["type"].endswith(kind)


def test_the_monthly_cap_is_a_429_that_is_no_rate_limit(
    x: Client, world: World, host: Account, ana: Account
) -> None:
    world.settings.monthly_read_cap = 1
    world.post(ana, "@mammohour does it hurt?")
    x.get_users_mentions(host.id)
    with pytest.raises(tweepy.TooManyRequests) as error:
        x.get_users_mentions(host.id)
    assert error.value.response.json()["title"] == "UsageCapExceeded"
    assert int(error.value.response.headers["x-rate-limit-remaining"]) > 0


def test_every_answer_says_how_much_is_left(x: Client, world: World, clock: Any) -> None:
    x.return_type = requests.Response
    headers = x.create_tweet(text="one").headers
    assert headers["x-rate-limit-limit"] == "100"
    assert headers["x-rate-limit-remaining"] == "99"
    assert int(headers["x-rate-limit-reset"]) == int(clock.time.timestamp()) + 900
    assert headers["x-app-limit-24hour-remaining"] == "9999"
    world.chaos.next_post_fails()
    with pytest.raises(tweepy.TwitterServerError) as error:
        x.create_tweet(text="two")
    assert error.value.response.headers["x-rate-limit-remaining"] == "98"


def test_after_the_limit_comes_429_until_the_reset(x: Client, world: World, clock: Any) -> None:
    world.limits.limits["POST /2/tweets"] = Limit(app=None, user=2)
    x.create_tweet(text="one")
    x.create_tweet(text="two")
    with pytest.raises(tweepy.TooManyRequests) as error:
        x.create_tweet(text="three")
    assert error.value.reset_time == int(clock.time.timestamp()) + 900
    clock.pass_(minutes=15)
    x.create_tweet(text="three")


def test_users_and_apps_are_counted_apart(x: Client, world: World, host: Account) -> None:
    world.limits.limits["GET /2/users/:id/mentions"] = Limit(app=1, user=1)
    x.get_users_mentions(host.id, user_auth=True)
    x.get_users_mentions(host.id)
    with pytest.raises(tweepy.TooManyRequests):
        x.get_users_mentions(host.id)
