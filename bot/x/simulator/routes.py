"""Every endpoint: its path, whose token it takes, and what it does."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from bot.x.simulator import activity, counting, publish, reads, signing_in, users
from bot.x.simulator.activity import EventFeed
from bot.x.simulator.callers import Caller
from bot.x.simulator.connections import ACTIVITY, FILTERED
from bot.x.simulator.posts import Account
from bot.x.simulator.problems import invalid, no_rules, wrong_kind_of_token
from bot.x.simulator.reads import Fields
from bot.x.simulator.render import timestamp
from bot.x.simulator.stream import FilteredFeed
from bot.x.simulator.wire import Answer, Feed, Opened, Request
from bot.x.simulator.world import World

POST = "POST /2/tweets"


class Kind(Enum):
    """Whose token an endpoint takes."""

    USER = auto()
    APP = auto()
    EITHER = auto()
    ANYBODY = auto()


@dataclass(frozen=True, slots=True)
class Call:
    """One request that got as far as its endpoint. `late`: do it, but only later."""

    world: World
    request: Request
    caller: Caller
    argument: str
    late: bool = False

    @property
    def query(self) -> dict[str, str]:
        return self.request.query

    @property
    def author(self) -> Account:
        """Who is signed in; the kind of the route has let nobody else through."""
        if self.caller.account is None:
            raise wrong_kind_of_token()
        return self.caller.account


@dataclass(frozen=True, slots=True)
class Route:
    kind: Kind
    does: Callable[[Call], Answer | dict[str, Any]]
    scopes: frozenset[str] = frozenset()
    opens_stream: bool = False


def _post(call: Call) -> Answer:
    world, author, app = call.world, call.author, call.caller.app
    draft = publish.read_draft(call.request.json())
    publish.refuse(world, author, draft)
    if call.late:
        due = world.now() + world.chaos.late_by
        world.land_later(due, lambda: publish.publish(world, author, app, draft, at=due))
        return Answer()
    post = publish.publish(world, author, app, draft, at=world.now())
    return Answer(201, publish.created(world, post))


def _delete(call: Call) -> dict[str, Any]:
    return publish.remove(call.world, call.author, call.caller.app, call.argument)


def _hide(call: Call) -> dict[str, Any]:
    return publish.hide(call.world, call.author, call.caller.app, call.argument, call.request.json())


def _rules(call: Call) -> Answer:
    rules = call.world.stream_rules.listed()
    return Answer(body=({"data": rules} if rules else {}) | {"meta": _sent(call.world)})


def _change_rules(call: Call) -> Answer:
    world, wanted = call.world, call.request.json()
    if not isinstance(wanted, dict) or not wanted.keys() & {"add", "delete"}:
        raise invalid("add or delete is required")
    counts_from = world.now() + world.settings.rule_delay
    dry_run = call.query.get("dry_run", "").lower() == "true"
    if "delete" in wanted:
        body = world.stream_rules.delete(wanted["delete"], until=counts_from, dry_run=dry_run)
        return Answer(200, body | {"meta": body["meta"] | _sent(world)})
    if not isinstance(wanted["add"], list):
        raise invalid("$.add: not an array")
    ids = [world.next_id(world.now()) for _ in wanted["add"]]
    body = world.stream_rules.add(wanted["add"], ids, dry_run=dry_run, since=counts_from)
    return Answer(201, body | {"meta": body["meta"] | _sent(world)})


def _sent(world: World) -> dict[str, Any]:
    return {"sent": timestamp(world.now())}


def _stream_posts(call: Call) -> Answer:
    world = call.world
    if "backfill_minutes" in call.query and not world.settings.enterprise:
        raise invalid("backfill_minutes: not in your plan")
    reads.refuse_unknown(world, call.query, reads.FIELDS | {"backfill_minutes"})
    if not world.stream_rules.rules:
        raise no_rules()
    feed = FilteredFeed(world, call.caller, Fields.read(call.query))
    return _open(call, FILTERED, feed, limit=2 if world.settings.enterprise else 1)


def _stream_events(call: Call) -> Answer:
    if "backfill_minutes" in call.query and not call.world.settings.enterprise:
        raise invalid("backfill_minutes: not in your plan")
    return _open(
        call,
        ACTIVITY,
        EventFeed(call.world, call.caller),
        limit=2,
        late_headers=call.world.settings.late_headers,
    )


def _open(call: Call, endpoint: str, feed: Feed, *, limit: int, late_headers: bool = False) -> Answer:
    world = call.world
    now = world.now()
    connection = world.connections.open(call.caller.app, endpoint, id=world.next_id(now), at=now, limit=limit)
    return Answer(stream=Opened(connection, feed, world.chaos.stream_drops, late_headers))


def _connections(call: Call) -> dict[str, Any]:
    listed = [
        {
            "id": one.id,
            "endpoint_name": one.endpoint,
            "connected_at": timestamp(one.opened_at),
            **({"disconnected_at": timestamp(one.closed_at)} if one.closed_at else {}),
            **({"disconnect_reason": one.reason} if one.reason else {}),
        }
        for one in call.world.connections.of(call.caller.app)
    ]
    return ({"data": listed} if listed else {}) | {"meta": {"result_count": len(listed)}}


def _kill(call: Call) -> dict[str, Any]:
    killed = call.world.connections.kill_all(call.caller.app, at=call.world.now())
    results = [{"uuid": one.id, "success": True} for one in killed]
    return {"data": {"successful_kills": len(killed), "failed_kills": 0, "results": results}}


_READ = frozenset({"tweet.read", "users.read"})
_WRITE = _READ | {"tweet.write"}
_MODERATE = _READ | {"tweet.moderate.write"}

ROUTES: dict[str, Route] = {
    "POST /2/oauth2/token": Route(Kind.ANYBODY, lambda c: signing_in.tokens(c.world, c.request)),
    POST: Route(Kind.USER, _post, _WRITE),
    "GET /2/tweets": Route(Kind.EITHER, lambda c: reads.lookup(c.world, c.caller, c.query), _READ),
    "GET /2/users/me": Route(Kind.USER, lambda c: users.me(c.world, c.author, c.query), _READ),
    "GET /2/users/by": Route(Kind.EITHER, lambda c: users.by_names(c.world, c.caller, c.query), _READ),
    "GET /2/users": Route(Kind.EITHER, lambda c: users.by_ids(c.world, c.caller, c.query), _READ),
    "GET /2/usage/credits": Route(Kind.APP, lambda c: {"data": {"balance": str(c.world.settings.credits)}}),
    "GET /2/usage/tweets": Route(Kind.APP, lambda c: counting.usage(c.world, c.caller, c.query)),
    "GET /2/tweets/search/recent": Route(
        Kind.EITHER, lambda c: reads.search(c.world, c.caller, c.query), _READ
    ),
    "GET /2/tweets/counts/recent": Route(Kind.APP, lambda c: counting.counts(c.world, c.caller, c.query)),
    "GET /2/tweets/search/stream": Route(Kind.APP, _stream_posts, opens_stream=True),
    "GET /2/tweets/search/stream/rules": Route(Kind.APP, _rules),
    "POST /2/tweets/search/stream/rules": Route(Kind.APP, _change_rules),
    "GET /2/activity/stream": Route(Kind.APP, _stream_events, opens_stream=True),
    "GET /2/activity/subscriptions": Route(
        Kind.EITHER, lambda c: activity.listed(c.world, c.caller), frozenset({"tweet.read"})
    ),
    "POST /2/activity/subscriptions": Route(
        Kind.EITHER,
        lambda c: activity.subscribe(c.world, c.caller, c.request.json()),
        frozenset({"tweet.read"}),
    ),
    "DELETE /2/activity/subscriptions/:id": Route(
        Kind.APP, lambda c: activity.unsubscribe(c.world, c.caller, c.argument)
    ),
    "GET /2/connections": Route(Kind.APP, _connections),
    "DELETE /2/connections/all": Route(Kind.APP, _kill),
    "GET /2/users/by/username/:name": Route(
        Kind.EITHER, lambda c: users.by_name(c.world, c.caller, c.argument, c.query), _READ
    ),
    "GET /2/users/:id/mentions": Route(
        Kind.EITHER, lambda c: reads.mentions(c.world, c.caller, c.argument, c.query), _READ
    ),
    "GET /2/users/:id/tweets": Route(
        Kind.EITHER, lambda c: reads.user_posts(c.world, c.caller, c.argument, c.query), _READ
    ),
    "GET /2/users/:id": Route(
        Kind.EITHER, lambda c: users.by_id(c.world, c.caller, c.argument, c.query), _READ
    ),
    "GET /2/tweets/:id": Route(
        Kind.EITHER, lambda c: reads.one(c.world, c.caller, c.argument, c.query), _READ
    ),
    "DELETE /2/tweets/:id": Route(Kind.USER, _delete, _WRITE),
    "PUT /2/tweets/:id/hidden": Route(Kind.USER, _hide, _MODERATE),
}
