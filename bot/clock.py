"""Clocks. Only what runs the bot asks one; everything below is told the time."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

Clock = Callable[[], datetime]

FILE = "clock.json"


def system_clock() -> datetime:
    return datetime.now(UTC)


class FastClock:
    """Shows `start` at `began` (seconds of `ticks`) and runs `speed` times as fast from there."""

    def __init__(
        self,
        start: datetime,
        speed: float,
        *,
        ticks: Callable[[], float] = time.time,
        began: float | None = None,
    ) -> None:
        self.start, self.speed, self._ticks = start, speed, ticks
        self.began = ticks() if began is None else began

    def __call__(self) -> datetime:
        return self.start + timedelta(seconds=(self._ticks() - self.began) * self.speed)


def leave(clock: FastClock, data: Path) -> None:
    """Notes in a demo's data folder how its clock runs, for commands in other processes."""
    noted = {"start": clock.start.isoformat(), "speed": clock.speed, "began": clock.began}
    (data / FILE).write_text(json.dumps(noted), encoding="utf-8")


def of(data: Path) -> Clock:
    """The clock of the installation in `data`: the machine's, unless a demo runs there."""
    try:
        noted = json.loads((data / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return system_clock
    start = datetime.fromisoformat(noted["start"])
    return FastClock(start, noted["speed"], began=noted["began"])
