"""The X Activity API's subscriptions, and which of them a post fires."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.x.simulator.posts import Account, Post
from bot.x.simulator.problems import invalid
from bot.x.simulator.render import timestamp

MAX_SUBSCRIPTIONS = 1_500
DELETED = "post.delete"


def _answers(post: Post, user: Account) -> bool:
    """Directly: a reply to a reply is no event of the user's."""
    return post.replied_to is not None and post.replied_to.author is user


#: What each event looks at. A mention that only replying implies is none here, unlike in timelines.
EVENTS: dict[str, Callable[[Post, Account], bool]] = {
    "post.mention.create": lambda post, user: user in post.explicit,
    "post.reply.create": _answers,
    "post.quote.create": lambda post, user: post.quoted is not None and post.quoted.author is user,
    "post.create": lambda post, user: post.author is user,
    DELETED: lambda post, user: post.author is user,
}
PRIVATE = {"post.mention.create", "post.reply.create", "post.quote.create"}


@dataclass(frozen=True, slots=True)
class Subscription:
    id: str
    app: str
    event: str
    user: Account
    tag: str
    created_at: datetime

    def json(self) -> dict[str, Any]:
        made = timestamp(self.created_at)
        whole = {
            "subscription_id": self.id,
            "event_type": self.event,
            "filter": {"user_id": self.user.id},
            "created_at": made,
            "updated_at": made,
        }
        return whole | ({"tag": self.tag} if self.tag else {})

    def fires(self, post: Post, *, deleted: bool, own: bool) -> bool:
        """Whether this happening is one of its events; `own` lets users fire their own."""
        if deleted != (self.event == DELETED) or not EVENTS[self.event](post, self.user):
            return False
        return own or self.event not in PRIVATE or post.author is not self.user


@dataclass(slots=True)
class Subscriptions:
    known: dict[str, Subscription] = field(default_factory=dict)

    def of(self, app: str) -> list[Subscription]:
        return [one for one in self.known.values() if one.app == app]

    def add(self, new: Subscription) -> None:
        mine = self.of(new.app)
        if len(mine) >= MAX_SUBSCRIPTIONS:
            raise invalid(f"at most {MAX_SUBSCRIPTIONS} subscriptions")
        if any((one.event, one.user) == (new.event, new.user) for one in mine):
            raise invalid("the subscription already exists")
        self.known[new.id] = new
