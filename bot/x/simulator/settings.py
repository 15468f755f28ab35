"""What differs between access tiers, between accounts, or that X does not say."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Literal


@dataclass(slots=True)
class Settings:
    """Change any of them at any time; the next request sees it."""

    enterprise: bool = False  # lifts the reply gate, allows quotes
    implicit_mentions_summon: bool = False  # X does not say; the worse answer is the default
    duplicate_window: timedelta = timedelta(hours=24)  # not published
    half_hour_cap: int = 50  # not published; 2,400 a day in even slices
    daily_cap: int = 2_400
    unverified_posts_per_day: int = 50
    unverified_replies_per_day: int = 200
    long_posts: bool = False  # whether a verified account may go over 280 through the API
    spelling: Literal["tweets", "posts", "both"] = "tweets"
    unknown_fields: bool = False  # adds fields that no documentation knows
    credits: Decimal | None = None  # dollars left; None never runs out
    credits_body: Literal["new", "old"] = "new"
    monthly_read_cap: int = 3_000_000
    keep_alive: float = 20.0  # seconds between empty lines on a quiet stream
    hold: float = 60.0  # seconds after which a request that we leave hanging is dropped
