"""The filtered stream, read with tweepy's own client."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
import tweepy

from bot.x.simulator import Account, Server, SimulatorAdapter, World, serve
from bot.x.simulator.chaos import Odds

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


def wait_for(condition: Callable[[], object]) -> None:
    """Until another thread got there; a stream has no other sign."""
    end = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


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


def test_a_second_connection_is_refused(reading: Reader, server: Server) -> None:
    answer = requests.get(
        f"{server.url}/2/tweets/search/stream",
        headers={"Authorization": "Bearer app-of-mammohour"},
        timeout=5,
    )
    assert answer.status_code == 429
    assert answer.json()["connection_issue"] == "TooManyConnections"
    assert reading.connections == 1


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


def test_a_stalled_stream_says_nothing_and_stays_open(reading: Reader, world: World, ana: Account) -> None:
    world.chaos.stall_stream()
    time.sleep(0.1)
    before = reading.keep_alives
    world.post(ana, "#MammoHour does it hurt?")
    time.sleep(0.3)
    assert (reading.lines, reading.keep_alives) == ([], before)
    world.chaos.resume_stream()
    wait_for(lambda: reading.lines)


def test_a_post_may_come_late_and_twice(reading: Reader, world: World, ana: Account, clock: Any) -> None:
    world.chaos.odds = Odds(index_lag=(60, 60), duplicate_delivery=1)
    world.post(ana, "#MammoHour does it hurt?")
    time.sleep(0.2)
    assert reading.lines == []
    clock.pass_(seconds=61)
    wait_for(lambda: len(reading.lines) == 2)
    assert reading.lines[0] == reading.lines[1]


def test_an_open_stream_does_not_hold_up_the_end(world: World, host: Account) -> None:
    del host
    with serve(world) as server:
        reader = Reader(server)
        reader.add_rules(RULE)
        reader.filter(threaded=True)
        wait_for(lambda: reader.connections)
        begun = time.monotonic()
    assert time.monotonic() - begun < 1
    assert reader.thread is not None
    reader.thread.join(5)
    assert not reader.thread.is_alive()
    reader.session.close()
