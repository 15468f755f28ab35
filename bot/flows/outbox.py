"""Sends what is ready, once each, whatever crashes when. The rules are in `core.delivery`."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q as Where

from bot.core import delivery
from bot.core.delivery import Pacing, Seen, Timing, Urgency
from bot.core.lateness import Late, LatePolicy
from bot.core.money import Charge, Prices, charge_for_post
from bot.core.plan import CueKind
from bot.core.review import Reviewer, Severity
from bot.core.states import OutgoingState, QuestionState, SessionState
from bot.core.triage import Implied, Route, Summons, may_reply
from bot.flows import answers, late, money, moves, stopping, timeline
from bot.models import CueRow, HostAccount, Outgoing, Question, Session
from bot.x.port import (
    NotSummoned,
    OddlyRefused,
    PostDelayed,
    PostDuplicate,
    PostGone,
    PostRefused,
    X,
    XClosed,
    XError,
)

O = OutgoingState  # noqa: E741
Clock = Callable[[], datetime]

#: Who approved what nobody has signed. Only the demo and rehearsals come to post such a text.
UNSIGNED = "nobody: an unsigned draft"

#: A wait after "slow down" without a time, and before trying again what X refused without a reason.
UNTOLD_WAIT = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class New:
    """A post to be sent. `hold` is for how long it can be undone."""

    host: HostAccount
    session: Session
    kind: Outgoing.Kind
    text: str
    approved_by: str
    route: Route
    urgency: Urgency
    question: Question | None = None
    cue: CueRow | None = None
    in_reply_to: str = ""
    hold: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Sender:
    """What sending needs besides the rows."""

    x: X
    reviewer: Reviewer
    prices: Prices
    timing: Timing
    pacing: Pacing
    implied: Implied = Implied.TRY
    late: LatePolicy = field(default_factory=LatePolicy)


def put(new: New, *, now: datetime) -> Outgoing:
    """Puts a post into the outbox. In one transaction with what approved it, so neither is alone."""
    row = Outgoing.objects.create(
        host=new.host,
        session=new.session,
        kind=new.kind,
        cue=new.cue,
        question=new.question,
        text=new.text,
        text_hash=hash_of(new.text),
        approved_by=new.approved_by or UNSIGNED,
        created_at=now,
        route=new.route,
        in_reply_to=new.in_reply_to,
        urgency=new.urgency,
        state=O.BY_HAND if new.route is Route.BY_HAND else O.READY,
        not_before=now + new.hold,
    )
    moves.note(row, who=row.approved_by, now=now, new=row.state)
    return row


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def stop(row: Outgoing, *, who: str, now: datetime, why: str = "stopped by hand") -> None:
    """Undo: a post that has not left will not leave. Raises TooLate when it has.

    Its question goes to the clinicians: stopped is not forgotten.
    """
    with transaction.atomic():
        moves.move(row, O.STOPPED, who=who, now=now, why=why, reason=why)
        answers.could_not(row, why, now=now, who=who)


def deliver_next(host: HostAccount, sender: Sender, clock: Clock) -> bool:
    """Sends the most urgent post that is ready. Returns False when there is nothing to do now.

    The intent is committed before the call. What happens to this process after that is found out by
    `recover_intents` and `settle_unknown`.
    """
    now = clock()
    row = _next(host, sender.pacing, now)
    if row is None:
        return False
    row.host = host  # one object: when it is closed, the caller's loop sees it
    obstacle = _obstacle(row, sender, now=now)
    if obstacle is not None:
        _put_aside(row, *obstacle, now=now)
        return True
    try:
        with transaction.atomic(durable=True):
            _intend(row, now=now)
    except moves.TooLate:
        return True  # another sender has it, or a person stopped it
    except stopping.NotNow:
        return False
    try:
        _call(row, sender, clock)
    except moves.TooLate as late:
        # This process stood still for so long that another one took the row for lost and went on.
        moves.note(row, who=moves.BOT, now=clock(), new=row.state, why=f"an outcome came late: {late}")
    return True


def _intend(row: Outgoing, *, now: datetime) -> None:
    stopping.may_go(row)
    moves.move(
        row,
        O.INTENT,
        who=moves.BOT,
        now=now,
        holding=row.fence,
        fence=row.fence + 1,
        attempts=row.attempts + 1,
        intent_at=now,
        first_intent_at=row.first_intent_at or now,
    )


def _call(row: Outgoing, sender: Sender, clock: Clock) -> None:
    assert row.intent_at is not None
    # A machine may stand still right here for a minute, and somebody else may have taken over.
    if clock() - row.intent_at > timedelta(seconds=sender.timing.fresh):
        _undone(row, "the intent went stale", now=clock())
        return
    if stopping.is_stopped(row.host_id):
        _undone(row, "everything was stopped", now=clock())
        return
    try:
        post_id = sender.x.post(row.text, in_reply_to=row.in_reply_to)
    except XError as error:
        _failed(row, error, sender.timing, now=clock())
    else:
        _sent(row, post_id, sender.prices, now=clock())
        if row.host.lost_calls:
            row.host.lost_calls = 0
            HostAccount.objects.filter(pk=row.host_id).update(lost_calls=0)


def _next(host: HostAccount, pacing: Pacing, now: datetime) -> Outgoing | None:
    if stopping.is_stopped(host.pk):
        return None
    row = (
        Outgoing.objects.filter(host=host, state=O.READY, not_before__lte=now)
        .exclude(~Where(kind=Outgoing.Kind.SIGNPOST), session__state=SessionState.PAUSED)
        .select_related("question__item", "session", "cue", "host")
        .first()
    )
    shut = host.closed_because or (host.no_posts_before and host.no_posts_before > now)
    if row is None or shut:
        return None
    left = Outgoing.objects.filter(
        host=host,
        intent_at__gt=now - timedelta(minutes=30),
        state__in=(O.SENT, O.UNKNOWN, O.INTENT),
    ).values_list("intent_at", flat=True)
    times = [at for at in left if at is not None]
    return None if pacing.wait(times, now, Urgency(row.urgency)) else row


def _obstacle(row: Outgoing, sender: Sender, *, now: datetime) -> tuple[OutgoingState, str] | None:
    """Why a post may not leave after all, looked at directly before it does."""
    if hash_of(row.text) != row.text_hash:
        return O.HELD, "the text is not the one that was approved"
    obstacle = _late(row, sender, now=now) or _obstacle_of_question(row, sender)
    if obstacle is not None:
        return obstacle
    blocked = blocks(row, sender.reviewer)
    if blocked:
        return O.HELD, f"the outgoing rules stopped it: {', '.join(blocked)}"
    what = charge(row)
    is_welcome = row.cue is not None and row.cue.kind == CueKind.OPEN
    if what is Charge.POST_WITH_URL and not is_welcome and not row.session.links_allowed:
        return O.HELD, f"it has a link, which costs ${sender.prices.of(what)}: the plan does not allow that"
    too_dear = money.spent(row.session) + sender.prices.of(what) > row.session.budget_usd
    if too_dear and row.urgency != Urgency.SAFETY:
        return O.HELD, "the session's budget is used up"
    return None


def _late(row: Outgoing, sender: Sender, *, now: datetime) -> tuple[OutgoingState, str] | None:
    """A cue that was put here in time may have waited for X, or for a person, for too long."""
    cue = row.cue
    if cue is None:
        return None
    spare = sender.timing.settle + timedelta(seconds=2 * sender.timing.look_again)
    verdict = late.verdict(cue, sender.late, now=now, spare=spare)
    states = {Late.SKIP: O.STOPPED, Late.ASK: O.HELD}
    return (states[verdict.do], verdict.why) if verdict.do in states else None


def _obstacle_of_question(row: Outgoing, sender: Sender) -> tuple[OutgoingState, str] | None:
    question = row.question
    if question is None:
        return None
    if question.state == QuestionState.WITHDRAWN:
        return O.STOPPED, "the question was deleted on X"
    if answers.opted_out(question):
        return O.STOPPED, "the author asked us not to reply"
    refused = row.host.implied_refused_at is not None
    summons = Summons(question.summons)
    if row.route == Route.REPLY and not may_reply(summons, sender.implied, refused=refused):
        return O.BY_HAND, "X lets us reply only to posts that mention us"
    return None


def blocks(row: Outgoing, reviewer: Reviewer) -> list[str]:
    """The rules that stop a post. The host's own posts and signposts answer nobody, so of the rules
    for answers only the length holds for them.
    """
    about = row.question.text if row.question else ""
    found = {f.rule for f in reviewer.findings(row.text, about) if f.severity is Severity.BLOCK}
    if row.kind in (Outgoing.Kind.CUE, Outgoing.Kind.SIGNPOST):
        found &= {"too_long"}
    return sorted(found)


def _put_aside(row: Outgoing, state: OutgoingState, why: str, *, now: datetime) -> None:
    with transaction.atomic():
        moves.move(row, state, who=moves.BOT, now=now, why=why, reason=why)
        if state == O.STOPPED:
            answers.could_not(row, why, now=now)


def _sent(row: Outgoing, post_id: str, prices: Prices, *, now: datetime) -> None:
    with transaction.atomic():
        moves.move(row, O.SENT, who=moves.BOT, now=now, holding=row.fence, post_id=post_id, sent_at=now)
        money.book(row.host, row.session, charge(row), 1, prices, now=now)
        if row.cue is not None and row.cue.kind == CueKind.OPEN:
            # The session's thread hangs under the welcome post.
            Session.objects.filter(pk=row.session_id).update(root_post_id=post_id)
        answers.got_out(row, now=now)


def _failed(row: Outgoing, error: XError, timing: Timing, *, now: datetime) -> None:
    """What to do next, for each meaning that a failed call can have (bot.x.meaning)."""
    why = str(error)
    assert row.intent_at is not None
    with transaction.atomic():
        match error:
            case NotSummoned():
                _learn(row, why, now=now)
                # The console offers it for X's own app, where a person may reply to anybody.
                moves.move(row, O.BY_HAND, who=moves.BOT, now=now, why=why, holding=row.fence, reason=why)
            case PostGone() if row.question is not None and row.route == Route.REPLY:
                _refused(row, why, now=now)
                answers.withdraw(row.question, why, now=now)
            case OddlyRefused() if row.attempts < 2:
                later = now + UNTOLD_WAIT
                moves.move(row, O.READY, who=moves.BOT, now=now, why=why, holding=row.fence, not_before=later)
            case PostRefused() if row.looks:
                doubt = f"{why}; but an earlier attempt may be out: look on X, then send or drop it"
                moves.move(row, O.HELD, who=moves.BOT, now=now, why=doubt, holding=row.fence, reason=doubt)
            case PostRefused():
                _refused(row, why, now=now)
                answers.could_not(row, why, now=now)
            case PostDelayed(until=until):
                _undone(row, why, now=now)
                _shut(row.host, until or now + UNTOLD_WAIT)
            case XClosed():
                _undone(row, why, now=now)
                close(row.host, why, now=now)
            case PostDuplicate():
                _unknown(row, why, timing, now=now)
            case _:
                _unknown(row, why, timing, now=now)
                _count_lost(row.host, now=now)


def _refused(row: Outgoing, why: str, *, now: datetime) -> None:
    moves.move(row, O.REFUSED, who=moves.BOT, now=now, why=why, holding=row.fence, reason=why)


def _undone(row: Outgoing, why: str, *, now: datetime) -> None:
    """The call certainly did nothing: it does not count as an attempt."""
    moves.move(row, O.READY, who=moves.BOT, now=now, why=why, holding=row.fence, attempts=row.attempts - 1)


def _unknown(row: Outgoing, why: str, timing: Timing, *, now: datetime) -> None:
    assert row.intent_at is not None
    look_at = row.intent_at + timing.settle
    moves.move(row, O.UNKNOWN, who=moves.BOT, now=now, why=why, holding=row.fence, look_at=look_at, looks=0)


def _learn(row: Outgoing, why: str, *, now: datetime) -> None:
    """X does not say whether a reply to a post of ours summons us; its first refusal does."""
    host = row.host
    implied = row.question is not None and row.question.summons == Summons.IMPLIED
    if not implied or host.implied_refused_at is not None:
        return
    host.implied_refused_at = now
    HostAccount.objects.filter(pk=host.pk).update(implied_refused_at=now)
    moves.note(host, who=moves.BOT, now=now, new="replies refused", why=why)


def _count_lost(host: HostAccount, *, now: datetime) -> None:
    host.lost_calls += 1
    HostAccount.objects.filter(pk=host.pk).update(lost_calls=host.lost_calls)
    pause = delivery.rest(host.lost_calls)
    if pause:
        _shut(host, now + pause)


def _shut(host: HostAccount, until: datetime) -> None:
    host.no_posts_before = until
    HostAccount.objects.filter(pk=host.pk).update(no_posts_before=until)


def close(host: HostAccount, why: str, *, now: datetime) -> None:
    """No call to X for this account until a person has mended what is wrong."""
    HostAccount.objects.filter(pk=host.pk).update(closed_because=why)
    host.closed_because = why
    moves.note(host, who=moves.BOT, now=now, new="closed", why=why)


def reopen(host: HostAccount, *, who: str, now: datetime) -> None:
    HostAccount.objects.filter(pk=host.pk).update(closed_because="")
    host.closed_because = ""
    moves.note(host, who=who, now=now, new="reopened")


def try_again(row: Outgoing, *, who: str, now: datetime) -> None:
    """A person has looked on X, did not find it, and wants it sent. Raises TooLate, NotAllowed."""
    moves.move(
        row, O.READY, who=who, now=now, why="sent again by hand", reason="", attempts=0, not_before=now
    )


def give_up(row: Outgoing, *, who: str, now: datetime) -> None:
    """A person does not want a held post sent: its question goes back to the clinicians."""
    stop(row, who=who, now=now, why="dropped by hand")


def recover_intents(host: HostAccount, timing: Timing, *, now: datetime) -> int:
    """Finds intents whose process is gone: their outcome is unknown. Returns how many."""
    stale = now - timedelta(seconds=timing.fresh + timing.call)
    rows = Outgoing.objects.filter(host=host, state=O.INTENT, intent_at__lt=stale)
    for row in rows:
        try:
            _unknown(row, "the process stopped between the intent and the record", timing, now=now)
        except moves.TooLate:
            continue  # its process is alive after all and has just recorded it
    return len(rows)


def settle_unknown(host: HostAccount, sender: Sender, *, now: datetime) -> int:
    """Looks for posts of unknown outcome on our own timeline. Returns how many it looked for.

    Raises XError when the timeline could not be read to its end: that is no look.
    """
    rows = list(
        Outgoing.objects.filter(host=host, state=O.UNKNOWN, look_at__lte=now).select_related(
            "question__item", "session", "cue", "host"
        )
    )
    if not rows or host.closed_because:
        return 0
    since = min(row.first_intent_at for row in rows if row.first_intent_at)
    seen = timeline.read(host, sender.x, sender.prices, rows, since=since, now=now)
    for row in rows:
        try:
            _conclude(row, seen, sender, now=now)
        except moves.TooLate:
            continue  # another process has concluded meanwhile, and may have sent it again
    return len(rows)


def _conclude(row: Outgoing, seen: list[Seen], sender: Sender, *, now: datetime) -> None:
    found = timeline.find(row, seen)
    looks = row.looks + 1
    match delivery.after_look(found=bool(found), looks=looks, attempts=row.attempts):
        case "sent":
            _sent(row, found, sender.prices, now=now)
        case "look":
            again = now + timedelta(seconds=sender.timing.look_again)
            unchanged = Outgoing.objects.filter(pk=row.pk, state=O.UNKNOWN, fence=row.fence)
            unchanged.update(looks=looks, look_at=again)
        case "ready":
            why = "not on our timeline: sent once more"
            moves.move(row, O.READY, who=moves.BOT, now=now, why=why, holding=row.fence, looks=looks)
        case _:
            why = "twice sent, twice not seen: look on X, then send or stop it by hand"
            moves.move(row, O.HELD, who=moves.BOT, now=now, why=why, holding=row.fence, reason=why)


def charge(row: Outgoing) -> Charge:
    """Whether X bills a reply to somebody who only replied to us as summoned is not known: the dearer
    price is assumed.
    """
    typed = row.question is not None and row.question.summons == Summons.TYPED
    return charge_for_post(row.text, summoned_reply=typed and row.route == Route.REPLY)
