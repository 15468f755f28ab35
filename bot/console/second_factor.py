"""Whoever may change anything shows a second factor: a code app, or a passkey."""

from collections.abc import Callable, Iterable

from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from bot import environment
from bot.console.desk import desk_of

SHOWN = "second_factor_shown"  # in the session, so that a page that polls asks the database once
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
#: Rights with which nothing can be changed.
ONLY_LOOK = frozenset({"bot.see_questions"})
#: What somebody without a second factor must reach all the same.
OPEN = ("/accounts/", "/sign-out", "/language", "/second-factor", "/static/")

Handler = Callable[[HttpRequest], HttpResponse]


def required(get_response: Handler) -> Handler:
    """Middleware: sends people who need a second factor and have none to where they set one up."""

    def handle(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(OPEN) or not desk_of(request).second_factor or _is_in(request):
            return get_response(request)
        return redirect("second-factor")

    return handle


def _is_in(request: HttpRequest) -> bool:
    """True for nobody in particular as well: the sign-in page takes care of them."""
    user = request.user
    if not user.is_authenticated or request.session.get(SHOWN) == user.pk or not needs_one(user):
        return True
    # allauth lets nobody in who has a second factor and has not shown it.
    if get_adapter().is_mfa_enabled(user, FACTORS) or _hospital_asked(get_authentication_records(request)):
        request.session[SHOWN] = user.pk
        return True
    return False


def needs_one(user: AbstractBaseUser | AnonymousUser) -> bool:
    return bool(set(user.get_all_permissions()) - ONLY_LOOK)  # type: ignore[union-attr]


def _hospital_asked(records: Iterable[dict[str, object]]) -> bool:
    """The person came through a hospital's sign-in of which we were told that it asks for two factors."""
    trusted = environment.flag("OIDC_HAS_SECOND_FACTOR", default=False)
    return trusted and any(record.get("method") == "socialaccount" for record in records)
