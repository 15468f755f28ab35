"""The filtered stream, read with tweepy's own client."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests
import tweepy

from bot.x.simulator import Account, Server, SimulatorAdapter, World, serve
from bot.x.simulator.chaos import Chaos, Odds
from tests.x.simulator.conftest import Ask, Clock
from tests.x.simulator.waiting import wait_for

RULE = tweepy.StreamRule("(#MammoHour OR @mammohour) -is:retweet", tag="session")


class Reader(tweepy.StreamingClient):  # type: ignore[misc]  # tweepy has no types
    """Keeps what came."""

    def __init__(self, server: Server) -> None:
        super().__init__("app-of-mammohour", max_retries=0)
        self.session.mount("https://api.twitter.com", SimulatorAdapter(server.url))
        self.lines: list[bytes] = []
        self.keep_alives = 0
        self.connections = 0
        self.statuses: list[int] = []

    def on_connect(self) -> None:
        self.connections += 1

    def on_data(self, raw_data: bytes) -> None:
        self.lines.append(raw_data)

    def on_keep_alive(self) -> None:
        self.keep_alives += 1

    def on_closed(self, response: requests.Response) -> None:
        del response  # what it says is of no use to a test
        self.disconnect()

    def on_connection_error(self) -> None:
        self.disconnect()

    def on_request_error(self, status_code: int) -> None:
        self.statuses.append(status_code)
        self.disconnect()


def looked_again(clock: Clock) -> None:
    """Whatever a stream could have sent, it has: it asks for the time before it looks for posts."""
    asked = clock.asked
    wait_for(lambda: clock.asked >= asked + 12)


@pytest.fixture
def reader(server: Server, host: Account) -> Iterator[Reader]:
    del host  # the app belongs to it
    reader = Reader(server)
    yield reader
    reader.disconnect()
    if reader.thread:
        reader.thread.join(5)
    reader.session.close()


@pytest.fixture
def reading(reader: Reader) -> Reader:
    reader.add_rules(RULE)
    reader.filter(threaded=True)
    wait_for(lambda: reader.connections)
    return reader


def test_posts_that_match_a_rule_arrive_with_it(reading: Reader, world: World, ana: Account) -> None:
    world.post(ana, "nothing for us")
    world.post(ana, "#mammohour does it hurt?")
    wait_for(lambda: reading.lines)
    [line] = [json.loads(line) for line in reading.lines]
    assert line["data"]["text"] == "#mammohour does it hurt?"
    assert [rule["tag"] for rule in line["matching_rules"]] == ["session"]
    assert world.ledger.count("post_read") == 1


def test_what_a_post_quotes_is_matched_too(reading: Reader, world: World, ana: Account) -> None:
    first = world.post(ana, "#MammoHour does it hurt?")
    quoting = world.quote(ana, first, "Good question.")
    wait_for(lambda: len(reading.lines) == 2)
    assert quoting.id.encode() in reading.lines[1]


def test_an_idle_stream_sends_empty_lines(reading: Reader) -> None:
    wait_for(lambda: reading.keep_alives >= 2)


def test_a_rule_without_a_tag_has_none_in_the_stream(reader: Reader, world: World, ana: Account) -> None:
    reader.add_rules(tweepy.StreamRule("hurt"))
    reader.filter(threaded=True)
    wait_for(lambda: reader.connections)
    world.post(ana, "does it hurt?")
    wait_for(lambda: reader.lines)
    assert b'"tag"' not in reader.lines[0]


def test_a_second_connection_is_refused(reading: Reader, ask: Ask) -> None:
    answer = ask("GET", "/2/tweets/search/stream", "app-of-mammohour")
    assert answer.status_code == 429
    assert answer.json() == {
        "title": "ConnectionException",
        "detail": "This stream is currently at the maximum allowed connection limit.",
        "connection_issue": "TooManyConnections",
        "type": "https://api.x.com/2/problems/streaming-connection",
    }
    assert reading.connections == 1


def test_a_connection_that_is_killed_makes_room(reading: Reader, ask: Ask) -> None:
    [open_one] = ask("GET", "/2/connections", "app-of-mammohour").json()["data"]
    assert open_one["endpoint_name"] == "filtered_stream"
    killed = ask("DELETE", "/2/connections/all", "app-of-mammohour").json()["data"]
    assert killed["results"] == [{"uuid": open_one["id"], "success": True}]
    wait_for(lambda: not reading.running)
    [ended] = ask("GET", "/2/connections", "app-of-mammohour").json()["data"]
    assert ended["disconnected_at"]


def test_a_connection_may_be_counted_after_its_reader_left(
    reading: Reader, world: World, ask: Ask, clock: Clock
) -> None:
    world.settings.connection_lingers = timedelta(seconds=45)
    reading.disconnect()
    wait_for(lambda: world.connections.known[0].closed_at)
    assert ask("GET", "/2/tweets/search/stream", "app-of-mammohour").status_code == 429
    clock.pass_(seconds=46)
    with ask("GET", "/2/tweets/search/stream", "app-of-mammohour", stream=True) as answer:
        assert answer.status_code == 200


def test_a_rule_counts_only_after_a_while_and_so_does_its_end(
    reading: Reader, world: World, ana: Account, clock: Clock
) -> None:
    world.settings.rule_delay = timedelta(seconds=20)
    reading.add_rules(tweepy.StreamRule("hurt", tag="late"))
    world.post(ana, "one does hurt")
    looked_again(clock)
    clock.pass_(seconds=21)
    world.post(ana, "two does hurt")
    wait_for(lambda: reading.lines)
    reading.delete_rules([rule.id for rule in reading.get_rules().data])
    world.post(ana, "three does hurt")
    wait_for(lambda: len(reading.lines) == 2)
    clock.pass_(seconds=21)
    world.post(ana, "four does hurt")
    looked_again(clock)
    texts = [json.loads(line)["data"]["text"] for line in reading.lines]
    assert texts == ["two does hurt", "three does hurt"]


def test_x_may_say_why_it_closes_a_stream(reading: Reader, world: World) -> None:
    world.chaos.drop_stream("UpstreamOperationalDisconnect")
    wait_for(lambda: not reading.running)
    [problem] = json.loads(reading.lines[0])["errors"]
    assert problem["disconnect_type"] == "UpstreamOperationalDisconnect"
    with pytest.raises(ValueError, match="SlowReader"):
        world.chaos.drop_stream("Tired")


def test_on_a_bad_evening_a_stream_lives_for_a_minute(
    reading: Reader, world: World, ana: Account, clock: Clock
) -> None:
    world.chaos = Chaos(odds=Odds(stream_lives=Chaos.level("bad evening").odds.stream_lives))
    clock.pass_(seconds=59)
    looked_again(clock)
    assert reading.running
    clock.pass_(seconds=1)
    wait_for(lambda: not reading.running)


def test_a_used_up_cap_is_told_on_the_stream_before_it_closes(
    reading: Reader, world: World, ana: Account
) -> None:
    world.settings.monthly_read_cap = 0
    world.post(ana, "#MammoHour does it hurt?")
    wait_for(lambda: not reading.running)
    [problem] = json.loads(reading.lines[0])["errors"]
    assert problem["title"] == "UsageCapExceeded"


def test_what_came_before_is_for_those_who_pay_for_it(reading: Reader, world: World, ask: Ask) -> None:
    path = "/2/tweets/search/stream?backfill_minutes=5"
    assert ask("GET", path, "app-of-mammohour").status_code == 400
    world.settings.enterprise = True
    with ask("GET", path, "app-of-mammohour", stream=True) as answer:
        assert answer.status_code == 200  # the second connection of two


def test_a_stream_without_rules_is_refused(reader: Reader) -> None:
    reader.filter()
    assert reader.statuses == [409]


def test_rules_are_listed_refused_and_deleted(reader: Reader) -> None:
    reader.add_rules(RULE)
    [rule] = reader.get_rules().data
    assert (rule.value, rule.tag) == (RULE.value, "session")
    with pytest.raises(tweepy.BadRequest):
        reader.add_rules(RULE)
    with pytest.raises(tweepy.BadRequest):
        reader.add_rules(tweepy.StreamRule("is:retweet"))
    reader.add_rules(tweepy.StreamRule("other"), dry_run=True)
    reader.delete_rules(rule.id)
    assert reader.get_rules().data is None


def test_a_dropped_stream_loses_what_came_meanwhile(reading: Reader, world: World, ana: Account) -> None:
    world.chaos.drop_stream()
    wait_for(lambda: not reading.running)
    assert reading.thread is not None
    reading.thread.join(5)
    world.post(ana, "#MammoHour missed")
    reading.filter(threaded=True)
    wait_for(lambda: reading.connections == 2)
    world.post(ana, "#MammoHour seen")
    wait_for(lambda: reading.lines)
    assert [b"seen" in line for line in reading.lines] == [True]


def test_a_stalled_stream_says_nothing_and_stays_open(
    reading: Reader, world: World, ana: Account, clock: Clock
) -> None:
    world.chaos.stall_stream()
    world.post(ana, "#MammoHour does it hurt?")
    looked_again(clock)
    assert reading.lines == []
    assert reading.running
    world.chaos.resume_stream()
    wait_for(lambda: reading.lines)


def test_a_post_may_come_late_and_twice(reading: Reader, world: World, ana: Account, clock: Clock) -> None:
    world.chaos.odds = Odds(index_lag=(60, 60), duplicate_delivery=1)
    world.post(ana, "#MammoHour does it hurt?")
    looked_again(clock)
    assert reading.lines == []
    clock.pass_(seconds=61)
    wait_for(lambda: len(reading.lines) == 2)
    assert reading.lines[0] == reading.lines[1]


def test_an_open_stream_does_not_hold_up_the_end(world: World, host: Account) -> None:
    """If it did, this test would not end either: nothing else closes the stream."""
    del host
    with serve(world) as server:
        reader = Reader(server)
        reader.add_rules(RULE)
        reader.filter(threaded=True)
        wait_for(lambda: reader.connections)
    assert reader.thread is not None
    reader.thread.join(5)
    assert not reader.thread.is_alive()
    reader.session.close()
