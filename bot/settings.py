"""Django's settings. What an installation may change comes from the environment (docs/running.md)."""

import sqlite3
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF

from bot import environment

HERE = Path(__file__).resolve().parent

SECRET_KEY = environment.signing_key()
DEBUG = False
HTTPS = environment.flag("HTTPS", default=True)  # off only for plain HTTP on this machine
ALLOWED_HOSTS = ["127.0.0.1", "localhost", *environment.value("HOSTS").split()]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "bot.apps.Askhour",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",  # the browser's language, or what the person chose
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Deny by default: a page that may be seen without signing in says so itself.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    # And whoever may change anything has shown a second factor.
    "bot.console.second_factor.required",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "bot.console.urls"
WSGI_APPLICATION = "bot.console.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "console" / "templates"],
        "APP_DIRS": True,  # allauth's own pages
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bot.console.desk.everywhere",
            ],
            "string_if_invalid": "",
        },
    }
]
STATIC_URL = "static/"
STATICFILES_DIRS = [HERE / "console" / "static"]
WHITENOISE_USE_FINDERS = True

# The WAL-reset bug (3.7.0 to 3.51.2, back-ported to 3.44.6 and 3.50.7) can corrupt a database that two
# connections write at once, so an older library keeps a rollback journal: slower, and sound.
_SAFE_WAL = sqlite3.sqlite_version_info >= (3, 51, 3) or any(
    version <= sqlite3.sqlite_version_info < (version[0], version[1] + 1, 0)
    for version in ((3, 44, 6), (3, 50, 7))
)
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",  # read-then-write fails at once under load without it
    "timeout": 10,
    "init_command": (
        f"PRAGMA journal_mode={'WAL' if _SAFE_WAL else 'TRUNCATE'};"
        # An intent lost with the power would be a second answer: FULL, and EXTRA without WAL.
        f"PRAGMA synchronous={'FULL' if _SAFE_WAL else 'EXTRA'};"
        "PRAGMA cell_size_check=ON"
    ),
}


def _database() -> dict[str, Any]:
    default = f"sqlite:///{environment.data_folder() / 'askhour.sqlite3'}"
    found: dict[str, Any] = dict(
        dj_database_url.parse(environment.value("DATABASE_URL") or default, conn_health_checks=True)
    )
    if found["ENGINE"] == "django.db.backends.sqlite3":
        found["OPTIONS"] = SQLITE_OPTIONS
        # A file also in tests: locking between threads is a thing that must be tested.
        found["TEST"] = {"NAME": str(Path(found["NAME"]).with_name("askhour-test.sqlite3"))}
    return found


DATABASES = {"default": _database()}
# In the database, because several processes count wrong guesses and used codes together.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "django_cache"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MIGRATION_MODULES = {"bot": "bot.models.migrations"}

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [HERE / "locale"]
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SAMESITE = "Strict"

AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "sesame.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "queue"
LOGOUT_REDIRECT_URL = "account_login"

# People are invited (`askhour staff`, or the page "People"): nobody signs up, and no mail is needed.
ACCOUNT_ADAPTER = "bot.console.adapters.Accounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False  # a shared computer in a clinic forgets who was there
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # this browser stays, all others are signed out
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if environment.flag("BEHIND_PROXY", default=False) else 0
MFA_ADAPTER = "bot.console.adapters.SecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_TOTP_ISSUER = "askhour"
MFA_TOTP_TOLERANCE = 1  # 30 s either way: telephones' clocks differ

# A hospital's own sign-in (OpenID Connect). It opens accounts that exist, by their e-mail address.
OIDC = environment.oidc()
SOCIALACCOUNT_ADAPTER = "bot.console.adapters.Hospital"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [OIDC] if OIDC else []}}

SESAME_ONE_TIME = True  # a link works once
SESAME_MAX_AGE = 15 * 60  # and for a quarter of an hour
SESAME_TOKEN_NAME = "key"  # noqa: S105 - the name of the parameter

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_NAME = "__Host-sid" if HTTPS else "sid"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_AGE = 10 * 60 * 60
SECURE_SSL_REDIRECT = HTTPS and environment.flag("REDIRECT_TO_HTTPS", default=False)
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
# Only behind a proxy that sets this header itself: from anybody else it would be a lie.
BEHIND_PROXY = environment.flag("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
# With "no-referrer" browsers send `Origin: null`, and the CSRF check rightly refuses that.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"  # X's agreement forbids frames, and so do we
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # the picture of a code app's secret is made in the page
        "connect-src": [SELF],
        "form-action": [SELF, "https://x.com"],  # "Reply on X" leads there
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LOGGING_CONFIG = None  # bot.logs does it
SILENCED_SYSTEM_CHECKS: list[str] = []
