"""The rest of what X offers: people, counts, usage, hiding, editing, and how far back reads go."""

from typing import Any

import pytest
import requests
import tweepy
from tweepy import Client

from bot.x.simulator import Account, World
from tests.x.simulator.conftest import Ask, Clock

APP = "app-of-mammohour"
USER = "token-of-mammohour"
ALL = "user.fields=description,verified,verified_type,protected,public_metrics,created_at"


def items(world: World) -> list[str]:
    return [entry.item for entry in world.ledger.entries]


def test_people_are_found_by_id_and_by_name(ask: Ask, world: World, host: Account, ana: Account) -> None:
    basic = {"id": ana.id, "name": "ana_p", "username": "ana_p"}
    assert ask("GET", f"/2/users/{ana.id}", APP).json() == {"data": basic}
    assert ask("GET", f"/2/users?ids={ana.id}", USER).json() == {"data": [basic]}
    assert ask("GET", "/2/users/by?usernames=Ana_P", APP).json() == {"data": [basic]}
    assert items(world) == ["user_read"]  # once a day
    assert ask("GET", "/2/users/1", APP).status_code == 404


def test_who_does_not_exist_is_named_in_a_200(ask: Ask, host: Account) -> None:
    by_id = ask("GET", f"/2/users?ids={host.id},1", APP).json()
    assert [user["id"] for user in by_id["data"]] == [host.id]
    assert [error["value"] for error in by_id["errors"]] == ["1"]
    by_name = ask("GET", "/2/users/by?usernames=nobody", APP)
    assert by_name.status_code == 200
    assert "data" not in by_name.json()
    assert by_name.json()["errors"][0]["parameter"] == "usernames"


def test_a_profile_has_what_was_asked_for(ask: Ask, world: World) -> None:
    world.add_account("mammohour", verified=True, description="Asks and answers.")
    post = world.post(world.account("mammohour"), "one")
    world.post(world.account("mammohour"), "two")
    world.delete(post)
    me = ask("GET", f"/2/users/me?{ALL}", USER).json()["data"]
    assert me["description"] == "Asks and answers."
    assert (me["verified"], me["verified_type"], me["protected"]) == (True, "blue", False)
    assert me["public_metrics"]["tweet_count"] == 1
    assert items(world) == []  # asking for oneself is free


def test_posts_are_counted_without_reading_them(
    ask: Ask, world: World, host: Account, ana: Account, clock: Clock
) -> None:
    world.post(ana, "#MammoHour one")
    clock.pass_(hours=1)
    world.post(ana, "#MammoHour two")
    world.post(ana, "three")
    clock.pass_(minutes=30)
    path = "/2/tweets/counts/recent?query=%23MammoHour"
    whole = ask("GET", path, APP).json()
    assert whole["meta"] == {"total_tweet_count": 2}
    assert [hour["tweet_count"] for hour in whole["data"][-2:]] == [1, 1]
    assert sum(hour["tweet_count"] for hour in whole["data"]) == 2
    assert whole["data"][0]["start"] == "2026-09-24T13:30:00.000Z"
    assert whole["data"][0]["end"] == "2026-09-24T14:00:00.000Z"
    assert len(ask("GET", f"{path}&granularity=day", APP).json()["data"]) == 8
    assert items(world) == ["counts_recent", "counts_recent"]
    assert ask("GET", path, USER).status_code == 403


@pytest.mark.parametrize(
    "rest",
    ["", "query=hurt&granularity=week", "query=hurt&start_time=2026-09-01T00:00:00Z", "query=is:reply"],
)
def test_a_count_of_nothing_sensible_is_refused(ask: Ask, host: Account, rest: str) -> None:
    assert ask("GET", f"/2/tweets/counts/recent?{rest}", APP).status_code == 400


def test_usage_says_how_much_of_the_cap_is_gone(
    ask: Ask, world: World, host: Account, ana: Account, clock: Clock
) -> None:
    world.post(ana, "@mammohour one")
    ask("GET", f"/2/users/{host.id}/mentions", APP)
    clock.pass_(days=1)
    ask("GET", f"/2/users/{host.id}/mentions", APP)
    used = ask("GET", "/2/usage/tweets", APP).json()["data"]
    assert (used["project_usage"], used["project_cap"]) == ("2", "3000000")
    fields = "usage.fields=daily_project_usage,daily_client_app_usage"
    daily = ask("GET", f"/2/usage/tweets?days=1&{fields}", APP).json()["data"]
    assert daily["daily_project_usage"]["usage"] == [{"date": "2026-10-02T00:00:00.000Z", "usage": "1"}]
    assert ask("GET", "/2/usage/tweets?days=91", APP).status_code == 400


def test_answers_in_our_own_conversation_can_be_hidden(
    ask: Ask, world: World, host: Account, ana: Account
) -> None:
    rude = world.reply(ana, to=world.post(host, "We are open."), text="Go away")
    elsewhere = world.reply(ana, to=world.post(ana, "Hm"), text="@mammohour hm")
    hidden = ask("PUT", f"/2/tweets/{rude.id}/hidden", USER, json={"hidden": True})
    assert hidden.json() == {"data": {"hidden": True}}
    assert rude.hidden
    assert items(world) == ["content_manage"]
    assert ask("PUT", f"/2/tweets/{elsewhere.id}/hidden", USER, json={"hidden": True}).status_code == 403
    assert ask("PUT", f"/2/tweets/{rude.id}/hidden", USER, json={"hidden": 1}).status_code == 400
    assert ask("PUT", "/2/tweets/1/hidden", USER, json={"hidden": True}).status_code == 404
    assert ask("PUT", f"/2/tweets/{rude.id}/hidden", APP, json={"hidden": True}).status_code == 403


def edit(ask: Ask, post_id: str, text: str, **rest: Any) -> requests.Response:
    body = {"text": text, "edit_options": {"previous_post_id": post_id}, **rest}
    return ask("POST", "/2/tweets", USER, json=body)


def test_our_own_post_can_be_edited_through_the_api(ask: Ask, world: World, host: Account) -> None:
    first = world.post(host, "We are opn.")
    edited = edit(ask, first.id, "We are open.").json()["data"]
    assert edited["edit_history_tweet_ids"] == [first.id, edited["id"]]
    assert [post.body for post in world.timeline(host)] == ["We are open."]
    assert edit(ask, first.id, "We are shut.").status_code == 403  # not the latest version


def test_edits_end_after_five_or_half_an_hour(ask: Ask, world: World, host: Account, clock: Clock) -> None:
    latest = world.post(host, "0").id
    for number in range(5):
        latest = edit(ask, latest, f"{number + 1}").json()["data"]["id"]
    assert edit(ask, latest, "6").status_code == 403
    late = world.post(host, "late")
    clock.pass_(minutes=30)
    assert edit(ask, late.id, "too late").status_code == 403


def test_not_every_post_can_be_edited(ask: Ask, world: World, host: Account, ana: Account) -> None:
    theirs = world.post(ana, "mine")
    answer = world.reply(host, to=theirs, text="ours")
    ours = world.post(host, "We are open.")
    assert edit(ask, theirs.id, "changed").status_code == 403
    assert edit(ask, answer.id, "changed").status_code == 403
    assert edit(ask, "1", "changed").status_code == 403
    both = {"reply": {"in_reply_to_tweet_id": theirs.id}}
    assert edit(ask, ours.id, "changed", **both).status_code == 400
    assert ask("POST", "/2/tweets", USER, json={"text": "x", "edit_options": 1}).status_code == 400
    host.verified = False
    assert edit(ask, ours.id, "changed").status_code == 403


@pytest.mark.parametrize(
    ("variant", "part"),
    [
        ("legacy text", {"detail": "User is over daily status update limit."}),
        ("legacy code", {"errors": [{"code": 185, "message": "User is over daily status update limit."}]}),
        ("not permitted", {"detail": "You are not permitted to perform this action."}),
    ],
)
def test_how_x_words_a_cap_is_a_setting(
    ask: Ask, world: World, host: Account, variant: Any, part: dict[str, Any]
) -> None:
    world.settings.cap_body, world.settings.half_hour_cap = variant, 0
    answer = ask("POST", "/2/tweets", USER, json={"text": "hi"})
    assert answer.status_code == 403
    assert part.items() <= answer.json().items()


def test_an_unverified_account_has_a_share_of_its_day_every_half_hour(
    ask: Ask, world: World, ana: Account, clock: Clock
) -> None:
    def post(text: str, **rest: Any) -> int:
        return ask("POST", "/2/tweets", "token-of-ana_p", json={"text": text, **rest}).status_code

    root = world.post(ana, "hello")
    assert post("two") == 403
    answers = {"reply": {"in_reply_to_tweet_id": root.id}}
    assert [post(f"answer {n}", **answers) for n in range(5)] == [201, 201, 201, 201, 403]
    clock.pass_(minutes=31)
    assert post("two") == 201


def test_a_day_has_its_own_headers_which_may_be_absent(ask: Ask, world: World, host: Account) -> None:
    headers = ask("POST", "/2/tweets", USER, json={"text": "one"}).headers
    assert headers["x-user-limit-24hour-remaining"] == "2399"
    assert headers["x-app-limit-24hour-remaining"] == "9999"
    world.settings.day_headers = False
    headers = ask("POST", "/2/tweets", USER, json={"text": "two"}).headers
    assert not [name for name in headers if "24hour" in name.lower()]


def test_the_limit_of_a_day_is_a_429_with_minutes_left_in_the_quarter(
    ask: Ask, world: World, host: Account
) -> None:
    world.limits.user_posts_a_day = 1
    ask("POST", "/2/tweets", USER, json={"text": "one"})
    answer = ask("POST", "/2/tweets", USER, json={"text": "two"})
    assert answer.status_code == 429
    assert answer.headers["x-user-limit-24hour-remaining"] == "0"
    assert answer.headers["x-rate-limit-remaining"] == "98"


def test_mentions_reach_back_800_posts(ask: Ask, world: World, host: Account, ana: Account) -> None:
    asked = [world.post(ana, f"@mammohour {n}").id for n in range(805)]
    seen: list[str] = []
    token = ""
    while True:
        page = ask("GET", f"/2/users/{host.id}/mentions?max_results=100{token}", USER).json()
        seen += [post["id"] for post in page["data"]]
        if "next_token" not in page["meta"]:
            break
        token = f"&pagination_token={page['meta']['next_token']}"
    assert seen == asked[:4:-1]


def test_search_reaches_back_seven_days(x: Client, world: World, ana: Account, clock: Clock) -> None:
    world.post(ana, "#MammoHour old")
    clock.pass_(days=1)
    kept = world.post(ana, "#MammoHour new")
    clock.pass_(days=6, seconds=1)
    assert [post["id"] for post in x.search_recent_tweets("#MammoHour")["data"]] == [kept.id]


def test_a_query_may_be_longer_for_those_who_pay(ask: Ask, world: World, host: Account) -> None:
    path = f"/2/tweets/search/recent?query={'a' * 513}"
    assert ask("GET", path, APP).status_code == 400
    world.settings.enterprise = True
    assert ask("GET", path, APP).status_code == 200


def test_fields_may_be_asked_for_by_either_name_until_x_drops_one(
    ask: Ask, world: World, host: Account
) -> None:
    path = f"/2/tweets/{world.post(host, 'We are open.').id}"
    for name in ("tweet.fields", "post.fields"):
        assert ask("GET", f"{path}?{name}=author_id", APP).json()["data"]["author_id"] == host.id
    world.settings.accepts = "posts"
    assert ask("GET", f"{path}?tweet.fields=author_id", APP).status_code == 400
    assert ask("GET", f"{path}?post.fields=author_id", APP).status_code == 200
    world.settings.accepts = "tweets"
    assert ask("GET", f"{path}?post.fields=author_id", APP).status_code == 400


def test_what_an_answer_hangs_on_may_be_gone_from_a_200(
    ask: Ask, world: World, host: Account, ana: Account
) -> None:
    gone = world.post(ana, "one")
    answer = world.reply(ana, to=gone, text="@mammohour two")
    world.delete(gone)
    path = f"/2/tweets?ids={answer.id},1&expansions=referenced_tweets.id"
    found = ask("GET", path, USER).json()
    assert [post["id"] for post in found["data"]] == [answer.id]
    assert "includes" not in found
    lost = {error["resource_id"]: error["parameter"] for error in found["errors"]}
    assert lost == {gone.id: "referenced_tweets.id", "1": "ids"}


def test_a_post_says_how_long_it_may_be_edited(ask: Ask, world: World, host: Account) -> None:
    first = world.post(host, "one")
    second = world.edit(first, "two")
    found = ask("GET", f"/2/tweets/{second.id}?tweet.fields=edit_controls", APP).json()
    assert found["data"]["edit_controls"] == {
        "edits_remaining": 4,
        "is_edit_eligible": True,
        "editable_until": "2026-10-01T12:30:00.000Z",
    }


def test_the_duplicate_window_counts_answers_to_different_people(
    x: Client, world: World, ana: Account, ben: Account, clock: Clock
) -> None:
    one, other = world.post(ana, "@mammohour one"), world.post(ben, "@mammohour two")
    x.create_tweet(text="A little.", in_reply_to_tweet_id=one.id)
    with pytest.raises(tweepy.Forbidden, match="duplicate"):
        x.create_tweet(text="A little.", in_reply_to_tweet_id=other.id)
    clock.pass_(hours=24)
    x.create_tweet(text="A little.", in_reply_to_tweet_id=other.id)
