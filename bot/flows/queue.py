"""The clinicians' queue: claim, draft, answer, release, dismiss, undo.

A claim is a lease with a fence number. Whoever writes shows the fence that they were given, so a
clinician whose lease ran out while typing cannot overwrite the colleague who took over, and is told so
with their words still on the screen.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q as Where
from django.db.models import QuerySet

from bot.core.delivery import Timing, Urgency
from bot.core.review import Finding, Reviewer, Severity
from bot.core.second import needs_second_reader
from bot.core.states import LIVE_OUTGOING, OPEN_ITEMS, ItemState, OutgoingState, QuestionState
from bot.core.triage import Priority, Route
from bot.flows import answers, moves, outbox, rights
from bot.models import Outgoing, Question, QueueItem

I, Q = ItemState, QuestionState  # noqa: E741

MINE = (I.CLAIMED, I.DRAFTED)


class NotYours(Exception):
    """Somebody else has the item, or nobody; the message says who and what to do."""


class Incomplete(ValueError):
    """Something was left out; the message says what."""


class MayNotLeave(Exception):
    """The outgoing rules stop the text; `findings` say where and how to put it instead."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        super().__init__("; ".join(f"{f.rule}: {f.why}" for f in findings))


def open_items() -> QuerySet[QueueItem]:
    """What waits for somebody, the most urgent first, then the oldest."""
    found = QueueItem.objects.filter(state__in=OPEN_ITEMS)
    return found.select_related("session", "claimed_by").prefetch_related("questions")


def claim(item_id: int, who: User, timing: Timing, *, now: datetime) -> QueueItem:
    """Takes an item for `timing.lease` seconds, or renews one's own claim.

    Raises NotYours when a colleague's claim still holds, or when it is no longer in the queue. A
    lapsed claim is taken over with its draft: nobody's words are lost.
    """
    rights.need(who, "answer_questions")
    with transaction.atomic():
        item = locked(item_id)
        if item.state in MINE and item.claimed_by_id == who.pk:
            return _renewed(item, timing, now=now)
        if item.state in MINE and item.claimed_until and item.claimed_until > now:
            until = f"{item.claimed_until:%H:%M:%S} UTC"
            raise NotYours(f"{item.claimed_by} has it until {until}")
        if item.state in MINE:
            moves.move(item, I.WAITING, who=moves.BOT, now=now, why="the claim ran out")
        if item.state != I.WAITING:
            raise NotYours(f"it is no longer in the queue: {item.state}")
        moves.move(
            item,
            I.CLAIMED,
            who=str(who),
            now=now,
            claimed_by=who,
            claimed_until=now + timedelta(seconds=timing.lease),
            fence=item.fence + 1,
        )
    return item


def locked(item_id: int) -> QueueItem:
    try:
        return QueueItem.objects.select_for_update(of=("self",)).get(pk=item_id)
    except QueueItem.DoesNotExist:
        raise NotYours(f"there is no item {item_id}") from None


def _renewed(item: QueueItem, timing: Timing, *, now: datetime) -> QueueItem:
    item.claimed_until = now + timedelta(seconds=timing.lease)
    item.save(update_fields=["claimed_until"])
    return item


def _held(item_id: int, who: User, fence: int) -> QueueItem:
    """One's own item. The lease may have run out, as long as nobody took the item since."""
    rights.need(who, "answer_questions")
    item = locked(item_id)
    if item.state not in MINE or item.claimed_by_id != who.pk or item.fence != fence:
        holder = item.claimed_by if item.state in MINE else None
        now_with = f"{holder} has it now" if holder else f"it is {item.state}"
        raise NotYours(f"your claim on this question has ended: {now_with}")
    return item


def save_draft(item_id: int, who: User, fence: int, text: str, timing: Timing, *, now: datetime) -> QueueItem:
    """Keeps what is typed, and renews the claim."""
    with transaction.atomic():
        item = _held(item_id, who, fence)
        until = now + timedelta(seconds=timing.lease)
        if item.state == I.CLAIMED:
            moves.move(item, I.DRAFTED, who=str(who), now=now, draft=text, claimed_until=until)
        else:
            item.draft, item.claimed_until = text, until
            item.save(update_fields=["draft", "claimed_until"])
    return item


def release(
    item_id: int, who: User, fence: int, *, now: datetime, to: User | None = None, note: str = ""
) -> QueueItem:
    """Puts an item back for the others, with what was written so far. `to` is whom it is meant for, and
    `note` says why; anybody else may take it all the same. Raises Incomplete when `to` may not answer.
    """
    if to is not None and not to.has_perm("bot.answer_questions"):
        raise Incomplete(f"{to} may not answer questions: choose somebody else")
    with transaction.atomic():
        item = _held(item_id, who, fence)
        moves.move(
            item,
            I.WAITING,
            who=str(who),
            now=now,
            why=f"handed to {to}" if to else "",
            claimed_by=None,
            claimed_until=None,
            handed_to=to,
            note=f"{who}: {note.strip()}"[:300] if note.strip() else "",
        )
    return item


def dismiss(item_id: int, who: User, fence: int, reason: str, *, now: datetime) -> QueueItem:
    """Takes an item out of the queue unanswered. Raises Incomplete without a reason."""
    if not reason.strip():
        raise Incomplete("say why, so that a colleague can understand it later")
    with transaction.atomic():
        item = _held(item_id, who, fence)
        why = f"dismissed: {reason.strip()}"[:200]
        for question in item.questions.filter(state=Q.QUEUED):
            moves.move(question, Q.LEFT, who=str(who), now=now, why=why, reason=why)
        moves.move(item, I.DISMISSED, who=str(who), now=now, why=why)
    return item


@dataclass(frozen=True, slots=True)
class Rules:
    """What every answer must pass. `second_reader_for` names what a colleague reads first."""

    reviewer: Reviewer
    timing: Timing
    second_reader_for: tuple[str, ...] = ()


def answer(
    item_id: int, who: User, fence: int, text: str, rules: Rules, *, now: datetime, override: str = ""
) -> list[Outgoing]:
    """Approves a clinician's text and puts it into the outbox, once for each question of the item. Where a
    second reader is demanded it waits for a colleague instead (flows.second), and nothing is returned.

    Raises NotYours, or MayNotLeave when the outgoing rules stop the text. Warnings stop it too unless
    `override` gives a reason; a block cannot be overridden. The draft is kept whatever happens.
    """
    text = text.strip()
    save_draft(item_id, who, fence, text, rules.timing, now=now)
    with transaction.atomic():
        item = _held(item_id, who, fence)
        if needs_second_reader(item.priority, item.suggested_entry, rules.second_reader_for):
            _review(text, _to_answer(item), rules.reviewer, override=override)
            moves.move(item, I.IN_REVIEW, who=str(who), now=now, written_by=who, override=override, note="")
            return []
        return send_all(item, text, str(who), rules, now=now, override=override)


def send_all(
    item: QueueItem, text: str, approved_by: str, rules: Rules, *, now: datetime, override: str
) -> list[Outgoing]:
    """Reviews the text once more and puts it into the outbox, inside the caller's transaction.
    `approved_by` names all who answer for it.
    """
    questions = _to_answer(item)
    _review(text, questions, rules.reviewer, override=override)
    moves.move(item, I.APPROVED, who=approved_by, now=now, why=f"override: {override}" if override else "")
    sent = [_send(item, question, text, approved_by, rules.timing, now=now) for question in questions]
    answers.finish_item(item, now=now)
    return [row for row in sent if row is not None]


def _to_answer(item: QueueItem) -> list[Question]:
    asked = item.questions.filter(state__in=(Q.QUEUED, Q.SIGNPOSTED))
    return list(asked.select_related("host", "session"))


def _review(text: str, questions: list[Question], reviewer: Reviewer, *, override: str) -> None:
    if not text:
        raise Incomplete("the answer is empty")
    about = "\n".join(question.text for question in questions)
    found = reviewer.findings(text, about)
    stopping = found if not override else tuple(f for f in found if f.severity is Severity.BLOCK)
    if stopping:
        raise MayNotLeave(stopping)


def _send(
    item: QueueItem,
    question: Question,
    text: str,
    approved_by: str,
    timing: Timing,
    *,
    now: datetime,
) -> Outgoing | None:
    """One answer into the outbox. In a group X would refuse the same text twice, so the first reply
    goes out as it is, and the others are offered to be posted by hand. So is what follows a signpost:
    X allows one automated reply to a post.
    """
    if answers.opted_out(question):
        why = "the author asked us not to reply"
        moves.move(question, Q.LEFT, who=moves.BOT, now=now, why=why, reason=why)
        return None
    route = Route(question.route)
    same = {"host": question.host, "text_hash": outbox.hash_of(text)}
    if Outgoing.objects.filter(**same, state__in=LIVE_OUTGOING).exists():
        if route is Route.HOST_POST:  # the post that is out already answers this one as well
            why = "answered by the host's post"
            moves.move(question, Q.ANSWERING, who=approved_by, now=now, why=why, reason=why)
            moves.move(question, Q.ANSWERED, who=approved_by, now=now, why=why)
            return None
        route = Route.BY_HAND
    if question.state == Q.SIGNPOSTED:
        route = Route.BY_HAND
    moves.move(question, Q.ANSWERING, who=approved_by, now=now)
    root = item.session.root_post_id
    return outbox.put(
        outbox.New(
            host=question.host,
            session=item.session,
            kind=Outgoing.Kind.TYPED,
            text=text,
            approved_by=approved_by,
            route=route,
            urgency=Urgency.SAFETY if item.priority == Priority.SAFETY else Urgency.CLINICIAN,
            question=question,
            in_reply_to=root if route is Route.HOST_POST else question.version_id,
            hold=timedelta(seconds=timing.undo_typed),
        ),
        now=now,
    )


def can_be_stopped() -> QuerySet[Outgoing]:
    """Answers that have not left: the next thing to leave first."""
    return (
        Outgoing.objects.filter(state=OutgoingState.READY)
        .filter(~Where(kind=Outgoing.Kind.CUE))
        .select_related("question", "session")
        .order_by("not_before")
    )
