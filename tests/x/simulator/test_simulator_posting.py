"""What a program may post, what X refuses, and in which words."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import tweepy
from tweepy import Client

from bot.x.simulator import Account, World


def refusal(error: pytest.ExceptionInfo[tweepy.HTTPException]) -> dict[str, Any]:
    body: dict[str, Any] = error.value.response.json()
    return body


def ask(world: World, who: Account, text: str = "@mammohour does it hurt?") -> str:
    return world.post(who, text).id


def test_a_question_that_mentions_us_can_be_answered(x: Client, world: World, ana: Account) -> None:
    question = ask(world, ana)
    answer = x.create_tweet(text="A little, for seconds.", in_reply_to_tweet_id=question)
    [reply] = world.replies_to(question)
    assert reply.id == answer["data"]["id"]
    assert reply.text == "@ana_p A little, for seconds."
    assert reply.conversation_id == question


def test_a_question_with_only_the_hashtag_cannot_be_answered(x: Client, world: World, ana: Account) -> None:
    question = ask(world, ana, "#MammoHour does it hurt?")
    with pytest.raises(tweepy.Forbidden) as error:
        x.create_tweet(text="A little.", in_reply_to_tweet_id=question)
    assert refusal(error)["type"].endswith("/not-authorized-for-resource")
    assert refusal(error)["detail"] == (
        "You can only reply to or quote posts where you are mentioned or are the author."
    )
    assert world.replies_to(question) == []


def test_quoting_our_post_summons_us(x: Client, world: World, host: Account, ana: Account) -> None:
    question = world.quote(ana, world.post(host, "We are open."), "Does it hurt?")
    x.create_tweet(text="A little.", in_reply_to_tweet_id=question.id)
    assert len(world.replies_to(question)) == 1


def test_we_may_answer_ourselves(x: Client, world: World, host: Account) -> None:
    ours = world.post(host, "Someone asked: does it hurt?")
    x.create_tweet(text="Answer: a little.", in_reply_to_tweet_id=ours.id)
    [reply] = world.replies_to(ours)
    assert reply.text == "Answer: a little."


@pytest.mark.parametrize("summons", [False, True])
def test_whether_a_reply_that_names_us_only_implicitly_summons_us_is_a_setting(
    x: Client, world: World, host: Account, ana: Account, summons: bool
) -> None:
    world.settings.implicit_mentions_summon = summons
    question = world.reply(ana, to=world.post(host, "Ask away."), text="Does it hurt?")
    assert question.text == "@mammohour Does it hurt?"
    if summons:
        x.create_tweet(text="A little.", in_reply_to_tweet_id=question.id)
    else:
        with pytest.raises(tweepy.Forbidden):
            x.create_tweet(text="A little.", in_reply_to_tweet_id=question.id)
    assert len(world.replies_to(question)) == int(summons)


def test_the_gate_looks_at_the_post_itself_and_not_at_its_parent(
    x: Client, world: World, ana: Account, ben: Account
) -> None:
    parent = world.post(ben, "I wonder whether it hurts.")
    world.reply(ana, to=parent, text="Ask @mammohour!")
    with pytest.raises(tweepy.Forbidden):
        x.create_tweet(text="A little.", in_reply_to_tweet_id=parent.id)


def test_enterprise_answers_and_quotes_anybody(x: Client, world: World, ana: Account) -> None:
    question = ask(world, ana, "#MammoHour does it hurt?")
    with pytest.raises(tweepy.Forbidden):
        x.create_tweet(text="Asked just now:", quote_tweet_id=question)
    world.settings.enterprise = True
    x.create_tweet(text="A little.", in_reply_to_tweet_id=question)
    quoting = x.create_tweet(text="Asked just now:", quote_tweet_id=question)
    quoted = world.get(quoting["data"]["id"]).quoted
    assert quoted is not None
    assert quoted.id == question


def test_the_same_text_is_refused_until_the_window_is_over(x: Client, world: World, clock: Any) -> None:
    world.settings.duplicate_window = timedelta(hours=2)
    x.create_tweet(text="We are open.")
    with pytest.raises(tweepy.Forbidden) as error:
        x.create_tweet(text=" We are open. ")
    assert refusal(error) == {
        "detail": "You are not allowed to create a Tweet with duplicate content.",
        "type": "about:blank",
        "title": "Forbidden",
        "status": 403,
    }
    clock.pass_(hours=3)
    x.create_tweet(text="We are open.")


def test_a_deleted_or_hidden_post_cannot_be_answered(x: Client, world: World, ana: Account) -> None:
    gone = ask(world, ana)
    world.delete(gone)
    shy = world.add_account("shy", protected=True)
    for target in (gone, ask(world, shy), "12345"):
        with pytest.raises(tweepy.Forbidden) as error:
            x.create_tweet(text="A little.", in_reply_to_tweet_id=target)
        assert refusal(error)["detail"] == (
            "You attempted to reply to a Tweet that is deleted or not visible to you."
        )


def test_a_text_over_280_is_refused_by_weight_and_not_by_letters(
    x: Client, world: World, host: Account
) -> None:
    x.create_tweet(text="a" * 280)
    with pytest.raises(tweepy.Forbidden, match="too long"):
        x.create_tweet(text="検" * 141)
    assert len(world.timeline(host)) == 1


def test_two_cashtags_are_one_too_many(x: Client) -> None:
    x.create_tweet(text="The gene is not $BRCA")
    with pytest.raises(tweepy.Forbidden, match="maximum of one cashtag"):
        x.create_tweet(text="$BRCA and $PALB")


def test_an_unknown_key_is_refused(x: Client, world: World, host: Account) -> None:
    with pytest.raises(tweepy.BadRequest, match="additional properties"):
        x.request("POST", "/2/tweets", json={"text": "hi", "idempotency_key": "1"}, user_auth=True)
    with pytest.raises(tweepy.BadRequest, match="regex pattern"):
        x.request(
            "POST",
            "/2/tweets",
            json={"text": "hi", "reply": {"in_reply_to_tweet_id": 12}},
            user_auth=True,
        )
    assert world.timeline(host) == []


def test_an_app_token_may_not_post(x: Client) -> None:
    with pytest.raises(tweepy.Forbidden):
        x.create_tweet(text="hi", user_auth=False)


def test_a_token_that_nobody_has_is_refused(x: Client) -> None:
    x.access_token = "token-of-nobody"
    with pytest.raises(tweepy.Unauthorized):
        x.create_tweet(text="hi")


def test_the_half_hour_cap_holds_and_passes(x: Client, world: World, clock: Any) -> None:
    world.settings.half_hour_cap = 2
    world.settings.cap_body = "legacy text"
    x.create_tweet(text="one")
    x.create_tweet(text="two")
    with pytest.raises(tweepy.Forbidden, match="status update limit"):
        x.create_tweet(text="three")
    clock.pass_(minutes=31)
    x.create_tweet(text="three")


def test_an_unverified_account_has_fewer_posts_a_day(
    act_as: Callable[..., Client], world: World, ana: Account, clock: Any
) -> None:
    world.settings.unverified_posts_per_half_hour = 2
    world.settings.unverified_posts_per_day = 2
    world.settings.unverified_replies_per_day = 1
    client = act_as(ana)
    first = client.create_tweet(text="one")["data"]["id"]
    client.create_tweet(text="two")
    with pytest.raises(tweepy.Forbidden):
        client.create_tweet(text="three")
    client.create_tweet(text="and", in_reply_to_tweet_id=first)
    with pytest.raises(tweepy.Forbidden):
        client.create_tweet(text="and so on", in_reply_to_tweet_id=first)
    clock.pass_(hours=25)
    client.create_tweet(text="three")


def test_only_our_own_posts_can_be_deleted(x: Client, world: World, host: Account, ana: Account) -> None:
    ours, theirs = world.post(host, "oops"), world.post(ana, "mine")
    assert x.delete_tweet(ours.id)["data"] == {"deleted": True}
    with pytest.raises(tweepy.Forbidden):
        x.delete_tweet(theirs.id)
    assert world.timeline(host) == []
    assert world.timeline(ana) == [theirs]


def test_bystanders_can_be_left_out_of_a_reply(x: Client, world: World, ana: Account, ben: Account) -> None:
    question = ask(world, ana, "@mammohour @ben does it hurt?")
    x.create_tweet(text="A little.", in_reply_to_tweet_id=question, exclude_reply_user_ids=[ben.id])
    [reply] = world.replies_to(question)
    assert reply.mentions == (ana,)
