"""What stands around each of the queue's pages: the session, the views, the list."""

from typing import Any

from django.http import HttpRequest

from bot.console import rows
from bot.console.desk import desk_of
from bot.console.may import person
from bot.core.states import OutgoingState
from bot.core.triage import Priority
from bot.flows import alerts, gaps, money, preflight, report
from bot.flows import queue as desk_queue
from bot.models import HostAccount, Outgoing, SavedView


def page(request: HttpRequest, *, opened: int = 0) -> dict[str, Any]:
    desk, view = desk_of(request), rows.view_of(request.GET)
    timing = desk.texts.settings.timing
    return {
        **status(request),
        "banner": desk.banner,
        "view": view,
        "query": rows.query_of(view),
        "choices": rows.choices(view),
        "saved": SavedView.objects.filter(user=person(request)),
        "urgencies": rows.BY_NAME,
        "chosen_urgency": rows.URGENCY[view.urgency] if view.urgency is not None else "",
        "routes": [(route.value, name) for route, (_, name) in rows.ROUTES.items()],
        "rows": rows.fragment(view, person(request), timing, now=desk.clock(), opened=opened),
    }


def status(request: HttpRequest) -> dict[str, Any]:
    desk = desk_of(request)
    session = report.shown_session()
    return {
        "now": desk.clock(),
        "session": session,
        "opening_held": preflight.held_because(session) if session else "",
        "tally": report.tally(session) if session else None,
        "next_cues": report.next_cues(session) if session else (),
        "hosts": HostAccount.objects.all(),
        "gaps": gaps.that_matter(),
        "forecast": money.forecast_for(session, desk.texts.prices) if session else None,
        "alarms": alerts.unseen(),
        "urgent": desk_queue.open_items().filter(priority=Priority.SAFETY).count(),
    }


def leaving(request: HttpRequest) -> dict[str, Any]:
    now = desk_of(request).clock()
    rest = Outgoing.objects.select_related("question")
    return {
        "leaving": [
            {"row": row, "seconds": max(int((row.not_before - now).total_seconds()), 0)}
            for row in desk_queue.can_be_stopped()
        ],
        "by_hand": rest.filter(state=OutgoingState.BY_HAND),
        "held": rest.filter(state=OutgoingState.HELD),
    }
