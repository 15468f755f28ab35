"""What is planned: the sessions that are coming up, and the plans that they come from."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bot import planner
from bot.config import Content, plan_paths
from bot.console.desk import desk_of
from bot.console.may import may_see
from bot.core.preview import zones_of
from bot.core.states import FINISHED_SESSIONS
from bot.models import Session

SOON = 3  # sessions of each plan


@require_GET
@may_see
def everything(request: HttpRequest) -> HttpResponse:
    desk = desk_of(request)
    coming = Session.objects.exclude(state__in=FINISHED_SESSIONS).order_by("opens_at")
    context = {
        "banner": desk.banner,
        "sessions": coming.select_related("host"),
        "plans": _plans(desk.content, request) if desk.content else [],
        "can_plan": desk.content is not None,
    }
    return render(request, "plans.html", context)


def _plans(content: Content, request: HttpRequest) -> list[dict[str, Any]]:
    usable, now = planner.usable(content), desk_of(request).clock()
    rows = []
    for path in plan_paths(content):
        plan = usable.get(path.stem)
        row: dict[str, Any] = {"name": path.stem, "plan": plan}
        if plan is not None:
            coming = planner.coming_up(path.stem, plan, content, zones=(), now=now, count=SOON)
            row["coming"] = [
                # Written out here: a template would show each time in UTC.
                {"one": one, "there": [f"{there:%a %d %b %H:%M}" for _, there in one.there]}
                for one in coming
            ]
            row["zones"] = zones_of(plan)
        rows.append(row)
    return rows
