"""Posts and accounts as the JSON that X sends, in both spellings."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from bot.x.simulator.posts import Account, Post, entities
from bot.x.simulator.settings import Settings

NEW_NAMES = {
    "edit_history_tweet_ids": "edit_history_post_ids",
    "referenced_tweets": "referenced_posts",
    "note_tweet": "note_post",
}
OLD_NAMES = {new: old for old, new in NEW_NAMES.items()}
ALWAYS = ("id", "text", "edit_history_tweet_ids")
UNHEARD_OF = {"x_unheard_of": {"nested": [1, None]}}


def post_json(post: Post, fields: Collection[str], settings: Settings) -> dict[str, Any]:
    """The fields that were asked for, and the three that always come."""
    wanted = {*ALWAYS, *(OLD_NAMES.get(name, name) for name in fields)}
    rendered = {
        name: value
        for name, value in _all_fields(post, settings).items()
        if name in wanted and value not in (None, [], {})
    }
    rendered |= UNHEARD_OF if settings.unknown_fields else {}
    return spelled(rendered, settings.spelling)


def spelled(fields: dict[str, Any], spelling: str) -> dict[str, Any]:
    """X is renaming its fields, and an answer may carry the old names, the new ones or both."""
    if spelling == "tweets":
        return fields
    new = {NEW_NAMES.get(name, name): value for name, value in fields.items()}
    return new if spelling == "posts" else fields | new


def event_payload(post: Post, settings: Settings) -> dict[str, Any]:
    """A post as an activity carries it: whole, in the old names, and with what it answers."""
    everything = _all_fields(post, settings)
    payload = {name: value for name, value in everything.items() if value not in (None, [], {})}
    if post.replied_to:
        payload["in_reply_to_tweet_id"] = post.replied_to.id
    return payload | (UNHEARD_OF if settings.unknown_fields else {})


def user_json(account: Account, fields: Collection[str]) -> dict[str, Any]:
    """Nobody follows anybody here, so of the metrics only the number of posts is more than nought."""
    known = {
        "description": account.description,
        "verified": account.verified,
        "verified_type": "blue" if account.verified else "none",
        "public_metrics": {
            "followers_count": 0,
            "following_count": 0,
            "tweet_count": account.posted,
            "listed_count": 0,
            "like_count": 0,
            "media_count": 0,
        },
        "protected": account.protected,
        "created_at": timestamp(account.created_at),
    }
    basic = {"id": account.id, "name": account.name, "username": account.handle}
    return basic | {name: known[name] for name in fields if name in known}


def timestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"


def _all_fields(post: Post, settings: Settings) -> dict[str, Any]:
    text = post.text
    return {
        "id": post.id,
        "text": text,
        "edit_history_tweet_ids": post.chain[: post.chain.index(post.id) + 1],
        "author_id": post.author.id,
        "created_at": timestamp(post.created_at),
        "conversation_id": post.conversation_id,
        "in_reply_to_user_id": post.replied_to.author.id if post.replied_to else None,
        "referenced_tweets": _references(post),
        "entities": entities(post, text),
        "lang": post.lang if len(post.body.split()) > 2 else "und",
        "note_tweet": _note(post),
        "display_text_range": [len(post.prefix), len(text)],
        "reply_settings": post.reply_settings,
        "possibly_sensitive": False,
        "edit_controls": _edit_controls(post, settings),
    }


def _edit_controls(post: Post, settings: Settings) -> dict[str, Any]:
    """How often and how long a post may still be edited; replies may not."""
    return {
        "edits_remaining": max(0, settings.edits + 1 - len(post.chain)),
        "is_edit_eligible": post.replied_to is None and post.retweeted is None,
        "editable_until": timestamp(post.first_at + settings.edit_window),
    }


def _references(post: Post) -> list[dict[str, str]]:
    kinds = {"replied_to": post.replied_to, "quoted": post.quoted, "retweeted": post.retweeted}
    return [{"type": kind, "id": other.id} for kind, other in kinds.items() if other]


def _note(post: Post) -> dict[str, Any] | None:
    if not post.is_long or post.retweeted:
        return None
    return {"text": post.full_text, "entities": entities(post, post.full_text)}
