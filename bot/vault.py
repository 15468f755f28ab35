"""Keeps the hosts' OAuth 2.0 tokens: sealed in the database, renewed by one process at a time.

A refresh token works once. So a new pair is asked for under a lease that one process gets, and it is
committed before it is used. One moment cannot be made safe: when the process dies after X has answered
and before the commit, the old refresh token is used up and the new one is lost. Then X refuses the old
one, and a person must run `askhour x login`; the error and `askhour x doctor` say so.
"""

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.fernet import InvalidToken
from django.db import DatabaseError, transaction
from django.db.models import F, QuerySet
from requests.adapters import HTTPAdapter

from bot import environment, sealing
from bot.clock import Clock, system_clock
from bot.models import HostAccount, XToken
from bot.x import oauth2
from bot.x.oauth2 import App, Pair, SignInLost
from bot.x.port import PostDelayed, XClosed, XError, XUnavailable
from bot.x.tweepy_x import Keys

MARGIN = timedelta(minutes=10)  # before it expires a token is renewed
LEASE = timedelta(seconds=90)  # longer than a renewal can take
CALL = timedelta(seconds=30)  # the longest that X may take over a renewal, see oauth2.TIMEOUT
RETRY = timedelta(seconds=60)  # after X could not be asked
WAIT = 10.0  # seconds that we wait for another process's renewal
STEP = 0.25

LOGIN = "run `askhour x login --host {host}`"


class Seal:
    """Makes what is stored useless without the installation's secrets. The first secret seals."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._fernet = sealing.fernet(secrets, sealing.X_TOKENS)

    def close(self, host: str, pair: Pair) -> str:
        # The host is inside, so a row cannot be passed off as another host's.
        said = {"host": host, "access": pair.access, "refresh": pair.refresh}
        return self._fernet.encrypt(json.dumps(said).encode()).decode()

    def open(self, host: str, row: XToken) -> Pair:
        try:
            said = json.loads(self._fernet.decrypt(row.sealed.encode()))
        except InvalidToken:
            said = {}
        if said.get("host") != host:
            raise XClosed(
                f"the stored sign-in of @{host} cannot be opened: set the ASKHOUR_TOKEN_KEY (or"
                f" ASKHOUR_SECRET_KEY) that it was stored with, or {LOGIN.format(host=host)}"
            )
        return Pair(said["access"], said["refresh"], row.expires_at, tuple(row.scopes.split()))


def seal(*, env: Mapping[str, str] = os.environ) -> Seal:
    return Seal(environment.token_keys(env=env))


def app(*, env: Mapping[str, str] = os.environ) -> App | None:
    """Our OAuth 2.0 app, when the environment names one."""
    client_id = environment.secret("X_CLIENT_ID", env=env)
    callback = environment.value("X_CALLBACK", oauth2.CALLBACK, env=env)
    return App(client_id, environment.secret("X_CLIENT_SECRET", env=env), callback) if client_id else None


def credentials(
    host: str,
    *,
    env: Mapping[str, str] = os.environ,
    clock: Clock = system_clock,
    adapter: HTTPAdapter | None = None,
) -> "Keys | HostToken":
    """With what TweepyX speaks for `host`: the four OAuth 1.0a keys when they are set, else the
    stored sign-in.

    Raises BadEnvironment when nothing is set, or half of it. That the host has signed in shows at the
    first call: XClosed says how.
    """
    environment.need_x_keys(env=env)
    keys = environment.oauth1(env=env)
    if keys:
        return Keys(*keys)
    ours = app(env=env)
    assert ours is not None, "need_x_keys has seen to it"
    return HostToken(host, ours, seal(env=env), clock=clock, adapter=adapter)


def keep(host: HostAccount, pair: Pair, seal: Seal, *, now: datetime) -> None:
    """Stores what a sign-in brought. A renewal of the old pair that is under way comes to nothing."""
    fields = {
        "sealed": seal.close(host.handle, pair),
        "scopes": " ".join(pair.scopes),
        "expires_at": pair.expires_at,
        "lease_until": None,
        "retry_at": None,
        "lost_because": "",
        "signed_in_at": now,
        "renewed_at": None,
    }
    with transaction.atomic(durable=True):
        moved_on = {"generation": F("generation") + 1, "fence": F("fence") + 1}
        if not XToken.objects.filter(host=host).update(**fields, **moved_on):
            XToken.objects.create(host=host, **fields)


@dataclass(frozen=True, slots=True)
class _Stored:
    """A row as it was read, opened."""

    row: XToken
    pair: Pair


class HostToken:
    """A host's access token, always good: what TweepyX asks before each call (oauth2.UserToken)."""

    def __init__(
        self,
        host: str,
        app: App,
        seal: Seal,
        *,
        clock: Clock = system_clock,
        pause: Callable[[float], None] = time.sleep,
        adapter: HTTPAdapter | None = None,
    ) -> None:
        self._host, self._app, self._seal = host, app, seal
        self._clock, self._pause, self._adapter = clock, pause, adapter

    def access_token(self) -> str:
        """Renews the token when it is about to expire. Raises XClosed or PostDelayed."""
        stored = self._read()
        if self._clock() < stored.row.expires_at - MARGIN:
            return stored.pair.access
        good = self._clock() < stored.row.expires_at
        return self._renewed(stored, otherwise=stored.pair.access if good else "")

    def after_refusal(self, refused: str) -> str:
        stored = self._read()
        if stored.pair.access != refused:
            return stored.pair.access  # somebody has renewed it meanwhile
        return self._renewed(stored, otherwise="")

    def _read(self) -> _Stored:
        row = XToken.objects.filter(host__handle=self._host).first()
        if row is None:
            raise XClosed(f"@{self._host} has not signed in: {LOGIN.format(host=self._host)}")
        if row.lost_because:
            raise SignInLost(row.lost_because)
        return _Stored(row, self._seal.open(self._host, row))

    def _renewed(self, stored: _Stored, *, otherwise: str) -> str:
        """The next access token; `otherwise`, unless empty, while it cannot be had."""
        row, now = stored.row, self._clock()
        if row.retry_at is not None and now < row.retry_at:
            return otherwise or self._later(row.retry_at)
        fence = self._lease(row, now)
        if fence is None:
            return otherwise or self._others(row.generation)
        try:
            pair = oauth2.refresh(self._app, stored.pair.refresh, now=now, adapter=self._adapter)
        except SignInLost:
            return self._lost(row, fence)
        except XError as error:
            return self._failed(row, fence, error, otherwise)
        return self._commit(row, pair)

    def _lease(self, row: XToken, now: datetime) -> int | None:
        """The right to use this generation's refresh token, as a fence; None when another has it."""
        if row.lease_until is not None and now < row.lease_until:
            return None
        until, fence = now + LEASE, row.fence + 1
        with transaction.atomic(durable=True):
            if not self._rows(row, row.fence).update(lease_until=until, fence=fence):
                return None
        # A machine may stand still right here for minutes, and the lease may be somebody else's by now.
        return fence if self._clock() + CALL < until else None

    def _commit(self, row: XToken, pair: Pair) -> str:
        """Stores the new pair, then gives it out.

        Only the generation is compared, not the fence: while it has not moved on, this pair is the only
        one that works, however late it comes.
        """
        changes = {
            "sealed": self._seal.close(self._host, pair),
            "scopes": " ".join(pair.scopes) or row.scopes,
            "expires_at": pair.expires_at,
            "generation": row.generation + 1,
            "lease_until": None,
            "retry_at": None,
            "lost_because": "",
            "renewed_at": self._clock(),
        }
        for attempt in (1, 2, 3):
            try:
                with transaction.atomic(durable=True):
                    kept = XToken.objects.filter(pk=row.pk, generation=row.generation).update(**changes)
                break
            except DatabaseError:
                # X has given this pair once and will not again: worth more than one attempt.
                if attempt == 3:
                    raise
                self._pause(STEP)
        return pair.access if kept else self._read().pair.access

    def _lost(self, row: XToken, fence: int) -> str:
        """X knows this refresh token no more."""
        mend = LOGIN.format(host=self._host)
        why = f"X does not accept the stored sign-in of @{self._host} any more: {mend}"
        if row.lease_until is not None:
            why += ". A renewal had begun and its end was never stored: its process ended in between"
        elif row.retry_at is not None:
            why += ". X's answer to the renewal before this one may have got lost on its way"
        if self._rows(row, fence).update(lost_because=why, lease_until=None):
            raise SignInLost(why)
        return self._read().pair.access  # a sign-in or a late answer has come in between

    def _failed(self, row: XToken, fence: int, error: XError, otherwise: str) -> str:
        """X could not be asked, or refused our app: the refresh token may be good still."""
        retry_at = self._clock() + RETRY
        self._rows(row, fence).update(lease_until=None, retry_at=retry_at)
        if otherwise:
            return otherwise
        if isinstance(error, XUnavailable | PostDelayed):
            return self._later(retry_at, str(error))
        raise error

    def _others(self, generation: int) -> str:
        """The token that another process is getting. Raises PostDelayed when it takes too long."""
        waited = 0.0
        while waited < WAIT:
            self._pause(STEP)
            waited += STEP
            stored = self._read()
            if stored.row.generation != generation:
                return stored.pair.access
            if stored.row.lease_until is None:
                break
        return self._later(stored.row.retry_at or stored.row.lease_until)

    def _later(self, until: datetime | None, why: str = "the sign-in is being renewed") -> str:
        raise PostDelayed(why, until)

    def _rows(self, row: XToken, fence: int) -> QuerySet[XToken]:
        return XToken.objects.filter(pk=row.pk, generation=row.generation, fence=fence)
