"""What a clinician does with an item: claim, write, send, hand on, read a colleague's words, dismiss."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from bot.console import rows, teach
from bot.console.desk import desk_of
from bot.console.item import found, opened
from bot.console.may import may_answer, person
from bot.core.states import ItemState, OutgoingState
from bot.flows import moves, second, waiting
from bot.flows import queue as desk_queue
from bot.models import Outgoing


@require_POST
@may_answer
def act(request: HttpRequest, item_id: int, what: str) -> HttpResponse:
    """One of the acts below. If it fails, what was typed is on the page again."""
    actions: dict[str, Callable[[HttpRequest, int], str]] = {
        "claim": _claim,
        "draft": _draft,
        "answer": _answer,
        "release": _release,
        "hand": _hand,
        "approve": _approve,
        "give-back": _give_back,
        "dismiss": _dismiss,
    }
    if what not in actions:
        raise Http404
    typed = "" if what in ("approve", "claim") else request.POST.get("text", "")
    try:
        done = actions[what](request, item_id)
    except desk_queue.MayNotLeave as refused:
        return opened(request, found(item_id), typed=typed, findings=refused.findings)
    except (desk_queue.NotYours, moves.TooLate, moves.NotAllowed, ValueError) as error:
        messages.error(request, str(error))
        return opened(request, found(item_id), typed=typed)
    if what != "claim":  # the page itself says whose it is
        messages.success(request, done)
    if what in ("claim", "draft"):
        return redirect(_with_view(request, reverse("item", args=[item_id])))
    if what == "answer" and request.POST.get("next"):
        following = waiting.next_after(found(item_id), person(request))
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
    save(request, item_id, f"{typed}\n{insert}".strip() if insert else typed)
    return "Saved."


def save(request: HttpRequest, item_id: int, text: str) -> None:
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
        desk.texts.rules(),
        now=desk.clock(),
        override=request.POST.get("override", "").strip(),
    )
    teach.with_answer(request, item_id)
    if not sent and found(item_id).state == ItemState.IN_REVIEW:
        return "A colleague reads it before it leaves."
    return _on_its_way(sent)


def _on_its_way(sent: list[Outgoing]) -> str:
    by_hand = sum(row.state == OutgoingState.BY_HAND for row in sent)
    extra = f" {by_hand} to be posted by hand: see below." if by_hand else ""
    return f"On its way; you can stop it for a few seconds.{extra}"


def _release(request: HttpRequest, item_id: int) -> str:
    desk_queue.release(item_id, person(request), _fence(request), now=desk_of(request).clock())
    return "It is back in the queue."


def _hand(request: HttpRequest, item_id: int) -> str:
    """Back to the queue, meant for a colleague."""
    to = User.objects.filter(username=request.POST.get("to", ""), is_active=True).first()
    if to is None:
        raise ValueError("choose a colleague")
    note, now = request.POST.get("note", ""), desk_of(request).clock()
    desk_queue.release(item_id, person(request), _fence(request), now=now, to=to, note=note)
    return f"Handed to {to}."


def _approve(request: HttpRequest, item_id: int) -> str:
    desk = desk_of(request)
    read = request.POST.get("text", "").replace("\r\n", "\n")
    return _on_its_way(second.approve(item_id, person(request), read, desk.texts.rules(), now=desk.clock()))


def _give_back(request: HttpRequest, item_id: int) -> str:
    second.give_back(item_id, person(request), request.POST.get("why", ""), now=desk_of(request).clock())
    return "Given back."


def _dismiss(request: HttpRequest, item_id: int) -> str:
    reason = request.POST.get("reason", "")
    desk_queue.dismiss(item_id, person(request), _fence(request), reason, now=desk_of(request).clock())
    return "Dismissed."


def _fence(request: HttpRequest) -> int:
    try:
        return int(request.POST.get("fence", ""))
    except ValueError:
        raise ValueError("claim the question first") from None
