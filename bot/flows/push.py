"""Takes what X pushes to us: the same posts, sooner, and posts that did not mention us.

A push source only ever adds. While it is away a hole is open that only a poll or a search closes.
"""

from datetime import datetime

from bot.core.money import Charge, Prices
from bot.flows import gaps, intake
from bot.models import Gap, HostAccount
from bot.x.push_events import Event, Lost, Opened, Push, Pushed, Stopped

#: What may be missing while a source is away.
MISSING = {"activity": Gap.Kind.MENTIONS, "stream": Gap.Kind.HASHTAG}


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


def _took(host: HostAccount, kind: Gap.Kind, event: Event, prices: Prices, *, now: datetime) -> int:
    match event:
        case Pushed(post=post):
            return intake.store(host, (post,), prices, now=now, charge=Charge.POST_READ)
        case Opened(at=at):
            gaps.end(host, kind, now=at)
        case Lost(at=at, why=why) | Stopped(at=at, why=why):
            gaps.begin(host, kind, since=at, why=why, now=now)
    return 0
