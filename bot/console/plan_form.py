"""The form for a plan. What a file may not say the form may not either, and nothing typed is lost."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from bot import config, plan_file
from bot.config import Content
from bot.console.desk import desk_of
from bot.console.may import may_host, may_review, person
from bot.core import plan_form, plan_rules
from bot.core.plan_form import ROWS, Flat
from bot.core.weigh import MAX_WEIGHT, weighted_length
from bot.faq_files import CannotWrite
from bot.plan_file import NAME, Problems
from bot.yamlfile import BadFiles

SPARE_ROWS = 2  # empty ones at the end of each list

LABELS: Mapping[str, tuple[str, str]] = {
    "title": ("Title", ""),
    "hashtag": ("Hashtag", "With the #"),
    "host": ("Host's account on X", "Without the @"),
    "zone": ("Time zone", "Such as Europe/London"),
    "start": ("Start, on the clock of that zone", "Such as 2027-02-02 19:00; of a series, the first"),
    "length_minutes": ("Length in minutes", ""),
    "budget_usd": ("Budget in US dollars", ""),
    "country": ("Country of the answers", "US, UK, IE, CA, AU or ES"),
    "expected_questions": ("Questions expected", "200 unless you know better"),
    "expected_replies": ("Replies expected", "100 unless you know better"),
    "welcome": ("Welcome", "Asks people to mention the host; may have a link, for $0.20"),
    "closing": ("Closing", ""),
    "digest": ("Digest", "For the day after"),
    "links_allowed": ("Other posts may have links too, at $0.20 each", ""),
    "series.rrule": ("Rule", "As RFC 5545 has it: FREQ=MONTHLY;BYDAY=1TU. Empty: one session only"),
    "series.until": ("Last possible date", "Such as 2027-12-31"),
    "series.count": ("Or how many in all", ""),
    "series.exceptions": ("Dates without a session", "Such as 2027-01-05, 2027-08-03"),
    "series.weeks_ahead": ("Sessions are made so many weeks ahead", "8 unless you say otherwise"),
    "panel": ("Panel", "Who is on duty, from which minute until which (empty: the whole hour)"),
    "audience": ("Audience", "Zones in which the time is shown, and countries whose holidays count"),
    "announcements": ("Announcements", "How long before: 7d, 1d, 1h, 90m"),
    "prompts": ("Prompts", "T1, T2, … at a minute of the hour"),
    "reminders": ("Reminders", "At a minute of the hour: mention the host, so that we can reply"),
    "spares": ("Spare prompts", "To be swapped in"),
    "name": ("Name", ""),
    "account": ("Name on the page", ""),
    "speciality": ("Speciality", ""),
    "from_minute": ("From minute", ""),
    "until_minute": ("Until minute", ""),
    "before": ("Before", ""),
    "minute": ("Minute", ""),
    "text": ("Text", ""),
}
LONG = {*plan_form.LONG, "text", "spares"}


@may_host
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """An empty form, or one filled in like another plan (`like`)."""
    content = _content(request)
    if request.method == "POST":
        return _saved(request, content, request.POST.get("name", "").strip(), fresh=True)
    like = request.GET.get("like", "")
    flat = _read(_path(content, like)) if like else {}
    return _shown(request, "", flat, fresh=True)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, name: str) -> HttpResponse:
    """Organisers change it; reviewers read it here before they approve."""
    who = person(request)
    organiser = who.has_perm("bot.host_sessions")
    if not (organiser or (request.method == "GET" and who.has_perm("bot.review_faq"))):
        raise PermissionDenied
    content = _content(request)
    path = _path(content, name)
    if request.method == "POST":
        return _saved(request, content, name, fresh=False)
    return _shown(request, name, _read(path), seen=plan_file.version(path))


@require_POST
@may_review
def approve(request: HttpRequest, name: str) -> HttpResponse:
    """A reviewer has read every text of the plan as it stood on the page."""
    path = _path(_content(request), name)
    who = person(request)
    try:
        plan_file.approve(path, who.get_full_name() or str(who), seen=request.POST.get("seen", ""))
    except (CannotWrite, BadFiles) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Approved: the plan's sessions are made within a minute.")
    return redirect("plan-edit", name)


def _content(request: HttpRequest) -> Content:
    content = desk_of(request).content
    if content is None:
        raise Http404("no plans are known here")
    return content


def _path(content: Content, name: str) -> Path:
    path = content.sessions / f"{name}.yaml"
    if not NAME.fullmatch(name) or not path.is_file():
        raise Http404
    return path


def _read(path: Path) -> Flat:
    try:
        return plan_file.read(path)
    except BadFiles:
        raise Http404("the file is not YAML: mend it by hand (askhour check)") from None


def _saved(request: HttpRequest, content: Content, name: str, *, fresh: bool) -> HttpResponse:
    flat = plan_form.typed(request.POST.dict())
    seen = "" if fresh else request.POST.get("seen", "")
    plan, problems = plan_file.examine(flat)
    if fresh and not NAME.fullmatch(name):
        problems["name"] = ["small letters, digits and hyphens only, at most 60: it is part of addresses"]
    elif fresh and (content.sessions / f"{name}.yaml").exists():
        problems["name"] = ["there is a plan of this name already: choose another"]
    if problems or plan is None:
        return _shown(request, name, flat, problems=problems, seen=seen, fresh=fresh, status=422)
    try:
        done = plan_file.save(content.sessions / f"{name}.yaml", flat, seen=seen)
    except (CannotWrite, BadFiles) as error:
        messages.error(request, f"Not saved: {error}")
        return _shown(request, name, flat, seen=seen, fresh=fresh, status=409)
    draft = "" if done.approved_by else " It is a draft: somebody who may review approves its texts next."
    messages.success(request, f"Saved.{draft}")
    for _, note in plan_rules.notes(done):
        messages.warning(request, note)
    return redirect("plan-edit", name)


def _shown(
    request: HttpRequest,
    name: str,
    flat: Flat,
    *,
    problems: Problems | None = None,
    seen: str = "",
    fresh: bool = False,
    status: int = 200,
) -> HttpResponse:
    found = problems or {}
    desk = desk_of(request)
    plan, _ = plan_file.examine(flat)
    context = {
        "banner": desk.banner,
        "name": name,
        "name_problems": found.get("name", ()),
        "fresh": fresh,
        "seen": seen,
        "organiser": person(request).has_perm("bot.host_sessions"),
        "approved_by": _approved_by(request, name) if not fresh else "",
        "may_approve": plan is not None and not fresh and not found,
        "count": sum(map(len, found.values())),
        "what": [_field(key, flat, found) for key in plan_form.ONE_LINE],
        "series": [_field(f"series.{key}", flat, found) for key in plan_form.SERIES],
        "posts": [_field(key, flat, found) for key in (*plan_form.LONG, *plan_form.TICKS)],
        "lists": [_list(key, flat, found) for key in ROWS],
        "elsewhere": _elsewhere(flat, found),
    }
    return render(request, "plan_form.html", context, status=status)


def _approved_by(request: HttpRequest, name: str) -> str:
    try:
        return config.read_plan(_path(_content(request), name)).approved_by
    except BadFiles:
        return ""


def _field(key: str, flat: Flat, found: Problems) -> dict[str, Any]:
    last = key.rpartition(".")[2]
    row = "[" in key and last == "country"  # there it is where people are, not whose answers
    label, hint = (
        ("Country", "") if row else LABELS.get(key) or LABELS.get(last) or LABELS[key.partition("[")[0]]
    )
    value = flat.get(key, "")
    long = last in LONG or key.startswith("spares[")
    return {
        "key": key,
        "id": key.replace("[", "-").replace("]", "").replace(".", "-"),
        "label": label,
        "hint": hint,
        "value": value,
        "problems": found.get(key, ()),
        "long": long,
        "tick": last in plan_form.TICKS,
        "weight": f"{weighted_length(value)} of {MAX_WEIGHT}" if long and value else "",
    }


def _list(name: str, flat: Flat, found: Problems) -> dict[str, Any]:
    label, hint = LABELS[name]
    rows = plan_form.count(flat, name) + SPARE_ROWS
    return {
        "name": name,
        "label": label,
        "hint": hint,
        "problems": found.get(name, ()),
        "rows": [
            {"number": number, "fields": list(_cells(name, number, flat, found))}
            for number in range(1, rows + 1)
        ],
    }


def _cells(name: str, number: int, flat: Flat, found: Problems) -> Iterator[dict[str, Any]]:
    for place in [f".{column}" for column in ROWS[name]] or [""]:
        yield _field(f"{name}[{number}]{place}", flat, found)


def _elsewhere(flat: Flat, found: Problems) -> list[str]:
    """Problems that belong to no field on the page: none may go untold."""
    shown = {*plan_form.ONE_LINE, *plan_form.LONG, *plan_form.TICKS, *ROWS, "name"}
    shown |= {f"series.{key}" for key in plan_form.SERIES}
    for name in ROWS:
        for number in range(1, plan_form.count(flat, name) + SPARE_ROWS + 1):
            shown |= {cell["key"] for cell in _cells(name, number, flat, {})}
    return [f"{key}: {message}" for key in found if key not in shown for message in found[key]]
