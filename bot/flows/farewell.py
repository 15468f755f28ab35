"""After the closing post: what is left over gets a day, and thanks and a digest are drafted for a person."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from bot.core import after_hours as core
from bot.core.delivery import Urgency
from bot.core.review import Reviewer
from bot.core.states import OPEN_ITEMS, FarewellState, ItemState, OutgoingState, QuestionState
from bot.core.triage import Route
from bot.flows import moves, outbox, own_texts, rights
from bot.models import Farewell, Outgoing, QueueItem, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """`days` are working days within which the rest is answered; 0: it is left. In `thanks` "{by}" stands
    for the day that is promised.
    """

    days: int = 2
    thanks: str = ""


def hand_over(session: Session, after: After, *, now: datetime) -> int:
    """Gives what still waits for a clinician a day, or leaves it. In the closing's own transaction."""
    waiting = list(session.items.filter(state__in=OPEN_ITEMS))
    by = promised(session, after, now=now)
    for item in waiting:
        if by is None:
            _leave(item, now=now)
        else:
            QueueItem.objects.filter(pk=item.pk).update(promised_for=by)
            why = f"after hours: to be answered by {by}"
            moves.note(item, who=moves.BOT, now=now, old=item.state, new=item.state, why=why)
    return len(waiting)


def promised(session: Session, after: After, *, now: datetime) -> date | None:
    if after.days == 0:
        return None
    return core.working_day(now.astimezone(ZoneInfo(session.zone)).date(), after.days)


def _leave(item: QueueItem, *, now: datetime) -> None:
    why = "the session closed before a clinician could answer"
    for question in item.questions.filter(state=QuestionState.QUEUED):
        moves.move(question, QuestionState.LEFT, who=moves.BOT, now=now, reason=why, why=why)
    moves.move(item, ItemState.DISMISSED, who=moves.BOT, now=now, why=why)


def draft(session: Session, after: After, *, now: datetime) -> None:
    """Drafts of what may be posted after the hour. Nothing of it leaves before a person approves it."""
    by = promised(session, after, now=now)
    thanks = after.thanks.replace("{by}", f"{by:%A %-d %B}" if by else "")
    answers = Outgoing.objects.filter(session=session, state=OutgoingState.SENT, question__isnull=False)
    ours = answers.exclude(kind=Outgoing.Kind.SIGNPOST).values_list("text", flat=True)
    kinds = {Farewell.Kind.THANKS: thanks, Farewell.Kind.DIGEST: core.digest(session.hashtag, ours)}
    for kind, text in kinds.items():
        if text.strip():
            Farewell.objects.get_or_create(session=session, kind=kind, defaults={"text": text})


@dataclass(frozen=True, slots=True)
class Rest:
    waiting: int
    by: date | None


def after_hours(session: Session) -> Rest:
    """What is left of a session that has closed, and the day by which it is to be answered."""
    rest = session.items.filter(state__in=OPEN_ITEMS, promised_for__isnull=False).order_by("promised_for")
    first = rest.first()
    return Rest(rest.count(), first.promised_for if first else None)


def approve(
    row: Farewell, text: str, who: own_texts.Organiser, reviewer: Reviewer, *, now: datetime
) -> Outgoing:
    """Puts it into the outbox as the person left it. Raises MayNotLeave, NotPossible or TooLate."""
    rights.need(who, "host_sessions")
    text = text.strip()
    own_texts.check(
        text,
        reviewer,
        links_allowed=row.session.links_allowed,
        answers=row.kind == Farewell.Kind.DIGEST,
        override="approved by a person",
    )
    with transaction.atomic():
        moves.move(row, FarewellState.APPROVED, who=str(who), now=now, text=text)
        sent = outbox.put(
            outbox.New(
                host=row.session.host,
                session=row.session,
                kind=Outgoing.Kind.CUE,
                text=text,
                approved_by=str(who),
                route=Route.HOST_POST,
                urgency=Urgency.HOST,
            ),
            now=now,
        )
        Farewell.objects.filter(pk=row.pk).update(outgoing=sent)
    return sent


def drop(row: Farewell, who: own_texts.Organiser, *, now: datetime) -> None:
    rights.need(who, "host_sessions")
    moves.move(row, FarewellState.DROPPED, who=str(who), now=now)
