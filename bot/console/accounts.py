"""Which of django-allauth's pages we have: no signing up, and no addresses to change."""

from allauth.account import urls as account
from allauth.socialaccount import urls as socialaccount
from allauth.socialaccount.providers.openid_connect import urls as openid_connect
from django.urls import URLPattern, include, path

KEPT = {
    "account_login",
    "account_logout",
    "account_inactive",
    "account_signup",  # always closed; other pages name its address
    "account_reauthenticate",
    "account_change_password",
    "account_set_password",
}

urlpatterns = [
    *(one for one in account.urlpatterns if isinstance(one, URLPattern) and one.name in KEPT),
    path("2fa/", include("allauth.mfa.urls")),
    path("sign-ins/", include("allauth.usersessions.urls")),
    path("hospital/", include(socialaccount)),
    path("", include(openid_connect)),
]
