"""What becomes of a question and its queue item when an answer got out, or could not."""

from datetime import datetime

from bot.core.states import OPEN_ITEMS, ItemState, OutgoingState, QuestionState
from bot.core.triage import Priority
from bot.flows import moves
from bot.models import OptOut, Outgoing, Question, QueueItem

Q, I = QuestionState, ItemState  # noqa: E741


def ask(
    question: Question, *, priority: Priority, reason: str, entry_id: str, now: datetime, who: str
) -> QueueItem:
    """Puts a question before the clinicians, in an item of its own."""
    assert question.session is not None, "only questions of a session are queued"
    item = QueueItem.objects.create(
        session=question.session,
        priority=priority,
        reason=reason[:200],
        suggested_entry=entry_id,
        created_at=now,
        alerted_at=now if priority == Priority.SAFETY else None,
    )
    moves.note(item, who=who, now=now, new=item.state, why=reason)
    join(question, item, reason=reason, now=now, who=who)
    return item


def join(question: Question, item: QueueItem, *, reason: str, now: datetime, who: str) -> None:
    moves.move(question, Q.QUEUED, who=who, now=now, why=reason, item=item, reason=reason[:200])


def got_out(row: Outgoing, *, now: datetime) -> None:
    """A post of ours is on X: its question is answered, and its item done once all of it is out."""
    question = row.question
    if question is None:
        return
    if row.kind == Outgoing.Kind.SIGNPOST:
        return  # a signpost answers nothing: the question stays before the clinician
    if question.state == Q.ANSWERING:
        moves.move(question, Q.ANSWERED, who=moves.BOT, now=now)
    finish_item(question.item, now=now)


def finish_item(item: QueueItem | None, *, now: datetime) -> None:
    """Marks an approved item as sent when none of its questions still waits for its answer."""
    if item is None or item.state != I.APPROVED:
        return
    if not item.questions.filter(state__in=(Q.ANSWERING, Q.QUEUED)).exists():
        moves.move(item, I.SENT, who=moves.BOT, now=now)


def could_not(row: Outgoing, why: str, *, now: datetime, who: str = moves.BOT) -> None:
    """An answer will not get out: its question goes (back) to the clinicians, with the reason."""
    question = row.question
    if question is None or question.state not in (Q.ANSWERING, Q.SIGNPOSTED):
        return
    item = question.item
    if item is None:
        ask(
            question,
            priority=Priority.ORDINARY,
            reason=why,
            entry_id=question.entry_id,
            now=now,
            who=who,
        )
        return
    join(question, item, reason=why, now=now, who=who)
    if item.state == I.APPROVED:
        moves.move(
            item,
            I.WAITING,
            who=who,
            now=now,
            why=why,
            reason=why[:200],
            claimed_by=None,
            claimed_until=None,
        )


def opted_out(question: Question) -> bool:
    """Whether the author asked this host not to reply."""
    return OptOut.objects.filter(host=question.host, author_id=question.author_id).exists()


def stop_unsent(question: Question, why: str, *, now: datetime) -> None:
    """Calls back every answer that has not left."""
    unsent = (OutgoingState.READY, OutgoingState.HELD, OutgoingState.BY_HAND)
    for row in question.outgoing.filter(state__in=unsent):
        moves.move(row, OutgoingState.STOPPED, who=moves.BOT, now=now, why=why, reason=why)


def withdraw(question: Question, why: str, *, now: datetime) -> None:
    """The post is gone from X: nothing that still waits for it may be posted."""
    stop_unsent(question, why, now=now)
    item = question.item
    moves.move(question, Q.WITHDRAWN, who=moves.BOT, now=now, why=why, reason=why, text="")
    if item is not None:
        drop_if_empty(item, why, now=now)


def drop_if_empty(item: QueueItem, why: str, *, now: datetime) -> None:
    """Takes an item out of the queue when none of its questions waits for it any more."""
    waiting = item.questions.filter(state__in=(Q.QUEUED, Q.ANSWERING)).exists()
    if not waiting and item.state in OPEN_ITEMS:
        moves.move(item, I.DISMISSED, who=moves.BOT, now=now, why=why)
    elif not waiting:
        finish_item(item, now=now)
