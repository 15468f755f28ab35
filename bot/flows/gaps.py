"""Holes in what we have read: opened at every doubt, closed only by a read that has covered them."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from bot.core.states import TAKING_QUESTIONS
from bot.flows import moves
from bot.models import Gap, HostAccount


def open_ones(host: HostAccount) -> QuerySet[Gap]:
    return Gap.objects.filter(host=host, covered_at=None)


def that_matter() -> QuerySet[Gap]:
    """Open ones of hosts with a session that takes questions. One that is left when a session closes
    stays on record, and the next session's first poll covers what a poll can.
    """
    waiting = Gap.objects.filter(covered_at=None, host__sessions__state__in=TAKING_QUESTIONS)
    return waiting.select_related("host").distinct()


def begin(
    host: HostAccount,
    kind: Gap.Kind,
    *,
    since: datetime,
    why: str,
    now: datetime,
    until: datetime | None = None,
) -> None:
    """A hole since then. Without `until` it goes on until `end`; one that is open already is widened."""
    try:
        with transaction.atomic():
            gap = Gap.objects.create(host=host, kind=kind, since=since, until=until, why=why[:300])
            moves.note(gap, who=moves.BOT, now=now, new="open", why=why)
    except IntegrityError:
        for gap in open_ones(host).filter(kind=kind):
            ends = None if until is None or gap.until is None else max(gap.until, until)
            Gap.objects.filter(pk=gap.pk).update(since=min(gap.since, since), until=ends)


def end(host: HostAccount, kind: Gap.Kind, *, now: datetime) -> None:
    """The hole grows no more: what comes from now on reaches us."""
    open_ones(host).filter(kind=kind, until=None).update(until=now)


def covered(host: HostAccount, kind: Gap.Kind, *, up_to: datetime, now: datetime) -> None:
    """Everything from before the hole up to then has been read to its end, and stored."""
    for gap in open_ones(host).filter(kind=kind):
        if gap.until is not None and gap.until <= up_to:
            closed = Gap.objects.filter(pk=gap.pk, covered_at=None, until__lte=up_to)
            if closed.update(covered_at=now):
                moves.note(gap, who=moves.BOT, now=now, old="open", new="covered")
        else:
            Gap.objects.filter(pk=gap.pk, covered_at=None).update(since=max(gap.since, up_to))
