"""POST and DELETE /2/tweets: what a program may post, and what it costs."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.core.weigh import MAX_WEIGHT, has_url, weighted_length
from bot.x.simulator import problems
from bot.x.simulator.posts import Account, Context, Post, cashtags_in, typed
from bot.x.simulator.problems import forbidden, invalid
from bot.x.simulator.render import spelled
from bot.x.simulator.world import World

MAX_LONG_POST = 25_000
_ID = re.compile(r"[0-9]{1,19}")
_REPLY_SETTINGS = {"following", "mentionedUsers", "subscribers", "verified"}
_KEYS = {
    "text",
    "reply",
    "reply_settings",
    "quote_tweet_id",
    "media",
    "poll",
    "edit_options",
    "made_with_ai",
    "paid_partnership",
    "nullcast",
    "for_super_followers_only",
    "share_with_followers",
    "community_id",
    "card_uri",
    "direct_message_deep_link",
    "geo",
}
_REPLY_KEYS = {"in_reply_to_tweet_id", "exclude_reply_user_ids", "auto_populate_reply_metadata"}


@dataclass(frozen=True, slots=True)
class Draft:
    """A post that a program asked for, and found to be well formed."""

    text: str
    reply_to: str | None
    leave_out: frozenset[str]
    quote: str | None
    reply_settings: str
    edits: str | None = None  # the version of one's own post that this one replaces


def read_draft(body: object) -> Draft:
    """Raises the 400 for anything that X's schema does not know."""
    if not isinstance(body, dict):
        raise invalid("the body is not a JSON object")
    _refuse_unknown(body, _KEYS, "$")
    reply = body.get("reply", {})
    if not isinstance(reply, dict):
        raise invalid("$.reply: not an object")
    _refuse_unknown(reply, _REPLY_KEYS, "$.reply")
    if reply and "in_reply_to_tweet_id" not in reply:
        raise invalid("$.reply.in_reply_to_tweet_id: is missing but it is required")
    if "reply_settings" in body and body["reply_settings"] not in _REPLY_SETTINGS:
        raise invalid("$.reply_settings: does not have a value in the enumeration")
    edit = body.get("edit_options", {})
    if not isinstance(edit, dict):
        raise invalid("$.edit_options: not an object")
    _refuse_unknown(edit, {"previous_post_id"}, "$.edit_options")
    text = body.get("text", "")
    if not isinstance(text, str) or not text.strip():
        raise invalid("$.text: is missing but it is required")
    return Draft(
        text=text,
        reply_to=_id(reply.get("in_reply_to_tweet_id"), "$.reply.in_reply_to_tweet_id"),
        leave_out=frozenset(reply.get("exclude_reply_user_ids", [])),
        quote=_id(body.get("quote_tweet_id"), "$.quote_tweet_id"),
        reply_settings=body.get("reply_settings", "everyone"),
        edits=_id(edit.get("previous_post_id"), "$.edit_options.previous_post_id"),
    )


def publish(world: World, author: Account, app: str, draft: Draft, *, at: datetime) -> Post:
    """Post it and charge for it; `refuse` comes first."""
    post = world.create(
        author,
        draft.text,
        _context(world, draft),
        leave_out=draft.leave_out,
        reply_settings=draft.reply_settings,
        by_api=True,
        at=at,
    )
    world.charge(world.ledger.write(price_of(author, post), post.id, app=app, at=at))
    return post


def _context(world: World, draft: Draft) -> Context:
    if draft.edits is not None:
        return Context.editing(world.posts[draft.edits])
    target = world.posts.get(draft.reply_to or "")
    return Context(replied_to=target, quoted=world.posts.get(draft.quote or ""))


def price_of(author: Account, post: Post) -> str:
    """Which line of the price list. How X bills a reply in one's own thread is not known: the dearer."""
    target = post.replied_to
    if target and target.author is not author and summoned(author, target):
        return "post_create_summoned"
    return "post_create_url" if has_url(post.body) else "post_create"


def summoned(replier: Account, target: Post) -> bool:
    """Whether the author of `target` called `replier`, by name or by quoting a post of theirs."""
    quotes = target.quoted is not None and target.quoted.author is replier
    return replier in target.explicit or quotes


def created(world: World, post: Post) -> dict[str, Any]:
    data = {"id": post.id, "text": post.text, "edit_history_tweet_ids": list(post.chain)}
    return {"data": spelled(data, world.settings.spelling)}


def remove(world: World, author: Account, app: str, post_id: str) -> dict[str, Any]:
    post = world.posts.get(post_id)
    if post is None or post.deleted:
        raise problems.not_found("tweet", post_id)
    if post.author is not author:
        raise forbidden("You are not allowed to delete this Tweet.")
    world.delete(post)
    world.charge(world.ledger.write("post_delete", post.key, app=app, at=world.now()))
    return {"data": {"deleted": True}}


def hide(world: World, author: Account, app: str, post_id: str, body: object) -> dict[str, Any]:
    """Only replies in one's own conversation can be hidden."""
    if not isinstance(body, dict) or not isinstance(body.get("hidden"), bool):
        raise invalid("$.hidden: true or false is required")
    post = world.posts.get(post_id)
    if post is None or not world.may_see(author, post):
        raise problems.not_found("tweet", post_id)
    root = world.posts.get(post.conversation_id)
    if post.replied_to is None or root is None or root.author is not author:
        raise forbidden(problems.NOT_PERMITTED)
    post.hidden = body["hidden"]
    world.charge(world.ledger.write("content_manage", post.id, app=app, at=world.now()))
    return {"data": {"hidden": post.hidden}}


def refuse(world: World, author: Account, draft: Draft) -> None:
    """Raise what X answers to a post that its rules forbid."""
    if draft.edits is not None:
        _refuse_edit(world, author, draft)
    _refuse_text(world, author, draft.text)
    _refuse_quote(world, draft)
    if draft.reply_to is not None:
        _refuse_reply(world, author, draft.reply_to)
    _refuse_duplicate(world, author, draft)
    _refuse_over_cap(world, author, is_reply=draft.reply_to is not None)


def _refuse_edit(world: World, author: Account, draft: Draft) -> None:
    """Of one's own latest version, by Premium accounts, for a while, so often, and no replies."""
    if draft.reply_to is not None or draft.quote is not None:
        raise invalid("$.edit_options: not together with reply or quote_tweet_id")
    old = world.posts.get(draft.edits or "")
    editable = (
        old is not None
        and old.author is author
        and author.verified
        and old.is_latest
        and not old.deleted
        and old.replied_to is None
        and len(old.chain) <= world.settings.edits
        and world.now() - old.first_at < world.settings.edit_window
    )
    if not editable:
        raise forbidden(problems.NOT_PERMITTED)


def _refuse_text(world: World, author: Account, text: str) -> None:
    long_ones = world.settings.long_posts and author.verified
    weight = weighted_length(typed(text))
    if weight > (MAX_LONG_POST if long_ones else MAX_WEIGHT):
        raise forbidden(problems.TOO_LONG)
    if len(cashtags_in(text)) > 1 and not world.settings.enterprise:
        raise forbidden(problems.CASHTAGS)


def _refuse_quote(world: World, draft: Draft) -> None:
    if draft.quote is None:
        return
    if not world.settings.enterprise:
        raise problems.not_summoned()
    if draft.quote not in world.posts:
        raise invalid("$.quote_tweet_id: no such post")


def _refuse_reply(world: World, author: Account, target_id: str) -> None:
    target = world.posts.get(target_id)
    if target is None or not world.may_see(author, target):
        raise forbidden(problems.GONE)
    if target.reply_settings != "everyone" and author not in (target.author, *target.mentions):
        raise forbidden("The original Tweet author restricted who can reply to this Tweet.")
    if world.settings.enterprise or target.author is author or summoned(author, target):
        return
    answers_us = target.replied_to is not None and author in target.implicit
    if answers_us and world.settings.implicit_mentions_summon:
        return
    raise problems.not_summoned()


def _refuse_duplicate(world: World, author: Account, draft: Draft) -> None:
    since = world.now() - world.settings.duplicate_window
    text = typed(draft.text)
    for post in world.timeline(author):
        if post.body == text and post.created_at > since and not post.retweeted:
            raise forbidden(problems.DUPLICATE)


def _refuse_over_cap(world: World, author: Account, *, is_reply: bool) -> None:
    """The caps count what was posted by hand too, and deleting does not give a post back."""
    settings = world.settings
    half_hour, day = timedelta(minutes=30), timedelta(hours=24)
    over = (
        _posted(world, author, half_hour) >= settings.half_hour_cap
        or _posted(world, author, day) >= settings.daily_cap
    )
    if not author.verified:
        in_half_hour, in_day = (
            (settings.unverified_replies_per_half_hour, settings.unverified_replies_per_day)
            if is_reply
            else (settings.unverified_posts_per_half_hour, settings.unverified_posts_per_day)
        )
        over = (
            over
            or _posted(world, author, half_hour, is_reply=is_reply) >= in_half_hour
            or _posted(world, author, day, is_reply=is_reply) >= in_day
        )
    if over:
        raise problems.capped(settings.cap_body)


def _posted(world: World, author: Account, window: timedelta, *, is_reply: bool | None = None) -> int:
    since = world.now() - window
    return sum(
        1
        for post in world.posts.values()
        if post.author is author
        and post.created_at > since
        and is_reply in (None, post.replied_to is not None)
    )


def _refuse_unknown(body: dict[str, Any], known: Collection[str], where: str) -> None:
    unknown = sorted(set(body) - set(known))
    if unknown:
        raise invalid(
            f"{where}.{unknown[0]}: is not defined in the schema and the schema does not allow "
            "additional properties"
        )


def _id(value: object, where: str) -> str | None:
    """X takes an id as a string of digits; a number in JSON is refused."""
    if value is None:
        return None
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise invalid(f"{where}: does not match the regex pattern ^[0-9]{{1,19}}$")
    return value
