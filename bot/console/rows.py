"""The list of what waits: filters, rows that never move under the cursor, and what came in since."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.loader import render_to_string

from bot.core import sla
from bot.core.delivery import Timing
from bot.core.states import OPEN_ITEMS
from bot.core.triage import Priority, Route
from bot.flows import waiting
from bot.flows.waiting import View, Whose
from bot.models import QueueItem

URGENCY = {
    Priority.SAFETY: "now",
    Priority.PRIVACY: "private",
    Priority.PERSONAL: "personal",
    Priority.ORDINARY: "ordinary",
}
BY_NAME = {name: priority for priority, name in URGENCY.items()}
ROUTES = {
    Route.REPLY: ("↩", "reply"),
    Route.HOST_POST: ("⚑", "as the host's own post"),
    Route.BY_HAND: ("✍", "by hand"),
}
GONE = {
    "approved": "answered, about to leave",
    "sent": "answered",
    "dismissed": "taken out of the queue",
}
EXCERPT = 160
CALL = re.compile(r"^(?:@\w+\s+)+")  # whom the post calls says nothing: it is us


def view_of(query: QueryDict) -> View:
    """The view that an address asks for; what cannot be read in it is passed over."""
    whose, route = query.get("whose", ""), query.get("route", "")
    return View(
        urgency=BY_NAME.get(query.get("urgency", "")),
        whose=Whose(whose) if whose in list(Whose) else Whose.ANYBODY,
        route=Route(route) if route in list(Route) else None,
    )


def query_of(view: View) -> str:
    """The address of a view, in one spelling."""
    parts = {
        "urgency": URGENCY[view.urgency] if view.urgency is not None else "",
        "whose": view.whose.value,
        "route": view.route.value if view.route else "",
    }
    return urlencode({name: part for name, part in parts.items() if part})


@dataclass(frozen=True, slots=True)
class Choice:
    name: str
    query: str
    chosen: bool


VIEWS = (
    ("All", View()),
    ("Urgent", View(urgency=Priority.SAFETY)),
    ("Mine", View(whose=Whose.MINE)),
    ("Nobody's", View(whose=Whose.FREE)),
    ("To reply to", View(route=Route.REPLY)),
    ("By hand", View(route=Route.BY_HAND)),
)


def choices(view: View) -> list[Choice]:
    return [Choice(name, query_of(one), one == view) for name, one in VIEWS]


def fragment(
    view: View,
    who: User,
    timing: Timing,
    *,
    now: datetime,
    shown: Sequence[int] = (),
    opened: int = 0,
) -> str:
    """The list. With `shown` these rows stay as and where they are, and what is new is only counted."""
    items = waiting.still(shown) if shown else waiting.page(view, who)
    ids = [item.pk for item in items]
    context = {
        "rows": [row(item, timing, now=now, reader=who) for item in items],
        "shown": ",".join(map(str, ids)),
        "new": waiting.new_since(view, who, ids),
        "query": query_of(view),
        "opened": opened,
        "teach": not ids,
    }
    digest = hashlib.sha256(repr(context).encode()).hexdigest()[:16]
    return render_to_string("_rows.html", context | {"seen": digest})


def answer(request: HttpRequest, who: User, timing: Timing, *, now: datetime) -> HttpResponse:
    """The list again. Says 204 when nothing has changed, so that nothing moves and nobody loses focus."""
    raw = request.GET.get("shown", "")
    shown = [int(part) for part in raw.split(",") if part.isascii() and part.isdigit()][: waiting.PAGE]
    opened = request.GET.get("opened", "")
    text = fragment(
        view_of(request.GET),
        who,
        timing,
        now=now,
        shown=shown,
        opened=int(opened) if opened.isascii() and opened.isdigit() else 0,
    )
    seen = request.GET.get("seen", "")
    return HttpResponse(status=204) if seen and f'value="{seen}"' in text else HttpResponse(text)


def row(item: QueueItem, timing: Timing, *, now: datetime, reader: User) -> dict[str, Any]:
    questions = list(item.questions.all())
    first = questions[0] if questions else None
    lapsed = item.claimed_until is None or item.claimed_until <= now
    within = timing.urgent_within if item.priority == Priority.SAFETY else timing.answer_within
    open_ = item.state in OPEN_ITEMS
    clock = sla.wait(item.created_at, now, within=timedelta(seconds=within))
    icon, route = ROUTES[Route(first.route)] if first and first.route else ("", "")
    return {
        "pk": item.pk,
        "excerpt": CALL.sub("", first.shown)[:EXCERPT] if first else "(withdrawn)",
        "people": len(questions),
        "urgency": URGENCY[Priority(item.priority)],
        "reason": item.reason,
        "band": clock.band.value if open_ else "",
        "clock": clock.words if open_ else "",
        "route": route,
        "route_icon": icon,
        "claimed_by": _holder(item, reader) if open_ and not lapsed else "",
        "to_read": f"written by {item.written_by}, waits for a second reader"
        if item.state == "in_review"
        else "",
        "handed": f"for {'you' if item.handed_to_id == reader.pk else item.handed_to}"
        if item.handed_to_id
        else "",
        "gone": "" if open_ else GONE.get(item.state, item.state),
    }


def _holder(item: QueueItem, reader: User) -> str:
    if item.claimed_by is None:
        return ""
    return "you" if item.claimed_by_id == reader.pk else str(item.claimed_by)
