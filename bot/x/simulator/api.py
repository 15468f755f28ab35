"""From a request to X's answer: who asks, may they, and what goes wrong on the way."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.x.simulator import publish, reads
from bot.x.simulator.chaos import HANGS, LANDED, RESETS, Fault
from bot.x.simulator.posts import Account
from bot.x.simulator.problems import NOT_PERMITTED as NOT_PERMITTED_TEXT
from bot.x.simulator.problems import (
    ApiError,
    forbidden,
    invalid,
    no_rules,
    not_found,
    out_of_credits,
    too_many_connections,
    too_many_requests,
    unauthorized,
    unavailable,
    wrong_kind_of_token,
)
from bot.x.simulator.reads import Caller, Fields
from bot.x.simulator.render import timestamp, user_json
from bot.x.simulator.world import World

STREAM = "GET /2/tweets/search/stream"
_ROUTES = (
    "POST /2/tweets",
    "GET /2/tweets",
    "GET /2/users/me",
    "GET /2/usage/credits",
    "GET /2/tweets/search/recent",
    STREAM,
    "GET /2/tweets/search/stream/rules",
    "POST /2/tweets/search/stream/rules",
    "GET /2/users/by/username/:name",
    "GET /2/users/:id/mentions",
    "GET /2/users/:id/tweets",
    "GET /2/tweets/:id",
    "DELETE /2/tweets/:id",
)
_USERS_ONLY = {"POST /2/tweets", "DELETE /2/tweets/:id", "GET /2/users/me"}
_APPS_ONLY = {route for route in _ROUTES if "/stream" in route} | {"GET /2/usage/credits"}
_OAUTH1 = re.compile(r'(oauth_token|oauth_consumer_key)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    body: bytes = b""
    authorization: str = ""


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream that X opens: for which app, with which fields."""

    caller: Caller
    fields: Fields


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes over the wire; `hangs` and `resets` mean that nothing does."""

    status: int = 200
    body: dict[str, Any] | str = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False
    resets: bool = False
    stream: Stream | None = None


def answer(world: World, request: Request) -> Answer:
    """One request, done under the world's lock."""
    headers: dict[str, str] = {}
    try:
        with world.lock:
            world.catch_up()
            return _answer(world, request, headers)
    except ApiError as problem:
        return Answer(problem.status, problem.body, headers | problem.headers)


def _answer(world: World, request: Request, headers: dict[str, str]) -> Answer:
    route, argument = _route(request)
    caller = _caller(world, request.authorization)
    _take(world, route, caller, headers)
    _refuse_kind(route, caller)
    if _is_broke(world) and route != "GET /2/usage/credits":
        raise out_of_credits(world.settings.credits_body)
    fault = world.chaos.fault(request.method, route, world.now(), world.rng)
    if fault not in LANDED | {Fault.TIMEOUT_LANDS_LATE, None}:
        return _failed(world, fault, route, caller, headers)
    done = _do(world, route, argument, request, caller, late=fault is Fault.TIMEOUT_LANDS_LATE)
    if fault:
        return _failed(world, fault, route, caller, headers)
    return Answer(done.status, done.body, headers, stream=done.stream)


def _route(request: Request) -> tuple[str, str]:
    """The route's name and the id or handle in the path; fixed paths are listed first."""
    asked = f"{request.method} {request.path}"
    for route in _ROUTES:
        pattern = re.sub(r":\w+", r"(\\w+)", re.sub(r"([./])", r"\\\1", route))
        match = re.fullmatch(pattern, asked)
        if match:
            return route, match[1] if match.groups() else ""
    raise not_found("path", request.path)


def _caller(world: World, authorization: str) -> Caller:
    """Tokens are names: `token-of-HANDLE` for a user, `app-of-HANDLE` for an app. See `World`."""
    scheme, _, rest = authorization.partition(" ")
    if scheme == "OAuth":
        parts = dict(_OAUTH1.findall(rest))
        token = parts.get("oauth_token", "")
        app = parts.get("oauth_consumer_key", "").removeprefix("app-of-")
    else:
        token = rest if scheme == "Bearer" else ""
        app = token.removeprefix("app-of-").removeprefix("token-of-")
    account = world.find_account(token.partition("-of-")[2])
    if account is None:
        raise unauthorized()
    return Caller(app, account if token.startswith("token-of-") else None)


def _take(world: World, route: str, caller: Caller, headers: dict[str, str]) -> None:
    allowance = world.limits.take(route, app=caller.app, user=caller.user_id, now=world.now())
    headers |= allowance.headers
    if not allowance.allowed:
        raise too_many_requests()


def _refuse_kind(route: str, caller: Caller) -> None:
    if caller.account is None and route in _USERS_ONLY:
        raise wrong_kind_of_token()
    if caller.account is not None and route in _APPS_ONLY:
        raise wrong_kind_of_token()


def _is_broke(world: World) -> bool:
    return world.settings.credits is not None and world.settings.credits <= 0


def _failed(world: World, fault: Fault | None, route: str, caller: Caller, headers: dict[str, str]) -> Answer:
    if fault in HANGS:
        return Answer(hangs=True)
    if fault in RESETS:
        return Answer(resets=True)
    if fault is Fault.RATE_LIMITED:
        world.limits.exhaust(route, app=caller.app, user=caller.user_id, now=world.now())
        headers |= {"x-rate-limit-remaining": "0"}
        raise too_many_requests()
    if fault is Fault.NOT_PERMITTED:
        raise forbidden(NOT_PERMITTED_TEXT)
    raise unavailable()


def _do(world: World, route: str, argument: str, request: Request, caller: Caller, *, late: bool) -> Answer:
    """The endpoints; each returns its body, and those that need more than a body come first."""
    if route == "POST /2/tweets":
        return _post(world, request, caller, late=late)
    if "/stream" in route:
        return _stream_routes(world, route, request, caller)
    query = request.query
    bodies: dict[str, Callable[[], dict[str, Any]]] = {
        "DELETE /2/tweets/:id": lambda: publish.remove(world, *_signed_in(caller), argument),
        "GET /2/users/me": lambda: {"data": user_json(_signed_in(caller)[0], ())},
        "GET /2/usage/credits": lambda: {"data": {"balance": str(world.settings.credits)}},
        "GET /2/users/by/username/:name": lambda: reads.user_by_name(world, caller, argument, query),
        "GET /2/users/:id/mentions": lambda: reads.mentions(world, caller, argument, query),
        "GET /2/users/:id/tweets": lambda: reads.user_posts(world, caller, argument, query),
        "GET /2/tweets/search/recent": lambda: reads.search(world, caller, query),
        "GET /2/tweets": lambda: reads.lookup(world, caller, query),
        "GET /2/tweets/:id": lambda: reads.one(world, caller, argument, query),
    }
    return Answer(body=bodies[route]())


def _signed_in(caller: Caller) -> tuple[Account, str]:
    """The account and the app; `_refuse_kind` has let nobody else through."""
    if caller.account is None:
        raise wrong_kind_of_token()
    return caller.account, caller.app


def _stream_routes(world: World, route: str, request: Request, caller: Caller) -> Answer:
    if route == STREAM:
        if not world.stream_rules.rules:
            raise no_rules()
        if world.open_streams.get(caller.app):
            raise too_many_connections()
        world.open_streams[caller.app] = 1
        return Answer(stream=Stream(caller, Fields.read(request.query)))
    sent = {"sent": timestamp(world.now())}
    if request.method == "GET":
        rules = world.stream_rules.listed()
        return Answer(body={"data": rules, "meta": sent} if rules else {"meta": sent})
    wanted = _json(request.body)
    if not isinstance(wanted, dict) or not wanted.keys() & {"add", "delete"}:
        raise invalid("add or delete is required")
    if "delete" in wanted:
        body = world.stream_rules.delete(wanted["delete"])
    else:
        ids = [world.next_id(world.now()) for _ in wanted["add"]]
        dry_run = request.query.get("dry_run", "").lower() == "true"
        body = world.stream_rules.add(wanted["add"], ids, dry_run=dry_run)
    body["meta"] |= sent
    return Answer(201 if "add" in wanted else 200, body)


def _post(world: World, request: Request, caller: Caller, *, late: bool) -> Answer:
    author, app = _signed_in(caller)
    draft = publish.read_draft(_json(request.body))
    publish.refuse(world, author, draft)
    if late:
        due = world.now() + world.chaos.late_by
        world.land_later(due, lambda: publish.publish(world, author, app, draft, at=due))
        return Answer()
    post = publish.publish(world, author, app, draft, at=world.now())
    return Answer(201, publish.created(world, post))


def _json(body: bytes) -> Any:
    try:
        return json.loads(body or b"null")
    except ValueError as error:
        raise invalid("the body is not JSON") from error
