"""Go or no-go: every post as it will leave, what must be mended, and what a person ticks or passes over."""

from dataclasses import asdict

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from bot import planner
from bot.console.desk import desk_of
from bot.console.may import may_host, may_see, person
from bot.core import preflight as judging
from bot.core.preflight import CHECKLIST, Light
from bot.core.weigh import MAX_WEIGHT
from bot.flows import preflight
from bot.flows.preflight import Known
from bot.models import Session

SIGNS = {Light.GREEN: "✓ green", Light.AMBER: "! amber", Light.RED: "✗ red"}


@require_GET
@may_see
def page(request: HttpRequest, slug: str) -> HttpResponse:
    return _shown(request, _found(slug))


@require_POST
@may_host
def act(request: HttpRequest, slug: str, what: str) -> HttpResponse:
    """Tick, take a tick back, pass over a red item, or let the doctor look."""
    session, who, now = _found(slug), person(request), desk_of(request).clock()
    key = request.POST.get("key", "")
    match what:
        case "tick" | "untick":
            if key not in CHECKLIST:
                raise Http404
            preflight.tick(session, key, what == "tick", who=who, now=now)
        case "override":
            why = request.POST.get("why", "")
            try:
                preflight.override(session, key, why, who=who, now=now)
            except preflight.NoReason as error:
                return _shown(request, session, wrong=key, problem=str(error))
        case "look":
            _look(request, session)
        case _:
            raise Http404
    return redirect("preflight", slug)


def _look(request: HttpRequest, session: Session) -> None:
    look = desk_of(request).look
    if look is None:
        messages.error(request, "X is simulated here: there is no account to look at.")
        return
    found = look(session.host.handle)
    messages.success(request, f"The doctor has looked: {len(found.findings)} findings.")


def _found(slug: str) -> Session:
    return get_object_or_404(Session.objects.select_related("host"), slug=slug)


def _shown(request: HttpRequest, session: Session, *, wrong: str = "", problem: str = "") -> HttpResponse:
    desk = desk_of(request)
    known = Known(desk.texts.faq.entries, desk.texts.prices)
    plan = planner.plan_of(desk.content)(session.plan_name, session.wall_start)
    facts = preflight.facts_of(session, plan, known, now=desk.clock())
    items = judging.judge(facts)
    passed = {one.key: one for one in session.overrides.all()}
    holding = judging.blocking(items, passed)
    context = {
        "banner": desk.banner,
        "session": session,
        "facts": facts,
        "items": [
            asdict(item)
            | {
                "sign": SIGNS[item.light],
                "passed": passed.get(item.key) if item.light is Light.RED else None,
                "tickable": item.key in CHECKLIST,
                "problem": problem if item.key == wrong else "",
            }
            for item in items
        ],
        "holding": len(holding),
        "rehearsed": desk.texts.rehearsed,
        "max_weight": MAX_WEIGHT,
        "total": sum(post.usd for post in facts.posts),
    }
    return render(request, "preflight.html", context, status=422 if problem else 200)
