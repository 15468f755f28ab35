"""Searches for what our mentions do not show: posts with the hashtag alone, and what fell out of sight.

A search costs $0.005 for each post that X returns, five times a mention, so it reads on from where the
last one ended, and what it can do without it leaves to the mentions.
"""

from datetime import datetime, timedelta
from functools import partial

from bot.core.money import Charge, Prices
from bot.flows import gaps, intake
from bot.models import Gap, HostAccount, Session
from bot.x.port import X

#: X's search looks back seven days (search page); a little less, so that a slow clock does no harm.
REACH = timedelta(days=7) - timedelta(minutes=5)


def hashtag_query(session: Session) -> str:
    """Posts of the session that do not mention us: the others come by the mentions, for a fifth."""
    handle = session.host.handle
    return f"{session.hashtag} -@{handle} -is:retweet -from:{handle}"


def mention_query(host: HostAccount) -> str:
    return f"@{host.handle} -is:retweet -from:{host.handle}"


def read_hashtag(session: Session, x: X, prices: Prices, *, now: datetime) -> intake.Poll:
    """One step of the continuous search for the session's hashtag. Never raises an XError."""
    host = session.host
    since = session.searched_up_to or session.opens_at - timedelta(hours=1)
    found = _read(host, x, hashtag_query(session), prices, since=since - intake.OVERLAP, now=now)
    if found.trouble:
        since = session.searched_up_to or now
        gaps.begin(host, Gap.Kind.HASHTAG, since=since, why=found.trouble, now=now)
        return found
    Session.objects.filter(pk=session.pk).update(searched_up_to=now)
    gaps.end(host, Gap.Kind.HASHTAG, now=now)
    gaps.covered(host, Gap.Kind.HASHTAG, up_to=now, now=now)
    return found


def repair(host: HostAccount, x: X, prices: Prices, *, now: datetime) -> intake.Poll:
    """Searches the holes that no poll of the mentions can cover. Never raises an XError."""
    new = 0
    for gap in gaps.open_ones(host).exclude(kind=Gap.Kind.MENTIONS):
        query = _query_for(gap)
        if not query:
            continue
        found = _read(host, x, query, prices, since=gap.since - intake.OVERLAP, now=now)
        if found.trouble:
            return found
        new += found.new
        gaps.covered(host, Gap.Kind(gap.kind), up_to=now, now=now)
    return intake.Poll(new)


def _query_for(gap: Gap) -> str:
    if gap.kind == Gap.Kind.DEPTH:
        return mention_query(gap.host)
    session = intake.session_for(gap.host)
    return hashtag_query(session) if session else ""


def _read(
    host: HostAccount, x: X, query: str, prices: Prices, *, since: datetime, now: datetime
) -> intake.Poll:
    if host.closed_because:
        return intake.Poll(trouble=host.closed_because, complete=False)
    ask = partial(x.search, query, since=max(since, now - REACH))
    return intake.read_pages(host, ask, Charge.POST_READ, prices, now=now)
