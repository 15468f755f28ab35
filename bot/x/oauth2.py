"""Signing in to X with OAuth 2.0: the page to open, the code that comes back, and pairs of tokens.

oauthlib writes and reads the messages; what each failure means is said here. An access token lasts two
hours. A refresh token works once, and X's answer holds the next one: whoever asks for a new pair must
have stored it before anything else happens. That is the business of `bot.vault`.
"""

import hmac
import json
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

import requests
from oauthlib.oauth2 import OAuth2Error, WebApplicationClient
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase, HTTPBasicAuth

from bot.x.port import PostDelayed, XClosed, XError, XUnavailable
from bot.x.timeouts import WithTimeouts

HOST = "https://api.x.com"
TOKEN_PAGE = f"{HOST}/2/oauth2/token"
SIGN_IN_PAGE = "https://x.com/i/oauth2/authorize"
CALLBACK = "http://127.0.0.1"  # nobody listens there: the person copies the address
SCOPES = ("tweet.read", "tweet.write", "users.read", "offline.access")
LIFE = timedelta(hours=2)  # of an access token, where X does not say
#: Longer than for other calls: a pair whose answer we do not wait for is lost.
TIMEOUT = (5.0, 20.0)
FORM = {"content-type": "application/x-www-form-urlencoded"}

#: How X calls a used, revoked or unknown token or code. It says `invalid_request`, too (2026).
DEAD_GRANT = re.compile(r"invalid_grant|passed for the (?:token|authorization code) was invalid")


class SignInLost(XClosed):
    """X accepts the stored sign-in no more. Only a person can mend it: `askhour x login`."""


class SignInFailed(XClosed):
    """Signing in did not end well, and nothing was stored; the message says what to do."""


class UserToken(Protocol):
    """The right to speak for one account, as an access token that changes from time to time."""

    def access_token(self) -> str:
        """A token that is good now. Ask before each call. Raises XClosed or PostDelayed."""
        ...

    def after_refusal(self, refused: str) -> str:
        """Another token than the one that X has just refused. Raises XClosed or PostDelayed."""
        ...


@dataclass(frozen=True, slots=True)
class App:
    """Our app as X's developer console shows it. A public client has no secret."""

    client_id: str
    client_secret: str = field(default="", repr=False)
    callback: str = CALLBACK


@dataclass(frozen=True, slots=True)
class Pair:
    """What X gave us: an access token until `expires_at` (UTC), and what gets the next pair."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: datetime
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in under way. `verifier` binds the code to this process: a stolen code is of no use."""

    url: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)


def begin(app: App) -> SignIn:
    client = WebApplicationClient(app.client_id)
    verifier = str(client.create_code_verifier(64))
    state = secrets.token_urlsafe(32)
    url = client.prepare_request_uri(
        SIGN_IN_PAGE,
        redirect_uri=app.callback,
        scope=list(SCOPES),
        state=state,
        code_challenge=client.create_code_challenge(verifier, "S256"),
        code_challenge_method="S256",
    )
    return SignIn(str(url), state, verifier)


def code_in(pasted: str, sign_in: SignIn) -> str:
    """The code in what a person pasted: the whole address, or only the code.

    A bare code comes without a state; it is worth something only together with our verifier.
    """
    pasted = pasted.strip()
    if "=" not in pasted and "/" not in pasted:
        if not pasted:
            raise SignInFailed("nothing was pasted: start again with `askhour x login`")
        return pasted
    found = parse_qs(urlsplit(pasted).query)
    state, code = found.get("state", [""])[0], found.get("code", [""])[0]
    if not hmac.compare_digest(state.encode(), sign_in.state.encode()):
        raise SignInFailed("this address belongs to another sign-in: start again and use the new page")
    if "error" in found:
        raise SignInFailed("the app was not authorised on X's page: start again and press Authorise")
    if not code:
        raise SignInFailed("the address holds no code: copy all of it, from http:// to the end")
    return code


def exchange(
    app: App, sign_in: SignIn, code: str, *, now: datetime, adapter: HTTPAdapter | None = None
) -> Pair:
    """The first pair, for a code that is at most 30 seconds old. Raises XError."""
    body = WebApplicationClient(app.client_id).prepare_request_body(
        code=code, redirect_uri=app.callback, code_verifier=sign_in.verifier
    )
    try:
        pair = _ask(app, body, now=now, adapter=adapter)
    except SignInLost:
        raise SignInFailed(
            "X did not accept the code. It is good for 30 seconds and for one use, and the callback in X's"
            f" developer console must be exactly {app.callback}: start again"
        ) from None
    missing = [scope for scope in SCOPES if pair.scopes and scope not in pair.scopes]
    if missing or not pair.refresh:
        raise SignInFailed(
            f"X granted too little ({', '.join(missing) or 'no refresh token'} is missing):"
            " set the app to Read and write in X's developer console, then start again"
        )
    return pair


def refresh(app: App, token: str, *, now: datetime, adapter: HTTPAdapter | None = None) -> Pair:
    """The next pair. Uses `token` up, whether its answer reaches us or not.

    Raises SignInLost when the token is not accepted, XClosed when the app is not, XUnavailable when
    nobody knows.
    """
    client = WebApplicationClient(app.client_id)
    body = client.prepare_refresh_body(refresh_token=token, client_id=app.client_id)
    pair = _ask(app, body, now=now, adapter=adapter)
    # RFC 6749, 6: without a new refresh token the old one stays.
    return pair if pair.refresh else Pair(pair.access, token, pair.expires_at, pair.scopes)


class _NoAuth(AuthBase):
    """Keeps `requests` from looking for a password in ~/.netrc."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


def _ask(app: App, body: str, *, now: datetime, adapter: HTTPAdapter | None) -> Pair:
    auth = HTTPBasicAuth(app.client_id, app.client_secret) if app.client_secret else _NoAuth()
    with requests.Session() as session:
        session.mount(HOST, adapter or WithTimeouts(timeout=TIMEOUT))
        try:
            answer = session.post(TOKEN_PAGE, data=body, headers=FORM, auth=auth, allow_redirects=False)
        except requests.RequestException as error:
            # The class only: what `requests` says may quote what it sent.
            raise XUnavailable(f"no answer from X about the sign-in: {type(error).__name__}") from None
    if answer.status_code != 200:
        raise of_refusal(answer.status_code, answer.text)
    return _pair(answer.text, now=now)


def _pair(body: str, *, now: datetime) -> Pair:
    try:
        found: dict[str, Any] = WebApplicationClient("").parse_request_body_response(body)
        life = timedelta(seconds=int(found.get("expires_in") or LIFE.total_seconds()))
        scopes = tuple(str(scope) for scope in found.get("scope") or ())
        return Pair(str(found["access_token"]), str(found.get("refresh_token") or ""), now + life, scopes)
    except (OAuth2Error, ValueError, TypeError, KeyError, AttributeError) as error:
        # Not `from error`: its message may quote the answer, and the answer holds tokens.
        raise XUnavailable(f"X's answer holds no tokens: {type(error).__name__}") from None


def of_refusal(status: int, body: str) -> XError:
    """What a refused request for tokens means. X's own words are matched, never repeated."""
    words = _words(body)
    if status == 429:
        return PostDelayed("X's rate limit for sign-ins")
    if status >= 500 or status < 400:
        return XUnavailable(f"X answered {status} about the sign-in")
    if DEAD_GRANT.search(words):
        return SignInLost("X does not accept the stored sign-in any more: run `askhour x login`")
    if status == 401 or "invalid_client" in words or "unauthorized_client" in words:
        return XClosed(
            "X does not know our app: check ASKHOUR_X_CLIENT_ID and ASKHOUR_X_CLIENT_SECRET against X's"
            " developer console (a public client has no secret)"
        )
    return XClosed(f"X refused the sign-in ({status}): check the app in X's developer console")


def _words(body: str) -> str:
    try:
        found = json.loads(body)
    except ValueError:
        return ""
    if not isinstance(found, dict):
        return ""
    return f"{found.get('error')} {found.get('error_description')}".casefold()
