"""The clinicians' page: what waits, the most urgent first, and one item opened to be answered."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from bot.console import checking, rows
from bot.console.desk import desk_of
from bot.console.may import may_answer, may_see, person
from bot.core.changes import changes
from bot.core.marks import stretches
from bot.core.states import FINISHED_SESSIONS, OPEN_ITEMS, OutgoingState, SessionState
from bot.core.triage import Priority, Route
from bot.core.weigh import MAX_WEIGHT
from bot.flows import gaps, money, moves, report, waiting
from bot.flows import queue as desk_queue
from bot.models import HostAccount, Outgoing, Question, QueueItem, SavedView, Session


@require_GET
@may_see
def queue(request: HttpRequest) -> HttpResponse:
    return render(request, "queue.html", _around(request) | _leaving(request))


@require_GET
@may_see
def status(request: HttpRequest) -> HttpResponse:
    """How the session stands; asked for every two seconds, as the next three are."""
    return render(request, "_status.html", _status(request))


@require_GET
@may_see
def leaving(request: HttpRequest) -> HttpResponse:
    """What is about to be posted, what a person must post, and what is held."""
    return render(request, "_desk.html", _leaving(request))


@require_GET
@may_see
def waiting_rows(request: HttpRequest) -> HttpResponse:
    desk = desk_of(request)
    return rows.answer(request, person(request), desk.texts.settings.timing, now=desk.clock())


@require_GET
@may_see
def presence(request: HttpRequest, item_id: int) -> HttpResponse:
    """Who has the item, and whether it has changed since the page was made."""
    opened = _found(item_id)
    was = request.GET.get("was", "")
    context = _presence(request, opened) | {"changed": was != _state_of(opened), "presence_was": was}
    return render(request, "_presence.html", context)


@require_GET
@may_see
def item(request: HttpRequest, item_id: int) -> HttpResponse:
    return _opened(request, _found(item_id))


@require_POST
@may_answer
def check(request: HttpRequest, item_id: int) -> HttpResponse:
    """Keeps what is typed, and says what is to be said about it."""
    desk = desk_of(request)
    text = request.POST.get("text", "")
    trouble = ""
    try:
        _save(request, item_id, text)
    except (desk_queue.NotYours, moves.TooLate, moves.NotAllowed, ValueError) as error:
        trouble = f"Not saved: {error}. Your words stay here."
    found = _check(request, _found(item_id), text)
    saved = None if trouble else desk.clock()
    return render(request, "_check.html", {"check": replace(found, saved=saved, trouble=trouble)})


@require_POST
@may_see
def save_view(request: HttpRequest) -> HttpResponse:
    """Keeps a view under a name; the same name again changes it."""
    name = request.POST.get("name", "").strip()[:30]
    query = rows.query_of(rows.view_of(QueryDict(request.POST.get("query", ""))))
    if name:
        SavedView.objects.update_or_create(user=person(request), name=name, defaults={"query": query})
    return redirect(f"{reverse('queue')}?{query}")


@require_POST
@may_see
def drop_view(request: HttpRequest, view_id: int) -> HttpResponse:
    SavedView.objects.filter(pk=view_id, user=person(request)).delete()
    return redirect("queue")


@require_POST
@may_answer
def act(request: HttpRequest, item_id: int, what: str) -> HttpResponse:
    """Claim, save, answer, release or dismiss. What was typed is on the page again if it failed."""
    actions: dict[str, Callable[[HttpRequest, int], str]] = {
        "claim": _claim,
        "draft": _draft,
        "answer": _answer,
        "release": _release,
        "dismiss": _dismiss,
    }
    if what not in actions:
        raise Http404
    typed = request.POST.get("text", "")
    try:
        done = actions[what](request, item_id)
    except desk_queue.MayNotLeave as refused:
        return _opened(request, _found(item_id), typed=typed, findings=refused.findings)
    except (desk_queue.NotYours, moves.TooLate, moves.NotAllowed, ValueError) as error:
        messages.error(request, str(error))
        return _opened(request, _found(item_id), typed=typed)
    if what != "claim":  # the page itself says whose it is
        messages.success(request, done)
    if what in ("claim", "draft"):
        return redirect(_with_view(request, reverse("item", args=[item_id])))
    if what == "answer" and request.POST.get("next"):
        following = waiting.next_after(_found(item_id), person(request))
        if following is not None:
            return redirect(_with_view(request, reverse("item", args=[following.pk])))
    return redirect(_with_view(request, reverse("queue")))


def _with_view(request: HttpRequest, address: str) -> str:
    """Back to the view that the person came from."""
    given = QueryDict(request.POST.get("query", "")) or request.GET
    query = rows.query_of(rows.view_of(given))
    return f"{address}?{query}" if query else address


def _claim(request: HttpRequest, item_id: int) -> str:
    desk = desk_of(request)
    desk_queue.claim(item_id, person(request), desk.texts.settings.timing, now=desk.clock())
    return "It is yours."


def _draft(request: HttpRequest, item_id: int) -> str:
    """Saves what is typed; without JavaScript a wording of the FAQ is put below it here."""
    typed, insert = request.POST.get("text", ""), request.POST.get("insert", "")
    _save(request, item_id, f"{typed}\n{insert}".strip() if insert else typed)
    return "Saved."


def _save(request: HttpRequest, item_id: int, text: str) -> None:
    desk = desk_of(request)
    desk_queue.save_draft(
        item_id,
        person(request),
        _fence(request),
        text,
        desk.texts.settings.timing,
        now=desk.clock(),
    )


def _answer(request: HttpRequest, item_id: int) -> str:
    desk = desk_of(request)
    sent = desk_queue.answer(
        item_id,
        person(request),
        _fence(request),
        request.POST.get("text", ""),
        desk.texts.reviewer,
        desk.texts.settings.timing,
        now=desk.clock(),
        override=request.POST.get("override", "").strip(),
    )
    by_hand = sum(row.state == OutgoingState.BY_HAND for row in sent)
    extra = f" {by_hand} to be posted by hand: see below." if by_hand else ""
    return f"On its way; you can stop it for a few seconds.{extra}"


def _release(request: HttpRequest, item_id: int) -> str:
    desk_queue.release(item_id, person(request), _fence(request), now=desk_of(request).clock())
    return "It is back in the queue."


def _dismiss(request: HttpRequest, item_id: int) -> str:
    reason = request.POST.get("reason", "")
    desk_queue.dismiss(item_id, person(request), _fence(request), reason, now=desk_of(request).clock())
    return "Dismissed."


def _fence(request: HttpRequest) -> int:
    try:
        return int(request.POST.get("fence", ""))
    except ValueError:
        raise ValueError("claim the question first") from None


def _found(item_id: int) -> QueueItem:
    return get_object_or_404(QueueItem.objects.select_related("session", "claimed_by"), pk=item_id)


def _opened(request: HttpRequest, opened: QueueItem, *, typed: str = "", findings: Any = ()) -> HttpResponse:
    desk = desk_of(request)
    entry = desk.texts.faq.entries.get(opened.suggested_entry)
    text = typed or opened.draft
    context = {
        **_around(request, opened=opened.pk),
        **_presence(request, opened),
        "open": opened.state in OPEN_ITEMS,
        "questions": [_asked(question) for question in opened.questions.all()],
        "entry": entry,
        "sources": desk.texts.faq.sources_of(entry) if entry else (),
        "text": text,
        "compared": changes(opened.draft, typed) if typed and opened.draft not in ("", typed) else (),
        "check": _check(request, opened, text),
        "findings": findings,
        "only_warnings": bool(findings) and all(f.severity == "warn" for f in findings),
        "max_weight": MAX_WEIGHT,
    }
    return render(request, "item.html", context, status=409 if findings or typed else 200)


def _asked(question: Question) -> dict[str, Any]:
    icon, route = rows.ROUTES[Route(question.route)] if question.route else ("", "")
    marked = stretches(question.text, question.evidence)
    return {"row": question, "stretches": marked, "route": route, "route_icon": icon}


def _check(request: HttpRequest, opened: QueueItem, text: str) -> checking.Check:
    texts = desk_of(request).texts
    questions = list(opened.questions.select_related("host"))
    return checking.check(text, questions, texts.reviewer, texts.prices)


def _presence(request: HttpRequest, opened: QueueItem) -> dict[str, Any]:
    now = desk_of(request).clock()
    until = opened.claimed_until if opened.state in desk_queue.MINE else None
    left = max(int((until - now).total_seconds()), 0) if until else 0
    return {
        "item": opened,
        "left": left,
        "mine": opened.state in desk_queue.MINE and opened.claimed_by_id == person(request).pk,
        "holder": opened.claimed_by if left else None,
        "presence_was": _state_of(opened),
    }


def _state_of(opened: QueueItem) -> str:
    """Changes when others do something to the item; typing in one's own draft changes nothing."""
    state = "mine" if opened.state in desk_queue.MINE else opened.state
    return f"{state}.{opened.fence}"


def _around(request: HttpRequest, *, opened: int = 0) -> dict[str, Any]:
    """What stands on each of the queue's pages: the session, the views, the list."""
    desk, view = desk_of(request), rows.view_of(request.GET)
    timing = desk.texts.settings.timing
    return {
        **_status(request),
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


def _status(request: HttpRequest) -> dict[str, Any]:
    desk = desk_of(request)
    sessions = Session.objects.exclude(state__in=FINISHED_SESSIONS - {SessionState.CLOSED})
    session = sessions.order_by("-opens_at").first()
    return {
        "now": desk.clock(),
        "session": session,
        "tally": report.tally(session) if session else None,
        "next_cues": report.next_cues(session) if session else (),
        "hosts": HostAccount.objects.all(),
        "gaps": gaps.that_matter(),
        "forecast": money.forecast_for(session, desk.texts.prices) if session else None,
        "urgent": desk_queue.open_items().filter(priority=Priority.SAFETY).count(),
    }


def _leaving(request: HttpRequest) -> dict[str, Any]:
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
