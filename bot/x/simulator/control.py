"""A JSON API for driving the world from another process: what people do, and what goes wrong.

GET  /control/state
POST /control/accounts              {"handle", "name"?, "verified"?, "protected"?, "description"?}
POST /control/posts                 {"as", "text", "reply_to"? | "quote"?} or {"as", "retweet"}
POST /control/posts/ID/edit         {"text"}
POST /control/posts/ID/delete       {}
POST /control/settings              {name of a setting: value}
POST /control/chaos                 {"level"?, "next_post"?: [fault], "next_read"?: [fault],
                                     "write_outage"?: {"start", "end"}, "begin"?: true,
                                     "drop_stream"?: true | why, "stall_stream"?: true | false,
                                     "index_lag"?: [from, to]}
POST /control/oauth/code            {"as", "redirect_uri", "code_challenge", "method"?, "scope"?,
                                     "owner"?}: a code for POST /2/oauth2/token
POST /control/oauth/tokens          {"as", "scope"?, "owner"?}: tokens without the way by a code
"""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, get_args, get_type_hints

from bot.x.simulator.chaos import Chaos, Fault
from bot.x.simulator.oauth import GrantError
from bot.x.simulator.posts import Post
from bot.x.simulator.render import post_json, user_json
from bot.x.simulator.settings import Settings
from bot.x.simulator.world import World

_MISTAKES = (KeyError, ValueError, TypeError, AttributeError, ArithmeticError, GrantError)
_KINDS = get_type_hints(Settings)
_SHOWN = {
    "author_id",
    "created_at",
    "conversation_id",
    "referenced_tweets",
    "entities",
    "note_tweet",
}


def handle(world: World, method: str, path: str, body: bytes, is_local: bool) -> tuple[int, dict[str, Any]]:
    """The status and the answer; a mistake of the caller is a 400 that says what it was."""
    if not is_local:
        return 403, {"error": "send JSON to 127.0.0.1"}
    try:
        with world.lock:
            if (method, path) == ("GET", "/control/state"):
                return 200, _state(world)
            if method != "POST":
                return 405, {"error": "use POST"}
            return 200, _act(world, path.split("/")[2:], json.loads(body or b"{}"))
    except _MISTAKES as mistake:
        return 400, {"error": f"{type(mistake).__name__}: {mistake}"}


def _act(world: World, path: list[str], body: dict[str, Any]) -> dict[str, Any]:
    match path:
        case ["accounts"]:
            return user_json(world.add_account(**body), ())
        case ["posts"]:
            return _shown(world, _post(world, body))
        case ["posts", post_id, "edit"]:
            return _shown(world, world.edit(post_id, body["text"]))
        case ["posts", post_id, "delete"]:
            world.delete(post_id)
            return {"deleted": post_id}
        case ["settings"]:
            return _set(world, body)
        case ["chaos"]:
            return _break(world, body)
        case ["oauth", "code"]:
            return {"code": world.authorize(**_signing_in(world, body))}
        case ["oauth", "tokens"]:
            return world.sign_in(**_signing_in(world, body))
    raise ValueError("no such path")


def _post(world: World, body: dict[str, Any]) -> Post:
    author = world.account(body["as"])
    if "retweet" in body:
        return world.retweet(author, body["retweet"])
    if "reply_to" in body:
        return world.reply(author, to=body["reply_to"], text=body["text"])
    if "quote" in body:
        return world.quote(author, body["quote"], body["text"])
    return world.post(author, body["text"])


def _signing_in(world: World, body: dict[str, Any]) -> dict[str, Any]:
    """Handles become accounts; without an owner the app is the person's own."""
    rest = {name: value for name, value in body.items() if name not in {"as", "owner"}}
    owner = world.account(body["owner"]) if "owner" in body else None
    return rest | {"account": world.account(body["as"]), "owner": owner}


def _set(world: World, body: dict[str, Any]) -> dict[str, Any]:
    """Money comes as text and time as seconds, since JSON has neither."""
    for name, value in body.items():
        old = getattr(world.settings, name)
        new = value
        if name == "credits":
            new = None if value is None else Decimal(str(value))
        elif isinstance(old, str) and value not in get_args(_KINDS[name]):
            raise ValueError(f"{name} is one of {get_args(_KINDS[name])}")
        elif isinstance(old, timedelta):
            new = timedelta(seconds=value)
        elif type(old) is not type(value) and not isinstance(old, float):
            raise TypeError(f"{name} is a {type(old).__name__}")
        setattr(world.settings, name, new)
    return {"settings": sorted(body)}


def _break(world: World, body: dict[str, Any]) -> dict[str, Any]:
    if "level" in body:
        drops = world.chaos.stream_drops  # what is open must not be dropped by starting again at 0
        world.chaos = Chaos.level(body["level"])
        world.chaos.stream_drops = drops
    chaos = world.chaos
    if body.get("begin"):
        chaos.begin(world.now())
    chaos.next_post(*(Fault(name) for name in body.get("next_post", [])))
    chaos.next_read(*(Fault(name) for name in body.get("next_read", [])))
    if "write_outage" in body:
        outage = body["write_outage"]
        start, end = (datetime.fromisoformat(outage[name]) for name in ("start", "end"))
        chaos.write_outage(start, end)
    if "index_lag" in body:
        low, high = body["index_lag"]
        chaos.odds = replace(chaos.odds, index_lag=(float(low), float(high)))
    if body.get("drop_stream"):
        why = body["drop_stream"]
        chaos.drop_stream("" if why is True else why)
    chaos.stream_stalled = bool(body.get("stall_stream", chaos.stream_stalled))
    return {"chaos": sorted(body)}


def _state(world: World) -> dict[str, Any]:
    return {
        "now": world.now().isoformat(),
        "accounts": [user_json(account, ()) for account in world.accounts.values()],
        "posts": [_shown(world, post) for post in world.standing()],
        "spent_usd": str(world.ledger.total),
    }


def _shown(world: World, post: Post) -> dict[str, Any]:
    settings = replace(world.settings, spelling="tweets", unknown_fields=False)
    return post_json(post, _SHOWN, settings) | {"author": post.author.handle, "body": post.body}
