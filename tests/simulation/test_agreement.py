"""The model does what the outbox does: the same answers of X lead both to the same end, and where the
model has a switch for something that the outbox lacks, the outbox is asked.
"""

import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

import pytest

from bot.core.states import OutgoingState
from bot.flows import moves, outbox
from bot.models import Outgoing, Question
from bot.x.port import Post, X
from bot.x.simulator import Fault
from tests.hour import ASKS, Hour
from tests.simulation import model
from tests.simulation.model import Design, Schedule

FAULTS = {
    "late": Fault.TIMEOUT_LANDS_LATE,
    "silent": Fault.RESET_LANDED,
    "lost": Fault.RESET,
    "error": Fault.ERROR,
    "error_done": Fault.ERROR_LANDED,
    "limited": Fault.RATE_LIMITED,
    "odd": Fault.NOT_PERMITTED,
}
#: What X does with the first call, the second and so on; after that all is well.
COURSES = [
    "",
    "late",
    "silent",
    "lost",
    "error_done",
    "limited",
    "odd",
    "odd odd",
    "error error",
    "lost limited",
]
COURSES += ["limited limited", "limited late", "error late", "error error_done", "limited lost"]


class Fates:
    """In the place of model.FATES: no chance, what was ordered."""

    def __init__(self, course: list[str]) -> None:
        self.course = course

    def __len__(self) -> int:
        return 1

    def __getitem__(self, _: int) -> str:
        return self.course.pop(0) if self.course else "ok"


@pytest.mark.parametrize("course", COURSES)
def test_the_same_answers_lead_to_the_same_end(
    course: str, hour: Hour, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = ready(hour)
    hour.world.chaos.next_post(*(FAULTS[fate] for fate in course.split()))
    for _ in range(40):
        hour.sends()
        hour.time.passes(seconds=61)
        hour.settles()
    row = question.outgoing.get()

    modelled = modelled_end(course.split(), monkeypatch)
    assert (row.state, row.attempts, len(hour.replies_to(question))) == modelled


def modelled_end(course: list[str], monkeypatch: pytest.MonkeyPatch) -> tuple[str, int, int]:
    monkeypatch.setattr(model, "FATES", Fates(course))
    monkeypatch.setattr(model, "STANDSTILL", model.INDEX_LAG)
    schedule = Schedule(0, Design())
    schedule.rows, schedule.trouble = [model.Row("An answer.", "1")], {}
    schedule.chance = random.Random(1).random
    schedule.at(0, model.Sender(schedule))
    schedule.until_quiet()
    row = schedule.rows[0]
    return row.state, row.attempts, len(schedule.posts)


def ready(hour: Hour) -> Question:
    """A question whose answer may leave now."""
    question = hour.is_open().takes_in(ASKS)
    hour.time.passes(seconds=21)
    return question


def test_a_late_call_cannot_write_over_a_newer_attempt(hour: Hour) -> None:
    """The machine stops between intent and look at the clock; meanwhile another process has settled the
    intent and is sending once more. What does the first one do to that attempt when it wakes?
    """
    row = ready(hour).outgoing.get()
    with suppress(moves.TooLate):
        outbox.deliver_next(hour.host, hour.sender, stops_after_the_intent(hour, row))
    row.refresh_from_db()
    assert row.state == OutgoingState.INTENT


def stops_after_the_intent(hour: Hour, row: Outgoing) -> outbox.Clock:
    """A clock at whose second reading the second attempt of another process is on its way."""
    first = iter([hour.time()])

    def clock() -> datetime:
        for now in first:
            return now
        hour.time.passes(minutes=5)
        Outgoing.objects.filter(pk=row.pk).update(
            state=OutgoingState.INTENT, attempts=2, fence=2, intent_at=hour.time() - timedelta(seconds=1)
        )
        return hour.time()

    return clock


def test_a_late_look_cannot_write_over_a_newer_attempt(hour: Hour) -> None:
    """Two processes read the timeline. The quicker one has sent again by the time that the slower one
    has read to the end; that call timed out, and its post is landing.
    """
    question = ready(hour)
    hour.world.chaos.next_post(Fault.RESET)
    hour.sends()
    hour.time.passes(minutes=5)
    hour.settles()
    hour.time.passes(minutes=5)
    row = question.outgoing.get()
    slow = SlowLook(hour, row)
    with suppress(moves.TooLate):
        outbox.settle_unknown(hour.host, replace(hour.sender, x=cast(X, slow)), now=hour.time())
    row.refresh_from_db()
    assert row.state == OutgoingState.UNKNOWN


class SlowLook:
    """A timeline read during which another process sends the row once more and gets no answer."""

    def __init__(self, hour: Hour, row: Outgoing) -> None:
        self.hour, self.row = hour, row

    def own_posts(self, *, since: datetime) -> Sequence[Post]:
        found = self.hour.x.own_posts(since=since)
        now = self.hour.time()
        look_at = now + self.hour.sender.timing.settle
        Outgoing.objects.filter(pk=self.row.pk).update(
            attempts=2, fence=2, looks=0, intent_at=now, look_at=look_at
        )
        return found


def test_a_refusal_of_the_second_attempt_is_doubted(hour: Hour) -> None:
    """The first attempt may be out after all (X's index can stand still for longer than we wait), and
    the 403 without a reason comes and goes. `refused` tells the clinicians that it is not out.
    """
    question = ready(hour)
    hour.world.chaos.next_post(Fault.RESET, Fault.NOT_PERMITTED)
    hour.sends()
    for _ in range(3):
        hour.time.passes(minutes=5)
        hour.settles()
    hour.sends()
    assert question.outgoing.get().state == OutgoingState.HELD
