"""What the organiser does to a running hour: hold, skip, send now, swap, edit, make it longer.

Each act is one conditional UPDATE with its audit event: of two organisers who do the same, the second is
told so and nothing happens twice.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from bot.core.plan import CueKind
from bot.core.review import Reviewer
from bot.core.states import FINISHED_SESSIONS, UNDONE_CUES, CueState, SessionState
from bot.flows import host, moves, own_texts, rights
from bot.flows.own_texts import NotPossible, Organiser
from bot.models import CueRow, Session

#: What may be left out. An hour that began must end, and one that is announced must open or be cancelled.
MAY_BE_SKIPPED = frozenset({CueKind.ANNOUNCE, CueKind.PROMPT, CueKind.REMIND})
STEPS = (5, 10)  # minutes by which an hour may be made longer at once
LONGEST = 120  # minutes more than planned


def hold(cue: CueRow, who: Organiser, *, now: datetime, why: str = "") -> None:
    """It waits until somebody lets it go."""
    _may(who)
    if cue.kind == CueKind.CLOSE:
        raise NotPossible("the closing post cannot be held: make the hour longer, or pause it")
    _move(cue, CueState.HELD, who, now=now, why=why or "held", held=f"held by {who}")


def let_go(cue: CueRow, who: Organiser, *, now: datetime) -> None:
    """A held cue follows its time again. One whose time has passed goes out now, as `send_now` has it:
    a person has just decided so.
    """
    if cue.due_at <= now:
        send_now(cue, who, now=now)
        return
    _may(who)
    _move(cue, CueState.WAITING, who, now=now, why="let go")


def skip(cue: CueRow, who: Organiser, *, now: datetime, why: str = "") -> None:
    _may(who)
    if cue.kind not in MAY_BE_SKIPPED:
        raise NotPossible(f"the {cue.kind} post cannot be skipped: edit it, or send it now")
    _move(cue, CueState.SKIPPED, who, now=now, why=why or "skipped by hand")


def send_now(cue: CueRow, who: Organiser, *, now: datetime) -> None:
    """Puts it into the outbox at once. Lateness counts from now: `due_at` follows."""
    _may(who)
    session = cue.session
    if cue.kind in (CueKind.PROMPT, CueKind.REMIND) and session.state != SessionState.OPEN:
        raise NotPossible(f"the session is {session.state}: prompts are posted while it is open")
    if cue.kind == CueKind.CLOSE and session.state != SessionState.OPEN:
        raise NotPossible(f"the session is {session.state}: only an open one can be closed")
    if session.state in FINISHED_SESSIONS:
        raise NotPossible(f"the session is {session.state}")
    with transaction.atomic():
        _changed(cue, due_at=now)
        host.do(cue, who=str(who), now=now)


def edit(
    cue: CueRow,
    text: str,
    who: Organiser,
    reviewer: Reviewer,
    *,
    now: datetime,
    override: str = "",
) -> None:
    """Changes the text before it goes. `cue` is the row as the person saw it. Who edits, approves.

    Raises MayNotLeave for what the outgoing rules stop; warnings stop it too unless `override` says why.
    """
    _may(who)
    text = text.strip()
    links_allowed = cue.session.links_allowed or cue.kind == CueKind.OPEN
    own_texts.check(text, reviewer, links_allowed=links_allowed, override=override)
    why = f"edited; override: {override}" if override else "edited"
    with transaction.atomic():
        _changed(cue, text=text, approved_by=str(who))
        moves.note(cue, who=str(who), now=now, old=cue.state, new=cue.state, why=why)


def swap(cue: CueRow, spare: int, who: Organiser, *, now: datetime) -> None:
    """Puts a spare prompt in the place of a cue's text, and that text among the spares."""
    _may(who)
    if cue.kind != CueKind.PROMPT:
        raise NotPossible("only prompts have spares")
    with transaction.atomic():
        session = Session.objects.select_for_update(no_key=True).get(pk=cue.session_id)
        if not 0 <= spare < len(session.spares):
            raise NotPossible("there is no such spare: look at the page again")
        chosen = session.spares[spare]
        kept = {"text": cue.text, "approved_by": cue.approved_by}
        # Without an approver of its own it is the plan's; a mark keeps a restart from undoing the swap.
        approved_by = chosen["approved_by"] or session.approved_by
        _changed(cue, text=chosen["text"], approved_by=approved_by)
        spares = [*session.spares[:spare], kept, *session.spares[spare + 1 :]]
        Session.objects.filter(pk=session.pk).update(spares=spares)
        moves.note(cue, who=str(who), now=now, old=cue.state, new=cue.state, why=f"spare {spare + 1} for it")


def extend(session: Session, minutes: int, who: Organiser, *, now: datetime) -> None:
    """Makes the hour longer: what is still to come moves, and so does the end. `session` is as the person
    saw it: when somebody has extended it since, TooLate is raised and nothing moves twice.
    """
    _may(who)
    if minutes not in STEPS:
        raise NotPossible(f"by {' or '.join(str(step) for step in STEPS)} minutes at a time")
    if session.extended_minutes + minutes > LONGEST:
        raise NotPossible(f"an hour can be made {LONGEST} minutes longer at most")
    longer = timedelta(minutes=minutes)
    with transaction.atomic():
        as_seen = Session.objects.filter(
            pk=session.pk,
            extended_minutes=session.extended_minutes,
            state__in=(SessionState.OPEN, SessionState.PAUSED),
        )
        if not as_seen.update(
            closes_at=F("closes_at") + longer, extended_minutes=F("extended_minutes") + minutes
        ):
            raise moves.TooLate("somebody was first, or the session is not open: look at the page again")
        to_come = session.cues.filter(state__in=UNDONE_CUES).exclude(kind=CueKind.ANNOUNCE)
        later = to_come.filter(due_at__gt=now) | to_come.filter(kind=CueKind.CLOSE)
        later.update(due_at=F("due_at") + longer, version=F("version") + 1)
        moves.note(
            session, who=str(who), now=now, old=session.state, new=session.state, why=f"{minutes} min longer"
        )
    session.refresh_from_db()


def _may(who: Organiser) -> None:
    rights.need(who, "host_sessions")


def _move(cue: CueRow, to: CueState, who: Organiser, *, now: datetime, why: str, held: str = "") -> None:
    if cue.state not in UNDONE_CUES:
        raise moves.TooLate(f"it is {cue.state} already")
    moves.move(cue, to, who=str(who), now=now, why=why, held_because=held)


def _changed(cue: CueRow, **changes: object) -> None:
    """Changes a cue that has not gone out and that nobody changed since `cue` was read."""
    as_seen = CueRow.objects.filter(pk=cue.pk, state__in=UNDONE_CUES, version=cue.version)
    if not as_seen.update(version=F("version") + 1, **changes):
        raise moves.TooLate("somebody changed it first, or it has gone out: look at the page again")
    for name, value in changes.items():
        setattr(cue, name, value)
    cue.version += 1
