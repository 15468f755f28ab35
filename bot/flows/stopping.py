"""Stop everything: nothing leaves, from any process, until a person lifts it.

The stop is a mark on the host's row. Whoever writes an intent locks that row first and looks (`may_go`),
so after `stop` has returned there is no new intent; the sender looks once more directly before its call.
"""

from datetime import datetime

from django.db import transaction

from bot.core.states import SessionState
from bot.flows import moves
from bot.models import HostAccount, Outgoing, Session


class NotNow(Exception):
    """Nothing leaves just now; the message says why."""


@transaction.atomic
def stop(*, who: str, now: datetime, why: str = "") -> int:
    """Stops every host. Returns how many were not stopped yet: 0 when somebody was first."""
    stopped = 0
    for host in HostAccount.objects.filter(stopped_at=None):
        running = HostAccount.objects.filter(pk=host.pk, stopped_at=None)
        if running.update(stopped_at=now, stopped_by=who[:200], stopped_because=why[:300]):
            moves.note(host, who=who, now=now, old="running", new="stopped", why=why)
            stopped += 1
    return stopped


@transaction.atomic
def lift(*, who: str, now: datetime, why: str = "") -> int:
    """Lets posts leave again. Returns how many hosts were stopped."""
    lifted = 0
    for host in stopped_hosts():
        stopped = HostAccount.objects.filter(pk=host.pk, stopped_at=host.stopped_at)
        if stopped.update(stopped_at=None, stopped_by="", stopped_because=""):
            moves.note(host, who=who, now=now, old="stopped", new="running", why=why)
            lifted += 1
    return lifted


def stopped_hosts() -> list[HostAccount]:
    return list(HostAccount.objects.exclude(stopped_at=None))


def may_go(row: Outgoing) -> None:
    """Raises NotNow while everything is stopped, or when the post's session is paused.

    In the transaction that writes the intent: the locks make a stop or a pause wait for it, or it for
    them. (SQLite's transactions exclude each other anyhow.)
    """
    hosts = HostAccount.objects.select_for_update(no_key=True)
    if hosts.filter(pk=row.host_id, stopped_at=None).first() is None:
        raise NotNow("everything is stopped")
    session = Session.objects.select_for_update(no_key=True).get(pk=row.session_id)
    if session.state == SessionState.PAUSED and row.kind != Outgoing.Kind.SIGNPOST:
        raise NotNow("the session is paused: only signposts leave")


def is_stopped(host_id: int) -> bool:
    return HostAccount.objects.filter(pk=host_id).exclude(stopped_at=None).exists()
