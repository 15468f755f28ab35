"""Beside a question: why the matcher said what it said, and what the FAQ may learn from the clinician."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from bot.console.desk import desk_of
from bot.console.may import may_answer, person
from bot.core.match_explain import Explanation, explain
from bot.flows import learn, moves, outcomes
from bot.flows import queue as desk_queue
from bot.flows.learn import Words
from bot.models import Proposal, QueueItem


def beside(request: HttpRequest, item: QueueItem) -> dict[str, Any]:
    """What the item's page shows of it. Nothing that was asked is ever filled in."""
    texts = desk_of(request).texts
    question = item.questions.exclude(text="").first()
    explained = explained_by(request, question.text) if question else None
    return {
        "explained": explained,
        "ranking": [
            {"match": one, "question": texts.faq.entries[one.entry_id].question}
            for one in (explained.ranked if explained else ())
        ],
        "topics": texts.faq.topics,
        "languages": Proposal.Language.choices,
    }


def explained_by(request: HttpRequest, text: str) -> Explanation:
    texts = desk_of(request).texts
    shown = texts.judge().sure_from
    return explain(
        texts.index.match(text),
        sure_enough=texts.settings.policy.sure_enough,
        sure_from=0.0 if shown is None else shown,  # a rehearsal takes the matcher at its word
    )


@require_POST
@may_answer
def teach(request: HttpRequest, item_id: int) -> HttpResponse:
    """Proposes without sending anything. What is typed as an answer is kept."""
    item = get_object_or_404(QueueItem, pk=item_id)
    _keep_draft(request, item)
    if not with_answer(request, item_id):
        messages.warning(request, "Nothing to propose: type how people ask this, or tick the box.")
    return redirect("item", item_id)


def with_answer(request: HttpRequest, item_id: int) -> bool:
    """Takes what the part "Teach the FAQ" holds, also when an answer was sent along. False when nothing."""
    item = QueueItem.objects.select_related("session").get(pk=item_id)
    given, who, now = request.POST, person(request), desk_of(request).clock()
    phrasing = Words(
        entry_id=given.get("teach_entry", ""),
        language=given.get("teach_language", "en"),
        phrasings=given.get("teach_phrasing", ""),
    )
    asked = False
    try:
        if right := given.get("teach_right", ""):
            asked = outcomes.say(item, right=right == "yes")
        if phrasing.phrasings.strip():
            asked = True
            learn.propose_phrasing(who, phrasing, now=now, session=item.session)
            messages.success(request, "Proposed: a colleague reviews how you put it.")
        if given.get("teach_new"):
            asked = True
            learn.propose_entry(who, Words(answers=item.draft), now=now, session=item.session)
            messages.success(request, "Proposed as a new FAQ entry: word its question on the page Proposals.")
    except learn.NotYet as refused:
        messages.warning(request, f"Not proposed: {refused}.")
    return asked


def _keep_draft(request: HttpRequest, item: QueueItem) -> None:
    text, fence = request.POST.get("text", ""), request.POST.get("fence", "")
    if not (text.strip() and fence.isdigit()):
        return
    desk = desk_of(request)
    timing = desk.texts.settings.timing
    try:
        desk_queue.save_draft(item.pk, person(request), int(fence), text, timing, now=desk.clock())
    except (desk_queue.NotYours, moves.TooLate) as error:
        messages.error(request, f"Your answer was not saved: {error}. It read: {text}")
