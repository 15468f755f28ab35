"""Whose question it is: asked of X when a clinician has opened it, once, and forgotten after the session.

A user object costs $0.010, ten times a mention, so names are read for what somebody answers and for nothing
else, and only where the installation wants it (`intake.names`).
"""

from datetime import datetime

from bot.core.money import Charge, Prices
from bot.core.states import FINISHED_SESSIONS
from bot.flows import money
from bot.flows.queue import MINE
from bot.models import Author, HostAccount, Question, Session
from bot.x.port import X

AT_ONCE = 100  # X's limit for one call


def introduce(host: HostAccount, x: X, prices: Prices, *, now: datetime) -> int:
    """Learns the names of those whose questions are claimed. Returns how many were asked for.

    Raises what X raises; then the next round asks again.
    """
    claimed = Question.objects.filter(host=host, item__state__in=MINE, session__isnull=False)
    asked = claimed.values_list("session", "author_id").distinct()
    known = Author.objects.filter(session__host=host).values_list("session", "author_id")
    new = sorted(set(asked) - set(known))[:AT_ONCE]
    if not new:
        return 0
    found = x.people(sorted({author for _, author in new}))
    money.book(
        host, Session.objects.filter(pk=new[0][0]).first(), Charge.USER_READ, len(found), prices, now=now
    )
    rows = []
    for session, author in new:
        person = found.get(author)
        handle, name = (person.handle, person.name[:200]) if person else ("", "")
        rows.append(Author(session_id=session, author_id=author, handle=handle, name=name))
    Author.objects.bulk_create(rows, ignore_conflicts=True)
    return len(new)


def forget() -> None:
    """Drops the names of sessions that are over."""
    Author.objects.filter(session__state__in=FINISHED_SESSIONS).delete()
