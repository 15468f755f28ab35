"""The FAQ as pages: what is signed and what is not, a sheet for each topic, and signing."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from bot import faq, faq_sheet, faq_sign
from bot.console.desk import Desk, desk_of
from bot.console.may import may_review, may_see, person
from bot.core.signing import Standing
from bot.faq import Faq
from bot.faq_files import CannotWrite
from bot.faq_sign import CannotSign
from bot.yamlfile import BadFiles

ON_STAGE = "This is a play: nothing can be signed here."
NO_FOLDER = "The FAQ's folder is not known here: sign with `askhour faq sign`."


@require_GET
@may_see
def overview(request: HttpRequest) -> HttpResponse:
    desk = desk_of(request)
    sheets = faq_sheet.sheets(_known(desk), today=_today(desk))
    context = {"banner": desk.banner, "sheets": sheets, "standings": list(map(str, Standing))}
    return render(request, "faq.html", context)


@require_GET
@may_see
def topic(request: HttpRequest, topic: str) -> HttpResponse:
    return _page(request, topic)


@require_POST
@may_review
def sign(request: HttpRequest, topic: str) -> HttpResponse:
    """Signs the entries that were ticked, if they are still what was on the page."""
    desk = desk_of(request)
    if desk.content is None or _why_not(desk):
        return _page(request, topic, refused=[_why_not(desk)])
    pairs = (ticked.partition(" ") for ticked in request.POST.getlist("entry"))
    read = {one: digest for one, _, digest in pairs}
    content = desk.content
    try:
        done = faq_sign.sign(
            content.faq, read, who=person(request), rules=content.guardrails, now=desk.clock()
        )
    except CannotSign as error:
        return _page(request, topic, refused=list(error.reasons))
    except BadFiles as bad:
        return _page(request, topic, refused=list(map(str, bad.problems)))
    except CannotWrite as error:
        return _page(request, topic, refused=[str(error)])
    messages.success(request, f"Signed: {', '.join(done)}.")
    return redirect("faq-topic", topic)


@require_GET
def trouble(request: HttpRequest) -> HttpResponse:
    """What is wrong with the FAQ's files, for pages that stay open."""
    return render(request, "_faq_trouble.html")


def _page(request: HttpRequest, topic: str, *, refused: list[str] | None = None) -> HttpResponse:
    desk = desk_of(request)
    try:
        sheet = faq_sheet.sheet(_known(desk), topic, today=_today(desk))
    except KeyError:
        raise Http404 from None
    context = {"banner": desk.banner, "sheet": sheet, "refused": refused} | _signer(request, desk)
    return render(request, "faq_sheet.html", context, status=409 if refused else 200)


def _signer(request: HttpRequest, desk: Desk) -> dict[str, Any]:
    """Whether whoever looks may sign here, and as whom; if not, why, where that helps."""
    who = person(request)
    if not who.has_perm("bot.review_faq"):
        return {"signing": False}
    try:
        name = faq_sign.full_name(who)
    except CannotSign as error:
        return {"signing": False, "why_not": " ".join(error.reasons)}
    why_not = _why_not(desk)
    return {"signing": not why_not, "why_not": why_not, "name": name}


def _why_not(desk: Desk) -> str:
    if desk.texts.rehearsed:
        return ON_STAGE
    return "" if desk.content else NO_FOLDER


def _known(desk: Desk) -> Faq:
    """What is in the files now, for that is what is signed; while they are broken, what is in use."""
    if desk.content is None or desk.texts.rehearsed:
        return desk.texts.faq
    try:
        return faq.load(desk.content.faq)
    except BadFiles:
        return desk.texts.faq


def _today(desk: Desk) -> date:
    return desk.clock().date()
