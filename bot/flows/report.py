"""Counts what became of a session, and checks the promises that we made."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Q

from bot.core.states import (
    FINISHED_SESSIONS,
    PENDING_OUTGOING,
    CueState,
    OutgoingState,
    QuestionState,
    SessionState,
)
from bot.core.triage import Priority
from bot.flows import money, outbox
from bot.models import CueRow, Outgoing, Question, Session


@dataclass(frozen=True, slots=True)
class Tally:
    """A session in numbers, at one moment."""

    questions: int
    queued: int
    signposted: int
    left: int
    answered: int
    withdrawn: int
    posts_sent: int
    posts_pending: int
    spent: Decimal


def tally(session: Session) -> Tally:
    states = dict(session.questions.values_list("state").annotate(Count("id")))
    posts = dict(session.outgoing.values_list("state").annotate(Count("id")))
    return Tally(
        questions=sum(states.values()),
        queued=states.get(QuestionState.QUEUED, 0),
        signposted=states.get(QuestionState.SIGNPOSTED, 0),
        left=states.get(QuestionState.LEFT, 0),
        answered=states.get(QuestionState.ANSWERED, 0),
        withdrawn=states.get(QuestionState.WITHDRAWN, 0),
        posts_sent=posts.get(OutgoingState.SENT, 0),
        posts_pending=sum(posts.get(state, 0) for state in PENDING_OUTGOING),
        spent=money.spent(session),
    )


def shown_session() -> Session | None:
    """What people look at: the session that runs, else the next, else the last."""
    found = Session.objects.select_related("host")
    waiting = (SessionState.PLANNED, SessionState.ANNOUNCED)
    return (
        found.exclude(state__in=(*waiting, *FINISHED_SESSIONS)).order_by("-opens_at").first()
        or found.filter(state__in=waiting).order_by("opens_at").first()
        or found.filter(state=SessionState.CLOSED).order_by("-opens_at").first()
    )


def next_cues(session: Session, count: int = 3) -> list[CueRow]:
    return list(session.cues.filter(state=CueState.WAITING)[:count])


def broken_promises(session: Session, *, alert_within: timedelta) -> Iterator[str]:
    """Every promise of the design that this session did not keep, in words. Nothing, if all is well."""
    yield from _lost(session)
    yield from _twice(session)
    yield from _unapproved(session)
    yield from _late_alerts(session, alert_within)
    if session.state not in (SessionState.CLOSED, SessionState.REPORTED):
        yield f"the session is {session.state}, not closed"
    if session.cues.filter(state=CueState.WAITING).exists():
        yield "some cues were neither posted nor skipped"
    pending = session.outgoing.filter(state__in=PENDING_OUTGOING).count()
    if pending:
        yield f"{pending} posts are still in the outbox"


def _lost(session: Session) -> Iterator[str]:
    for question in session.questions.filter(state=QuestionState.RECEIVED):
        yield f"question {question.pk} was never decided"
    silent = session.questions.filter(state=QuestionState.LEFT, reason="")
    for question in silent:
        yield f"question {question.pk} was left without a reason"
    stuck = session.questions.filter(state=QuestionState.ANSWERING).exclude(
        outgoing__state__in=(*PENDING_OUTGOING, OutgoingState.HELD, OutgoingState.BY_HAND)
    )
    for question in stuck:
        yield f"question {question.pk} waits for an answer that nobody is sending"


def _twice(session: Session) -> Iterator[str]:
    sent = Count("outgoing", filter=Q(outgoing__state=OutgoingState.SENT))
    for question in session.questions.annotate(sent=sent).filter(sent__gt=1):
        yield f"question {question.pk} was answered {question.sent} times"


def _unapproved(session: Session) -> Iterator[str]:
    for row in session.outgoing.filter(state=OutgoingState.SENT):
        if not row.approved_by:
            yield f"post {row.pk} left without anybody's approval"
        if row.text_hash != outbox.hash_of(row.text):
            yield f"post {row.pk} is not the text that was approved"


def _late_alerts(session: Session, within: timedelta) -> Iterator[str]:
    for item in session.items.filter(priority=Priority.SAFETY).prefetch_related("questions"):
        first = min((q.received_at for q in item.questions.all()), default=None)
        if item.alerted_at is None or (first and item.alerted_at - first > within):
            yield f"item {item.pk} is urgent, and its alert came late or not at all"


def latest_events(session: Session, count: int = 12) -> list[str]:
    """The newest things that happened, newest first, without the text of any post."""
    questions = Question.objects.filter(session=session, decided_at__isnull=False)
    posts = Outgoing.objects.filter(session=session, sent_at__isnull=False)
    lines: list[tuple[datetime, str]] = [
        (q.decided_at, f"question {q.pk}: {q.state} ({q.reason or 'answered'})")
        for q in questions.order_by("-decided_at")[:count]
        if q.decided_at
    ]
    lines += [
        (p.sent_at, f"posted: {p.kind}{f' to question {p.question_id}' if p.question_id else ''}")
        for p in posts.order_by("-sent_at")[:count]
        if p.sent_at
    ]
    return [f"{at:%H:%M:%S}  {line}" for at, line in sorted(lines, reverse=True)[:count]]
