"""A second pair of eyes: an answer that waits until another clinician has read it.

It never leaves because time has passed: without a second reader it stays in the queue, and on the
after-hours list when the session has closed.
"""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from bot.core.states import ItemState
from bot.flows import moves, queue, rights
from bot.flows.queue import Rules
from bot.models import Outgoing, QueueItem

I = ItemState  # noqa: E741


def approve(item_id: int, who: User, text: str, rules: Rules, *, now: datetime) -> list[Outgoing]:
    """Lets a colleague's answer leave, in both names. `text` is what the reader saw: if the words have
    changed since, nothing leaves.

    Raises NotYours for one's own words, or when it no longer waits; MayNotLeave when the rules stop it.
    """
    with transaction.atomic():
        item = _to_read(item_id, who)
        if item.draft != text:
            raise queue.NotYours("the words have changed since you read them: read them again")
        both = f"{item.written_by}, read by {who}"
        return queue.send_all(item, text, both, rules, now=now, override=item.override)


def give_back(item_id: int, who: User, why: str, *, now: datetime) -> QueueItem:
    """Back to the queue with the draft and the reason. Raises Incomplete without one."""
    if not why.strip():
        raise queue.Incomplete("say what should be changed")
    with transaction.atomic():
        item = _to_read(item_id, who)
        note = f"{who}: {why.strip()}"[:300]
        moves.move(item, I.DRAFTED, who=str(who), now=now, why="given back", note=note, claimed_until=now)
    return item


def _to_read(item_id: int, who: User) -> QueueItem:
    rights.need(who, "answer_questions")
    item = queue.locked(item_id)
    if item.state != I.IN_REVIEW:
        raise queue.NotYours(f"it does not wait for a second reader: it is {item.state}")
    if item.written_by_id == who.pk:
        raise queue.NotYours("these are your own words: somebody else must read them")
    return item
