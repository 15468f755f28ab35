"""What a person does about our own posts: stop one, post one by hand, decide on a held one; pause, reopen."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from bot.console.desk import desk_of
from bot.console.may import may_answer, may_host, person
from bot.core.states import OutgoingState
from bot.flows import by_hand as hands
from bot.flows import host, moves, outbox
from bot.models import HostAccount, Outgoing, Session


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
    hands.opened(row, person(request), now=desk_of(request).clock())
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
    hands.posted(row, person(request), now=desk_of(request).clock())
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
