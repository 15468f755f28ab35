"""OAuth 2.0 as X does it: codes that live for seconds, access for hours, refresh tokens that work once."""

import base64
import hashlib
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from bot.x.simulator.posts import Account
from bot.x.simulator.settings import Settings

#: Which permissions an app can ask a person for, as far as any endpoint here looks at them.
SCOPES = ("tweet.read", "tweet.write", "tweet.moderate.write", "users.read", "offline.access")


class GrantError(Exception):
    """X gives no tokens for this; the message is its description."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a person allowed an app to do in their name."""

    account: Account
    client_id: str
    scopes: frozenset[str]

    @property
    def app(self) -> str:
        return self.client_id.removeprefix("client-of-")


@dataclass(frozen=True, slots=True)
class _Code:
    grant: Grant
    redirect_uri: str
    challenge: str
    method: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class _Token:
    grant: Grant
    expires: datetime
    access: str = ""  # of a refresh token: the access token that came with it


@dataclass(slots=True)
class SignIns:
    """Every code and token that was given out and still works."""

    rng: random.Random
    _codes: dict[str, _Code] = field(default_factory=dict)
    _access: dict[str, _Token] = field(default_factory=dict)
    _refresh: dict[str, _Token] = field(default_factory=dict)

    def authorize(
        self,
        grant: Grant,
        *,
        redirect_uri: str,
        challenge: str,
        method: str,
        now: datetime,
        settings: Settings,
    ) -> str:
        """The code with which the person's browser comes back to the app."""
        if not challenge or method not in {"S256", "plain"}:
            raise GrantError("code_challenge is required, with S256 or plain")
        code = self._secret("code")
        self._codes[code] = _Code(grant, redirect_uri, challenge, method, now + settings.code_lasts)
        return code

    def redeem(
        self,
        code: str,
        *,
        client_id: str,
        redirect_uri: str,
        verifier: str,
        now: datetime,
        settings: Settings,
    ) -> dict[str, object]:
        """Tokens for a code. It works once, whether or not the rest is right."""
        known = self._codes.pop(code, None)
        good = (
            known is not None
            and known.expires > now
            and known.grant.client_id == client_id
            and known.redirect_uri == redirect_uri
            and known.challenge == challenge_of(verifier, known.method)
        )
        if known is None or not good:
            raise GrantError("Value passed for the authorization code was invalid.")
        return self.issue(known.grant, now=now, settings=settings)

    def refresh(self, token: str, *, client_id: str, now: datetime, settings: Settings) -> dict[str, object]:
        """New tokens for a refresh token, which is used up by it."""
        known = self._refresh.get(token)
        if known is None or known.expires <= now or known.grant.client_id != client_id:
            raise GrantError("Value passed for the token was invalid.")
        del self._refresh[token]
        if settings.refresh_ends_access:
            self._access.pop(known.access, None)
        return self.issue(known.grant, now=now, settings=settings)

    def issue(self, grant: Grant, *, now: datetime, settings: Settings) -> dict[str, object]:
        """A token answer; without `offline.access` nothing in it can be refreshed."""
        access = self._secret("access")
        self._access[access] = _Token(grant, now + settings.access_lasts)
        answer: dict[str, object] = {
            "token_type": "bearer",
            "expires_in": int(settings.access_lasts.total_seconds()),
            "access_token": access,
            "scope": " ".join(sorted(grant.scopes)),
        }
        if "offline.access" in grant.scopes:
            refresh = self._secret("refresh")
            self._refresh[refresh] = _Token(grant, now + settings.refresh_lasts, access)
            answer["refresh_token"] = refresh
        return answer

    def grant_of(self, access: str, now: datetime) -> Grant | None:
        """None for a token that was never given out, was replaced or has expired."""
        known = self._access.get(access)
        return known.grant if known and known.expires > now else None

    def _secret(self, kind: str) -> str:
        return f"{kind}-{self.rng.getrandbits(128):032x}"


def challenge_of(verifier: str, method: str) -> str:
    """What an app must have sent before, if it now knows this verifier (RFC 7636)."""
    if method == "plain":
        return verifier
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def scopes_in(text: str | Iterable[str]) -> frozenset[str]:
    return frozenset(text.split() if isinstance(text, str) else text)
