"""Runs the hour: puts a plan into the database, and does each cue when it is due."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from bot.core import plan as plans
from bot.core.delivery import Urgency
from bot.core.lateness import Late, LatePolicy
from bot.core.plan import CueKind, Plan
from bot.core.states import (
    FINISHED_SESSIONS,
    OPEN_ITEMS,
    PENDING_OUTGOING,
    UNDONE_CUES,
    CueState,
    QuestionState,
    SessionState,
)
from bot.core.triage import Route
from bot.flows import farewell, late, moves, outbox
from bot.flows.farewell import After
from bot.models import CueRow, HostAccount, Outgoing, Session
from bot.x import snowflake

S = SessionState

#: After the closing post the panel still answers what is queued, for so long.
GRACE = timedelta(minutes=15)
#: In the audit: the session's instants changed with its zone's rules.
MOVED = "moved"

#: What keeps a session from being opened now, in words; nothing, if it may open.
Gate = Callable[[Session, datetime], Sequence[str]]


AS_USUAL = LatePolicy()
AFTER_AS_USUAL = After()


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
        "spares": [{"text": text, "approved_by": ""} for text in plan.spares],
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
            untouched = CueRow.objects.filter(pk=row.pk, state=CueState.WAITING, approved_by="")
            untouched.update(**facts)
    for row in session.cues.filter(state=CueState.WAITING):
        if (row.kind, row.ordinal) not in wanted:
            row.delete()


def run_due_cues(*, now: datetime, gate: Gate | None = None, policy: LatePolicy = AS_USUAL) -> int:
    """Does every cue that is due, oldest first. Returns how many were done, skipped or held.

    A welcome that `gate` has something against waits, and the prompts after it. While the session is
    paused its cues wait; while everything is stopped all but the closing one do, and that one's post
    waits in the outbox. What became late meanwhile follows `policy`.
    """
    due = CueRow.objects.filter(state=CueState.WAITING, due_at__lte=now).exclude(
        session__state__in=FINISHED_SESSIONS | {S.PAUSED}
    )
    done = 0
    for cue in due.select_related("session__host"):
        cue.session.refresh_from_db(fields=["state"])  # the cue before may have opened it
        if gate is not None and _is_held(cue, gate, policy, now=now):
            continue
        if cue.session.host.stopped_at is not None and cue.kind != CueKind.CLOSE:
            continue
        try:
            _do(cue, policy, now=now)
            done += 1
        except moves.TooLate:
            continue  # another process was first
    return done


def _is_held(cue: CueRow, gate: Gate, policy: LatePolicy, *, now: datetime) -> bool:
    """Until the session's time is over: then it is cancelled as any other that did not open."""
    session = cue.session
    opened = session.state not in (S.PLANNED, S.ANNOUNCED)
    if opened or cue.kind not in (CueKind.OPEN, CueKind.PROMPT, CueKind.REMIND):
        return False
    if late.verdict(cue, policy, now=now).do is not Late.POST:
        return False
    return bool(gate(session, now))


@transaction.atomic
def _do(cue: CueRow, policy: LatePolicy, *, now: datetime) -> None:
    verdict = late.verdict(cue, policy, now=now)
    why = verdict.why
    if (
        verdict.do is Late.POST
        and cue.kind in (CueKind.PROMPT, CueKind.REMIND)
        and cue.session.state != S.OPEN
    ):
        why = f"the session is {cue.session.state}"
    if verdict.do is Late.ASK:
        moves.move(cue, CueState.HELD, who=moves.BOT, now=now, why=why, held_because=why)
    elif cue.kind == CueKind.CLOSE and cue.session.state in (S.PLANNED, S.ANNOUNCED):
        never = "its time passed unopened"
        moves.move(cue, CueState.SKIPPED, who=moves.BOT, now=now, why=never)
        _skip_the_rest(cue.session, now=now)
        moves.move(cue.session, S.CANCELLED, who=moves.BOT, now=now, why=never)
    elif why:
        moves.move(cue, CueState.SKIPPED, who=moves.BOT, now=now, why=why)
    else:
        do(cue, who=moves.BOT, now=now)


def do(cue: CueRow, *, who: str, now: datetime) -> None:
    """Puts a cue's post into the outbox and moves its session along. Raises TooLate."""
    session = cue.session
    moves.move(cue, CueState.DONE, who=who, now=now)
    outbox.put(
        outbox.New(
            host=session.host,
            session=session,
            kind=Outgoing.Kind.CUE,
            text=cue.text,
            approved_by=cue.approved_by or session.approved_by,
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
        case CueKind.CLOSE, S.OPEN:
            _skip_the_rest(session, now=now)
            moves.move(session, S.CLOSING, who=moves.BOT, now=now)


def _skip_the_rest(session: Session, *, now: datetime) -> None:
    for cue in session.cues.filter(state__in=UNDONE_CUES):
        moves.move(cue, CueState.SKIPPED, who=moves.BOT, now=now, why="the session has closed")


def close_finished(*, now: datetime, grace: timedelta = GRACE, after: After = AFTER_AS_USUAL) -> None:
    """Closes sessions that have nothing left to do, or whose grace is over.

    What still waits for a clinician when the grace is over goes to the after-hours list, with a day.
    """
    for session in Session.objects.filter(state=S.CLOSING):
        over = now >= session.closes_at + grace
        waiting = session.items.filter(state__in=OPEN_ITEMS).exists()
        undecided = session.questions.filter(state=QuestionState.RECEIVED).exists()
        sending = session.outgoing.filter(state__in=PENDING_OUTGOING).exists()
        if undecided or sending or (waiting and not over):
            continue
        try:
            with transaction.atomic():
                moves.move(session, S.CLOSED, who=moves.BOT, now=now)
                farewell.hand_over(session, after, now=now)
                farewell.draft(session, after, now=now)
        except moves.TooLate:
            continue  # another process has closed it


def pause(session: Session, *, who: str, now: datetime, why: str) -> None:
    """Until `resume` nothing leaves but signposts, and cues wait. Raises NotPossible unless it is open."""
    _switch(session, S.OPEN, S.PAUSED, who=who, now=now, why=why)


def resume(session: Session, *, who: str, now: datetime, why: str = "") -> None:
    _switch(session, S.PAUSED, S.OPEN, who=who, now=now, why=why)


def _switch(session: Session, old: S, new: S, *, who: str, now: datetime, why: str) -> None:
    if session.state != old:
        raise NotPossible(f"the session is {session.state}, not {old}")
    moves.move(session, new, who=who, now=now, why=why)
