"""Runs the hour: puts a plan into the database, and does each cue when it is due."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from bot.core import plan as plans
from bot.core.delivery import Urgency
from bot.core.plan import CueKind, Plan
from bot.core.states import (
    FINISHED_SESSIONS,
    OPEN_ITEMS,
    PENDING_OUTGOING,
    CueState,
    ItemState,
    QuestionState,
    SessionState,
)
from bot.core.triage import Route
from bot.flows import moves, outbox
from bot.models import CueRow, HostAccount, Outgoing, Session
from bot.x import snowflake

S = SessionState

#: After the closing post the panel still answers what is queued, for so long.
GRACE = timedelta(minutes=15)
#: In the audit: the session's instants changed with its zone's rules.
MOVED = "moved"

#: What keeps a session from being opened now, in words; nothing, if it may open.
Gate = Callable[[Session, datetime], Sequence[str]]


class NotPossible(Exception):
    """The session cannot do that now; the message says why."""


@transaction.atomic
def put(
    plan: Plan,
    slug: str,
    *,
    now: datetime,
    plan_name: str = "",
    plan_print: str = "",
    tzdata: str = "",
) -> Session:
    """The session that the plan describes, made once however often this is called.

    `plan_name`, `plan_print` and `tzdata` are kept, for `planning` to see what has changed.

    A session that has not opened follows its plan: cues that still wait get the plan's new times and
    texts, cues that the plan no longer has are dropped. Once it is open its cues stay as they are.
    """
    # What was posted before we came is not ours to answer.
    host, _ = HostAccount.objects.get_or_create(
        handle=plan.host, defaults={"read_up_to": snowflake.earliest_id(now)}
    )
    facts = {
        "host": host,
        "title": plan.title,
        "hashtag": plan.hashtag,
        "zone": plan.zone,
        "wall_start": plan.start.isoformat(sep=" ", timespec="minutes"),
        "tzdata": tzdata,
        "plan_name": plan_name or slug,
        "plan_print": plan_print,
        "opens_at": plan.opens,
        "closes_at": plan.closes,
        "budget_usd": plan.budget_usd,
        "links_allowed": plan.links_allowed,
        "expected_questions": plan.expected_questions,
        "expected_replies": plan.expected_replies,
        "jurisdiction": plan.country,
        "approved_by": plan.approved_by,
    }
    session, created = Session.objects.get_or_create(slug=slug, defaults=facts)
    if created:
        moves.note(session, who=moves.BOT, now=now, new=session.state)
    elif session.state in (S.PLANNED, S.ANNOUNCED):
        _tell_when_zone_moved(session, plan, tzdata, now=now)
        Session.objects.filter(pk=session.pk).update(**facts)
        session.refresh_from_db()
    else:
        return session
    _put_cues(session, plan)
    return session


def _tell_when_zone_moved(session: Session, plan: Plan, tzdata: str, *, now: datetime) -> None:
    """The same time on the wall is another instant: a government has changed the rules of its zone."""
    wall = plan.start.isoformat(sep=" ", timespec="minutes")
    if (session.wall_start, session.zone) == (wall, plan.zone) and session.opens_at != plan.opens:
        old, new = session.tzdata or "unknown", tzdata or "unknown"
        why = (
            f"{wall} in {plan.zone} was {session.opens_at:%H:%M} UTC by the zone's old rules ({old}),"
            f" and is {plan.opens:%H:%M} UTC by the new ({new})"
        )
        moves.note(session, who=moves.BOT, now=now, old=session.state, new=MOVED, why=why)


def _put_cues(session: Session, plan: Plan) -> None:
    wanted = {(cue.kind.value, cue.ordinal): cue for cue in plans.cues(plan)}
    for (kind, ordinal), cue in wanted.items():
        facts = {
            "due_at": cue.due,
            "wall_time": cue.wall.isoformat(sep=" ", timespec="minutes"),
            "text": cue.text,
        }
        row, created = CueRow.objects.get_or_create(
            session=session, kind=kind, ordinal=ordinal, defaults=facts
        )
        if not created:
            CueRow.objects.filter(pk=row.pk, state=CueState.WAITING).update(**facts)
    for row in session.cues.filter(state=CueState.WAITING):
        if (row.kind, row.ordinal) not in wanted:
            row.delete()


def run_due_cues(*, now: datetime, gate: Gate | None = None) -> int:
    """Does every cue that is due, oldest first. Returns how many were done or skipped.

    A welcome that `gate` has something against waits, and the prompts after it.
    """
    due = CueRow.objects.filter(state=CueState.WAITING, due_at__lte=now).exclude(
        session__state__in=FINISHED_SESSIONS
    )
    done = 0
    for cue in due.select_related("session__host"):
        cue.session.refresh_from_db(fields=["state"])  # the cue before may have opened it
        if gate is not None and _is_held(cue, gate, now=now):
            continue
        try:
            _do(cue, now=now)
            done += 1
        except moves.TooLate:
            continue  # another process was first
    return done


def _is_held(cue: CueRow, gate: Gate, *, now: datetime) -> bool:
    """Until the session's time is over: then it is cancelled as any other that did not open."""
    session = cue.session
    opened = session.state not in (S.PLANNED, S.ANNOUNCED)
    if opened or cue.kind not in (CueKind.OPEN, CueKind.PROMPT, CueKind.REMIND):
        return False
    if plans.too_late(cue.kind, cue.due_at, now, closes=session.closes_at):
        return False
    return bool(gate(session, now))


@transaction.atomic
def _do(cue: CueRow, *, now: datetime) -> None:
    session = cue.session
    late = plans.too_late(cue.kind, cue.due_at, now, closes=session.closes_at)
    if not late and cue.kind in (CueKind.PROMPT, CueKind.REMIND) and session.state != S.OPEN:
        late = f"the session is {session.state}"
    if late:
        moves.move(cue, CueState.SKIPPED, who=moves.BOT, now=now, why=late)
        return
    moves.move(cue, CueState.DONE, who=moves.BOT, now=now)
    outbox.put(
        outbox.New(
            host=session.host,
            session=session,
            kind=Outgoing.Kind.CUE,
            text=cue.text,
            approved_by=session.approved_by,
            route=Route.HOST_POST,
            urgency=Urgency.HOST,
            cue=cue,
        ),
        now=now,
    )
    _follow(session, CueKind(cue.kind), now=now)


def _follow(session: Session, kind: CueKind, *, now: datetime) -> None:
    """Moves the session along with the cue that was just done."""
    match kind, session.state:
        case CueKind.ANNOUNCE, S.PLANNED:
            moves.move(session, S.ANNOUNCED, who=moves.BOT, now=now)
        case CueKind.OPEN, S.PLANNED | S.ANNOUNCED:
            moves.move(session, S.OPEN, who=moves.BOT, now=now)
        case CueKind.CLOSE, S.OPEN | S.PAUSED:
            moves.move(session, S.CLOSING, who=moves.BOT, now=now)
        case CueKind.CLOSE, S.PLANNED | S.ANNOUNCED:
            moves.move(session, S.CANCELLED, who=moves.BOT, now=now, why="its time passed unopened")


def close_finished(*, now: datetime, grace: timedelta = GRACE) -> None:
    """Closes sessions that have nothing left to do, or whose grace is over.

    What still waits for a clinician when the grace is over is left, with that reason, not forgotten.
    """
    for session in Session.objects.filter(state=S.CLOSING):
        over = now >= session.closes_at + grace
        waiting = session.items.filter(state__in=OPEN_ITEMS).exists()
        undecided = session.questions.filter(state=QuestionState.RECEIVED).exists()
        sending = session.outgoing.filter(state__in=PENDING_OUTGOING).exists()
        if undecided or sending or (waiting and not over):
            continue
        with transaction.atomic():
            _leave_the_rest(session, now=now)
            moves.move(session, S.CLOSED, who=moves.BOT, now=now)


def _leave_the_rest(session: Session, *, now: datetime) -> None:
    why = "the session closed before a clinician could answer"
    for item in session.items.filter(state__in=OPEN_ITEMS):
        for question in item.questions.filter(state=QuestionState.QUEUED):
            moves.move(question, QuestionState.LEFT, who=moves.BOT, now=now, reason=why, why=why)
        moves.move(item, ItemState.DISMISSED, who=moves.BOT, now=now, why=why)


def pause(session: Session, *, who: str, now: datetime, why: str) -> None:
    """Stops automatic answers and prompts until `resume`. Raises NotPossible unless it is open."""
    _switch(session, S.OPEN, S.PAUSED, who=who, now=now, why=why)


def resume(session: Session, *, who: str, now: datetime, why: str = "") -> None:
    _switch(session, S.PAUSED, S.OPEN, who=who, now=now, why=why)


def _switch(session: Session, old: S, new: S, *, who: str, now: datetime, why: str) -> None:
    if session.state != old:
        raise NotPossible(f"the session is {session.state}, not {old}")
    moves.move(session, new, who=who, now=now, why=why)
