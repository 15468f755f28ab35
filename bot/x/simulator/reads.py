"""The endpoints that return posts: paging, fields, expansions, and what they cost."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.x.simulator.callers import Caller
from bot.x.simulator.posts import Account, Post
from bot.x.simulator.problems import invalid, missing, not_found, usage_capped
from bot.x.simulator.render import post_json, user_json
from bot.x.simulator.search import QueryError, parse
from bot.x.simulator.world import World

MENTIONS_DEPTH = 800
TIMELINE_DEPTH = 3_200
SEARCH_WINDOW = timedelta(days=7)
SEARCH_DELAY = timedelta(seconds=30)  # what a search without any bound leaves out
MAX_QUERY = 512
MAX_QUERY_ENTERPRISE = 4_096
MAX_IDS = 100
_PAGING = {"since_id", "until_id", "start_time", "end_time", "max_results", "pagination_token"}
FIELDS = {"tweet.fields", "post.fields", "user.fields", "expansions", "media.fields"}


@dataclass(frozen=True, slots=True)
class Fields:
    """What to put into the answer."""

    post: frozenset[str]
    user: frozenset[str]
    expansions: frozenset[str]

    @classmethod
    def read(cls, query: dict[str, str]) -> "Fields":
        """Both spellings are taken, as long as X is between the two."""
        post = _listed(query, "tweet.fields") | _listed(query, "post.fields")
        expansions = _listed(query, "expansions")
        return cls(post, _listed(query, "user.fields"), expansions)


def mentions(world: World, caller: Caller, user_id: str, query: dict[str, str]) -> dict[str, Any]:
    """Posts that name the user, typed or by replying; retweets are not among them."""
    user = _user(world, user_id)
    found = [
        post
        for post in world.indexed(caller.account)
        if user in post.mentions and post.author is not user and not post.retweeted
    ]
    return _page(world, caller, found[-MENTIONS_DEPTH:], query, owned=_owns(caller, user))


def user_posts(world: World, caller: Caller, user_id: str, query: dict[str, str]) -> dict[str, Any]:
    user = _user(world, user_id)
    excluded = _listed(query, "exclude")
    found = [
        post
        for post in world.indexed(caller.account)
        if post.author is user
        and not ("replies" in excluded and post.replied_to)
        and not ("retweets" in excluded and post.retweeted)
    ]
    rest = {name: value for name, value in query.items() if name != "exclude"}
    return _page(world, caller, found[-TIMELINE_DEPTH:], rest, owned=_owns(caller, user))


def search(world: World, caller: Caller, query: dict[str, str]) -> dict[str, Any]:
    """The last seven days, without retweets, and without the last 30 s when nothing bounds it."""
    rest = dict(query)
    wanted = rest.pop("query", "")
    token = rest.pop("next_token", None)
    rest |= {"pagination_token": token} if token else {}
    until = world.now()
    if not rest.keys() & {"since_id", "until_id", "start_time", "end_time"}:
        until -= SEARCH_DELAY
    found = [post for post in found_by(world, caller, wanted) if post.created_at <= until]
    return _page(world, caller, found, rest, lowest=10)


def found_by(world: World, caller: Caller, wanted: str) -> list[Post]:
    """What of the last seven days fits the query, oldest first; keyword search gives no retweets."""
    longest = MAX_QUERY_ENTERPRISE if world.settings.enterprise else MAX_QUERY
    if not wanted or len(wanted) > longest:
        raise invalid(f"query: between 1 and {longest} characters")
    try:
        compiled = parse(wanted)
    except QueryError as error:
        raise invalid(f"query: {error}") from error
    since = world.now() - SEARCH_WINDOW
    return [
        post
        for post in world.indexed(caller.account)
        if post.created_at >= since and not post.retweeted and compiled.matches(post)
    ]


def lookup(world: World, caller: Caller, query: dict[str, str]) -> dict[str, Any]:
    """What is gone is in `errors`, and the status is 200 all the same."""
    refuse_unknown(world, query, {"ids"} | FIELDS)
    ids = ids_in(query)
    found = [world.posts[i] for i in ids if _is_there(world, caller, i)]
    lost = [missing("tweet", i, "ids") for i in ids if not _is_there(world, caller, i)]
    answer = body(world, caller, found, Fields.read(query))
    lost += answer.pop("errors", [])
    return answer | ({"errors": lost} if lost else {})


def one(world: World, caller: Caller, post_id: str, query: dict[str, str]) -> dict[str, Any]:
    refuse_unknown(world, query, FIELDS)
    if not _is_there(world, caller, post_id):
        raise not_found("tweet", post_id)
    answer = body(world, caller, [world.posts[post_id]], Fields.read(query))
    return answer | {"data": answer["data"][0]}


def body(
    world: World, caller: Caller, posts: list[Post], fields: Fields, *, owned: bool = False
) -> dict[str, Any]:
    """Posts as X returns them, with what was expanded; all of it is billed."""
    if world.ledger.reads_in_month(world.now()) >= world.settings.monthly_read_cap:
        raise usage_capped()
    bill(world, caller, "owned_read" if owned else "post_read", [post.id for post in posts])
    answer: dict[str, Any] = {}
    if posts:
        answer["data"] = [post_json(post, fields.post, world.settings) for post in posts]
    includes = _includes(world, caller, posts, fields)
    lost = includes.pop("errors", [])
    return answer | ({"includes": includes} if includes else {}) | ({"errors": lost} if lost else {})


def _includes(
    world: World, caller: Caller, posts: list[Post], fields: Fields
) -> dict[str, list[dict[str, Any]]]:
    """What was asked for beside the posts; what of it cannot be shown is under `errors`."""
    includes: dict[str, list[dict[str, Any]]] = {}
    if "author_id" in fields.expansions and posts:
        authors = list(dict.fromkeys(post.author for post in posts))
        bill(world, caller, "user_read", [author.id for author in authors])
        includes["users"] = [user_json(author, fields.user) for author in authors]
    if fields.expansions & {"referenced_tweets.id", "referenced_posts.id", "referenced_posts"}:
        named = [other for post in posts for other in (post.replied_to, post.quoted, post.retweeted)]
        referenced = list(dict.fromkeys(other for other in named if other))
        others = [other for other in referenced if world.may_see(caller.account, other)]
        bill(world, caller, "post_read", [other.id for other in others])
        if others:
            includes["tweets"] = [post_json(o, fields.post, world.settings) for o in others]
        if len(others) < len(referenced):
            lost = [other for other in referenced if other not in others]
            includes["errors"] = [missing("tweet", o.id, "referenced_tweets.id") for o in lost]
    return includes


def _page(
    world: World,
    caller: Caller,
    posts: list[Post],
    query: dict[str, str],
    *,
    owned: bool = False,
    lowest: int = 5,
) -> dict[str, Any]:
    """The newest that are left, and a token for the rest; the token is the last id given."""
    refuse_unknown(world, query, _PAGING | FIELDS | {"sort_order"})
    size = _number(query, "max_results", default=10, low=lowest, high=100)
    left = sorted(_within(posts, query), key=lambda post: -int(post.id))
    page = left[:size]
    answer = body(world, caller, page, Fields.read(query), owned=owned)
    meta: dict[str, Any] = {"result_count": len(page)}
    if page:
        meta |= {"newest_id": page[0].id, "oldest_id": page[-1].id}
    if len(left) > size:
        meta["next_token"] = f"t{int(page[-1].id):x}"
    return answer | {"meta": meta}


def _within(posts: Iterable[Post], query: dict[str, str]) -> list[Post]:
    since = _number(query, "since_id", default=0)
    until = _number(query, "until_id", default=2**63)
    token = query.get("pagination_token")
    if token:
        try:
            until = min(until, int(token.removeprefix("t"), 16))
        except ValueError as error:
            raise invalid("pagination_token: is not one of ours") from error
    start = moment(query, "start_time", datetime.min.replace(tzinfo=UTC))
    end = moment(query, "end_time", datetime.max.replace(tzinfo=UTC))
    return [p for p in posts if since < int(p.id) < until and start <= p.created_at < end]


def bill(world: World, caller: Caller, item: str, resources: list[str]) -> None:
    world.charge(world.ledger.read(item, resources, app=caller.app, at=world.now()))


def _owns(caller: Caller, user: Account) -> bool:
    """Cheap reads need the user's own token, and an app that this very account registered."""
    return caller.account is user and caller.app.lower() == user.handle.lower()


def _user(world: World, user_id: str) -> Account:
    if user_id not in world.accounts:
        raise not_found("user", user_id)
    return world.accounts[user_id]


def _is_there(world: World, caller: Caller, post_id: str) -> bool:
    return post_id in world.posts and world.may_see(caller.account, world.posts[post_id])


def _listed(query: dict[str, str], name: str) -> frozenset[str]:
    return frozenset(part for part in query.get(name, "").split(",") if part)


def _number(query: dict[str, str], name: str, *, default: int, low: int = 0, high: int = 2**63) -> int:
    value = query.get(name, str(default))
    if not value.isdecimal() or not low <= int(value) <= high:
        raise invalid(f"{name}: [{value}] is not between {low} and {high}")
    return int(value)


def moment(query: dict[str, str], name: str, default: datetime) -> datetime:
    if name not in query:
        return default
    try:
        given = datetime.fromisoformat(query[name])
    except ValueError as error:
        raise invalid(f"{name}: [{query[name]}] is not a valid time") from error
    return given if given.tzinfo else given.replace(tzinfo=UTC)


def refuse_unknown(world: World, query: dict[str, str], known: set[str]) -> None:
    """X is between two names for the fields of a post; `accepts` says which it still takes."""
    dropped = {"tweets": {"post.fields"}, "posts": {"tweet.fields"}, "both": set[str]()}
    taken = known - dropped[world.settings.accepts]
    unknown = sorted(query.keys() - taken)
    if unknown:
        raise invalid(f"The query parameter [{unknown[0]}] is not one of {sorted(taken)}")


def ids_in(query: dict[str, str]) -> list[str]:
    ids = [part for part in query.get("ids", "").split(",") if part]
    if not ids or len(ids) > MAX_IDS or not all(i.isdecimal() for i in ids):
        raise invalid(f"ids: between 1 and {MAX_IDS} numbers")
    return ids
