"""The X Activity API: subscribe to what concerns a user, and be told of it at once."""

import json
from typing import Any

from bot.x.simulator.callers import Caller
from bot.x.simulator.posts import Account, Happening, Post
from bot.x.simulator.problems import forbidden, invalid, not_found, wrong_kind_of_token
from bot.x.simulator.render import event_payload, user_json
from bot.x.simulator.stream import Waiting
from bot.x.simulator.subscriptions import EVENTS, PRIVATE, Subscription
from bot.x.simulator.world import World

_KEYS = {"event_type", "filter", "tag", "webhook_id"}
_USER_FIELDS = ("created_at", "description", "protected", "public_metrics", "verified", "verified_type")


def subscribe(world: World, caller: Caller, body: object) -> dict[str, Any]:
    """Private events need a token of the very user whom they concern."""
    if not isinstance(body, dict) or set(body) - _KEYS:
        raise invalid(f"the body is an object with some of {sorted(_KEYS)}")
    event, user = body.get("event_type"), _user(world, body.get("filter"))
    if event not in EVENTS:
        raise invalid(f"$.event_type: not one of {sorted(EVENTS)}")
    if "webhook_id" in body:
        raise invalid("$.webhook_id: the simulator has no webhooks")
    if event in PRIVATE:
        _refuse_stranger(world, caller, user)
    now = world.now()
    tag = str(body.get("tag", ""))
    new = Subscription(world.next_id(now), caller.app, event, user, tag, now)
    world.subscriptions.add(new)
    return _created(world, new)


def listed(world: World, caller: Caller) -> dict[str, Any]:
    if caller.account is not None and not world.settings.subscriptions_listed_by_users:
        raise wrong_kind_of_token()
    mine = world.subscriptions.of(caller.app)
    answer: dict[str, Any] = {"data": [one.json() for one in mine]} if mine else {}
    return answer | _meta(world, caller.app)


def unsubscribe(world: World, caller: Caller, subscription_id: str) -> dict[str, Any]:
    known = world.subscriptions.known.get(subscription_id)
    if known is None or known.app != caller.app:
        raise not_found("subscription", subscription_id)
    del world.subscriptions.known[subscription_id]
    return {"data": {"deleted": True}} | _meta(world, caller.app)


class EventFeed:
    """The events of all subscriptions of an app."""

    def __init__(self, world: World, caller: Caller) -> None:
        self._world, self._app = world, caller.app
        self._waiting = Waiting(world, lag=world.settings.events_lag)

    def lines(self) -> list[bytes]:
        """One line for each subscription that fires, so a post may come more than once."""
        return [
            json.dumps(self._event(subscription, happening)).encode() + b"\r\n"
            for happening in self._waiting.take()
            for subscription in self._world.subscriptions.of(self._app)
            if not happening.post.retweeted
            and subscription.fires(
                happening.post, deleted=happening.deleted, own=self._world.settings.events_of_own_posts
            )
        ]

    def _event(self, subscription: Subscription, happening: Happening) -> dict[str, Any]:
        self._bill(subscription, happening)
        event = {
            "event_uuid": self._uuid(happening),
            "filter": {"user_id": subscription.user.id},
            "event_type": subscription.event,
            **({"tag": subscription.tag} if subscription.tag else {}),
        }
        if happening.deleted:
            gone = {"id": happening.post.id, "author_id": happening.post.author.id}
            return {"data": event | {"payload": gone}}
        payload = event_payload(happening.post, self._world.settings)
        return {
            "data": event | {"payload": payload, "includes": _includes(happening.post, subscription.user)}
        }

    def _uuid(self, happening: Happening) -> str:
        """X's samples carry the id of the post, the same for every event of it."""
        return f"-{happening.post.id}" if happening.deleted else happening.post.id

    def _bill(self, subscription: Subscription, happening: Happening) -> None:
        settings = self._world.settings
        if happening.deleted and not settings.deletions_are_billed:
            return
        alone = happening.deleted or settings.events_bill_twice
        usd = self._world.ledger.read(
            "event",
            [happening.post.id],
            app=self._app,
            at=self._world.now(),
            kind=subscription.event if alone else "post",
        )
        self._world.charge(usd)


def _includes(post: Post, user: Account) -> dict[str, Any]:
    people = dict.fromkeys((post.author, user))
    return {"users": [user_json(person, _USER_FIELDS) for person in people]}


def _user(world: World, wanted: object) -> Account:
    user_id = wanted.get("user_id") if isinstance(wanted, dict) else None
    if user_id not in world.accounts:
        raise invalid("$.filter.user_id: no such user")
    return world.accounts[str(user_id)]


def _refuse_stranger(world: World, caller: Caller, user: Account) -> None:
    if caller.account is None or (caller.oauth1 and world.settings.private_events_need_oauth2):
        raise wrong_kind_of_token()
    if caller.account is not user:
        raise forbidden("You are not permitted to subscribe to another user's private events.")


def _created(world: World, new: Subscription) -> dict[str, Any]:
    """X's pages show three forms of this answer."""
    if world.settings.subscription_answer == "nested":
        return {"data": {"subscription": new.json()}} | _meta(world, new.app)
    if world.settings.subscription_answer == "object":
        return {"data": new.json()}
    return {"data": [new.json()]} | _meta(world, new.app)


def _meta(world: World, app: str) -> dict[str, Any]:
    return {"meta": {"total_subscriptions": len(world.subscriptions.of(app))}}
