"""How django-allauth does things here: nobody signs up, and secrets are sealed."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest
from django.urls import reverse

from bot import sealing
from bot.console.second_factor import needs_one


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]  # it has no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The first page that this person may see."""
        user = request.user
        if user.has_perm("bot.see_questions"):
            return reverse("queue")
        return reverse("people" if user.has_perm("bot.manage_staff") else "mfa_index")


class Hospital(DefaultSocialAccountAdapter):  # type: ignore[misc]  # it has no types
    """The hospital's sign-in opens accounts that were invited, and makes none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:  # noqa: ARG002
        return False


class SecondFactor(DefaultMFAAdapter):  # type: ignore[misc]  # it has no types
    """Keeps the secrets of code apps sealed, and the last factor of whoever needs one."""

    def encrypt(self, text: str) -> str:
        return sealing.close(text, purpose=sealing.SECOND_FACTOR)

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.open_(encrypted_text, purpose=sealing.SECOND_FACTOR)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        factors = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        others = Authenticator.objects.filter(user=authenticator.user, type__in=factors)
        return others.exclude(pk=authenticator.pk).exists() or not needs_one(authenticator.user)
