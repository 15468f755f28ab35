"""What the run sheet says beyond the rows: what is over-running, how much is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from bot.core.delivery import Pacing

SOON = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Gauge:
    """So much of `most` is left. `low` is where it becomes scarce."""

    left: float
    most: float
    low: float
    text: str

    @property
    def scarce(self) -> bool:
        return self.left <= self.low


def replies_left(sent: Sequence[datetime], now: datetime, pacing: Pacing) -> Gauge:
    """Of the half hour that X counts in. What is kept for safety is part of it."""
    recent = sorted(at for at in sent if at > now - timedelta(minutes=30))
    left = max(pacing.per_30_min - len(recent), 0)
    next_free = f", one more from {recent[0] + timedelta(minutes=30):%H:%M} UTC" if recent else ""
    text = f"{left} of {pacing.per_30_min} posts left in this half hour{next_free}"
    return Gauge(left, pacing.per_30_min, pacing.kept_for_safety + pacing.kept_for_people, text)


def money_left(spent: Decimal, budget: Decimal) -> Gauge:
    left = max(budget - spent, Decimal())
    return Gauge(float(left), float(budget), float(budget) * 0.2, f"${left:.2f} of ${budget:.2f} left")


def over_running(prompt: int | None, unanswered: int, next_in: timedelta | None) -> str:
    """Such as "T3: 9 unanswered, next cue in 2 min"; nothing when all is answered or time is plenty."""
    if prompt is None or not unanswered:
        return ""
    if next_in is None:
        return f"T{prompt}: {unanswered} unanswered"
    if next_in > SOON:
        return ""
    minutes = max(int(next_in.total_seconds() // 60), 0)
    when = f"in {minutes} min" if minutes else "now"
    return f"T{prompt}: {unanswered} unanswered, next cue {when}"
