"""Sees what an organiser must be told, and tells it once through each channel.

`scan` compares how things stand with the alerts that are open, so it may run in any process and as often
as one likes. `deliver` is a loop of its own: a slow mail server never keeps a post waiting.
"""

from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from django.db import IntegrityError, transaction

from bot.core import alerts as core
from bot.core.alerts import AlertKind, Facts, Limits, Severity
from bot.core.screen import Label
from bot.core.states import OPEN_ITEMS, TAKING_QUESTIONS, CueState, NoticeState, SessionState
from bot.core.triage import Priority
from bot.flows import gaps, money, moves, preflight
from bot.models import Alert, AuditEvent, CueRow, Heartbeat, HostAccount, Notice, QueueItem, Session

#: Parts that every round comes by: when these are silent, the rounds stand still.
EACH_ROUND = ("cues", "sending", "closing")
#: What comes back so soon is the same thing: it is shown again, and not told again.
SAME_AGAIN = timedelta(minutes=10)
#: A gap that the next reads close is not worth a message.
GAP_LASTS = timedelta(seconds=30)
#: What happened and does not go on stands on the page for so long, unless somebody has seen it.
SHOWN_FOR = timedelta(hours=1)
ONCE = frozenset({AlertKind.TEST, AlertKind.CLOCK})
#: A channel's call may take so long; after that another process may try.
LEASE = timedelta(seconds=30)
ON_DUTY = timedelta(minutes=15)


class ChannelFailed(Exception):
    """The message did not get through. No address and no secret is in it."""


@dataclass(frozen=True, slots=True)
class Message:
    """Short enough for a telephone. `link` leads to the console, where the rest is."""

    subject: str
    text: str
    link: str = ""


class Channel(Protocol):
    @property
    def name(self) -> str: ...

    def send(self, message: Message) -> None:
        """Raises ChannelFailed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """`now` is the session's clock, `machine` the machine's; `began` is when this process began to look."""

    now: datetime
    machine: datetime
    began: datetime


@dataclass(slots=True)
class Seen:
    """What a scan did, for those who watch."""

    raised: list[str] = field(default_factory=list)
    cleared: list[str] = field(default_factory=list)


def scan(limits: Limits, times: Times) -> Seen:
    """Raises what is new and clears what is over."""
    wanted = {alert.key: alert for alert in core.alerts(facts(times), limits)}
    open_ones = {row.key: row for row in Alert.objects.filter(cleared_at=None)}
    seen = Seen()
    for key, alert in wanted.items():
        if key not in open_ones and tell(alert, now=times.now):
            seen.raised.append(key)
    for key, row in open_ones.items():
        if key not in wanted and _is_over(row, times.now) and clear(row, now=times.now):
            seen.cleared.append(key)
    return seen


def tell(alert: core.Alert, *, now: datetime) -> bool:
    """Raises an alert. False when it is open already, or was a moment ago: then it is shown again."""
    lately = Alert.objects.filter(key=alert.key, cleared_at__gt=now - SAME_AGAIN).order_by("-id").first()
    try:
        with transaction.atomic():
            if lately is not None:
                Alert.objects.filter(pk=lately.pk).update(cleared_at=None)
                return False
            row = Alert.objects.create(
                key=alert.key, kind=alert.kind, severity=alert.severity, session_id=alert.session_id,
                text=alert.text[:300], what_to_do=alert.what_to_do[:300], path=alert.path[:100],
                raised_at=now,
            )  # fmt: skip
            moves.note(row, who=moves.BOT, now=now, new="raised", why=alert.kind)
    except IntegrityError:
        return False  # another process has seen it too
    return True


def clear(row: Alert, *, now: datetime) -> bool:
    with transaction.atomic():
        cleared = Alert.objects.filter(pk=row.pk, cleared_at=None).update(cleared_at=now)
        if cleared:
            moves.note(row, who=moves.BOT, now=now, old="raised", new="cleared")
    return bool(cleared)


def _is_over(row: Alert, now: datetime) -> bool:
    return row.kind not in ONCE or bool(row.seen_by) or now - row.raised_at > SHOWN_FOR


def saw(row: Alert, *, who: str, now: datetime) -> None:
    """Somebody says that they have seen it. What goes on stays on the page all the same."""
    if Alert.objects.filter(pk=row.pk, seen_by="").update(seen_by=who[:200]):
        moves.note(row, who=who, now=now, old="raised", new="seen")


def test(*, who: str, now: datetime) -> Alert:
    """An alert that says it is a test: whoever gets it knows that the channel works."""
    alert = test_alert(who, now=now)
    tell(alert, now=now)
    return Alert.objects.filter(key=alert.key).latest("id")


def test_alert(who: str, *, now: datetime) -> core.Alert:
    return core.Alert(
        kind=AlertKind.TEST,
        severity=Severity.WARNING,
        key=f"test:{now:%Y%m%dT%H%M%S%f}",
        text=f"This is a test, started by {who}. Nothing has happened.",
        what_to_do="Nothing. If this reached you, the channel works.",
    )


def facts(times: Times) -> Facts:
    sessions = list(Session.objects.filter(state__in=TAKING_QUESTIONS))
    return Facts(
        urgent=tuple(_urgent()),
        closed=tuple(HostAccount.objects.exclude(closed_because="").values_list("pk", flat=True)),
        gaps=tuple(_gaps(times.now)),
        money=tuple(
            core.Money(session_id=s.pk, slug=s.slug, spent=money.spent(s), budget=s.budget_usd)
            for s in sessions
        ),
        queues=tuple(_queue(session, times.now) for session in sessions),
        silent=tuple(_silent(times)),
        overdue=(*_overdue(sessions, times.now), *_unopened(times.now), *_promises(times.now)),
    )


def _urgent() -> Iterator[core.UrgentItem]:
    items = QueueItem.objects.filter(state__in=OPEN_ITEMS, priority=Priority.SAFETY)
    for item in items.prefetch_related("questions"):
        crisis = any(Label.CRISIS in question.labels for question in item.questions.all())
        yield core.UrgentItem(id=item.pk, session_id=item.session_id, crisis=crisis)


def _gaps(now: datetime) -> Iterator[tuple[int, str]]:
    for gap in gaps.that_matter():
        opened = AuditEvent.objects.filter(what="gap", which=str(gap.pk), new="open", at__lte=now - GAP_LASTS)
        if opened.exists():
            yield gap.pk, gap.kind


def _queue(session: Session, now: datetime) -> core.Queue:
    waiting = session.items.filter(state__in=OPEN_ITEMS)
    oldest = waiting.order_by("created_at").first()
    lately = QueueItem.objects.filter(claimed_until__gt=now - ON_DUTY, claimed_by__isnull=False)
    return core.Queue(
        session_id=session.pk,
        slug=session.slug,
        waiting=waiting.count(),
        oldest=max(now - oldest.created_at, timedelta()) if oldest else timedelta(),
        on_duty=lately.values("claimed_by").distinct().count(),
    )


def _silent(times: Times) -> Iterator[tuple[str, timedelta]]:
    """For how long the rounds have stood still. Before this process had time for one it says nothing."""
    beats = Heartbeat.objects.filter(part__in=EACH_ROUND).values_list("at", flat=True)
    if beats:
        yield "rounds", min(times.machine - min(beats), times.machine - times.began)


def _overdue(sessions: list[Session], now: datetime) -> Iterator[core.Overdue]:
    for cue in CueRow.objects.filter(session__in=sessions, state=CueState.HELD, due_at__lte=now):
        yield core.Overdue(
            key=f"held:{cue.pk}",
            session_id=cue.session_id,
            slug=cue.session.slug,
            text=f"cue {cue.pk} ({cue.kind}) is held, and its time has come.",
            what_to_do="Let it go, or skip it, on the run sheet.",
        )
    for session in sessions:
        if session.state == SessionState.PAUSED and session.closes_at <= now:
            yield core.Overdue(
                key=f"paused:{session.pk}",
                session_id=session.pk,
                slug=session.slug,
                text="its time is over, and it is paused: it does not close by itself.",
                what_to_do="Resume it, and it closes.",
            )


def _unopened(now: datetime) -> Iterator[core.Overdue]:
    """Sessions whose time has come and which pre-flight does not let open."""
    for session in preflight.held_now(now=now):
        yield core.Overdue(
            key=f"unopened:{session.pk}",
            session_id=session.pk,
            slug=session.slug,
            text=f"the session does not open: {preflight.held_because(session)}"[:250],
            what_to_do="Mend it, or pass over it with a reason, on the page Plans: go or no-go.",
        )


def _promises(now: datetime) -> Iterator[core.Overdue]:
    late = QueueItem.objects.filter(state__in=OPEN_ITEMS, promised_for__lt=now.date()).select_related(
        "session"
    )
    for session in {item.session for item in late}:
        yield core.Overdue(
            key=f"promise:{session.pk}",
            session_id=session.pk,
            slug=session.slug,
            text="questions of the after-hours list were promised an answer, and the day is over.",
            what_to_do="Answer or dismiss them in the queue.",
        )


def deliver(channel: Channel, address: str, *, now: datetime) -> int:
    """Sends what waits for this channel, the most urgent first. Returns how many got through.

    `now` is the machine's clock. `address` is the console's, for the link; it may be empty.
    """
    _take_up(channel.name, now=now)
    due = Notice.objects.filter(channel=channel.name, state=NoticeState.NEW, next_at__lte=now)
    return sum(_send(notice, channel, address, now=now) for notice in due.select_related("alert"))


def _take_up(channel: str, *, now: datetime) -> None:
    told = Notice.objects.filter(channel=channel).values("alert")
    for alert in Alert.objects.filter(cleared_at=None).exclude(pk__in=told):
        Notice.objects.get_or_create(alert=alert, channel=channel, defaults={"next_at": now})


def _send(notice: Notice, channel: Channel, address: str, *, now: datetime) -> bool:
    mine = Notice.objects.filter(pk=notice.pk, state=NoticeState.NEW, next_at=notice.next_at)
    if not mine.update(next_at=now + LEASE, attempts=notice.attempts + 1):
        return False  # another process sends it
    try:
        channel.send(message(notice.alert, address))
    except ChannelFailed as failed:
        _failed(notice, str(failed), now=now)
        return False
    moves.move(notice, NoticeState.SENT, who=moves.BOT, now=now, sent_at=now, trouble="")
    return True


def _failed(notice: Notice, trouble: str, *, now: datetime) -> None:
    wait = core.retry_after(notice.attempts + 1)
    if wait is None:
        moves.move(notice, NoticeState.FAILED, who=moves.BOT, now=now, why=trouble, trouble=trouble[:300])
        return
    Notice.objects.filter(pk=notice.pk, state=NoticeState.NEW).update(
        next_at=now + wait, trouble=trouble[:300]
    )


def message(row: Alert | core.Alert, address: str) -> Message:
    grade = Severity(row.severity).name
    link = f"{address.rstrip('/')}{row.path}" if address else ""
    text = f"{row.text}\n\nWhat to do: {row.what_to_do}" + (f"\n\n{link}" if link else "")
    return Message(subject=f"[askhour] {grade}: {row.kind}", text=text, link=link)


def open_alerts() -> list[Alert]:
    """For the page, the worst first."""
    return list(Alert.objects.filter(cleared_at=None).prefetch_related("notices"))


def unseen() -> int:
    """How many alerts go on that no organiser has marked as seen. Urgent items have a line of their own."""
    return Alert.objects.filter(cleared_at=None, seen_by="").exclude(severity=Severity.SAFETY).count()


def channel_troubles(names: Set[str]) -> list[tuple[str, str]]:
    """Channels whose last message did not get through, and why."""
    troubles = []
    for name in sorted(names):
        last = Notice.objects.filter(channel=name, attempts__gt=0).order_by("-id").first()
        if last is not None and last.state != NoticeState.SENT:
            troubles.append((name, last.trouble or "it is being tried"))
    return troubles


def known_channels() -> set[str]:
    return set(Notice.objects.values_list("channel", flat=True).distinct())
