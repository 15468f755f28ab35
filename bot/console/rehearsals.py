"""Rehearsals: start one, end it, and in a play how it goes so far.

A rehearsal is a process of its own with its own database (bot.rehearsal.starter): nothing here is touched.
"""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from bot.config import plan_paths
from bot.console.desk import desk_of
from bot.console.may import may_host, may_see
from bot.core.score import rows

SPEEDS = {1: "as slow as life", 10: "an hour in six minutes", 60: "an hour in a minute"}


@require_GET
@may_see
def page(request: HttpRequest) -> HttpResponse:
    desk = desk_of(request)
    found = desk.score() if desk.score else None
    context = {
        "banner": desk.banner,
        "plans": _plans(request),
        "scenarios": _scenarios(request),
        "speeds": SPEEDS.items(),
        "may_start": desk.rehearsals is not None,
        "rows": rows(found) if found else (),
        "unsafe": found.unsafe if found else (),
    }
    answer = render(request, "rehearsals.html", context | _running(request))
    answer["Cache-Control"] = "no-store"  # it may show a link that signs somebody in
    return answer


@require_GET
@may_host
def running(request: HttpRequest) -> HttpResponse:
    """Whether one runs, and its link; asked for every two seconds."""
    return render(request, "_rehearsal_running.html", _running(request))


@require_POST
@may_host
def act(request: HttpRequest, what: str) -> HttpResponse:
    """Starts one, or ends it."""
    starter = desk_of(request).rehearsals
    if starter is None or what not in ("start", "end"):
        raise Http404
    if what == "end":
        starter.close()
        return redirect("rehearsals")
    plan, scenario = request.POST.get("plan", ""), request.POST.get("scenario", "")
    speed = request.POST.get("speed", "")
    known = plan in _plans(request) and scenario in _scenarios(request) and speed in map(str, SPEEDS)
    if not known:
        messages.error(request, "Choose a plan, a scenario and a speed from the lists.")
        return redirect("rehearsals")
    try:
        starter.start(plan, scenario, int(speed))
    except ValueError as error:
        messages.error(request, str(error))
    return redirect("rehearsals")


def _running(request: HttpRequest) -> dict[str, object]:
    starter = desk_of(request).rehearsals
    link = starter.link() if starter is not None and request.user.has_perm("bot.host_sessions") else None
    return {"link": link, "runs": link is not None}


def _plans(request: HttpRequest) -> list[str]:
    content = desk_of(request).content
    return [path.stem for path in plan_paths(content)] if content else ["demo"]


def _scenarios(request: HttpRequest) -> list[str]:
    content = desk_of(request).content
    return sorted(path.stem for path in content.rehearsals.glob("*.yaml")) if content else ["typical"]
