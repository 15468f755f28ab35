"""One item of the queue as a page: the question, who has it, what is written, what may help."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from bot import staff
from bot.console import around, checking, rows, teach
from bot.console.desk import desk_of
from bot.console.may import person
from bot.core import signing
from bot.core.changes import changes
from bot.core.frames import Frame, frames
from bot.core.marks import stretches
from bot.core.signpost import Signpost
from bot.core.states import OPEN_ITEMS, ItemState
from bot.core.triage import Route
from bot.core.weigh import MAX_WEIGHT
from bot.flows import queue as desk_queue
from bot.flows import threads
from bot.models import Author, Question, QueueItem


def found(item_id: int) -> QueueItem:
    return get_object_or_404(QueueItem.objects.select_related("session", "claimed_by"), pk=item_id)


def opened(request: HttpRequest, one: QueueItem, *, typed: str = "", findings: Any = ()) -> HttpResponse:
    desk = desk_of(request)
    entry = desk.texts.faq.entries.get(one.suggested_entry)
    text = typed or one.draft
    context = {
        **around.page(request, opened=one.pk),
        **presence_of(request, one),
        **teach.beside(request, one),
        "open": one.state in OPEN_ITEMS,
        "to_read": one.state == ItemState.IN_REVIEW,
        "colleagues": staff.who_may("answer_questions").exclude(pk=person(request).pk),
        "questions": _questions(one),
        "frames": _frames(one, desk.texts.signposts),
        "entry": entry,
        "standing": signing.standing(entry, desk.clock().date()).name if entry else "",
        "sources": desk.texts.faq.sources_of(entry) if entry else (),
        "text": text,
        "snippets": desk.texts.snippets,
        "compared": changes(one.draft, typed) if typed and one.draft not in ("", typed) else (),
        "check": checked(request, one, text),
        "findings": findings,
        "only_warnings": bool(findings) and all(f.severity == "warn" for f in findings),
        "max_weight": MAX_WEIGHT,
    }
    return render(request, "item.html", context, status=409 if findings or typed else 200)


def _frames(one: QueueItem, signposts: Iterable[Signpost]) -> list[Frame]:
    labels = {label for question in one.questions.all() for label in question.labels}
    return frames(labels, signposts, one.session.jurisdiction)


def _questions(one: QueueItem) -> list[dict[str, Any]]:
    asked = list(one.questions.all())
    thread = threads.above(asked)
    return [_asked(question, thread.get(question.in_reply_to)) for question in asked]


def _asked(question: Question, above: threads.Above | None) -> dict[str, Any]:
    icon, route = rows.ROUTES[Route(question.route)] if question.route else ("", "")
    marked = stretches(question.text, question.evidence)
    return {"row": question, "stretches": marked, "route": route, "route_icon": icon, "above": above}


def checked(request: HttpRequest, opened: QueueItem, text: str) -> checking.Check:
    texts = desk_of(request).texts
    questions = list(opened.questions.select_related("host"))
    return checking.check(text, questions, texts.reviewer, texts.prices)


def presence_of(request: HttpRequest, opened: QueueItem) -> dict[str, Any]:
    now = desk_of(request).clock()
    until = opened.claimed_until if opened.state in desk_queue.MINE else None
    left = max(int((until - now).total_seconds()), 0) if until else 0
    return {
        "item": opened,
        "left": left,
        "authors": _authors(opened),
        "mine": opened.state in desk_queue.MINE and opened.claimed_by_id == person(request).pk,
        "holder": opened.claimed_by if left else None,
        "presence_was": state_of(opened),
    }


def _authors(one: QueueItem) -> QuerySet[Author]:
    """The names that we have; they come a moment after a claim."""
    asked = one.questions.values("author_id")
    return Author.objects.filter(session=one.session_id, author_id__in=asked).exclude(handle="")


def state_of(opened: QueueItem) -> str:
    """Changes when others do something to the item; typing in one's own draft changes nothing."""
    state = "mine" if opened.state in desk_queue.MINE else opened.state
    return f"{state}.{opened.fence}"
