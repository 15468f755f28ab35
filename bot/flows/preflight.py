"""Gathers what pre-flight is told, and keeps what people decided: ticks, overrides, the doctor's look."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max

from bot.core import plan_rules, preflight, signing
from bot.core.alerts import AlertKind
from bot.core.entry import Entry
from bot.core.money import Charge, Prices, charge_for_post, forecast
from bot.core.plan import Plan, cues
from bot.core.preflight import CHECKLIST, Account, DoctorSaid, Facts, Item, Post
from bot.core.states import NoticeState, SessionState
from bot.core.weigh import weighted_length
from bot.flows import host, money, moves
from bot.flows.rights import need
from bot.models import AuditEvent, CueRow, DoctorLook, HostAccount, Notice, Override, Session, Tick

HELD = "held"  # in the audit: a red item kept the session from opening
PAST = 3  # sessions that the forecast is drawn from
WAITING = (SessionState.PLANNED, SessionState.ANNOUNCED)


#: The plan of a session, by the plan's name and the session's start on the wall; None if there is none.
PlanOf = Callable[[str, str], Plan | None]


class NoReason(ValueError):
    """A red item was to be passed over without a reason."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is not in the database."""

    entries: Mapping[str, Entry]
    prices: Prices


def of_session(session: Session, plan: Plan | None, known: Known, *, now: datetime) -> list[Item]:
    return preflight.judge(facts_of(session, plan, known, now=now))


def facts_of(session: Session, plan: Plan | None, known: Known, *, now: datetime) -> Facts:
    """Of a session that has been put. `plan` gives its panel; None where it cannot be found."""
    rows = [
        _post(cue.kind, cue.due_at, session.zone, cue.text, known.prices)
        for cue in CueRow.objects.filter(session=session)
    ]
    moved = AuditEvent.objects.filter(what="session", which=str(session.pk), new=host.MOVED)
    return _facts(
        known,
        now=now,
        opens=session.opens_at,
        length_minutes=int((session.closes_at - session.opens_at).total_seconds() // 60),
        approved_by=session.approved_by,
        posts=tuple(rows),
        links_allowed=session.links_allowed,
        panel=plan.panel if plan else None,
        account=session.host,
        cost=_expected(session, known.prices),
        budget=session.budget_usd,
        past=tuple(money.spent(one) for one in earlier(session)),
        ticks=dict(session.ticks.values_list("key", "who")),
        notes=(*_notes(plan), *moved.values_list("why", flat=True)),
    )


def facts_of_plan(plan: Plan, known: Known, *, now: datetime, look: DoctorSaid | None = None) -> Facts:
    """Of a plan that is not in the database yet. `look`: what the doctor has just said."""
    posts = tuple(_post(cue.kind, cue.due, plan.zone, cue.text, known.prices) for cue in cues(plan))
    return _facts(
        known,
        now=now,
        opens=plan.opens,
        length_minutes=plan.length_minutes,
        approved_by=plan.approved_by,
        posts=posts,
        links_allowed=plan.links_allowed,
        panel=plan.panel,
        account=HostAccount.objects.filter(handle=plan.host).first(),
        look=look,
        cost=forecast(
            known.prices,
            [post.text for post in posts],
            questions=plan.expected_questions,
            replies=plan.expected_replies,
        ),
        budget=Decimal(str(plan.budget_usd)),
        past=(),
        ticks={},
        notes=_notes(plan),
    )


def _facts(
    known: Known,
    *,
    opens: datetime,
    account: HostAccount | None,
    look: DoctorSaid | None = None,
    **rest: Any,
) -> Facts:
    day = opens.date()
    kept = DoctorLook.objects.filter(host=account).first() if account else None
    return Facts(
        opens=opens,
        entries=len(known.entries),
        unsigned=tuple(name for name, entry in known.entries.items() if not signing.holds(entry)),
        expiring=tuple(name for name, entry in known.entries.items() if entry.expired(day)),
        accounts=accounts(),
        closed_because=account.closed_because if account else "",
        doctor=said(kept.at, kept.findings) if kept else look,
        alert_tested=_alert_tested(),
        **rest,
    )


def _notes(plan: Plan | None) -> tuple[str, ...]:
    found = plan_rules.notes(plan) if plan else ()
    return tuple(message for key, message in found if key == ("start",))


def _post(kind: str, due: datetime, zone: str, text: str, prices: Prices) -> Post:
    charge = charge_for_post(text, summoned_reply=False)
    return Post(
        kind=str(kind),
        due=due,
        wall=f"{due.astimezone(ZoneInfo(zone)):%a %d %b %H:%M}",
        text=text,
        weight=weighted_length(text),
        usd=prices.of(charge),
        link=charge is Charge.POST_WITH_URL,
    )


def _alert_tested() -> datetime | None:
    """When a test alert last got through, on any channel."""
    tests = Notice.objects.filter(alert__kind=AlertKind.TEST, state=NoticeState.SENT)
    last: datetime | None = tests.aggregate(last=Max("sent_at"))["last"]
    return last


def said(at: datetime, findings: Sequence[Mapping[str, str]]) -> DoctorSaid:
    return DoctorSaid(at, tuple((one["level"], one["what"], one.get("do", "")) for one in findings))


def accounts() -> tuple[Account, ...]:
    """Everybody who may sign in."""
    people = User.objects.filter(is_active=True).order_by("username")
    return tuple(
        Account(one.username, one.get_full_name(), one.has_perm("bot.answer_questions")) for one in people
    )


def earlier(session: Session) -> list[Session]:
    """The newest closed sessions of the same plan, or else of the same host."""
    closed = Session.objects.filter(state__in=(SessionState.CLOSED, SessionState.REPORTED))
    for same in ({"plan_name": session.plan_name}, {"host": session.host}):
        found = list(closed.filter(**same).exclude(pk=session.pk).order_by("-opens_at")[:PAST])
        if found:
            return found
    return []


def _expected(session: Session, prices: Prices) -> Decimal:
    """As busy as the busiest of the last sessions; without any, as the plan expects."""
    past = earlier(session)
    if not past:
        return money.forecast_for(session, prices)
    texts = list(CueRow.objects.filter(session=session).values_list("text", flat=True))
    return forecast(
        prices,
        texts,
        questions=max(one.questions.count() for one in past),
        replies=max(one.outgoing.filter(state="sent", cue=None).count() for one in past),
    ).quantize(Decimal("0.001"))


def gate(known: Known, plan_of: PlanOf) -> host.Gate:
    """For `host.run_due_cues`: what holds a session's opening. Tells it once in the audit."""

    def holds(session: Session, now: datetime) -> Sequence[str]:
        items = of_session(session, plan_of(session.plan_name, session.wall_start), known, now=now)
        found = [f"{item.what}: {item.how}" for item in blocking(session, items)]
        if found:
            _tell(session, "; ".join(found), now=now)
        return found

    return holds


def blocking(session: Session, items: Sequence[Item]) -> list[Item]:
    return preflight.blocking(items, session.overrides.values_list("key", flat=True))


def _tell(session: Session, why: str, *, now: datetime) -> None:
    if why[:300] != held_because(session):
        moves.note(session, who=moves.BOT, now=now, old=session.state, new=HELD, why=why)


def held_because(session: Session) -> str:
    """Why the opening is held right now; empty when it is not, or is not due yet."""
    if session.state not in WAITING:
        return ""
    told = AuditEvent.objects.filter(what="session", which=str(session.pk), new=HELD)
    return told.values_list("why", flat=True).last() or ""


def held_now(*, now: datetime) -> list[Session]:
    """The sessions whose time has come and which do not open."""
    due = Session.objects.filter(state__in=WAITING, opens_at__lte=now, closes_at__gt=now)
    return [session for session in due if held_because(session)]


@transaction.atomic
def tick(session: Session, key: str, done: bool, *, who: User, now: datetime) -> None:
    """Raises MayNot, and KeyError for a point that is not on the checklist."""
    need(who, "host_sessions")
    what = CHECKLIST[key][0]
    Tick.objects.filter(session=session, key=key).delete()
    if done:
        Tick.objects.create(session=session, key=key, who=str(who), at=now)
    moves.note(session, who=str(who), now=now, new="ticked" if done else "unticked", why=what)


@transaction.atomic
def override(session: Session, key: str, why: str, *, who: User, now: datetime) -> None:
    """Lets the session open in spite of a red item. Raises MayNot, NoReason."""
    need(who, "host_sessions")
    if not why.strip():
        raise NoReason("say why it may be passed over: the reason is kept")
    facts = {"why": why.strip()[:300], "who": str(who), "at": now}
    Override.objects.update_or_create(session=session, key=key, defaults=facts)
    moves.note(session, who=str(who), now=now, new="overridden", why=f"{key}: {why.strip()}")


def keep_look(account: HostAccount, findings: Sequence[Mapping[str, str]], *, now: datetime) -> None:
    DoctorLook.objects.update_or_create(host=account, defaults={"at": now, "findings": list(findings)})
