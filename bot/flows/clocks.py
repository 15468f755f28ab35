"""What is done when the machine slept or its clock was set: the hour goes on by the rules, and says so."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from bot.core import alerts as core
from bot.core.alerts import AlertKind, Severity
from bot.core.states import OutgoingState, SessionState
from bot.flows import alerts, host, moves
from bot.models import AuditEvent, Heartbeat, HostAccount, Notice, Outgoing, QueueItem, Session

#: A clock that was set forward by more than this would skip prompts and close the hour: a person looks first.
TOO_FAR = timedelta(minutes=2)


def slept(by: timedelta, *, now: datetime) -> None:
    """What is late follows the rules for what is late."""
    _say("slept", by, "What was due meanwhile follows the rules for what is late.", now=now)


def set_forward(by: timedelta, *, now: datetime) -> None:
    """Pauses what is open: else a wrong clock would skip the prompts and close the hour at once."""
    paused = 0
    if by > TOO_FAR:
        for session in Session.objects.filter(state=SessionState.OPEN):
            try:
                host.pause(session, who=moves.BOT, now=now, why=f"the clock was set forward by {_words(by)}")
                paused += 1
            except moves.TooLate:
                continue  # a person was first
    what = "What was open is paused: look whether the clock is right, then resume." if paused else ""
    _say("set forward", by, what or "Nothing was open. It goes on by the new time.", now=now)


@transaction.atomic
def set_back(by: timedelta, *, now: datetime) -> None:
    """`by` is positive. What waits for a moment of the old clock would wait so much longer: it is moved."""
    ready = Outgoing.objects.filter(state=OutgoingState.READY, not_before__gt=now)
    ready.update(not_before=F("not_before") - by)
    unknown = Outgoing.objects.filter(state=OutgoingState.UNKNOWN)
    unknown.update(look_at=F("look_at") - by, first_intent_at=F("first_intent_at") - by)
    begun = Outgoing.objects.filter(state=OutgoingState.INTENT, intent_at__gt=now)
    begun.update(intent_at=F("intent_at") - by, first_intent_at=F("first_intent_at") - by)
    # X counts our posts by its own clock: they left when they left.
    out = Outgoing.objects.filter(state=OutgoingState.SENT, intent_at__gt=now)
    out.update(intent_at=F("intent_at") - by)
    waiting = HostAccount.objects.filter(no_posts_before__gt=now)
    waiting.update(no_posts_before=F("no_posts_before") - by)
    claimed = QueueItem.objects.filter(claimed_until__gt=now)
    claimed.update(claimed_until=F("claimed_until") - by)
    Notice.objects.filter(next_at__gt=now).update(next_at=F("next_at") - by)
    Heartbeat.objects.filter(at__gt=now).update(at=now)
    _say("set back", by, "What is still to come waits for its time by the new clock.", now=now)


def set_back_while_away(*, now: datetime) -> None:
    """At a start: signs of life from the future show that the clock was set back, at least so far."""
    newest = Heartbeat.objects.order_by("-at").values_list("at", flat=True).first()
    if newest is not None and newest - now > timedelta(seconds=5):
        set_back(newest - now, now=now)


def _say(what: str, by: timedelta, then: str, *, now: datetime) -> None:
    AuditEvent.objects.create(
        at=now, who=moves.BOT, what="clock", which="machine", new=what, why=f"by {_words(by)}. {then}"
    )
    subject = "The machine slept" if what == "slept" else f"The machine's clock was {what}"
    alert = core.Alert(
        kind=AlertKind.CLOCK,
        severity=Severity.WARNING if what == "slept" else Severity.URGENT,
        key=f"clock:{now:%Y%m%dT%H%M%S}",
        text=f"{subject} by {_words(by)}. {then}",
        what_to_do="Look at the run sheet: what was skipped or moved stands under “What was done”.",
        path="/run",
    )
    alerts.tell(alert, now=now)


def _words(by: timedelta) -> str:
    seconds = int(by.total_seconds())
    return f"{seconds // 60} min {seconds % 60} s"
