"""What clinicians propose for the FAQ: the list, near-duplicates together, and one opened to be decided."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from bot.console.desk import desk_of
from bot.console.may import may_answer, person
from bot.console.teach import explained_by
from bot.core import proposals
from bot.core.changes import changes
from bot.core.entry import Entry, Handling
from bot.core.states import ACCEPTED_PROPOSALS, ProposalState
from bot.flows import learn, moves, rights
from bot.flows.learn import Words
from bot.models import Proposal

P = ProposalState

SHELVES = {
    "open": ("To review", [P.PROPOSED]),
    "accepted": ("Accepted, not in the files yet", sorted(ACCEPTED_PROPOSALS)),
    "done": ("Applied or rejected", [P.APPLIED, P.REJECTED]),
}
SHOWN = 200  # of those that are done, the newest

#: The fields of a new entry's form, with what to write there.
LONG = {
    "question": ("The question, in plain words", ""),
    "phrasings": ("How people ask it, one a line, in your own words", "Six or more. Never a post's words."),
    "answers": (
        "The answer, one wording a line",
        "Two or more, each of at most 280 characters.",
    ),
    "more": ("The longer version, for the web page", "May be empty."),
    "entry_id": ("A short name for it", "Such as rest-after-biopsy. It stays for good."),
    "sources": ("Sources", "Their codes, with spaces between."),
    "facts": ("Facts that it rests on", "Such as pain/1 pain/2."),
    "jurisdiction": ("The country that it is true for", "any, US, UK, UK-England or Australia."),
    "changes_if": ("What news would change it", ""),
}
LINES = {"phrasings": 7, "answers": 4, "more": 4}


@require_GET
@may_answer
def everything(request: HttpRequest) -> HttpResponse:
    desk = desk_of(request)
    shelf = request.GET.get("shelf", "open")
    if shelf not in SHELVES:
        raise Http404
    found = Proposal.objects.filter(state__in=SHELVES[shelf][1]).select_related("author", "reviewer")
    rows = list(found.order_by("-id")[:SHOWN] if shelf == "done" else found)
    heads = [learn.headline(row) for row in rows]
    together = proposals.clusters(heads, desk.texts.grouper.same)
    context = {
        "banner": desk.banner,
        "shelf": shelf,
        "shelves": [(key, name) for key, (name, _) in SHELVES.items()],
        "clusters": [[{"row": rows[at], "head": heads[at]} for at in cluster] for cluster in together],
    }
    return render(request, "proposals.html", context)


@require_GET
@may_answer
def one(request: HttpRequest, proposal_id: int) -> HttpResponse:
    return _page(request, get_object_or_404(Proposal, pk=proposal_id))


@require_POST
@may_answer
def act(request: HttpRequest, proposal_id: int, what: str) -> HttpResponse:
    """Word, accept, reject or take back. What was typed is on the page again if it failed."""
    actions: dict[str, tuple[Callable[[HttpRequest, int], object], str]] = {
        "word": (_word, "Saved. Somebody who has not written any of it can accept it."),
        "accept": (_accept, "Accepted: askhour faq apply writes it into the files, as a draft."),
        "reject": (_reject, "Rejected; the author sees why."),
        "take-back": (_take_back, "It is open again."),
    }
    if what not in actions:
        raise Http404
    do, done = actions[what]
    try:
        do(request, proposal_id)
    except (learn.NotYet, learn.NotYours, moves.TooLate, moves.NotAllowed, rights.MayNot) as error:
        messages.error(request, f"{error}.")
        row = get_object_or_404(Proposal, pk=proposal_id)
        return _page(request, row, typed=request.POST.dict(), status=409)
    messages.success(request, done)
    return redirect("proposal", proposal_id) if what in ("word", "take-back") else redirect("proposals")


def _word(request: HttpRequest, proposal_id: int) -> object:
    now, seen = desk_of(request).clock(), request.POST.get("seen", "")
    return learn.word(proposal_id, person(request), _words(request), seen=seen, now=now)


def _accept(request: HttpRequest, proposal_id: int) -> object:
    now, seen = desk_of(request).clock(), request.POST.get("seen", "")
    edited = request.POST.get("phrasings")
    if request.POST.get("entry_id", entry_of(proposal_id)) != entry_of(proposal_id):
        raise learn.NotYet("to put it to another entry, save the wording: then somebody else accepts it")
    return learn.accept(proposal_id, person(request), seen=seen, now=now, phrasings=edited)


def entry_of(proposal_id: int) -> str | None:
    return Proposal.objects.filter(pk=proposal_id).values_list("entry_id", flat=True).first()


def _reject(request: HttpRequest, proposal_id: int) -> object:
    now, given = desk_of(request).clock(), request.POST
    reason, seen = given.get("reason", ""), given.get("seen", "")
    return learn.reject(proposal_id, person(request), reason, seen=seen, now=now)


def _take_back(request: HttpRequest, proposal_id: int) -> object:
    return learn.take_back(proposal_id, person(request), now=desk_of(request).clock())


def _words(request: HttpRequest) -> Words:
    given = request.POST
    texts = {name: given.get(name, "") for name in LONG} | {"topic": given.get("topic", "")}
    if (handling := given.get("handling", Handling.CLINICIAN.value)) not in set(Handling):
        raise learn.NotYet("choose how it is handled")
    if (language := given.get("language", "en")) not in Proposal.Language.values:
        raise learn.NotYet("choose a language")
    try:
        review_by = date.fromisoformat(given["review_by"]) if given.get("review_by") else None
    except ValueError:
        raise learn.NotYet("the day to read it again should look like 2027-05-31") from None
    texts["jurisdiction"] = texts["jurisdiction"].strip() or "any"
    return Words(**texts, language=language, handling=handling, review_by=review_by)


def _page(
    request: HttpRequest, row: Proposal, *, typed: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    desk, who = desk_of(request), person(request)
    entry = desk.texts.faq.entries.get(row.entry_id)
    shown = {name: getattr(row, name) for name in (*LONG, "topic", "language", "handling", "review_by")}
    wrote = row.author_id == who.pk or row.writers.filter(pk=who.pk).exists()
    shown |= typed or {}
    context = {
        "banner": desk.banner,
        "row": row,
        "seal": learn.seal(row),
        "entry": entry,
        "added": _compared(row, entry),
        "near": explained_by(request, row.question) if row.kind == "entry" and row.question else None,
        "missing": proposals.missing(learn.change_of(row)),
        "typed": shown,
        "fields": [(name, *said, LINES.get(name, 0), shown[name]) for name, said in LONG.items()],
        "topics": desk.texts.faq.topics,
        "handlings": list(Handling),
        "languages": Proposal.Language.choices,
        "wrote": wrote,
        "may_decide": who.has_perm("bot.review_faq") and not wrote,
        "open": row.state == P.PROPOSED,
        "accepted": row.state in ACCEPTED_PROPOSALS,
    }
    return render(request, "proposal.html", context, status=status)


def _compared(row: Proposal, entry: Entry | None) -> list[dict[str, Any]]:
    """Each new line beside the wording of the entry that is nearest to it, marked where they differ."""
    known = entry.wordings() if entry and row.kind == Proposal.Kind.PHRASING else ()
    found = []
    for line in proposals.lines(row.phrasings):
        nearest = proposals.nearest(line, known)
        found.append({"line": line, "nearest": nearest, "parts": changes(nearest, line) if nearest else ()})
    return found
