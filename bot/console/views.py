"""The clinicians' page: what waits, the most urgent first, and one item opened to be answered."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from bot.console import around, rows
from bot.console.acts import save
from bot.console.desk import desk_of
from bot.console.item import checked, found, opened, presence_of, state_of
from bot.console.may import may_answer, may_see, person
from bot.flows import moves
from bot.flows import queue as desk_queue
from bot.models import SavedView


@require_GET
@may_see
def queue(request: HttpRequest) -> HttpResponse:
    return render(request, "queue.html", around.page(request) | around.leaving(request))


@require_GET
@may_see
def status(request: HttpRequest) -> HttpResponse:
    """How the session stands; asked for every two seconds, as the next three are."""
    return render(request, "_status.html", around.status(request))


@require_GET
@may_see
def leaving(request: HttpRequest) -> HttpResponse:
    """What is about to be posted, what a person must post, and what is held."""
    return render(request, "_desk.html", around.leaving(request))


@require_GET
@may_see
def waiting_rows(request: HttpRequest) -> HttpResponse:
    desk = desk_of(request)
    return rows.answer(request, person(request), desk.texts.settings.timing, now=desk.clock())


@require_GET
@may_see
def presence(request: HttpRequest, item_id: int) -> HttpResponse:
    """Who has the item, and whether it has changed since the page was made."""
    one = found(item_id)
    was = request.GET.get("was", "")
    context = presence_of(request, one) | {"changed": was != state_of(one), "presence_was": was}
    return render(request, "_presence.html", context)


@require_GET
@may_see
def item(request: HttpRequest, item_id: int) -> HttpResponse:
    return opened(request, found(item_id))


@require_POST
@may_answer
def check(request: HttpRequest, item_id: int) -> HttpResponse:
    """Keeps what is typed, and says what is to be said about it."""
    desk = desk_of(request)
    text = request.POST.get("text", "")
    trouble = ""
    try:
        save(request, item_id, text)
    except (desk_queue.NotYours, moves.TooLate, moves.NotAllowed, ValueError) as error:
        trouble = f"Not saved: {error}. Your words stay here."
    weighed = checked(request, found(item_id), text)
    saved = None if trouble else desk.clock()
    return render(request, "_check.html", {"check": replace(weighed, saved=saved, trouble=trouble)})


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
