"""The endpoints that return people: by id, by name, or whoever asks."""

from typing import Any

from bot.x.simulator.callers import Caller
from bot.x.simulator.posts import Account
from bot.x.simulator.problems import invalid, missing, not_found
from bot.x.simulator.reads import FIELDS, MAX_IDS, Fields, bill, ids_in, refuse_unknown
from bot.x.simulator.render import user_json
from bot.x.simulator.world import World


def me(world: World, account: Account, query: dict[str, str]) -> dict[str, Any]:
    """Free, as X's own guide to its plugin says."""
    refuse_unknown(world, query, FIELDS)
    return {"data": user_json(account, Fields.read(query).user)}


def by_id(world: World, caller: Caller, user_id: str, query: dict[str, str]) -> dict[str, Any]:
    if user_id not in world.accounts:
        raise not_found("user", user_id)
    return _one(world, caller, world.accounts[user_id], query)


def by_name(world: World, caller: Caller, name: str, query: dict[str, str]) -> dict[str, Any]:
    account = world.find_account(name)
    if account is None:
        raise not_found("user", name)
    return _one(world, caller, account, query)


def by_ids(world: World, caller: Caller, query: dict[str, str]) -> dict[str, Any]:
    refuse_unknown(world, query, {"ids"} | FIELDS)
    found = {user_id: world.accounts.get(user_id) for user_id in ids_in(query)}
    return _several(world, caller, found, "ids", query)


def by_names(world: World, caller: Caller, query: dict[str, str]) -> dict[str, Any]:
    refuse_unknown(world, query, {"usernames"} | FIELDS)
    names = [name for name in query.get("usernames", "").split(",") if name]
    if not names or len(names) > MAX_IDS:
        raise invalid(f"usernames: between 1 and {MAX_IDS} names")
    found = {name: world.find_account(name) for name in names}
    return _several(world, caller, found, "usernames", query)


def _one(world: World, caller: Caller, account: Account, query: dict[str, str]) -> dict[str, Any]:
    refuse_unknown(world, query, FIELDS)
    bill(world, caller, "user_read", [account.id])
    return {"data": user_json(account, Fields.read(query).user)}


def _several(
    world: World,
    caller: Caller,
    found: dict[str, Account | None],
    parameter: str,
    query: dict[str, str],
) -> dict[str, Any]:
    """Who does not exist is in `errors`, and the status is 200 all the same."""
    people = [account for account in found.values() if account]
    lost = [missing("user", asked, parameter) for asked, account in found.items() if not account]
    bill(world, caller, "user_read", [account.id for account in people])
    fields = Fields.read(query).user
    data = [user_json(account, fields) for account in people]
    return ({"data": data} if data else {}) | ({"errors": lost} if lost else {})
