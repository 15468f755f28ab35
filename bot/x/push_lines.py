"""From the bytes of a stream to posts. Pure: nothing here knows of connections, and no byte can break it."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from bot.x import reading
from bot.x.meaning import Answer
from bot.x.port import Post
from bot.x.reading import Unreadable

LONGEST = 1_000_000  # bytes; a post with everything that X attaches to it stays far below
ACTIVITIES = ("post.mention.create", "post.reply.create", "post.quote.create")


class Lines:
    """Cuts bytes into lines, however they come in. A line that is too long for memory is dropped."""

    def __init__(self, longest: int = LONGEST) -> None:
        self.dropped = 0
        self._longest = longest
        self._rest = bytearray()
        self._dropping = False

    def feed(self, chunk: bytes) -> list[bytes]:
        """The lines that `chunk` completes, without their ends. A keep-alive is an empty one."""
        *ended, rest = chunk.split(b"\n")
        lines = [line for end in ended if (line := self._end(end)) is not None]
        self._add(rest)
        return lines

    def _end(self, last: bytes) -> bytes | None:
        self._add(last)
        line, dropped = bytes(self._rest), self._dropping
        self._rest.clear()
        self._dropping = False
        return None if dropped else line.removesuffix(b"\r")

    def _add(self, part: bytes) -> None:
        if self._dropping:
            return
        self._rest += part
        if len(self._rest) > self._longest:
            self._rest.clear()
            self._dropping = True
            self.dropped += 1


@dataclass(frozen=True, slots=True)
class Problem:
    """X says inside the stream what is wrong with it, mostly just before it ends it."""

    answer: Answer


#: What a line holds; None when it holds nothing for us: a keep-alive, somebody else's rule, a new kind.
Found = Post | Problem | None


def filtered(line: bytes, *, tag: str, rule_ids: Collection[str] = ()) -> Found:
    """A line of the filtered stream. Raises Unreadable, and nothing else.

    An app has one stream for all its rules: what only somebody else's rule matched is not for us.
    """
    try:
        found = _object(line)
        if found is None or "data" not in found:
            return _problem(found)
        if not _is_ours(found.get("matching_rules"), tag, rule_ids):
            return None
        return reading.post(found["data"])
    except Exception as error:  # whatever a line holds, it costs no more than itself
        raise Unreadable(type(error).__name__) from error


def activity(line: bytes, *, user_id: str) -> Found:
    """A line of the X Activity API. Raises Unreadable, and nothing else."""
    try:
        found = _object(line)
        if found is None or "data" not in found:
            return _problem(found)
        event = found["data"]
        owner = (event.get("filter") or {}).get("user_id")
        if event["event_type"] not in ACTIVITIES or str(owner or user_id) != user_id:
            return None
        return reading.post(_with_reference(event["payload"]))
    except Exception as error:
        raise Unreadable(type(error).__name__) from error


def _object(line: bytes) -> Mapping[str, Any] | None:
    if not line.strip():
        return None
    found = json.loads(line.decode(), strict=False)  # a bare tab in a text is no reason to lose it
    if not isinstance(found, dict):
        raise TypeError("not an object")
    return found


def _problem(found: Mapping[str, Any] | None) -> Problem | None:
    """Neither an error about one thing (`resource_type`) nor a new kind of message is about the stream."""
    if found is None:
        return None
    errors = [error for error in found.get("errors") or () if "resource_type" not in error]
    if not errors and not found.keys() & {"title", "detail", "disconnect_type", "connection_issue"}:
        return None
    said = {**found, **(errors[0] if errors else {}), "errors": errors}
    status = said.get("status")
    return Problem(Answer(status if isinstance(status, int) else 0, json.dumps(said), {}))


def _is_ours(rules: Any, tag: str, rule_ids: Collection[str]) -> bool:
    """A rule without a tag has none here either; where X names no rules, the post is for us."""
    if not rules:
        return True
    return any(rule.get("tag") == tag or rule.get("id") in rule_ids for rule in rules)


def _with_reference(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """These payloads may say only here what they reply to."""
    parent = payload.get("in_reply_to_tweet_id") or payload.get("in_reply_to_post_id")
    if not parent or payload.get("referenced_tweets") or payload.get("referenced_posts"):
        return payload
    return {**payload, "referenced_tweets": [{"type": "replied_to", "id": parent}]}
