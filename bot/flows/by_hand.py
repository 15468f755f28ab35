"""Answers that a person posts in X's own app: the link that opens it, and the sign that it was done."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from bot.core.delivery import Seen
from bot.core.states import OutgoingState
from bot.flows import answers, moves, timeline
from bot.flows.outbox import Sender
from bot.models import HostAccount, Outgoing

O = OutgoingState  # noqa: E741

#: After that somebody who opened it on X has surely posted it, or will not.
LOOKED_FOR = timedelta(minutes=30)


def link(row: Outgoing) -> str:
    """Opens X's own app with the answer written: X documents these two parameters."""
    asked = {"in_reply_to": row.in_reply_to, "text": row.text} if row.in_reply_to else {"text": row.text}
    return f"https://x.com/intent/post?{urlencode(asked)}"


def opened(row: Outgoing, who: AbstractBaseUser, *, now: datetime) -> None:
    """A person goes to X with it. From now on we look for it on our timeline."""
    if Outgoing.objects.filter(pk=row.pk, state=O.BY_HAND).update(opened_at=now):
        moves.note(row, who=str(who), now=now, new="opened on X")


def posted(row: Outgoing, who: AbstractBaseUser, *, now: datetime) -> None:
    """A person says that they posted it."""
    _done(row, who=str(who), why="by hand", post_id="", now=now)


def look_for(host: HostAccount, sender: Sender, *, now: datetime) -> int:
    """Looks on our own timeline for what people posted by hand. Returns how many it found.

    Our posts cost $0.001 each to read, so only for what somebody has opened, and not for ever. What is
    posted from an account of one's own is not there: people say so on the page. Raises XError when the
    timeline could not be read.
    """
    rows = list(
        Outgoing.objects.filter(host=host, state=O.BY_HAND, opened_at__gt=now - LOOKED_FOR)
        .select_related("question__item", "session", "cue", "host")
        .order_by("opened_at")
    )
    if not rows or host.closed_because:
        return 0
    assert rows[0].opened_at is not None
    since = rows[0].opened_at
    seen = timeline.read(host, sender.x, sender.prices, rows, since=since, now=now)
    return sum(_confirm(row, seen, now=now) for row in rows)


def _confirm(row: Outgoing, seen: Sequence[Seen], *, now: datetime) -> bool:
    post_id = timeline.find(row, seen)
    if not post_id:
        return False
    _done(row, who=moves.BOT, why="posted by hand: seen on our timeline", post_id=post_id, now=now)
    return True


def _done(row: Outgoing, *, who: str, why: str, post_id: str, now: datetime) -> None:
    with transaction.atomic():
        moves.move(row, O.SENT, who=who, now=now, why=why, sent_at=now, post_id=post_id)
        answers.got_out(row, now=now)
