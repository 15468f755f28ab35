"""The organiser's run sheet: the clock, what comes next, how much is left, what is wrong; and the stop."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from bot.console.desk import desk_of
from bot.console.may import may_host, may_see, person
from bot.core.states import UNDONE_CUES, FarewellState, SessionState
from bot.flows import alerts, farewell, gaps, host, moves, own_texts, runsheet, sheet, stopping
from bot.models import Alert, CueRow, Farewell, Session

REFUSED = (own_texts.NotPossible, host.NotPossible, moves.TooLate, moves.NotAllowed)


@require_GET
@may_see
def newest(request: HttpRequest) -> HttpResponse:
    """The session that is on or comes next, else the last one."""
    session = sheet.newest()
    if session is None:
        return render(request, "run_none.html", {"banner": desk_of(request).banner, **_stops()})
    return redirect("run", session.slug)


@require_GET
@may_see
def run(request: HttpRequest, slug: str) -> HttpResponse:
    return _page(request, get_object_or_404(Session, slug=slug))


@require_GET
@may_see
def live(request: HttpRequest, slug: str) -> HttpResponse:
    """What changes by itself; asked for every two seconds."""
    return render(request, "_run_live.html", _live(request, get_object_or_404(Session, slug=slug)))


def _page(request: HttpRequest, session: Session, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "banner": desk_of(request).banner,
        **_live(request, session),
        "cues": [_line(cue) for cue in session.cues.all()],
        "steps": runsheet.STEPS,
        "may_extend": session.state in (SessionState.OPEN, SessionState.PAUSED),
        "farewells": session.farewells.filter(state=FarewellState.DRAFT),
        "after_hours": farewell.after_hours(session),
        "events": sheet.history(session),
        **more,
    }
    return render(request, "run.html", context, status=status)


@dataclass(frozen=True, slots=True)
class Line:
    """A cue as the page shows it, and what may be done with it."""

    row: CueRow
    undone: bool
    may_skip: bool
    may_hold: bool
    may_swap: bool
    label: str


def _line(cue: CueRow) -> Line:
    undone = cue.state in UNDONE_CUES
    return Line(
        row=cue,
        undone=undone,
        may_skip=undone and cue.kind in runsheet.MAY_BE_SKIPPED,
        may_hold=cue.state == "waiting" and cue.kind != "close",
        may_swap=undone and cue.kind == "prompt",
        label=f"T{cue.ordinal}" if cue.kind == "prompt" else cue.get_kind_display(),
    )


def _live(request: HttpRequest, session: Session) -> dict[str, Any]:
    desk = desk_of(request)
    now = desk.clock()
    shown = sheet.read(session, desk.texts.settings.pacing, now=now)
    return {
        "session": session,
        "now": now,
        "sheet": shown,
        "left": _left(shown.next_at, now),
        "ends": _left(session.closes_at, now),
        "gaps": gaps.that_matter(),
        "parts": sheet.parts(desk.texts.settings.alerts, now=desk.machine_clock()),
        **_stops(),
    }


def _stops() -> dict[str, Any]:
    return {
        "stopped": stopping.stopped_hosts(),
        "alerts": alerts.open_alerts(),
        "troubles": alerts.channel_troubles(alerts.known_channels()),
    }


def _left(until: datetime | None, now: datetime) -> int:
    """Seconds, for the page's countdown."""
    return int(max(until - now, timedelta()).total_seconds()) if until else 0


@require_GET
@may_host
def ask_stop(request: HttpRequest) -> HttpResponse:
    """Asks once."""
    return render(request, "stop.html", {"banner": desk_of(request).banner, **_stops()})


@require_POST
@may_host
def stop(request: HttpRequest, what: str) -> HttpResponse:
    act = {"now": stopping.stop, "lift": stopping.lift}.get(what)
    if act is None:
        raise Http404
    why = request.POST.get("why", "").strip()
    count = act(who=str(request.user), now=desk_of(request).clock(), why=why)
    done = {"now": "Everything is stopped.", "lift": "Posts leave again."}[what]
    messages.success(request, done if count else "Somebody was first: it is so already.")
    return redirect("run-newest")


@require_POST
@may_host
def session(request: HttpRequest, slug: str, what: str) -> HttpResponse:
    """Longer, pause, resume."""
    found = get_object_or_404(Session, slug=slug)
    who, now = person(request), desk_of(request).clock()

    def longer() -> None:
        # The number that the page showed: a second press by somebody else is told, not done.
        found.extended_minutes = _number(request, "seen")
        runsheet.extend(found, _number(request, "minutes"), who, now=now)

    actions: dict[str, tuple[Callable[[], None], str]] = {
        "longer": (longer, "The hour is longer."),
        "pause": (
            lambda: host.pause(found, who=str(who), now=now, why="by hand"),
            "Paused: only signposts leave.",
        ),
        "resume": (lambda: host.resume(found, who=str(who), now=now), "It goes on."),
    }
    return _do(request, found, actions, what)


@require_POST
@may_host
def cue(request: HttpRequest, cue_id: int, what: str) -> HttpResponse:
    """Hold, let go, skip, send now, swap, edit: what the person saw is what may be changed."""
    row = get_object_or_404(CueRow.objects.select_related("session__host"), pk=cue_id)
    row.version = _number(request, "version")
    who, desk = person(request), desk_of(request)
    now = desk.clock()
    text, override = request.POST.get("text", ""), request.POST.get("override", "").strip()
    actions: dict[str, tuple[Callable[[], None], str]] = {
        "hold": (lambda: runsheet.hold(row, who, now=now), "Held."),
        "go": (lambda: runsheet.let_go(row, who, now=now), "Let go."),
        "skip": (lambda: runsheet.skip(row, who, now=now), "Skipped."),
        "send": (lambda: runsheet.send_now(row, who, now=now), "On its way."),
        "swap": (lambda: runsheet.swap(row, _number(request, "spare"), who, now=now), "Swapped."),
        "edit": (
            lambda: runsheet.edit(row, text, who, desk.texts.reviewer, now=now, override=override),
            "Changed.",
        ),
    }
    try:
        return _do(request, row.session, actions, what)
    except own_texts.MayNotLeave as refused:
        findings = {"findings": refused.findings, "typed": text, "typed_for": row.pk}
        return _page(request, row.session, status=409, **findings)


def _do(
    request: HttpRequest, of: Session, actions: Mapping[str, tuple[Callable[[], object], str]], what: str
) -> HttpResponse:
    if what not in actions:
        raise Http404
    act, done = actions[what]
    try:
        act()
    except own_texts.MayNotLeave:
        raise
    except REFUSED as error:
        messages.error(request, f"Nothing was changed: {error}.")
    else:
        messages.success(request, done)
    return redirect("run", of.slug)


def _number(request: HttpRequest, name: str) -> int:
    given = request.POST.get(name, "")
    return int(given) if given.isdecimal() else -1


@require_POST
@may_host
def saw(request: HttpRequest, alert_id: int) -> HttpResponse:
    row = get_object_or_404(Alert, pk=alert_id)
    alerts.saw(row, who=str(request.user), now=desk_of(request).clock())
    return redirect("run-newest")


@require_POST
@may_host
def test_alert(request: HttpRequest) -> HttpResponse:
    alerts.test(who=str(request.user), now=desk_of(request).clock())
    messages.success(request, "A test alert is on its way through each channel that is set up.")
    return redirect("run-newest")


@require_POST
@may_host
def last_words(request: HttpRequest, farewell_id: int, what: str) -> HttpResponse:
    """Approves what may be posted after the hour, or drops it."""
    row = get_object_or_404(Farewell.objects.select_related("session__host"), pk=farewell_id)
    who, desk = person(request), desk_of(request)
    text = request.POST.get("text", "")
    actions: dict[str, tuple[Callable[[], object], str]] = {
        "approve": (
            lambda: farewell.approve(row, text, who, desk.texts.reviewer, now=desk.clock()),
            "On its way.",
        ),
        "drop": (lambda: farewell.drop(row, who, now=desk.clock()), "Dropped."),
    }
    try:
        return _do(request, row.session, actions, what)
    except own_texts.MayNotLeave as refused:
        return _page(request, row.session, status=409, findings=refused.findings)
