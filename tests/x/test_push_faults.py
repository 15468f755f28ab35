"""The push sources over real HTTP, where what X sends is bad, odd, too much or nothing."""

import json
import time
from threading import Event, active_count
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.core.backoff import CEILING
from bot.x import push_reader
from bot.x.push import (
    RULES,
    SUBSCRIPTIONS,
    ActivityStream,
    FilteredStream,
    Lost,
    Opened,
    Pushed,
    Stopped,
    Token,
)
from bot.x.push_lines import Found
from tests.x.push_watch import NOON, RULE, Reply, Scripted, Time, filtered, outside, scripted, watching

BEARER = "AAAA-very-secret-bearer"
STREAM = ("GET", "/2/tweets/search/stream")
QUIET = Reply(stays=True)
CROWDED = {"title": "ConnectionException", "connection_issue": "TooManyConnections"}


@pytest.fixture
def moment() -> Time:
    return Time()


def line(text: str, number: int = 1) -> bytes:
    post = {"id": str(number), "author_id": "7", "created_at": "2027-02-03T19:00:00.000Z", "text": text}
    return json.dumps({"data": post}, ensure_ascii=False).encode() + b"\r\n"


def refusal(status: int, body: Any, **headers: str) -> Reply:
    return Reply(
        status, (json.dumps(body).encode(),), tuple((k.replace("_", "-"), v) for k, v in headers.items())
    )


def streams(server: Scripted) -> int:
    return server.asked.count(STREAM)


def test_a_letter_cut_in_two_and_a_broken_line_cost_no_other_line(moment: Time) -> None:
    raw = line("Ça va? 🩷", 1)
    cut = raw.index("🩷".encode()) + 2
    parts = (b"\r\n", raw[:cut], raw[cut:], b'{"data": {"id": "no"}}\r\n\xff\xff\r\n', line("next", 2))
    with scripted(Reply(parts=parts, stays=True)) as server, watching(filtered(server.url, moment)) as watch:
        watch.until(lambda: len(watch.of(Pushed)) == 2)
        assert watch.texts == ["Ça va? 🩷", "next"]
        assert watch.push.unreadable == 2
        assert [type(event) for event in watch.events] == [Opened, Pushed, Pushed]


def test_the_last_line_counts_without_its_end(moment: Time) -> None:
    with (
        scripted(Reply(parts=(line("cut short")[:-2],)), QUIET) as server,
        watching(filtered(server.url, moment)) as watch,
    ):
        watch.until(lambda: len(watch.of(Opened)) == 2)
    assert watch.texts == ["cut short"]


def test_a_stream_is_asked_for_as_it_is(moment: Time) -> None:
    """Compressed lines would wait in a buffer; a redirect would take the bearer elsewhere."""
    moved = Reply(302, headers=(("location", "/2/elsewhere"),))
    with scripted(moved, QUIET) as server, watching(filtered(server.url, moment)) as watch:
        watch.until(lambda: watch.of(Opened))
        assert {path for _, path in server.asked} == {RULES, STREAM[1]}
        assert {sent["Accept-Encoding"] for sent in server.headers} == {"identity"}


def test_a_rule_that_x_spells_otherwise_is_not_taken_for_an_older_one(moment: Time) -> None:
    with scripted(QUIET) as server:
        server.listed = [{"id": "1", "value": RULE.lower(), "tag": "askhour"}]
        server.posted = refusal(400, {"errors": [{"title": "DuplicateRule"}]})
        with watching(filtered(server.url, moment)) as watch:
            watch.until(lambda: watch.of(Opened))
        assert server.asked.count(("POST", RULES)) == 1  # no second one, which would delete it


def test_a_subscription_that_is_there_already_is_no_reason_to_stop(moment: Time) -> None:
    with scripted(QUIET) as server:
        server.listed, server.posted = [], refusal(400, {"errors": [{"message": "it already exists"}]})
        user = Token(lambda: "of-the-account")
        activity = ActivityStream(BEARER, user=user, user_id="5", outside=outside(server.url, moment))
        with watching(activity) as watch:
            watch.until(lambda: watch.of(Opened))
        tokens = {
            asked: sent["Authorization"] for asked, sent in zip(server.asked, server.headers, strict=True)
        }
    assert tokens == {
        ("GET", SUBSCRIPTIONS): f"Bearer {BEARER}",
        ("POST", SUBSCRIPTIONS): "Bearer of-the-account",
        ("GET", "/2/activity/stream"): f"Bearer {BEARER}",
    }


def test_a_server_that_accepts_and_closes_at_once_is_not_hammered(moment: Time) -> None:
    with scripted(Reply()) as server, watching(filtered(server.url, moment)) as watch:
        watch.until(lambda: len(moment.waits) >= 8)
    assert moment.waits[:8] == pytest.approx([5, 10, 20, 40, 80, 160, 320, 320])


def test_a_server_that_resets_at_once_is_not_hammered_either(moment: Time) -> None:
    """Nobody listens: network errors, 0.25 s more each time, and never more than X allows."""
    with watching(filtered("http://127.0.0.1:9", moment)) as watch:
        watch.until(lambda: len(moment.waits) > CEILING)
    assert moment.waits[:4] == pytest.approx([0.25, 0.5, 0.75, 1])
    assert sum(moment.waits[: CEILING - 1]) > 850
    assert [type(event) for event in watch.events] == [Lost]
    assert watch.of(Lost)[0].at == NOON


def test_x_tells_why_it_ends_a_stream(moment: Time) -> None:
    told = {
        "errors": [{"title": "operational-disconnect", "disconnect_type": "UpstreamOperationalDisconnect"}]
    }
    saying = Reply(parts=(json.dumps(told).encode() + b"\r\n",), stays=True)
    with scripted(saying, QUIET) as server, watching(filtered(server.url, moment)) as watch:
        watch.until(lambda: len(watch.of(Opened)) == 2)
    assert watch.of(Lost)[0].why == "X ended the stream: UpstreamOperationalDisconnect"
    assert moment.waits == []


def test_too_many_connections_are_ended_once_and_waited_for(moment: Time) -> None:
    crowded = refusal(429, CROWDED)
    with (
        scripted(crowded, crowded, crowded, QUIET) as server,
        watching(filtered(server.url, moment)) as watch,
    ):
        watch.until(lambda: watch.of(Opened))
        assert server.asked.count(("DELETE", "/2/connections/all")) == 1
    assert moment.waits == [60, 120, 240]
    assert [type(event) for event in watch.events] == [Lost, Opened]


def test_a_rate_limit_is_waited_for_as_long_as_x_says(moment: Time) -> None:
    reset = str(int(NOON.timestamp()) + 300)
    limited = refusal(429, {"title": "Too Many Requests"}, x_rate_limit_reset=reset)
    with scripted(limited, QUIET) as server, watching(filtered(server.url, moment)) as watch:
        watch.until(lambda: watch.of(Opened))
    assert moment.waits == [301]


@pytest.mark.parametrize(
    ("reply", "part"),
    [
        (refusal(401, {"title": "Unauthorized"}), "401"),
        (refusal(402, {"title": "CreditsDepleted"}), "credits"),
        (refusal(403, {"reason": "client-not-enrolled"}), "client-not-enrolled"),
        (refusal(429, {"title": "UsageCapExceeded"}), "usage cap"),
        (Reply(parts=(b'{"errors":[{"title":"UsageCapExceeded"}]}\r\n',), stays=True), "usage cap"),
    ],
)
def test_what_only_a_person_can_mend_is_tried_once(moment: Time, reply: Reply, part: str) -> None:
    with scripted(reply) as server, watching(filtered(server.url, moment)) as watch:
        watch.until(lambda: watch.of(Stopped))
        watch.until(lambda: not watch.push.alive())
        assert streams(server) == 1
    assert part in watch.of(Stopped)[0].why
    assert [type(event) for event in watch.events if not isinstance(event, Opened)] == [Lost, Stopped]


def test_rules_that_never_count_need_a_person(moment: Time) -> None:
    """A rule takes up to 20 s: so long the answer "no rules" is no reason to give up."""
    with scripted(refusal(409, {})) as server, watching(filtered(server.url, moment)) as watch:
        watch.until(lambda: watch.of(Stopped))
        assert streams(server) == 4
    assert moment.waits == [5, 10, 20]


def test_a_bot_that_takes_nothing_loses_the_connection_and_no_memory(moment: Time) -> None:
    flood = Reply(parts=tuple(line(f"post {n}", n) for n in range(1, 30)), stays=True)
    with (
        scripted(flood, QUIET) as server,
        watching(filtered(server.url, moment, room=5)) as watch,
    ):
        wait_until(lambda: streams(server) == 1 and len(moment.waits) > 3)
        assert streams(server) == 1
        watch.until(lambda: len(watch.of(Opened)) == 2)
    assert [type(event) for event in watch.events] == [Opened, *[Pushed] * 4, Lost, Opened]
    assert "nobody takes" in watch.of(Lost)[0].why


def test_a_mistake_of_ours_is_a_hole_and_not_the_end(moment: Time, monkeypatch: pytest.MonkeyPatch) -> None:
    def mistaken(line: bytes) -> Found:
        raise ZeroDivisionError("does it hurt?")

    with scripted(Reply(parts=(line("a"),), stays=True), QUIET) as server:
        stream = filtered(server.url, moment)
        monkeypatch.setattr(stream._source, "find", mistaken)
        with watching(stream) as watch:
            watch.until(lambda: len(watch.of(Opened)) == 2)
    assert watch.of(Lost)[0].why == "a mistake in the program (ZeroDivisionError)"


def test_it_stops_in_the_middle_of_a_silence_of_a_wait_and_of_nothing(moment: Time) -> None:
    threads = active_count()
    with scripted(QUIET) as server:
        silent = filtered(server.url, moment, waiting=Event, timeouts=(5, 45))
        silent.stop()  # before it began
        with watching(silent) as watch:
            watch.until(lambda: watch.of(Opened))
            began = time.monotonic()
            silent.stop()
            assert time.monotonic() - began < 2
            silent.stop()
            assert silent.taken() == []
    with scripted(Reply(503)) as server:
        waiting = filtered(server.url, moment, waiting=Event)
        with watching(waiting) as watch:
            watch.until(lambda: watch.of(Lost))
            began = time.monotonic()
            waiting.stop()
            assert time.monotonic() - began < 2
    wait_until(lambda: active_count() <= threads)


def test_a_thread_that_waits_for_an_answer_is_left_behind_and_says_nothing(
    moment: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push_reader, "PATIENCE", 0.1)
    threads = active_count()
    with scripted(Reply(status=0, stays=True)) as server:
        mute = filtered(server.url, moment)
        with watching(mute):
            wait_until(lambda: streams(server))
        assert mute.taken() == []
    wait_until(lambda: active_count() <= threads)
    assert mute.taken() == []


def test_a_log_that_cannot_be_written_costs_no_post(moment: Time, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(push_reader, "log", None)
    replies = Reply(503), Reply(parts=(line("a"),)), QUIET
    with scripted(*replies) as server, watching(filtered(server.url, moment)) as watch:
        watch.until(lambda: len(watch.of(Opened)) == 2)
    assert watch.texts == ["a"]


def test_starting_twice_is_starting_once(moment: Time) -> None:
    with scripted(QUIET) as server, watching(filtered(server.url, moment)) as watch:
        watch.push.start()
        watch.until(lambda: watch.of(Opened))
        assert streams(server) == 1


def test_starting_anew_is_no_way_round_a_wait(moment: Time) -> None:
    noted: list[float | None] = []

    class Noting(Event):
        def wait(self, timeout: float | None = None) -> bool:
            noted.append(timeout)
            return super().wait(timeout)

    with scripted(refusal(429, {})) as server:
        stream = filtered(server.url, moment, waiting=Noting)
        for runs in ([0, 60], [60]):
            noted.clear()
            with watching(stream) as watch:
                watch.until(lambda: noted[-1:] == [60])
            assert noted == runs
        assert streams(server) == 1


def test_the_bearer_goes_to_x_and_nowhere_else(moment: Time) -> None:
    with capture_logs() as logs, scripted(Reply(503), refusal(401, {})) as server:
        stream = filtered(server.url, moment, bearer=BEARER)
        with watching(stream) as watch:
            watch.until(lambda: watch.of(Stopped))
        assert {sent["Authorization"] for sent in server.headers} == {f"Bearer {BEARER}"}
        told = repr([logs, watch.events, stream, vars(stream)["_outside"], Token(lambda: BEARER)])
    assert BEARER not in told
    unsendable = FilteredStream(f"{BEARER}\n", rule=RULE, tag="a", outside=outside(server.url, moment))
    with capture_logs() as logs, watching(unsendable) as watch:
        watch.until(lambda: watch.of(Lost))
    assert BEARER not in repr([logs, watch.events])


def wait_until(condition: Any) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.005)
