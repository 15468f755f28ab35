"""Moves a row from one state to another: one conditional UPDATE, and its audit event beside it."""

from datetime import datetime
from typing import TypeVar

from django.db import models, transaction

from bot.core import states
from bot.models import (
    AuditEvent,
    CueRow,
    Farewell,
    Notice,
    Outgoing,
    Proposal,
    Question,
    QueueItem,
    Session,
)

Row = TypeVar("Row", CueRow, Farewell, Notice, Outgoing, Proposal, Question, QueueItem, Session)

TABLES: dict[type[models.Model], states.Moves] = {
    CueRow: states.CUE,
    Farewell: states.FAREWELL,
    Notice: states.NOTICE,
    Outgoing: states.OUTGOING,
    Proposal: states.PROPOSAL,
    Question: states.QUESTION,
    QueueItem: states.ITEM,
    Session: states.SESSION,
}
NAMES: dict[type[models.Model], str] = {
    CueRow: "cue",
    Farewell: "farewell",
    Notice: "notice",
    Outgoing: "outgoing",
    Proposal: "proposal",
    Question: "question",
    QueueItem: "item",
    Session: "session",
}

BOT = "askhour"  # who, when it is nobody in person


class NotAllowed(Exception):
    """The life cycle has no such move."""


class TooLate(Exception):
    """Somebody moved the row first; nothing was changed."""


def move(
    row: Row,
    to: str,
    *,
    who: str,
    now: datetime,
    why: str = "",
    holding: int | None = None,
    **changes: object,
) -> None:
    """Moves `row` and sets `changes`, both in the database and in the object.

    Raises NotAllowed when the table has no such move, TooLate when the row is no longer in the state
    that the object shows; `holding` is the fence number that it must still have.
    """
    kind = type(row)
    old = row.state
    if not states.allowed(TABLES[kind], old, to):
        raise NotAllowed(f"{NAMES[kind]} {row.pk}: no move from {old} to {to}")
    with transaction.atomic():
        found = kind._default_manager.filter(pk=row.pk, state=old)
        if holding is not None:
            found = found.filter(**{"fence": holding})
        if found.update(state=to, **changes) == 0:
            raise TooLate(f"{NAMES[kind]} {row.pk} is no longer {old}")
        note(row, who=who, now=now, old=old, new=to, why=why)
    row.state = to
    for name, value in changes.items():
        setattr(row, name, value)


def note(row: models.Model, *, who: str, now: datetime, new: str, old: str = "", why: str = "") -> None:
    """An audit event about a row. `why` must hold no text of a post."""
    AuditEvent.objects.create(
        at=now,
        who=who,
        what=NAMES.get(type(row), type(row).__name__.casefold()),
        which=str(row.pk),
        old=old,
        new=new,
        why=why[:300],
    )
