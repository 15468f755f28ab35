"""Ways in and out: the invitation's link, and setting up what one signs in with."""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from sesame.utils import get_user

from bot.console.desk import desk_of


@login_not_required
@never_cache
@require_GET
def by_link(request: HttpRequest) -> HttpResponse:
    """Signs the link's person in, once. Whoever has a second factor is still asked for it."""
    user = get_user(request)
    if user is None:
        messages.error(request, "This link was used already, or is too old. Ask for a new one.")
        return redirect("sign-in-help")
    # The link counts as having just signed in: setting up a password or a factor asks for nothing more.
    record_authentication(request, user, method="link")
    answer: HttpResponse = perform_login(request, user)
    return answer


@require_GET
def second_factor(request: HttpRequest) -> HttpResponse:
    return render(request, "second_factor.html", {"banner": desk_of(request).banner})


@login_not_required
@require_GET
def sign_in_help(request: HttpRequest) -> HttpResponse:
    return render(request, "sign_in_help.html", {"banner": desk_of(request).banner})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("account_login")
