"""Notices that the machine slept, or that somebody set its clock."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from bot.clock import Clock

#: Smaller ones are what time servers do all day.
WORTH_TELLING = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Ticks:
    """Seconds since some moment: `running` stands still while the machine sleeps, `all` does not."""

    running: float
    all: float


def ticks() -> Ticks:
    """Where a system cannot count its sleep, a clock that was set forward looks like sleep."""
    running = time.monotonic()
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return Ticks(running, time.clock_gettime(boot) if boot is not None else running)


@dataclass(frozen=True, slots=True)
class Jump:
    """`slept` is how long the machine slept; `moved` by how much its clock was set, back if negative."""

    slept: timedelta
    moved: timedelta


@dataclass(slots=True)
class Jumps:
    """Called again and again: says what has happened to the clock since the last call."""

    clock: Clock
    ticks: Callable[[], Ticks] = ticks
    counts_sleep: bool = hasattr(time, "CLOCK_BOOTTIME")
    _last: tuple[float, Ticks] | None = field(default=None)

    def __call__(self) -> Jump | None:
        wall, now = self.clock().timestamp(), self.ticks()
        last, self._last = self._last, (wall, now)
        if last is None:
            return None
        slept = (now.all - last[1].all) - (now.running - last[1].running)
        moved = (wall - last[0]) - (now.all - last[1].all)
        if not self.counts_sleep and moved > 0:
            slept, moved = moved, 0.0
        found = Jump(_worth(slept), _worth(moved))
        return found if found.slept or found.moved else None


def _worth(seconds: float) -> timedelta:
    jump = timedelta(seconds=round(seconds))
    return jump if abs(jump) > WORTH_TELLING else timedelta()
