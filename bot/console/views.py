"""The clinicians' page: what waits, the most urgent first, and one item opened to be answered."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import AbstractUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from bot.console.desk import desk_of
from bot.core.marks import stretches
from bot.core.states import FINISHED_SESSIONS, OPEN_ITEMS, OutgoingState, SessionState
from bot.core.triage import Priority
from bot.core.weigh import MAX_WEIGHT
from bot.flows import by_hand as hands
from bot.flows import gaps, host, money, moves, outbox, report
from bot.flows import queue as desk_queue
from bot.models import HostAccount, Outgoing, QueueItem, Session

may_see = permission_required("bot.see_questions", raise_exception=True)
may_answer = permission_required("bot.answer_questions", raise_exception=True)
may_host = permission_required("bot.host_sessions", raise_exception=True)

URGENCY = {
    Priority.SAFETY: "now",
    Priority.PRIVACY: "private",
    Priority.PERSONAL: "personal",
    Priority.ORDINARY: "ordinary",
}


@require_GET
@may_see
def queue(request: HttpRequest) -> HttpResponse:
    return render(request, "queue.html", _everything(request))


@require_GET
@may_see
def news(request: HttpRequest) -> HttpResponse:
    """The part of the page that changes by itself; asked for every two seconds."""
    return render(request, "_news.html", _everything(request))


@require_GET
@may_see
def item(request: HttpRequest, item_id: int) -> HttpResponse:
    return _opened(request, _found(item_id))


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
    messages.success(request, done)
    if what in ("claim", "draft"):
        return redirect("item", item_id)
    return redirect("queue")


def _claim(request: HttpRequest, item_id: int) -> str:
    desk = desk_of(request)
    desk_queue.claim(item_id, _who(request), desk.texts.settings.timing, now=desk.clock())
    return "It is yours."


def _draft(request: HttpRequest, item_id: int) -> str:
    desk = desk_of(request)
    text = request.POST.get("text", "")
    desk_queue.save_draft(
        item_id,
        _who(request),
        _fence(request),
        text,
        desk.texts.settings.timing,
        now=desk.clock(),
    )
    return "Saved."


def _answer(request: HttpRequest, item_id: int) -> str:
    desk = desk_of(request)
    sent = desk_queue.answer(
        item_id,
        _who(request),
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
    desk_queue.release(item_id, _who(request), _fence(request), now=desk_of(request).clock())
    return "It is back in the queue."


def _dismiss(request: HttpRequest, item_id: int) -> str:
    reason = request.POST.get("reason", "")
    desk_queue.dismiss(item_id, _who(request), _fence(request), reason, now=desk_of(request).clock())
    return "Dismissed."


@require_POST
@may_answer
def stop(request: HttpRequest, outgoing_id: int) -> HttpResponse:
    """Undo: takes back a post that has not left."""
    from_outbox = get_object_or_404(Outgoing.objects.select_related("question__item"), pk=outgoing_id)
    try:
        outbox.stop(from_outbox, who=str(request.user), now=desk_of(request).clock())
    except (moves.TooLate, moves.NotAllowed):
        messages.error(request, "Too late: it has left already.")
    else:
        messages.success(request, "Stopped. The question is in the queue.")
    return redirect("queue")


@require_POST
@may_answer
def open_on_x(request: HttpRequest, outgoing_id: int) -> HttpResponse:
    """Goes to X with an answer that a person must post there."""
    row = get_object_or_404(Outgoing, pk=outgoing_id, state=OutgoingState.BY_HAND)
    hands.opened(row, _who(request), now=desk_of(request).clock())
    return redirect(hands.link(row))


@require_POST
@may_host
def held(request: HttpRequest, outgoing_id: int, what: str) -> HttpResponse:
    """Sends a held post again, or drops it: the organiser has looked on X."""
    row = get_object_or_404(Outgoing.objects.select_related("question__item"), pk=outgoing_id)
    actions: dict[str, tuple[Callable[..., None], str]] = {
        "send": (outbox.try_again, "It is on its way again."),
        "drop": (outbox.give_up, "Dropped."),
    }
    if what not in actions:
        raise Http404
    act, done = actions[what]
    try:
        act(row, who=str(request.user), now=desk_of(request).clock())
    except (moves.TooLate, moves.NotAllowed):
        messages.error(request, "Somebody was first: it is no longer held.")
    else:
        messages.success(request, done)
    return redirect("queue")


@require_POST
@may_answer
def by_hand(request: HttpRequest, outgoing_id: int) -> HttpResponse:
    row = get_object_or_404(
        Outgoing.objects.select_related("question__item"),
        pk=outgoing_id,
        state=OutgoingState.BY_HAND,
    )
    hands.posted(row, _who(request), now=desk_of(request).clock())
    messages.success(request, "Noted as posted.")
    return redirect("queue")


@require_POST
@may_host
def switch(request: HttpRequest, slug: str, what: str) -> HttpResponse:
    """Pause or resume a session."""
    session = get_object_or_404(Session, slug=slug)
    actions: dict[str, Callable[..., None]] = {"pause": host.pause, "resume": host.resume}
    if what not in actions:
        raise Http404
    try:
        actions[what](session, who=str(request.user), now=desk_of(request).clock(), why="by hand")
    except (host.NotPossible, moves.TooLate) as error:
        messages.error(request, str(error))
    return redirect("queue")


@require_POST
@may_host
def reopen(request: HttpRequest, host_id: int) -> HttpResponse:
    """A person has mended what stopped all calls to X: try again."""
    account = get_object_or_404(HostAccount, pk=host_id)
    outbox.reopen(account, who=str(request.user), now=desk_of(request).clock())
    messages.success(request, f"Posts leave again as @{account.handle}.")
    return redirect("queue")


def _who(request: HttpRequest) -> AbstractUser:
    return cast(AbstractUser, request.user)


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
    mine = opened.state in desk_queue.MINE and opened.claimed_by_id == _who(request).pk
    context = _everything(request) | {
        "item": opened,
        "mine": mine,
        "open": opened.state in OPEN_ITEMS,
        "questions": [
            {"row": question, "stretches": stretches(question.text, question.evidence)}
            for question in opened.questions.all()
        ],
        "entry": entry,
        "sources": desk.texts.faq.sources_of(entry) if entry else (),
        "text": typed or opened.draft,
        "findings": findings,
        "only_warnings": bool(findings) and all(f.severity == "warn" for f in findings),
        "max_weight": MAX_WEIGHT,
    }
    return render(request, "item.html", context, status=409 if findings or typed else 200)


def _everything(request: HttpRequest) -> dict[str, Any]:
    desk = desk_of(request)
    now = desk.clock()
    sessions = Session.objects.exclude(state__in=FINISHED_SESSIONS - {SessionState.CLOSED})
    session = sessions.order_by("-opens_at").first()
    items = [_row(item, now) for item in desk_queue.open_items()]
    return {
        "banner": desk.banner,
        "now": now,
        "session": session,
        "tally": report.tally(session) if session else None,
        "next_cues": report.next_cues(session) if session else (),
        "hosts": HostAccount.objects.all(),
        "gaps": gaps.that_matter(),
        "forecast": money.forecast_for(session, desk.texts.prices) if session else None,
        "items": items,
        # Then what waits stands above what is about to leave.
        "urgent": any(row["urgency"] == URGENCY[Priority.SAFETY] for row in items),
        "leaving": [
            {"row": row, "seconds": max(int((row.not_before - now).total_seconds()), 0)}
            for row in desk_queue.can_be_stopped()
        ],
        "by_hand": Outgoing.objects.filter(state=OutgoingState.BY_HAND).select_related("question"),
        "held": Outgoing.objects.filter(state=OutgoingState.HELD).select_related("question"),
    }


def _row(item: QueueItem, now: Any) -> dict[str, Any]:
    questions = list(item.questions.all())
    first = questions[0] if questions else None
    lapsed = item.claimed_until is None or item.claimed_until <= now
    return {
        "item": item,
        "excerpt": first.shown[:160] if first else "(withdrawn)",
        "people": len(questions),
        "minutes": int((now - item.created_at).total_seconds() // 60),
        "urgency": URGENCY[Priority(item.priority)],
        "route": first.route if first else "",
        "claimed_by": None if lapsed else item.claimed_by,
    }
