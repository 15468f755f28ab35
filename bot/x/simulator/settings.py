"""What differs between access tiers, between accounts, or that X does not say."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Literal


@dataclass(slots=True)
class Settings:
    """Change any of them at any time; the next request sees it. Times are the world's."""

    # What may be posted
    enterprise: bool = False  # lifts the reply gate, allows quotes, more streams, longer queries
    implicit_mentions_summon: bool = False  # X does not say; the worse answer is the default
    duplicate_window: timedelta = timedelta(hours=24)  # not published
    long_posts: bool = False  # whether a verified account may go over 280 through the API
    edit_window: timedelta = timedelta(minutes=30)  # one page says 30 minutes, others an hour
    edits: int = 5

    # The caps of an account; how X splits them over the day is not published
    half_hour_cap: int = 50  # 2,400 a day in even slices
    daily_cap: int = 2_400
    unverified_posts_per_day: int = 50
    unverified_replies_per_day: int = 200
    unverified_posts_per_half_hour: int = 1  # 50 a day in even slices
    unverified_replies_per_half_hour: int = 4  # 200 a day in even slices
    cap_body: Literal["legacy text", "legacy code", "not permitted"] = "not permitted"  # not known

    # How answers look
    spelling: Literal["tweets", "posts", "both"] = "tweets"
    accepts: Literal["tweets", "posts", "both"] = "both"  # names of a request's field parameters
    unknown_fields: bool = False  # adds fields that no documentation knows
    day_headers: bool = True  # x-app-limit-24hour-… and x-user-limit-24hour-…: seen, not documented

    # Money
    credits: Decimal | None = None  # dollars left; None never runs out
    credits_body: Literal["new", "old"] = "new"
    monthly_read_cap: int = 3_000_000
    deletions_are_billed: bool = True  # as events; two pages of the documentation disagree
    events_bill_twice: bool = True  # a post that is both a mention and a reply; not known

    # Streams
    keep_alive: float = 20.0  # real seconds between empty lines on a quiet stream
    rule_delay: timedelta = timedelta(seconds=20)  # until a changed rule counts: "20 s or less"
    connection_lingers: timedelta = timedelta(0)  # counted after its reader left; one saw 45 s
    late_headers: bool = True  # of the activity stream: they come with the first line, as reported
    events_lag: bool = True  # whether a slow index holds up events too; X says "sub-second"
    events_of_own_posts: bool = True  # whether naming or answering oneself is an event; not known
    subscriptions_listed_by_users: bool = False  # documented, but reported to be refused
    private_events_need_oauth2: bool = True  # one page says so, another allows OAuth 1.0a
    subscription_answer: Literal["list", "object", "nested"] = "list"  # three are documented

    # Signing in
    access_lasts: timedelta = timedelta(hours=2)
    code_lasts: timedelta = timedelta(seconds=30)
    refresh_lasts: timedelta = timedelta(days=180)  # "about six months"
    refresh_ends_access: bool = True  # whether the access token before it stops at once; not known
    grant_error: Literal["invalid_grant", "invalid_request"] = "invalid_grant"  # both are reported

    hold: float = 60.0  # real seconds after which a request that we leave hanging is dropped
