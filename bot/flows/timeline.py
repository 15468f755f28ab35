"""Reads our own timeline, and finds there the posts whose outcome we do not know."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.core import delivery
from bot.core.delivery import Seen
from bot.core.money import Charge, Prices
from bot.core.triage import Route
from bot.flows import money
from bot.models import HostAccount, Outgoing
from bot.x.port import X

#: By how much our clock and X's may differ when we look for a post.
SKEW = timedelta(seconds=60)


def read(
    host: HostAccount, x: X, prices: Prices, rows: Sequence[Outgoing], *, since: datetime, now: datetime
) -> list[Seen]:
    """What we posted since then, newest first. Raises XError when it could not be read to its end."""
    timeline = x.own_posts(since=since - SKEW)
    read = [post.id for post in timeline]
    money.book_reads(host, rows[0].session, Charge.OWNED_READ, read, prices, now=now)
    return [Seen(post.id, post.text, post.replied_to) for post in timeline]


def find(row: Outgoing, seen: Sequence[Seen]) -> str:
    """The id of the row's post, or nothing. Posts of other rows are not taken twice."""
    known = Outgoing.objects.filter(host=row.host, post_id__in=[post.id for post in seen])
    return delivery.found_on_timeline(
        seen,
        text=row.text,
        in_reply_to=row.in_reply_to,
        own_thread=row.question is None or row.route == Route.HOST_POST,
        taken=frozenset(known.values_list("post_id", flat=True)),
    )
