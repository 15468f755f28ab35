"""Stop everything: nothing leaves, from any process, until a person lifts it."""

import threading
from collections.abc import Callable
from datetime import timedelta
from time import monotonic

import pytest
from django.db import connection, transaction

from bot.core.delivery import Urgency
from bot.core.states import OutgoingState
from bot.core.triage import Route
from bot.flows import host, outbox, stopping
from bot.models import AuditEvent, Outgoing, Session
from tests.hour import ASKS, OPENS, PLAN, Hour, Time


def elsewhere(do: Callable[[], object]) -> threading.Thread:
    """Runs it with a connection of its own, as another process has."""

    def run() -> None:
        try:
            do()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def a_ready_answer(hour: Hour) -> Outgoing:
    question = hour.is_open().takes_in(ASKS)
    hour.time.passes(seconds=30)
    return question.outgoing.get(state=OutgoingState.READY)


def test_nothing_leaves_while_everything_is_stopped_and_all_goes_on_when_it_is_lifted(hour: Hour) -> None:
    row = a_ready_answer(hour)
    assert stopping.stop(who="mo", now=hour.time(), why="a wrong answer") == 1
    hour.sends()
    row.refresh_from_db()
    assert row.state == OutgoingState.READY
    assert len(hour.world.timeline(hour.account)) == 1  # the welcome

    assert stopping.lift(who="mo", now=hour.time()) == 1
    hour.sends()
    row.refresh_from_db()
    assert row.state == OutgoingState.SENT
    told = AuditEvent.objects.filter(what="HostAccount".casefold()).values_list("who", "new", "why")
    assert [*told][-2:] == [("mo", "stopped", "a wrong answer"), ("mo", "running", "")]


def test_who_is_second_stops_nothing_and_lifts_nothing(hour: Hour) -> None:
    assert [stopping.stop(who=who, now=hour.time()) for who in ("mo", "li")] == [1, 0]
    assert [stopping.lift(who=who, now=hour.time()) for who in ("mo", "li")] == [1, 0]


def test_a_signpost_stays_too(hour: Hour) -> None:
    row = a_ready_answer(hour)
    Outgoing.objects.filter(pk=row.pk).update(kind=Outgoing.Kind.SIGNPOST, urgency=0)
    stopping.stop(who="mo", now=hour.time())
    assert not outbox.deliver_next(hour.host, hour.sender, hour.time)


def test_a_stop_of_another_process_holds_for_one_that_does_not_know_of_it_yet(hour: Hour) -> None:
    """The sender has chosen its post when the stop comes: the intent's own transaction refuses it."""
    row = a_ready_answer(hour)
    elsewhere(lambda: stopping.stop(who="mo", now=hour.time())).join()
    with pytest.raises(stopping.NotNow), transaction.atomic():
        outbox._intend(row, now=hour.time())
    row.refresh_from_db()
    assert (row.state, row.intent_at) == (OutgoingState.READY, None)


def test_a_stop_between_the_intent_and_the_call_still_holds(hour: Hour) -> None:
    row = a_ready_answer(hour)
    with transaction.atomic():
        outbox._intend(row, now=hour.time())
    elsewhere(lambda: stopping.stop(who="mo", now=hour.time())).join()
    outbox._call(row, hour.sender, hour.time)
    row.refresh_from_db()
    assert (row.state, row.attempts) == (OutgoingState.READY, 0)
    assert len(hour.world.timeline(hour.account)) == 1


def test_a_stop_waits_for_the_intent_that_is_just_being_written_and_then_holds(hour: Hour) -> None:
    """Two connections: what `stop` returns after is the last intent there is."""
    row = a_ready_answer(hour)
    written, states = threading.Event(), []

    def stop() -> None:
        written.wait(5)
        stopping.stop(who="mo", now=hour.time())
        states.append(Outgoing.objects.get(pk=row.pk).state)

    thread = elsewhere(stop)
    with transaction.atomic():
        outbox._intend(row, now=hour.time())
        written.set()
        thread.join(0.2)
        assert thread.is_alive()  # it waits for our commit
    thread.join()
    assert states == [OutgoingState.INTENT]


def test_senders_at_full_speed_stand_still_within_a_second(hour: Hour) -> None:
    """Two senders, each with a connection of its own. Only calls that were under way may still land."""
    hour.is_open()
    for number in range(12):
        new = outbox.New(
            host=hour.host, session=hour.session, kind=Outgoing.Kind.CUE, text=f"Number {number}.",
            approved_by="Dr Test", route=Route.HOST_POST, urgency=Urgency.HOST,
        )  # fmt: skip
        outbox.put(new, now=hour.time())
    senders = [elsewhere(hour.sends) for _ in range(2)]
    while len(hour.world.timeline(hour.account)) < 3:
        pass
    begin = monotonic()
    stopping.stop(who="mo", now=hour.time())
    seconds, out = monotonic() - begin, len(hour.world.timeline(hour.account))
    for sender in senders:
        sender.join()
    assert seconds < 1
    assert len(hour.world.timeline(hour.account)) <= out + len(senders)
    assert Outgoing.objects.filter(state=OutgoingState.READY).count() >= 12 - out - len(senders)


def test_while_stopped_prompts_wait_and_no_heap_of_them_leaves_afterwards(hour: Hour) -> None:
    hour.is_open()
    stopping.stop(who="mo", now=hour.time())
    hour.time.now = OPENS + timedelta(minutes=50)
    hour.cues()
    hour.sends()
    stopping.lift(who="mo", now=hour.time())
    hour.cues()
    hour.sends()
    assert [post.body for post in hour.world.timeline(hour.account)] == [PLAN.welcome]


def test_a_prompt_that_waited_too_long_in_the_outbox_is_not_sent(hour: Hour) -> None:
    hour.is_open()
    hour.time.now = OPENS + timedelta(minutes=5)
    hour.cues()
    stopping.stop(who="mo", now=hour.time())
    hour.time.now = OPENS + timedelta(minutes=40)
    stopping.lift(who="mo", now=hour.time())
    hour.sends()
    row = Outgoing.objects.get(cue__kind="prompt")
    assert row.state == OutgoingState.STOPPED
    assert "late" in row.reason


def test_in_a_pause_only_signposts_leave(hour: Hour) -> None:
    row = a_ready_answer(hour)
    signpost = Outgoing.objects.create(
        host=row.host, session=row.session, kind=Outgoing.Kind.SIGNPOST, question=row.question,
        text="Please call.", text_hash=outbox.hash_of("Please call."), approved_by="Dr Sign",
        created_at=hour.time(), not_before=hour.time(), route=row.route, urgency=0,
        in_reply_to=row.in_reply_to,
    )  # fmt: skip
    host.pause(Session.objects.get(), who="mo", now=hour.time(), why="an incident")
    hour.sends()
    assert [Outgoing.objects.get(pk=one.pk).state for one in (signpost, row)] == ["sent", "ready"]
    with pytest.raises(stopping.NotNow), transaction.atomic():
        outbox._intend(row, now=hour.time())

    host.resume(Session.objects.get(), who="mo", now=hour.time())
    hour.sends()
    assert Outgoing.objects.get(pk=row.pk).state == OutgoingState.SENT


def test_a_paused_hour_does_not_close_by_itself(hour: Hour, time: Time) -> None:
    hour.is_open()
    host.pause(Session.objects.get(), who="mo", now=hour.time(), why="an incident")
    time.now = OPENS + timedelta(minutes=61)
    hour.cues()
    assert Session.objects.get().state == "paused"
    host.resume(Session.objects.get(), who="mo", now=hour.time())
    hour.cues()
    assert Session.objects.get().state == "closing"
