"""Decides what becomes of each question that came in, and sees to it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db import transaction

from bot.core.delivery import Timing, Urgency
from bot.core.entry import Entry
from bot.core.groups import Grouper
from bot.core.match import Match
from bot.core.screen import Label, Verdict
from bot.core.signpost import Signpost, fitting
from bot.core.states import LIVE_OUTGOING, TAKING_QUESTIONS, ItemState, QuestionState, SessionState
from bot.core.text import fold
from bot.core.triage import (
    Asked,
    Decision,
    Moment,
    Outcome,
    Policy,
    Priority,
    Route,
    Summons,
    decide,
    may_reply,
    opts_out,
    route,
)
from bot.flows import answers, moves, outbox, outcomes
from bot.models import Outgoing, Question, QueueItem, Session

Q = QuestionState

#: X refuses a text that we posted before; for how long it remembers is not published.
REUSE_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Judge:
    """All that a decision rests on. Replaced as a whole when the FAQ is read anew."""

    screen: Callable[[str], Verdict]
    match: Callable[[str], Match]
    entries: Mapping[str, Entry]
    signposts: tuple[Signpost, ...]
    policy: Policy
    timing: Timing
    sure_from: float | None = None  # see core/triage.decide
    grouper: Grouper = field(default_factory=Grouper)
    level: str = ""  # of the matcher: its probabilities are kept with it, or not at all


def decide_received(judge: Judge, *, now: datetime, limit: int = 100) -> int:
    """Decides about the questions that wait for it, oldest first. Returns how many there were."""
    waiting = Question.objects.filter(state=Q.RECEIVED).select_related("session__host", "host")[:limit]
    for question in waiting:
        try:
            decide_one(question, judge, now=now)
        except moves.TooLate:
            continue  # it was withdrawn, or another process decided
    return len(waiting)


def decide_one(question: Question, judge: Judge, *, now: datetime) -> Decision:
    verdict = judge.screen(question.text)
    match = _matched(judge, question.text)
    session = question.session
    policy = replace(
        judge.policy,
        automatic_answers=judge.policy.automatic_answers and bool(session and session.automatic),
    )
    decision = decide(
        _asked(question, judge),
        verdict,
        match,
        judge.entries,
        policy=policy,
        moment=_moment(session, now),
        sure_from=judge.sure_from,
    )
    with transaction.atomic():
        _record(question, judge, verdict, match, now=now)
        _carry_out(question, decision, judge, now=now)
    return decision


def _matched(judge: Judge, text: str) -> Match:
    """A matcher that fails finds nothing: the question goes to a clinician."""
    try:
        return judge.match(text)
    except Exception:
        return Match((), gate="the matcher failed: a clinician decides")


def _summoned(question: Question, judge: Judge) -> bool:
    refused = question.host.implied_refused_at is not None
    return may_reply(Summons(question.summons), judge.policy.replies_to_us_summon, refused=refused)


def _asked(question: Question, judge: Judge) -> Asked:
    parent = Question.objects.filter(
        host=question.host,
        version_id=question.in_reply_to,
        item__priority__lt=Priority.ORDINARY,
    )
    return Asked(
        summoned=_summoned(question, judge),
        repost=question.repost,
        opted_out=answers.opted_out(question),
        opts_out=opts_out(fold(question.text).text),
        thread_is_held=bool(question.in_reply_to) and parent.exists(),
    )


def _moment(session: Session | None, now: datetime) -> Moment:
    return Moment(
        taking_questions=session is not None and session.state in TAKING_QUESTIONS,
        open=session is not None and session.state in (SessionState.OPEN, SessionState.CLOSING),
        today=now.date(),
        jurisdiction=session.jurisdiction if session else "",
    )


def _record(question: Question, judge: Judge, verdict: Verdict, match: Match, *, now: datetime) -> None:
    """Keeps what the guardrails and the matcher said, for the console's highlights."""
    identifies = Label.IDENTIFIER in verdict.labels
    values = {
        "labels": sorted(verdict.labels),
        "evidence": [
            {"rule": e.rule, "label": e.label, "start": e.start, "end": e.end, "why": e.why}
            for e in verdict.evidence
        ],
        "entry_id": match.best.entry_id if match.best else "",
        "probability": match.best.probability if match.best else None,
        "route": route(summoned=_summoned(question, judge), identifies_somebody=identifies),
        "decided_at": now,
    }
    Question.objects.filter(pk=question.pk).update(**values)
    for name, value in values.items():
        setattr(question, name, value)
    outcomes.keep(question, verdict, match, judge.level, now=now)


def _carry_out(question: Question, decision: Decision, judge: Judge, *, now: datetime) -> None:
    match decision.outcome:
        case Outcome.LEAVE:
            moves.move(
                question,
                Q.LEFT,
                who=moves.BOT,
                now=now,
                why=decision.reason,
                reason=decision.reason,
            )
        case Outcome.ANSWER:
            _answer(question, decision, judge, now=now)
        case Outcome.ASK | Outcome.SIGNPOST if question.session is None:
            _alert_without_session(question, decision, judge, now=now)
        case Outcome.ASK:
            _ask(question, decision, judge, now=now)
        case Outcome.SIGNPOST:
            _signpost(question, decision, judge, now=now)


def _answer(question: Question, decision: Decision, judge: Judge, *, now: datetime) -> None:
    entry = judge.entries[decision.entry_id]
    assert question.session is not None
    text = unused(entry.answers, question.session, now=now)
    if not text:
        reason = "each approved wording was posted in the last 24 hours"
        _ask(question, replace(decision, reason=reason), judge, now=now)
        return
    moves.move(question, Q.ANSWERING, who=moves.BOT, now=now, why=decision.reason, reason=decision.reason)
    outbox.put(
        outbox.New(
            host=question.host,
            session=question.session,
            kind=Outgoing.Kind.AUTOMATIC,
            text=text,
            approved_by=entry.reviewed_by,
            route=Route.REPLY,
            urgency=Urgency.AUTOMATIC,
            question=question,
            in_reply_to=question.version_id,
            hold=timedelta(seconds=judge.timing.undo),
        ),
        now=now,
    )


def unused(wordings: Iterable[str], session: Session, *, now: datetime) -> str:
    """The first wording that we have not posted lately, or nothing."""
    hashes = {outbox.hash_of(text): text for text in wordings}
    used = Outgoing.objects.filter(
        host_id=session.host_id,
        text_hash__in=hashes,
        created_at__gt=now - REUSE_AFTER,
        state__in=LIVE_OUTGOING,
    )
    taken = set(used.values_list("text_hash", flat=True))
    return next((text for found, text in hashes.items() if found not in taken), "")


def _ask(question: Question, decision: Decision, judge: Judge, *, now: datetime) -> QueueItem:
    if decision.priority == Priority.ORDINARY:
        item = _same_item(question, judge.grouper)
        if item is not None:
            answers.join(question, item, reason=decision.reason, now=now, who=moves.BOT)
            return item
    return answers.ask(
        question,
        priority=decision.priority,
        reason=decision.reason,
        entry_id=decision.entry_id,
        now=now,
        who=moves.BOT,
    )


def _same_item(question: Question, grouper: Grouper) -> QueueItem | None:
    """An item that nobody has begun and that asks the same. Only ordinary questions are put together:
    what is about one person stays alone.
    """
    waiting = Question.objects.filter(
        session=question.session,
        state=Q.QUEUED,
        item__state=ItemState.WAITING,
        item__priority=Priority.ORDINARY,
    ).select_related("item")
    others = list(waiting)
    place = grouper.same(question.text, [other.text for other in others])
    return None if place is None else others[place].item


def _signpost(question: Question, decision: Decision, judge: Judge, *, now: datetime) -> None:
    """Posts the fixed text for a crisis or an emergency, and puts the question before a person too."""
    item = _ask(question, decision, judge, now=now)
    session = question.session
    assert session is not None
    occasion = Label.CRISIS if Label.CRISIS in question.labels else Label.EMERGENCY
    texts = {
        one.text: one
        for one in fitting(judge.signposts, occasion, session.jurisdiction)
        if one.signed or judge.policy.drafts_may_be_sent
    }
    text = unused(texts, session, now=now)
    if not text:
        return
    moves.move(question, Q.SIGNPOSTED, who=moves.BOT, now=now, why=decision.reason)
    outbox.put(
        outbox.New(
            host=question.host,
            session=session,
            kind=Outgoing.Kind.SIGNPOST,
            text=text,
            approved_by=texts[text].reviewer,
            route=Route.REPLY,
            urgency=Urgency.SAFETY,
            question=question,
            in_reply_to=question.version_id,
        ),
        now=now,
    )
    moves.note(item, who=moves.BOT, now=now, new=item.state, why="a signpost is on its way")


def _alert_without_session(question: Question, decision: Decision, judge: Judge, *, now: datetime) -> None:
    """A crisis reached us while no session is on: the organiser of the last one, or the next, is told."""
    ours = Session.objects.filter(host=question.host)
    latest = ours.filter(opens_at__lte=now).order_by("-opens_at").first() or ours.order_by("opens_at").first()
    if latest is None:
        why = f"{decision.reason}; there is no session whose team could be told"
        moves.move(question, Q.LEFT, who=moves.BOT, now=now, why=why, reason=why)
        return
    Question.objects.filter(pk=question.pk).update(session=latest)
    question.session = latest
    _ask(question, decision, judge, now=now)
