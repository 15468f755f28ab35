"""Who asks: the kinds of tokens, and what each may do."""

import re
from dataclasses import dataclass

from bot.x.simulator.posts import Account
from bot.x.simulator.problems import unauthorized
from bot.x.simulator.world import World

_OAUTH1 = re.compile(r'(oauth_token|oauth_consumer_key)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Caller:
    """An app, named after the account that registered it, and perhaps a user of it.

    `scopes` are those of an OAuth 2.0 token; None may do whatever the app may.
    """

    app: str
    account: Account | None = None
    scopes: frozenset[str] | None = None
    oauth1: bool = False

    @property
    def user_id(self) -> str | None:
        return self.account.id if self.account else None


def caller_of(world: World, authorization: str) -> Caller:
    """Ready-made tokens are names, `token-of-HANDLE` and `app-of-HANDLE`; see `World.credentials`."""
    scheme, _, rest = authorization.partition(" ")
    if scheme == "OAuth":
        parts = dict(_OAUTH1.findall(rest))
        app = parts.get("oauth_consumer_key", "").removeprefix("app-of-")
        return _by_name(world, parts.get("oauth_token", ""), app, oauth1=True)
    token = rest if scheme == "Bearer" else ""
    grant = world.sign_ins.grant_of(token, world.now())
    if grant is not None:
        return Caller(grant.app, grant.account, grant.scopes)
    return _by_name(world, token, token.removeprefix("app-of-").removeprefix("token-of-"), oauth1=False)


def _by_name(world: World, token: str, app: str, *, oauth1: bool) -> Caller:
    kind, of, handle = token.partition("-of-")
    account = world.find_account(handle)
    if account is None or not of or kind not in {"token", "app"} or (oauth1 and kind == "app"):
        raise unauthorized()
    return Caller(app, account if kind == "token" else None, oauth1=oauth1)
