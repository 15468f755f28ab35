"""What waits, as one clinician wants to see it: filters, pages, and what is new since they looked."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from bot.core.states import OPEN_ITEMS, ItemState
from bot.core.triage import Priority, Route
from bot.models import QueueItem

PAGE = 50  # rows: what a person scans, and what fits into 150 KB


class Whose(StrEnum):
    ANYBODY = ""
    MINE = "mine"
    FREE = "free"  # nobody's claim holds


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Which items are shown. What is None is not asked for."""

    urgency: Priority | None = None
    whose: Whose = Whose.ANYBODY
    route: Route | None = None


def waiting(view: View, who: User) -> QuerySet[QueueItem]:
    """The open items of a view, the most urgent first, then the oldest."""
    found = QueueItem.objects.filter(state__in=OPEN_ITEMS)
    if view.urgency is not None:
        found = found.filter(priority=view.urgency)
    if view.whose is Whose.MINE:
        found = found.filter(Q(claimed_by=who) | Q(handed_to=who))
    if view.whose is Whose.FREE:
        found = found.filter(Q(claimed_by=None) | Q(state=ItemState.WAITING))
    if view.route is not None:
        found = found.filter(questions__route=view.route).distinct()
    return found


def page(view: View, who: User) -> list[QueueItem]:
    return list(_whole(waiting(view, who))[:PAGE])


def still(ids: Sequence[int]) -> list[QueueItem]:
    """The items that stand on somebody's page already, in that order, whatever became of them."""
    found = _whole(QueueItem.objects.all()).in_bulk(ids[:PAGE])
    return [found[key] for key in ids if key in found]


def new_since(view: View, who: User, ids: Sequence[int]) -> int:
    """How many wait in this view that are not among `ids`."""
    return waiting(view, who).exclude(pk__in=ids).count()


def next_after(item: QueueItem, who: User) -> QueueItem | None:
    """What a clinician should open next: the most urgent that nobody else has."""
    found = QueueItem.objects.filter(state__in=OPEN_ITEMS).exclude(pk=item.pk)
    free = Q(state=ItemState.WAITING) | Q(state=ItemState.IN_REVIEW) & ~Q(written_by=who)
    return found.filter(free | Q(claimed_by=who)).exclude(state=ItemState.IN_REVIEW, written_by=who).first()


def _whole(items: QuerySet[QueueItem]) -> QuerySet[QueueItem]:
    return items.select_related("session", "claimed_by", "handed_to", "written_by").prefetch_related(
        "questions"
    )
