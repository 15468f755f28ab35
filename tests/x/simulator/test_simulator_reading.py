"""What can be read, in which form, and when."""

from collections.abc import Callable
from typing import Any

import pytest
import tweepy
from tweepy import Client

from bot.x.simulator import Account, World
from bot.x.simulator.chaos import Odds

FIELDS = [
    "author_id",
    "created_at",
    "conversation_id",
    "referenced_tweets",
    "edit_history_tweet_ids",
    "entities",
    "lang",
    "in_reply_to_user_id",
    "note_tweet",
]


def ids(answer: dict[str, Any]) -> list[str]:
    return [post["id"] for post in answer.get("data", [])]


def test_mentions_typed_or_implied_are_found_newest_first(
    x: Client, world: World, host: Account, ana: Account, ben: Account
) -> None:
    opening = world.post(host, "We are open.")
    typed = world.post(ana, "Hello @MammoHour, does it hurt?")
    implied = world.reply(ben, to=opening, text="How long does it take?")
    world.post(ana, "#MammoHour nobody is named here")
    world.retweet(ben, typed)
    answer = x.get_users_mentions(host.id, tweet_fields=FIELDS, user_auth=True)
    assert ids(answer) == [implied.id, typed.id]
    reply = answer["data"][0]
    assert reply["referenced_tweets"] == [{"type": "replied_to", "id": opening.id}]
    assert reply["in_reply_to_user_id"] == host.id
    assert reply["conversation_id"] == opening.id
    assert reply["created_at"] == "2026-10-01T12:00:00.000Z"


def test_pages_join_without_a_gap_or_a_double(x: Client, world: World, host: Account, ana: Account) -> None:
    asked = [world.post(ana, f"@mammohour question {n}").id for n in range(12)]
    seen: list[str] = []
    token = None
    while True:
        page = x.get_users_mentions(host.id, max_results=5, pagination_token=token)
        seen += ids(page)
        token = page["meta"].get("next_token")
        if token is None:
            break
    assert seen == asked[::-1]
    assert ids(x.get_users_mentions(host.id, since_id=asked[9])) == [asked[11], asked[10]]
    assert ids(x.get_users_mentions(host.id, until_id=asked[1])) == [asked[0]]


def test_times_bound_what_is_read(x: Client, world: World, host: Account, ana: Account, clock: Any) -> None:
    world.post(ana, "@mammohour early")
    clock.pass_(minutes=10)
    late = world.post(ana, "@mammohour late")
    assert ids(x.get_users_mentions(host.id, start_time=clock.time)) == [late.id]


def test_an_empty_page_has_no_data(x: Client, host: Account) -> None:
    assert x.get_users_mentions(host.id) == {"meta": {"result_count": 0}}


def test_links_are_shortened_and_html_is_escaped(
    x: Client, world: World, host: Account, ana: Account
) -> None:
    world.post(ana, "@mammohour is <5 mm & more, see cancer.org/x & #Mammo")
    [post] = x.get_users_mentions(host.id, tweet_fields=FIELDS)["data"]
    assert "is &lt;5 mm &amp; more, see https://t.co/" in post["text"]
    assert "cancer.org" not in post["text"]
    [url] = post["entities"]["urls"]
    assert post["text"][url["start"] : url["end"]] == url["url"]
    assert url["expanded_url"] == "http://cancer.org/x"
    assert [m["id"] for m in post["entities"]["mentions"]] == [host.id]
    assert [t["tag"] for t in post["entities"]["hashtags"]] == ["Mammo"]


def test_a_long_post_is_cut_and_the_note_has_it_all(x: Client, world: World, ana: Account) -> None:
    long = world.post(ana, "word " * 80 + "@mammohour does it hurt?")
    post = x.get_tweet(long.id, tweet_fields=FIELDS)["data"]
    assert "@mammohour" not in post["text"]
    assert "mentions" not in post["entities"]
    assert post["note_tweet"]["text"].endswith("@mammohour does it hurt?")
    assert post["note_tweet"]["entities"]["mentions"][0]["username"] == "mammohour"


def test_an_edit_is_a_new_id_in_the_same_chain(x: Client, world: World, host: Account, ana: Account) -> None:
    first = world.post(ana, "@mammohour dose it hurt?")
    second = world.edit(first, "@mammohour does it hurt?")
    [post] = x.get_users_mentions(host.id)["data"]
    assert post["id"] == second.id
    assert post["edit_history_tweet_ids"] == [first.id, second.id]
    assert second.key == first.key == first.id
    assert x.get_tweet(first.id)["data"]["text"] == "@mammohour dose it hurt?"


def test_what_is_deleted_or_protected_is_gone_everywhere(
    x: Client, world: World, host: Account, ana: Account
) -> None:
    kept = world.post(ana, "@mammohour one")
    deleted = world.post(ana, "@mammohour two")
    world.delete(deleted)
    hidden = world.post(world.add_account("shy", protected=True), "@mammohour three")
    assert ids(x.get_users_mentions(host.id)) == [kept.id]
    answer = x.get_tweets([kept.id, deleted.id, hidden.id])
    assert ids(answer) == [kept.id]
    assert [error["resource_id"] for error in answer["errors"]] == [deleted.id, hidden.id]
    with pytest.raises(tweepy.NotFound):
        x.get_tweet(deleted.id)


@pytest.mark.parametrize(
    ("spelling", "names"),
    [
        ("tweets", {"referenced_tweets", "edit_history_tweet_ids"}),
        ("posts", {"referenced_posts", "edit_history_post_ids"}),
    ],
)
def test_fields_come_under_old_or_new_names(
    x: Client, world: World, host: Account, ana: Account, spelling: Any, names: set[str]
) -> None:
    world.settings.spelling = spelling
    world.settings.unknown_fields = True
    world.reply(ana, to=world.post(host, "open"), text="hm")
    [post] = x.get_users_mentions(host.id, tweet_fields=FIELDS)["data"]
    assert {n for n in post if n.startswith(("referenced", "edit"))} == names
    assert "x_unheard_of" in post
    world.settings.spelling = "both"
    [post] = x.get_users_mentions(host.id, tweet_fields=FIELDS)["data"]
    assert post["referenced_posts"] == post["referenced_tweets"]


def test_a_late_index_shows_a_post_later_though_it_can_be_looked_up(
    x: Client, world: World, host: Account, ana: Account, clock: Any
) -> None:
    world.chaos.odds = Odds(index_lag=(60, 60))
    post = world.post(ana, "@mammohour does it hurt?")
    assert ids(x.get_users_mentions(host.id)) == []
    assert x.get_tweet(post.id)["data"]["id"] == post.id
    clock.pass_(seconds=61)
    assert ids(x.get_users_mentions(host.id)) == [post.id]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("#MammoHour", {"tag"}),
        ("#mammohour OR @mammohour", {"tag", "mention"}),
        ("(#MammoHour OR @mammohour) -from:ana_p", {"mention"}),
        ("hurt -is:retweet", {"tag", "mention"}),
        ("hurt from:ben", {"mention"}),
        ('"does it hurt"', {"tag", "mention"}),
        ("hurt -#MammoHour", {"mention"}),
        ("hurts", set()),
    ],
)
def test_recent_search_speaks_the_operators(
    x: Client, world: World, ana: Account, ben: Account, clock: Any, query: str, found: set[str]
) -> None:
    posts = {
        world.post(ana, "#MammoHour does it hurt?").id: "tag",
        world.post(ben, "@mammohour does it hurt?").id: "mention",
    }
    world.retweet(ben, next(iter(posts)))
    clock.pass_(minutes=1)
    assert {posts[i] for i in ids(x.search_recent_tweets(query))} == found


def test_a_search_without_bounds_leaves_out_the_last_half_minute(
    x: Client, world: World, ana: Account, clock: Any
) -> None:
    first = world.post(ana, "#MammoHour one")
    clock.pass_(minutes=1)
    second = world.post(ana, "#MammoHour two")
    assert ids(x.search_recent_tweets("#MammoHour")) == [first.id]
    assert ids(x.search_recent_tweets("#MammoHour", since_id=first.id)) == [second.id]


@pytest.mark.parametrize("query", ["", "is:retweet", "-hurt", "(hurt", "hurt)", "is:nonsense hurt"])
def test_a_query_that_x_does_not_understand_is_refused(x: Client, query: str) -> None:
    with pytest.raises(tweepy.BadRequest):
        x.search_recent_tweets(query)


def test_users_are_found_by_name_and_by_token(x: Client, host: Account, ana: Account) -> None:
    assert x.get_me()["data"]["id"] == host.id
    assert x.get_user(username="ANA_P")["data"]["id"] == ana.id
    with pytest.raises(tweepy.NotFound):
        x.get_user(username="nobody")


def test_ids_hold_the_time_and_only_grow(world: World, ana: Account, clock: Any) -> None:
    posts = [world.post(ana, str(n)) for n in range(50)]
    numbers = [int(post.id) for post in posts]
    assert numbers == sorted(set(numbers))
    assert (numbers[0] >> 22) + 1288834974657 == int(clock.time.timestamp() * 1000)


def test_tweepys_own_objects_can_be_made_of_the_answers(
    act_as: Callable[..., Client], world: World, host: Account, ana: Account
) -> None:
    client = act_as(host)
    client.return_type = tweepy.Response
    world.post(ana, "@mammohour does it hurt?")
    [tweet] = client.get_users_mentions(host.id, tweet_fields=FIELDS, expansions=["author_id"]).data
    assert tweet.created_at == world.now()
    assert tweet.author_id == int(ana.id)
