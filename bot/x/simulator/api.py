"""From a request to X's answer: who asks, may they, and what goes wrong on the way."""

import re

from bot.x.simulator.callers import Caller, caller_of
from bot.x.simulator.chaos import HANGS, LANDED, RESETS, Fault
from bot.x.simulator.problems import NOT_PERMITTED as NOT_PERMITTED_TEXT
from bot.x.simulator.problems import (
    ApiError,
    forbidden,
    not_found,
    out_of_credits,
    too_many_requests,
    unavailable,
    wrong_kind_of_token,
)
from bot.x.simulator.routes import POST, ROUTES, Call, Kind, Route
from bot.x.simulator.wire import Answer, Request
from bot.x.simulator.world import World

_PATTERNS = {
    name: re.compile(re.sub(r":\w+", r"(\\w+)", re.sub(r"([./])", r"\\\1", name))) for name in ROUTES
}
_FREE = {"GET /2/usage/credits", "POST /2/oauth2/token"}  # these answer with a balance of nought, too


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
    name, argument = _route(request)
    route = ROUTES[name]
    caller = Caller("")
    if route.kind is not Kind.ANYBODY:
        caller = caller_of(world, request.authorization)
        _take(world, name, caller, headers)
        _refuse_kind(route, caller)
    if name not in _FREE and world.settings.credits is not None and world.settings.credits <= 0:
        raise out_of_credits(world.settings.credits_body)
    fault = _fault(world, request.method, name, route)
    late = fault is Fault.TIMEOUT_LANDS_LATE
    if fault and not late and fault not in LANDED:
        return _failed(world, fault, name, caller, headers)
    done = route.does(Call(world, request, caller, argument, late))
    if fault:
        return _failed(world, fault, name, caller, headers)
    if isinstance(done, dict):
        return Answer(body=done, headers=headers)
    return Answer(done.status, done.body, headers | done.headers, stream=done.stream)


def _fault(world: World, method: str, name: str, route: Route) -> Fault | None:
    """Only a post can land late, and a stream that fails to open has done nothing."""
    fault = world.chaos.fault(method, name, world.now(), world.rng)
    if fault in HANGS and (route.opens_stream or (fault is Fault.TIMEOUT_LANDS_LATE and name != POST)):
        return Fault.TIMEOUT
    return Fault.ERROR if route.opens_stream and fault in LANDED else fault


def _route(request: Request) -> tuple[str, str]:
    """The route's name and the id or handle in the path; fixed paths are listed first."""
    asked = f"{request.method} {request.path}"
    for name, pattern in _PATTERNS.items():
        match = pattern.fullmatch(asked)
        if match:
            return name, match[1] if match.groups() else ""
    raise not_found("path", request.path)


def _take(world: World, name: str, caller: Caller, headers: dict[str, str]) -> None:
    allowance = world.limits.take(
        name,
        app=caller.app,
        user=caller.user_id,
        now=world.now(),
        day_headers=world.settings.day_headers,
    )
    headers |= allowance.headers
    if not allowance.allowed:
        raise too_many_requests()


def _refuse_kind(route: Route, caller: Caller) -> None:
    """The wrong kind of token, or one that the person did not give this permission."""
    is_user = caller.account is not None
    if (is_user and route.kind is Kind.APP) or (not is_user and route.kind is Kind.USER):
        raise wrong_kind_of_token()
    if caller.scopes is not None and not route.scopes <= caller.scopes:
        raise forbidden("Forbidden")


def _failed(world: World, fault: Fault, name: str, caller: Caller, headers: dict[str, str]) -> Answer:
    if fault in HANGS:
        return Answer(hangs=True)
    if fault in RESETS:
        return Answer(resets=True)
    if fault is Fault.RATE_LIMITED:
        now, lasts = world.now(), world.chaos.odds.rate_limited_for
        until = now + lasts if lasts else None
        headers |= world.limits.exhaust(name, app=caller.app, user=caller.user_id, now=now, until=until)
        raise too_many_requests()
    if fault is Fault.NOT_PERMITTED:
        raise forbidden(NOT_PERMITTED_TEXT)
    raise unavailable()
