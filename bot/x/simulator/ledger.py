"""What X would have charged."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

PRICES: dict[str, Decimal] = {
    "post_read": Decimal("0.005"),
    "owned_read": Decimal("0.001"),
    "user_read": Decimal("0.010"),
    "post_create": Decimal("0.015"),
    "post_create_url": Decimal("0.200"),
    "post_create_summoned": Decimal("0.010"),
    "post_delete": Decimal("0.010"),  # documented twice; the other price is 0.005
    "event": Decimal("0.005"),
    "content_manage": Decimal("0.005"),
    "counts_recent": Decimal("0.005"),
}

POST_READS = {"post_read", "owned_read", "event"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing charged: an item of the price list, for one post or user."""

    at: datetime
    app: str
    item: str
    resource: str
    usd: Decimal


@dataclass(slots=True)
class Ledger:
    """A resource is charged once a UTC day, whichever endpoint returned it."""

    entries: list[Entry] = field(default_factory=list)
    _seen: set[tuple[date, str, str, str]] = field(default_factory=set)

    @property
    def total(self) -> Decimal:
        return sum((entry.usd for entry in self.entries), Decimal(0))

    def count(self, item: str) -> int:
        return sum(1 for entry in self.entries if entry.item == item)

    def read(self, item: str, resources: list[str], *, app: str, at: datetime, kind: str = "") -> Decimal:
        """Charge the resources that this app has not read since midnight UTC.

        `kind` is what counts as the same resource: posts and users, unless said otherwise.
        """
        kind = kind or ("user" if item == "user_read" else "post")
        charged = Decimal(0)
        for resource in resources:
            key = (at.date(), app, kind, resource)
            if key not in self._seen:
                self._seen.add(key)
                charged += self.write(item, resource, app=app, at=at)
        return charged

    def write(self, item: str, resource: str, *, app: str, at: datetime) -> Decimal:
        self.entries.append(Entry(at, app, item, resource, PRICES[item]))
        return PRICES[item]

    def reads_in_month(self, at: datetime) -> int:
        """Post reads in the calendar month; X counts from the day of the contract."""
        days = self.reads_by_day().items()
        return sum(number for day, number in days if (day.year, day.month) == (at.year, at.month))

    def reads_by_day(self) -> Counter[date]:
        return Counter(entry.at.date() for entry in self.entries if entry.item in POST_READS)
