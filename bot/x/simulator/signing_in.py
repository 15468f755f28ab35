"""The two ends of signing in with OAuth 2.0: the page that asks a person, and the call for tokens."""

import base64
from html import escape
from typing import Any
from urllib.parse import urlencode, urlsplit

from bot.x.simulator.oauth import Grant, GrantError, scopes_in
from bot.x.simulator.problems import ApiError
from bot.x.simulator.wire import Answer, Request
from bot.x.simulator.world import World

PAGE = "/i/oauth2/authorize"
_NEEDED = ("client_id", "redirect_uri", "state", "scope", "code_challenge")


def tokens(world: World, request: Request) -> dict[str, Any]:
    """POST /2/oauth2/token, for an app with a secret or for one that only has a name."""
    form = request.form()
    client_id = _client(world, request.authorization, form.get("client_id", ""))
    try:
        return _granted(world, form, client_id)
    except GrantError as refusal:
        kind = world.settings.grant_error
        raise ApiError(400, {"error": kind, "error_description": str(refusal)}) from refusal


def _granted(world: World, form: dict[str, str], client_id: str) -> dict[str, Any]:
    now, settings = world.now(), world.settings
    match form.get("grant_type"):
        case "authorization_code":
            return world.sign_ins.redeem(
                form.get("code", ""),
                client_id=client_id,
                redirect_uri=form.get("redirect_uri", ""),
                verifier=form.get("code_verifier", ""),
                now=now,
                settings=settings,
            )
        case "refresh_token":
            token = form.get("refresh_token", "")
            return world.sign_ins.refresh(token, client_id=client_id, now=now, settings=settings)
        case _:
            raise _refusal(400, "unsupported_grant_type", "grant_type: not one that X knows")


def _client(world: World, authorization: str, named: str) -> str:
    """Which client asks. One that sends a secret must send the right one."""
    scheme, _, encoded = authorization.partition(" ")
    client_id, secret = named, None
    if scheme == "Basic":
        client_id, _, secret = _decoded(encoded).partition(":")
    owner = world.find_account(client_id.removeprefix("client-of-"))
    known = world.oauth_client(owner) if owner else {}
    if known.get("client_id") != client_id or secret not in (None, known.get("client_secret")):
        raise _refusal(401, "unauthorized_client", "Missing valid authorization header")
    return client_id


def _decoded(encoded: str) -> str:
    try:
        return base64.b64decode(encoded, validate=True).decode()
    except ValueError:
        return ""


def _refusal(status: int, error: str, description: str) -> ApiError:
    return ApiError(status, {"error": error, "error_description": description})


def page(world: World, query: dict[str, str]) -> Answer:
    """Asks whom to sign in as; with `as`, sends the browser back to the app with a code."""
    with world.lock:
        problem = _problem(world, query)
        if problem:
            return Answer(400, _html(f"<p>{escape(problem)}</p>"))
        if "as" in query:
            return _back(world, query)
        links = "".join(
            f'<li><a href="{escape(PAGE)}?{escape(urlencode(query | {"as": account.handle}))}">'
            f"Authorize as @{escape(account.handle)}</a></li>"
            for account in world.accounts.values()
        )
    asked = f"<p>The app {escape(query['client_id'])} asks for: {escape(query['scope'])}.</p>"
    return Answer(200, _html(f"{asked}<ul>{links}</ul>"))


def _problem(world: World, query: dict[str, str]) -> str:
    absent = [name for name in _NEEDED if not query.get(name)]
    if absent:
        return f"{absent[0]} is missing"
    if query.get("response_type") != "code":
        return "response_type must be code"
    back = urlsplit(query["redirect_uri"])
    if back.scheme not in {"http", "https"} or back.hostname in {None, "localhost"}:
        return "redirect_uri must be an http or https address; X wants 127.0.0.1 for localhost"
    if world.find_account(query["client_id"].removeprefix("client-of-")) is None:
        return "client_id is not known"
    if query.get("as") and world.find_account(query["as"]) is None:
        return "nobody has this name"
    return ""


def _back(world: World, query: dict[str, str]) -> Answer:
    grant = Grant(world.account(query["as"]), query["client_id"], scopes_in(query["scope"]))
    try:
        code = world.sign_ins.authorize(
            grant,
            redirect_uri=query["redirect_uri"],
            challenge=query["code_challenge"],
            method=query.get("code_challenge_method", "plain"),
            now=world.now(),
            settings=world.settings,
        )
    except GrantError as refusal:
        return Answer(400, _html(f"<p>{escape(str(refusal))}</p>"))
    joined = "&" if urlsplit(query["redirect_uri"]).query else "?"
    back = urlencode({"state": query["state"], "code": code})
    return Answer(302, "", {"location": f"{query['redirect_uri']}{joined}{back}"})


def _html(inside: str) -> str:
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Sign in to simulated X</title>'
        f"<main><h1>Sign in to simulated X</h1>{inside}</main></html>\n"
    )
