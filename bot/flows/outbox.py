"""Sends what is ready, once each, whatever crashes when. The rules are in `core.delivery`."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from bot.core import delivery
from bot.core.delivery import Pacing, Seen, Timing
from bot.core.money import Charge, Prices, charge_for_post
from bot.core.plan import CueKind
from bot.core.review import Reviewer, Severity
from bot.core.states import OutgoingState, QuestionState
from bot.core.triage import Priority, Route
from bot.flows import answers, moves
from bot.models import CueRow, HostAccount, Outgoing, Question, Session, Spend
from bot.x.port import (
    NotSummoned,
    PostDelayed,
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

#: A wait after "slow down" without a time, which X sends now and then.
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
    priority: Priority
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
        priority=new.priority,
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
    obstacle = _obstacle(row, sender)
    if obstacle is not None:
        _put_aside(row, *obstacle, now=now)
        return True
    try:
        with transaction.atomic(durable=True):
            moves.move(row, O.INTENT, who=moves.BOT, now=now, intent_at=now, attempts=row.attempts + 1)
    except moves.TooLate:
        return True  # another sender has it, or a person stopped it
    # A machine may stand still right here for a minute, and somebody else may have taken over.
    if clock() - now > timedelta(seconds=sender.timing.fresh):
        moves.move(row, O.READY, who=moves.BOT, now=clock(), why="the intent went stale")
        return True
    try:
        post_id = sender.x.post(row.text, in_reply_to=row.in_reply_to)
    except XError as error:
        _failed(row, error, sender.timing, now=clock())
    else:
        _sent(row, post_id, sender.prices, now=clock())
    return True


def _next(host: HostAccount, pacing: Pacing, now: datetime) -> Outgoing | None:
    row = (
        Outgoing.objects.filter(host=host, state=O.READY, not_before__lte=now)
        .select_related("question__item", "session", "cue", "host")
        .first()
    )
    if row is None or host.closed_because:
        return None
    left = Outgoing.objects.filter(
        host=host,
        intent_at__gt=now - timedelta(minutes=30),
        state__in=(O.SENT, O.UNKNOWN, O.INTENT),
    ).values_list("intent_at", flat=True)
    times = [at for at in left if at is not None]
    safety = row.priority == Priority.SAFETY
    return None if pacing.wait(times, now, safety=safety) else row


def _obstacle(row: Outgoing, sender: Sender) -> tuple[OutgoingState, str] | None:
    """Why a post may not leave after all, looked at directly before it does."""
    if hash_of(row.text) != row.text_hash:
        return O.HELD, "the text is not the one that was approved"
    question = row.question
    if question is not None:
        if question.state == QuestionState.WITHDRAWN:
            return O.STOPPED, "the question was deleted on X"
        if answers.opted_out(question):
            return O.STOPPED, "the author asked us not to reply"
    blocked = blocks(row, sender.reviewer)
    if blocked:
        return O.HELD, f"the outgoing rules stopped it: {', '.join(blocked)}"
    price = sender.prices.of(charge(row))
    if row.priority != Priority.SAFETY and spent(row.session) + price > row.session.budget_usd:
        return O.HELD, "the session's budget is used up"
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
        moves.move(row, O.SENT, who=moves.BOT, now=now, post_id=post_id, sent_at=now)
        book(row.host, row.session, charge(row), 1, prices, now=now)
        if row.cue is not None and row.cue.kind == CueKind.OPEN:
            # The session's thread hangs under the welcome post.
            Session.objects.filter(pk=row.session_id).update(root_post_id=post_id)
        answers.got_out(row, now=now)


def _failed(row: Outgoing, error: XError, timing: Timing, *, now: datetime) -> None:
    why = str(error)
    assert row.intent_at is not None
    with transaction.atomic():
        match error:
            case NotSummoned():
                # The console offers it for X's own app, where a person may reply to anybody.
                moves.move(row, O.BY_HAND, who=moves.BOT, now=now, why=why, reason=why)
            case PostGone() if row.question is not None:
                moves.move(row, O.REFUSED, who=moves.BOT, now=now, why=why, reason=why)
                answers.withdraw(row.question, why, now=now)
            case PostRefused():
                moves.move(row, O.REFUSED, who=moves.BOT, now=now, why=why, reason=why)
                answers.could_not(row, why, now=now)
            case PostDelayed(until=until):
                later = until or now + UNTOLD_WAIT
                moves.move(row, O.READY, who=moves.BOT, now=now, why=why, not_before=later)
            case XClosed():
                moves.move(row, O.READY, who=moves.BOT, now=now, why=why)
                close(row.host, why, now=now)
            case _:
                look_at = row.intent_at + timing.settle
                moves.move(row, O.UNKNOWN, who=moves.BOT, now=now, why=why, look_at=look_at, looks=0)


def close(host: HostAccount, why: str, *, now: datetime) -> None:
    """No call to X for this account until a person has mended what is wrong."""
    HostAccount.objects.filter(pk=host.pk).update(closed_because=why)
    host.closed_because = why
    moves.note(host, who=moves.BOT, now=now, new="closed", why=why)


def reopen(host: HostAccount, *, who: str, now: datetime) -> None:
    HostAccount.objects.filter(pk=host.pk).update(closed_because="")
    host.closed_because = ""
    moves.note(host, who=who, now=now, new="reopened")


def recover_intents(host: HostAccount, timing: Timing, *, now: datetime) -> int:
    """Finds intents whose process is gone: their outcome is unknown. Returns how many."""
    stale = now - timedelta(seconds=timing.fresh + timing.call)
    rows = Outgoing.objects.filter(host=host, state=O.INTENT, intent_at__lt=stale)
    for row in rows:
        assert row.intent_at is not None
        why = "the process stopped between the intent and the record"
        look_at = row.intent_at + timing.settle
        try:
            moves.move(row, O.UNKNOWN, who=moves.BOT, now=now, why=why, look_at=look_at, looks=0)
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
    since = min(row.intent_at for row in rows if row.intent_at) - timedelta(seconds=60)
    timeline = sender.x.own_posts(since=since)
    book(host, rows[0].session, Charge.OWNED_READ, len(timeline), sender.prices, now=now)
    seen = [Seen(post.id, post.text, post.replied_to) for post in timeline]
    for row in rows:
        _conclude(row, seen, sender, now=now)
    return len(rows)


def _conclude(row: Outgoing, seen: list[Seen], sender: Sender, *, now: datetime) -> None:
    taken = Outgoing.objects.exclude(post_id="").filter(host=row.host)
    found = delivery.found_on_timeline(
        seen,
        text=row.text,
        in_reply_to=row.in_reply_to,
        own_thread=row.route != Route.REPLY,
        taken=frozenset(taken.values_list("post_id", flat=True)),
    )
    looks = row.looks + 1
    match delivery.after_look(found=bool(found), looks=looks, attempts=row.attempts):
        case "sent":
            _sent(row, found, sender.prices, now=now)
        case "look":
            again = now + timedelta(seconds=sender.timing.look_again)
            Outgoing.objects.filter(pk=row.pk, state=O.UNKNOWN).update(looks=looks, look_at=again)
        case "ready":
            why = "not on our timeline: sent once more"
            moves.move(row, O.READY, who=moves.BOT, now=now, why=why)
        case _:
            why = "twice sent, twice not seen: look on X, then send or stop it by hand"
            moves.move(row, O.HELD, who=moves.BOT, now=now, why=why, reason=why)


def charge(row: Outgoing) -> Charge:
    summoned = row.route == Route.REPLY and row.question is not None and row.question.summoned
    return charge_for_post(row.text, summoned_reply=summoned)


def book(
    host: HostAccount,
    session: Session | None,
    what: Charge,
    count: int,
    prices: Prices,
    *,
    now: datetime,
) -> None:
    if count:
        usd = prices.of(what, count)
        Spend.objects.create(at=now, host=host, session=session, charge=what, count=count, usd=usd)


def spent(session: Session) -> Decimal:
    total = session.spending.aggregate(total=Sum("usd"))["total"] or Decimal()
    return total.quantize(Decimal("0.001"))  # SQLite adds decimals up as binary fractions
