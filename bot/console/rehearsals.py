"""How to rehearse, and in a play how it goes so far.

A rehearsal is a process of its own with its own database: this page says how to start it, and never does.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bot.config import plan_paths
from bot.console.desk import desk_of
from bot.console.may import may_see
from bot.core.score import rows


@require_GET
@may_see
def page(request: HttpRequest) -> HttpResponse:
    desk = desk_of(request)
    content = desk.content
    found = desk.score() if desk.score else None
    context = {
        "banner": desk.banner,
        "plans": [path.stem for path in plan_paths(content)] if content else ["demo"],
        "scenarios": sorted(path.stem for path in content.rehearsals.glob("*.yaml"))
        if content
        else ["typical"],
        "rows": rows(found) if found else (),
        "unsafe": found.unsafe if found else (),
    }
    return render(request, "rehearsals.html", context)
