"""What X charges, and what a session may still spend. Prices in US dollars, as exact decimals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from bot.core.weigh import has_url


class Charge(StrEnum):
    """What we are charged for, one price each (config/prices.yaml)."""

    POST = "post"
    POST_WITH_URL = "post_with_url"
    REPLY_SUMMONED = "reply_summoned"
    OWNED_READ = "owned_read"  # our own mentions and timeline, when our account owns the app
    POST_READ = "post_read"
    USER_READ = "user_read"
    DELETE = "delete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """X's price list on `as_of`. Raises ValueError when a price is missing or negative."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    as_of: date
    source: str
    usd: Mapping[Charge, Decimal]

    def __post_init__(self) -> None:
        missing = [charge.value for charge in Charge if charge not in self.usd]
        if missing:
            raise ValueError(f"no price for {', '.join(missing)}")
        if any(price < 0 for price in self.usd.values()):
            raise ValueError("a price cannot be negative")

    def of(self, charge: Charge, count: int = 1) -> Decimal:
        return self.usd[charge] * count


def charge_for_post(text: str, *, summoned_reply: bool) -> Charge:
    """How X bills a post: a summoned reply stays cheap even with a link (changelog 2026-04-16)."""
    if summoned_reply:
        return Charge.REPLY_SUMMONED
    return Charge.POST_WITH_URL if has_url(text) else Charge.POST


def forecast(
    prices: Prices, cue_texts: list[str], *, questions: int, replies: int, aside: int = 0
) -> Decimal:
    """What a session will cost with so many questions read and replies sent. `aside` are posts that do
    not mention us: read at the full price, and answered by posts of our own.

    To find out what became of calls that failed our own posts are read: none of them on a good evening,
    nearly all on a bad one, so half of them here.
    """
    posts = sum((prices.of(charge_for_post(text, summoned_reply=False)) for text in cue_texts), Decimal())
    read = prices.of(Charge.OWNED_READ, questions)
    looked_for = prices.of(Charge.OWNED_READ, (len(cue_texts) + replies + aside) // 2)
    apart = prices.of(Charge.POST_READ, aside) + prices.of(Charge.POST, aside)
    return posts + read + prices.of(Charge.REPLY_SUMMONED, replies) + looked_for + apart
