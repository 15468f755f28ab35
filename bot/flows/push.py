"""Takes what X pushes to us: the same posts, sooner, and posts that did not mention us.

A push source only ever adds. While it is away a hole is open that only a poll or a search closes.
"""

from datetime import datetime, timedelta

from bot.core.money import Charge, Prices
from bot.flows import gaps, intake, money
from bot.models import Gap, HostAccount
from bot.x.push_events import Event, Lost, Opened, Push, Pushed, Stopped

#: What may be missing while a source is away.
MISSING = {"activity": Gap.Kind.MENTIONS, "stream": Gap.Kind.HASHTAG}


#: How long after it has opened a source may still be deaf: X uses a new rule of the stream after "about
#: 20 seconds or less" (matching-returned-tweets page).
LATE_FROM = {Gap.Kind.MENTIONS: timedelta(), Gap.Kind.HASHTAG: timedelta(seconds=20)}


def take(host: HostAccount, source: Push, prices: Prices, *, now: datetime) -> intake.Poll:
    """Stores what has come since the last time. The trouble is the last one that was told, if it lasts."""
    new, trouble = 0, ""
    kind = MISSING[source.name]
    for event in source.taken():
        new += _took(host, kind, event, prices, now=now)
        match event:
            case Lost(why=why) | Stopped(why=why):
                trouble = f"{source.name}: {why}"
            case Opened():
                trouble = ""
    return intake.Poll(new, trouble)


def _book(host: HostAccount, post_id: str, kind: Gap.Kind, prices: Prices, *, now: datetime) -> None:
    """Each event of the X Activity API is billed like a post; whether two events of one post are billed
    as one is not known, so we assume that they are not. A post of the stream is billed once a day.
    """
    session = intake.session_for(host)
    if kind == Gap.Kind.MENTIONS:
        money.book(host, session, Charge.POST_READ, 1, prices, now=now)
    else:
        money.book_reads(host, session, Charge.POST_READ, [post_id], prices, now=now)


def _took(host: HostAccount, kind: Gap.Kind, event: Event, prices: Prices, *, now: datetime) -> int:
    match event:
        case Pushed(post=post):
            _book(host, post.id, kind, prices, now=now)
            return intake.store(host, (post,), now=now)
        case Opened(at=at):
            gaps.end(host, kind, now=at + LATE_FROM[kind])
        case Lost(at=at, why=why) | Stopped(at=at, why=why):
            gaps.begin(host, kind, since=at, why=why, now=now)
    return 0
