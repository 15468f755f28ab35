"""The push sources over real HTTP, against the simulated X."""

import random
import time
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from threading import Event

import pytest
import requests

from bot.core.backoff import HEALTHY
from bot.x import push
from bot.x.port import XClosed
from bot.x.push import ActivityStream, FilteredStream, Lost, Opened, Push, Pushed, Stopped, Token
from bot.x.push_lines import ACTIVITIES
from bot.x.simulator import Account, Server, World, serve
from bot.x.simulator.chaos import Fault, Odds
from tests.x.push_watch import NOON, RULE, Time, Watch, filtered, outside, watching


@pytest.fixture
def moment() -> Time:
    return Time()


@pytest.fixture
def world(moment: Time) -> World:
    world = World(now=moment.now, rng=random.Random(7))
    world.settings.keep_alive = 0.05
    world.settings.rule_delay = timedelta(0)
    return world


@pytest.fixture
def host(world: World) -> Account:
    return world.add_account("mammohour", verified=True)


@pytest.fixture
def ana(world: World) -> Account:
    return world.add_account("ana_p")


@pytest.fixture
def server(world: World) -> Iterator[Server]:
    with serve(world) as server:
        yield server


@pytest.fixture
def stream(server: Server, host: Account, moment: Time) -> Iterator[Watch]:
    with watching(filtered(server.url, moment)) as watch:
        watch.until(lambda: watch.of(Opened))
        yield watch


# The filtered stream, against the simulated X


def test_posts_that_match_the_rule_arrive(stream: Watch, world: World, ana: Account) -> None:
    world.post(ana, "nothing for us")
    asked = world.post(ana, "#MammoHour does it hurt? 🩷")
    stream.until(lambda: stream.of(Pushed))
    [pushed] = stream.of(Pushed)
    assert (pushed.post.id, pushed.post.author_id, pushed.source) == (asked.id, ana.id, "stream")
    assert pushed.post.text == "#MammoHour does it hurt? 🩷"


def test_what_x_delivers_twice_is_told_twice(stream: Watch, world: World, ana: Account) -> None:
    world.chaos.odds = Odds(duplicate_delivery=1)
    asked = world.post(ana, "#MammoHour does it hurt?")
    stream.until(lambda: len(stream.of(Pushed)) == 2)
    assert {pushed.post.id for pushed in stream.of(Pushed)} == {asked.id}


def test_a_dropped_stream_is_a_hole_and_is_opened_again_at_once(
    stream: Watch, world: World, ana: Account, moment: Time
) -> None:
    world.chaos.drop_stream()
    stream.until(lambda: len(stream.of(Opened)) == 2)
    assert [type(event) for event in stream.events] == [Opened, Lost, Opened]
    assert moment.waits == []
    world.post(ana, "#MammoHour after the hole")
    stream.until(lambda: stream.texts == ["#MammoHour after the hole"])


def test_a_hole_begins_when_the_last_line_came(
    stream: Watch, world: World, ana: Account, moment: Time
) -> None:
    world.chaos.stall_stream()
    moment.seconds = 500  # nothing has come since the beginning
    world.chaos.drop_stream()
    stream.until(lambda: stream.of(Lost))
    assert stream.of(Lost)[0].at < NOON + timedelta(seconds=500)


def test_a_stalled_stream_is_given_up(server: Server, host: Account, world: World, moment: Time) -> None:
    with watching(filtered(server.url, moment, timeouts=(2, 0.3))) as watch:
        watch.until(lambda: watch.of(Opened))
        world.chaos.stall_stream()
        watch.until(lambda: watch.of(Lost))
        world.chaos.resume_stream()
        watch.until(lambda: len(watch.of(Opened)) == 2)
    assert "in time" in watch.of(Lost)[0].why


def test_a_quiet_stream_is_no_stalled_one(server: Server, host: Account, moment: Time) -> None:
    with watching(filtered(server.url, moment, timeouts=(2, 0.5))) as watch:
        watch.until(lambda: watch.of(Opened))
        began = time.monotonic()
        watch.until(lambda: time.monotonic() > began + 1)
        assert [type(event) for event in watch.events] == [Opened]


def test_only_our_own_rules_are_replaced(server: Server, host: Account, world: World, moment: Time) -> None:
    rules = f"{server.url}{push.RULES}"
    theirs = [{"value": "cats", "tag": "theirs"}, {"value": "old", "tag": "askhour"}]
    bearer = {"Authorization": "Bearer app-of-mammohour"}
    requests.post(rules, json={"add": theirs}, headers=bearer, timeout=5)
    with watching(filtered(server.url, moment)) as watch:
        watch.until(lambda: watch.of(Opened))
    found = requests.get(rules, headers=bearer, timeout=5).json()["data"]
    assert sorted((rule["value"], rule["tag"]) for rule in found) == [(RULE, "askhour"), ("cats", "theirs")]


def test_a_post_for_a_foreign_rule_is_not_ours(
    server: Server, host: Account, world: World, ana: Account, moment: Time
) -> None:
    bearer = {"Authorization": "Bearer app-of-mammohour"}
    theirs = {"add": [{"value": "cats"}]}
    requests.post(f"{server.url}{push.RULES}", json=theirs, headers=bearer, timeout=5)
    with watching(filtered(server.url, moment)) as watch:
        watch.until(lambda: watch.of(Opened))
        world.post(ana, "cats and more cats")
        world.post(ana, "cats for #MammoHour")
        watch.until(lambda: watch.of(Pushed))
    assert watch.texts == ["cats for #MammoHour"]


def test_rules_that_vanished_are_set_again(stream: Watch, server: Server, world: World) -> None:
    world.stream_rules.rules.clear()
    world.chaos.drop_stream()
    stream.until(lambda: len(stream.of(Opened)) == 2)
    assert [rule.value for rule in world.stream_rules.rules.values()] == [RULE]


def test_a_rule_that_x_does_not_take_needs_a_person(server: Server, host: Account, moment: Time) -> None:
    wrong = FilteredStream(
        "app-of-mammohour", rule="is:retweet", tag="a", outside=outside(server.url, moment)
    )
    with watching(wrong) as watch:
        watch.until(lambda: watch.of(Stopped))
        watch.until(lambda: not wrong.alive())
    assert "400" in watch.of(Stopped)[0].why


def test_a_forgotten_connection_is_ended_and_waited_for(
    server: Server, host: Account, world: World, moment: Time
) -> None:
    first = filtered(server.url, Time(), waiting=Event)
    with watching(first) as other:
        other.until(lambda: other.of(Opened))
        with watching(filtered(server.url, moment)) as watch:
            watch.until(lambda: watch.of(Lost))
            first.stop()
            watch.until(lambda: watch.of(Opened))
    assert "TooManyConnections" in watch.of(Lost)[0].why
    assert moment.waits[0] == 60


@pytest.mark.parametrize("bearer", ["nonsense", "", "token-of-mammohour"])
def test_wrong_keys_need_a_person(server: Server, host: Account, moment: Time, bearer: str) -> None:
    wrong = filtered(server.url, moment, bearer=bearer)
    with watching(wrong) as watch:
        watch.until(lambda: watch.of(Stopped))
        watch.until(lambda: not wrong.alive())
    assert [type(event) for event in watch.events] == [Lost, Stopped]
    assert ("403" if "token" in bearer else "401") in watch.of(Stopped)[0].why


def test_used_up_credits_need_a_person_and_then_it_goes_on(stream: Watch, world: World, moment: Time) -> None:
    world.settings.credits = Decimal(0)
    world.chaos.drop_stream()
    stream.until(lambda: stream.of(Stopped))
    stream.until(lambda: not stream.push.alive())
    assert "credits" in stream.of(Stopped)[0].why
    world.settings.credits = None
    stream.push.start()
    stream.until(lambda: len(stream.of(Opened)) == 2)


def test_a_server_that_fails_is_asked_ever_less_often(
    server: Server, host: Account, world: World, moment: Time
) -> None:
    world.chaos.odds = Odds(read={Fault.ERROR: 1})
    with watching(filtered(server.url, moment)) as watch:
        watch.until(lambda: len(moment.waits) >= 7)
        world.chaos.odds = Odds()
        watch.until(lambda: watch.of(Opened))
    assert moment.waits[:7] == pytest.approx([5, 10, 20, 40, 80, 160, 320])
    assert [type(event) for event in watch.events] == [Lost, Opened]
    assert watch.of(Lost)[0].at == NOON


def test_a_good_connection_clears_the_record(
    server: Server, host: Account, ana: Account, world: World, moment: Time
) -> None:
    world.chaos.next_read(Fault.ERROR, Fault.ERROR)
    with watching(filtered(server.url, moment)) as watch:
        watch.until(lambda: watch.of(Opened))
        world.chaos.drop_stream()
        watch.until(lambda: len(watch.of(Opened)) == 2)  # at once
        world.chaos.drop_stream()
        watch.until(lambda: len(watch.of(Opened)) == 3)  # and then in the row that the two errors began
        assert moment.waits == pytest.approx([5, 10, 20])
        moment.seconds += HEALTHY
        world.post(ana, "#MammoHour a minute later")
        watch.until(lambda: watch.texts)
        world.chaos.drop_stream()
        watch.until(lambda: len(watch.of(Opened)) == 4)
    assert moment.waits == pytest.approx([5, 10, 20])
    assert len(watch.of(Lost)) == 4  # each hole once, though all have the same reason


# The X Activity API


@pytest.fixture
def activity(world: World, server: Server, host: Account, moment: Time) -> ActivityStream:
    world.settings.private_events_need_oauth2 = False  # the named tokens are not of either kind
    return ActivityStream(
        "app-of-mammohour",
        user=Token(lambda: "token-of-mammohour"),
        user_id=host.id,
        outside=outside(server.url, moment),
    )


@pytest.fixture
def told(activity: ActivityStream) -> Iterator[Watch]:
    with watching(activity) as watch:
        watch.until(lambda: watch.of(Opened))
        yield watch


def test_mentions_replies_and_quotes_arrive(told: Watch, world: World, host: Account, ana: Account) -> None:
    opening = world.post(host, "Ask us anything about mammograms")
    mention = world.post(ana, "@mammohour does it hurt?")
    reply = world.reply(ana, to=opening, text="How long does it take?")
    quote = world.quote(ana, opening, "Good idea")
    told.until(lambda: {p.post.id for p in told.of(Pushed)} == {mention.id, reply.id, quote.id})
    of = {p.post.id: p.post for p in told.of(Pushed)}
    assert of[reply.id].replied_to == of[quote.id].quoted == opening.id
    assert {p.source for p in told.of(Pushed)} == {"activity"}


def test_subscriptions_are_made_once_and_used_again(
    told: Watch, activity: ActivityStream, world: World
) -> None:
    def known() -> list[str]:
        return sorted(one.event for one in world.subscriptions.known.values())

    assert known() == sorted(ACTIVITIES)
    activity.stop()
    activity.start()
    told.until(lambda: len(told.of(Opened)) == 2)
    assert known() == sorted(ACTIVITIES)


def test_a_dropped_activity_stream_is_opened_again(told: Watch, world: World, ana: Account) -> None:
    world.chaos.drop_stream("OperationalDisconnect")
    told.until(lambda: len(told.of(Opened)) == 2)
    assert "OperationalDisconnect" in told.of(Lost)[0].why
    world.post(ana, "@mammohour after the hole")
    told.until(lambda: told.texts == ["@mammohour after the hole"])


def test_without_the_accounts_sign_in_it_stops(server: Server, host: Account, moment: Time) -> None:
    def lost() -> str:
        raise XClosed("sign in again")

    lonely = ActivityStream(
        "app-of-mammohour", user=Token(lost), user_id=host.id, outside=outside(server.url, moment)
    )
    with watching(lonely) as watch:
        watch.until(lambda: watch.of(Stopped))
    assert watch.of(Stopped)[0].why == "sign in again"


def test_both_are_the_same_to_whoever_uses_them(stream: Watch, told: Watch) -> None:
    both: list[Push] = [stream.push, told.push]
    assert [push.name for push in both] == ["stream", "activity"]
    assert all(push.alive() for push in both)
