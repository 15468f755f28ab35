"""The hour when the machine sleeps over its start, and when its clock is set by an hour."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot import config, texts
from bot.core.delivery import Timing
from bot.core.states import CueState, SessionState
from bot.flows import alerts, clocks, host
from bot.jumps import Jumps, Ticks
from bot.models import Alert, AuditEvent, CueRow, Heartbeat, Outgoing, QueueItem, Session
from bot.rounds import Rounds
from tests.hour import OPENS, PLAN, Hour, Time

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def read_texts() -> texts.Texts:
    return texts.read(config.find_content(Path(__file__).parents[2])).on_stage(Timing())


class Machine:
    """The bot's machine: its clock may be wrong. X's clock (`time`) never is."""

    def __init__(self, hour: Hour, read: texts.Texts) -> None:
        self.hour, self.wrong, self.slept = hour, timedelta(), 0.0
        jumps = Jumps(self.clock, self._ticks, counts_sleep=True)
        self.rounds = Rounds(
            texts=read, x={"testhost": hour.x}, clock=self.clock, machine_clock=self.clock, jumps=jumps
        )

    def clock(self) -> datetime:
        return self.hour.time() + self.wrong

    def _ticks(self) -> Ticks:
        passed = (self.hour.time() - OPENS).total_seconds()
        return Ticks(passed - self.slept, passed)

    def at(self, minute: float) -> None:
        """A round at that minute of the hour by the right clock."""
        self.hour.time.now = OPENS + timedelta(minutes=minute)
        self.rounds()

    def sleeps_until(self, minute: float) -> None:
        before = self.hour.time()
        self.hour.time.now = OPENS + timedelta(minutes=minute)
        self.slept += (self.hour.time() - before).total_seconds()
        self.rounds()

    def posted(self) -> list[str]:
        return [post.body for post in self.hour.world.timeline(self.hour.account) if post.replied_to is None]


@pytest.fixture
def machine(hour: Hour, read_texts: texts.Texts) -> Machine:
    return Machine(hour, read_texts)


def told() -> list[tuple[str, str]]:
    return list(AuditEvent.objects.filter(what="clock").values_list("new", "why"))


def states() -> dict[str, str]:
    return dict(CueRow.objects.values_list("kind", "state"))


def test_a_machine_that_slept_over_the_start_opens_late_and_says_so(machine: Machine) -> None:
    machine.at(-1)
    machine.sleeps_until(20)
    assert machine.posted() == [PLAN.welcome]
    assert states() == {"open": CueState.DONE, "prompt": CueState.SKIPPED, "close": CueState.WAITING}
    assert told()[0][0] == "slept"
    assert told()[0][1].startswith("by 21 min")
    machine.at(60)
    assert machine.posted() == [PLAN.welcome, PLAN.closing]


def test_a_machine_that_slept_through_the_hour_cancels_it_and_posts_nothing(machine: Machine) -> None:
    machine.at(-1)
    machine.sleeps_until(90)
    assert machine.posted() == []
    assert Session.objects.get().state == SessionState.CANCELLED


def test_a_clock_that_is_set_forward_by_an_hour_pauses_the_hour_and_a_person_decides(
    machine: Machine,
) -> None:
    machine.at(0)
    machine.at(2)
    machine.wrong = HOUR
    machine.at(3)
    machine.at(4)
    assert machine.posted() == [PLAN.welcome]  # no closing post at minute 4
    assert Session.objects.get().state == SessionState.PAUSED
    assert told() == [
        (
            "set forward",
            "by 60 min 0 s. What was open is paused: look whether the clock is right, then resume.",
        )
    ]
    assert [alert.kind for alert in alerts.open_alerts()] == ["clock"]

    machine.wrong = timedelta()  # somebody mends it
    machine.at(4.5)
    host.resume(Session.objects.get(), who="mo", now=machine.clock())
    for minute in (5, 6, 60, 61):
        machine.at(minute)
    assert machine.posted() == [PLAN.welcome, PLAN.prompts[0].text, PLAN.closing]


def test_a_clock_that_is_set_back_by_an_hour_holds_nothing_up_for_an_hour(machine: Machine) -> None:
    """An answer that could be stopped for some seconds must not wait for an hour and some seconds."""
    hour = machine.hour
    machine.at(0)
    entries = sorted(machine.rounds.texts.faq.entries.values(), key=lambda entry: entry.id)
    for n, entry in enumerate(entries[:5]):
        hour.asks(f"{entry.phrasings[0]}?", who=f"ana{n}")
    machine.at(1)
    waiting = Outgoing.objects.filter(kind="automatic", state="ready").order_by("-not_before")[0]
    machine.wrong = -HOUR
    machine.at(1.1)
    machine.at(2)
    waiting.refresh_from_db()
    assert waiting.state == "sent"
    assert [new for new, _ in told()] == ["set back"]

    later = hour.asks("is my lump bad?", who="bo")
    machine.at(3)  # X is still read
    assert QueueItem.objects.filter(questions__post_id=later.chain[0]).exists()


def test_after_a_clock_was_set_back_the_parts_still_give_signs_of_life(machine: Machine) -> None:
    machine.at(0)
    machine.wrong = -HOUR
    machine.at(1)
    beats = Heartbeat.objects.filter(part__in=alerts.EACH_ROUND).values_list("at", flat=True)
    assert len(beats) == 3
    assert set(beats) == {machine.clock()}


def test_each_post_of_the_plan_leaves_once_whatever_the_clock_does(machine: Machine) -> None:
    machine.at(0)
    for minute, wrong in ((6, HOUR), (7, timedelta()), (8, -HOUR), (9, timedelta()), (10, timedelta())):
        machine.wrong = wrong
        machine.at(minute)
        for session in Session.objects.filter(state=SessionState.PAUSED):
            if not machine.wrong:
                host.resume(session, who="mo", now=machine.clock())
    for minute in (60, 61, 80):
        machine.at(minute)
    posted = machine.posted()
    assert len(posted) == len(set(posted))
    assert posted[0] == PLAN.welcome
    assert posted[-1] == PLAN.closing
    assert Session.objects.get().state == SessionState.CLOSED


def test_a_clock_that_was_set_back_while_nothing_ran_is_noticed_at_the_start(hour: Hour, time: Time) -> None:
    Heartbeat.objects.create(part="sending", at=time() + HOUR)
    clocks.set_back_while_away(now=time())
    assert Alert.objects.get().text.startswith("The machine's clock was set back by 60 min 0 s.")
    clocks.set_back_while_away(now=time())
    assert Alert.objects.count() == 1
