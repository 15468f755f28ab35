"""Reads X's JSON. Pure: a dict in, a Post out.

X renames its fields (OpenAPI 2.167, 2026-08-07: `referenced_posts` for `referenced_tweets`, `note_post`
for `note_tweet`, …) and adds new ones without notice, so both spellings are read and what we do not
know is passed over.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import unescape
from typing import Any

from bot.x.port import Page, Post

#: What we ask for. No author expansion: a user object costs $0.010.
FIELDS = (
    "author_id",
    "created_at",
    "conversation_id",
    "display_text_range",
    "edit_history_tweet_ids",
    "entities",
    "in_reply_to_user_id",
    "lang",
    "note_tweet",
    "referenced_tweets",
)


class Unreadable(ValueError):
    """A post without an id, an author or a time: nothing can be done with it."""


def post(data: Mapping[str, Any]) -> Post:
    """One post. Raises Unreadable when what every post has is missing or of the wrong kind."""
    try:
        note = _either(data, "note_tweet", "note_post") or {}
        text = unescape(str(note.get("text") or data["text"]))
        references = _references(data)
        return Post(
            id=_id(data["id"]),
            text=text,
            author_id=_id(data["author_id"]),
            created_at=datetime.fromisoformat(data["created_at"]),
            chain=tuple(
                _id(i) for i in _either(data, "edit_history_tweet_ids", "edit_history_post_ids") or ()
            ),
            conversation_id=str(data.get("conversation_id") or ""),
            replied_to=references.get("replied_to", ""),
            quoted=references.get("quoted", ""),
            repost="retweeted" in references or "reposted" in references,
            mentions=_explicit_mentions(data, note, is_reply="replied_to" in references),
            lang=str(data.get("lang") or ""),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise Unreadable(f"{type(error).__name__}: {error}") from error


def page(answer: Mapping[str, Any]) -> Page:
    """The posts of a list answer. One that cannot be read does not cost us the others."""
    found, unreadable = [], 0
    for data in answer.get("data") or ():
        try:
            found.append(post(data))
        except Unreadable:
            unreadable += 1
    return Page(tuple(found), unreadable)


def _either(data: Mapping[str, Any], old: str, new: str) -> Any:
    return data[old] if data.get(old) is not None else data.get(new)


def _id(value: object) -> str:
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) <= 19):
        raise ValueError(f"not an id: {text[:30]!r}")
    return text


def _references(data: Mapping[str, Any]) -> dict[str, str]:
    listed: Sequence[Mapping[str, Any]] = _either(data, "referenced_tweets", "referenced_posts") or ()
    return {str(one["type"]): _id(one["id"]) for one in listed}


def _explicit_mentions(
    data: Mapping[str, Any], note: Mapping[str, Any], *, is_reply: bool
) -> tuple[str, ...]:
    """Handles that the author typed. In a reply X puts the others in front by itself, and those stand
    before the displayed part of the text; whether they summon us is not documented.
    """
    shown_from = (data.get("display_text_range") or [0])[0] if is_reply else 0
    entities = [*((data.get("entities") or {}).get("mentions") or ())]
    entities += (note.get("entities") or {}).get("mentions") or ()
    return tuple(dict.fromkeys(str(m["username"]) for m in entities if int(m.get("start", 0)) >= shown_from))
