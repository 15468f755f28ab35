"""A machine that sleeps, and a clock that somebody sets."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from bot.jumps import Jump, Jumps, Ticks
from bot.runtime import Engine

HOUR = timedelta(hours=1)
NOTHING = timedelta()


class Machine:
    """Its wall clock, the seconds that it ran, and those that went by."""

    def __init__(self) -> None:
        self.wall, self.running, self.all = datetime(2027, 2, 3, 19, 0, tzinfo=UTC), 0.0, 0.0
        self.jumps = Jumps(lambda: self.wall, lambda: Ticks(self.running, self.all), counts_sleep=True)
        self.jumps()

    def runs(self, seconds: float) -> None:
        self.wall, self.running, self.all = (
            self.wall + timedelta(seconds=seconds), self.running + seconds, self.all + seconds,
        )  # fmt: skip

    def sleeps(self, seconds: float) -> None:
        self.wall, self.all = self.wall + timedelta(seconds=seconds), self.all + seconds


@pytest.mark.parametrize("seconds", [0.5, 4, 3600])
def test_time_that_goes_by_is_no_jump(seconds: float) -> None:
    machine = Machine()
    machine.runs(seconds)
    assert machine.jumps() is None


def test_sleep_and_a_clock_that_was_set_are_told_apart() -> None:
    machine = Machine()
    machine.sleeps(3600)
    machine.runs(1)
    assert machine.jumps() == Jump(HOUR, NOTHING)
    machine.wall += HOUR
    assert machine.jumps() == Jump(NOTHING, HOUR)
    machine.wall -= HOUR
    assert machine.jumps() == Jump(NOTHING, -HOUR)
    assert machine.jumps() is None


def test_what_a_time_server_does_all_day_is_not_told() -> None:
    machine = Machine()
    machine.wall += timedelta(seconds=2)
    assert machine.jumps() is None


def test_where_sleep_is_not_counted_a_jump_forward_is_taken_for_sleep() -> None:
    machine = Machine()
    machine.jumps.counts_sleep = False
    machine.wall += HOUR
    assert machine.jumps() == Jump(HOUR, NOTHING)


def test_the_rounds_go_on_when_the_clock_was_set_back_by_an_hour() -> None:
    """To the scheduler it looks as if the next round were due in an hour."""
    came = threading.Semaphore(0)
    with Engine(came.release, every=0.05) as engine:
        assert came.acquire(timeout=10)
        engine._job.modify(next_run_time=datetime.now(UTC) + HOUR)
        while came.acquire(blocking=False):
            pass
        assert came.acquire(timeout=10)
