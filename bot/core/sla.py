"""How long somebody has waited, against how long they should: green, amber, red, and in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SOON_FROM = 0.6  # of the time allowed: then it is amber (helpdesks' habit, scaled to an hour)


class Band(StrEnum):
    IN_TIME = "in-time"
    SOON = "soon"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Wait:
    """`left` is negative once it is late."""

    band: Band
    left: timedelta

    @property
    def words(self) -> str:
        """The same in words and in whole minutes: colour alone tells nobody anything."""
        minutes = int(abs(self.left).total_seconds() // 60)
        if self.band is Band.LATE:
            return f"{minutes} min late" if minutes else "just late"
        return f"{minutes} min left" if minutes else "under a minute left"


def wait(since: datetime, now: datetime, *, within: timedelta) -> Wait:
    """How it stands with something that came at `since` and should be answered `within`."""
    gone = now - since
    left = within - gone
    if left < timedelta():
        return Wait(Band.LATE, left)
    return Wait(Band.SOON if gone >= within * SOON_FROM else Band.IN_TIME, left)
