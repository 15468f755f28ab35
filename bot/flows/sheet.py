"""How a session stands, for the run sheet."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from bot.core.alerts import Limits
from bot.core.delivery import Pacing
from bot.core.plan import CueKind
from bot.core.runsheet import Gauge, money_left, over_running, replies_left
from bot.core.states import FINISHED_SESSIONS, CueState, OutgoingState, QuestionState, SessionState
from bot.flows import report
from bot.flows.alerts import EACH_ROUND
from bot.models import AuditEvent, CueRow, Heartbeat, Outgoing, Session

UNANSWERED = (QuestionState.RECEIVED, QuestionState.QUEUED, QuestionState.ANSWERING)


@dataclass(frozen=True, slots=True)
class Sheet:
    """`next_at` is when the next cue is due, if one waits."""

    tally: report.Tally
    posts: Gauge
    money: Gauge
    over_running: str
    next_at: datetime | None
    next_kind: str


def newest() -> Session | None:
    """The session that is on or comes next, else the last one."""
    on = Session.objects.exclude(state__in=FINISHED_SESSIONS).order_by("opens_at").first()
    return on or Session.objects.exclude(state=SessionState.CANCELLED).order_by("-opens_at").first()


def read(session: Session, pacing: Pacing, *, now: datetime) -> Sheet:
    upcoming = session.cues.filter(state=CueState.WAITING).order_by("due_at").first()
    tally = report.tally(session)
    return Sheet(
        tally=tally,
        posts=replies_left(sent_lately(session, now=now), now, pacing),
        money=money_left(tally.spent, session.budget_usd),
        over_running=_over_running(session, upcoming, now=now),
        next_at=upcoming.due_at if upcoming else None,
        next_kind=upcoming.kind if upcoming else "",
    )


def sent_lately(session: Session, *, now: datetime) -> list[datetime]:
    """When posts of the host left, or may have left, within X's half hour."""
    left = Outgoing.objects.filter(
        host=session.host_id,
        intent_at__gt=now - timedelta(minutes=30),
        state__in=(OutgoingState.SENT, OutgoingState.UNKNOWN, OutgoingState.INTENT),
    )
    return [at for at in left.values_list("intent_at", flat=True) if at is not None]


def _over_running(session: Session, upcoming: CueRow | None, *, now: datetime) -> str:
    prompts = session.cues.filter(kind=CueKind.PROMPT, state=CueState.DONE)
    last = prompts.select_related("outgoing").order_by("-due_at").first()
    if last is None:
        return ""
    since = last.outgoing.sent_at or last.due_at
    asked = session.questions.filter(state__in=UNANSWERED, posted_at__gte=since)
    return over_running(last.ordinal, asked.count(), upcoming.due_at - now if upcoming else None)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the bot: `age` is in seconds since its last sign of life."""

    name: str
    age: int
    trouble: str
    down: bool


#: Parts that come by at least each second; others are due at times, and their silence means nothing.
STEADY = {*EACH_ROUND, "deciding", "watch"}
TELLING = "tell "  # how the parts begin that tell alerts, one for each channel


def parts(limits: Limits, *, now: datetime) -> list[Part]:
    """`now` is the machine's clock."""
    return [
        Part(
            beat.part,
            max(int((now - beat.at).total_seconds()), 0),
            beat.trouble,
            _is_steady(beat.part) and (now - beat.at).total_seconds() > limits.silent_for,
        )
        for beat in Heartbeat.objects.order_by("part")
    ]


def _is_steady(part: str) -> bool:
    return part in STEADY or part.startswith(TELLING)


def history(session: Session, count: int = 30) -> list[AuditEvent]:
    """What was done about the session and its cues, by whom and why: the newest first."""
    cues = [str(pk) for pk in session.cues.values_list("pk", flat=True)]
    about = (
        Q(what="session", which=str(session.pk))
        | Q(what="cue", which__in=cues)
        | Q(what="hostaccount", which=str(session.host_id))
        | Q(what__in=("clock", "alert"))
    )
    return list(AuditEvent.objects.filter(about).order_by("-id")[:count])
