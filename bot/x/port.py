"""X as the rest of askhour sees it: what can be asked of it, and what its failures mean for us."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Post:
    """A post as X shows it. Ids are decimal strings: they do not fit into a JSON number.

    `chain` holds every id of an edited post, the first one first; `text` is the whole text, also of a
    long post. `repost` is true for a retweet.
    """

    id: str
    text: str
    author_id: str
    created_at: datetime
    chain: tuple[str, ...] = ()
    conversation_id: str = ""
    replied_to: str = ""
    quoted: str = ""
    repost: bool = False
    mentions: tuple[str, ...] = ()  # handles typed or implied, without @, as written
    lang: str = ""

    @property
    def first_id(self) -> str:
        return self.chain[0] if self.chain else self.id


@dataclass(frozen=True, slots=True)
class Page:
    """Some posts, newest first; `unreadable` counts those that X sent in a form we cannot use."""

    posts: tuple[Post, ...]
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    handle: str
    name: str = ""


class XError(Exception):
    """A call to X that did not do what we asked."""


class PostRefused(XError):
    """X said no for good: sending it again would be refused again."""


class NotSummoned(PostRefused):
    """X's reply gate: the author did not mention us. Post it as the host's own, or by hand."""


class PostGone(PostRefused):
    """The post to answer was deleted, or cannot be seen by us."""


class OddlyRefused(PostRefused):
    """X said no without a reason, as it now and then does: nothing is out, one more try is worth it."""


class PostUnsure(XError):
    """It may be out: a time-out, a 5xx, or an answer that cannot be read."""


class PostDuplicate(PostUnsure):
    """X says that this text is out already: perhaps by our own call, whose answer got lost."""


class PostDelayed(XError):
    """X wants us to wait; `until` (UTC) says how long, None means that it did not say."""

    def __init__(self, message: str, until: datetime | None = None) -> None:
        super().__init__(message)
        self.until = until


class XClosed(XError):
    """No call can work until a person acts: no credits, bad keys, usage cap. Stop everything."""


class XUnavailable(XError):
    """A read that failed and may be tried again: nothing is lost by it."""


class X(Protocol):
    """One X account, with which we host."""

    def me(self) -> Person:
        """Who we are. Free (x-api plugin guide, Aug 2026)."""
        ...

    def post(self, text: str, *, in_reply_to: str = "") -> str:
        """Posts, and returns the new post's id. Never tries twice.

        Raises PostRefused, PostUnsure, PostDelayed or XClosed.
        """
        ...

    def delete(self, post_id: str) -> None: ...

    def mentions(self, *, since_id: str = "") -> Iterator[Page]:
        """Pages of posts that mention us, down to `since_id` (not included).

        Raises XUnavailable, PostDelayed or XClosed in the middle of the pages, too.
        """
        ...

    def search(self, query: str, *, since: datetime) -> Iterator[Page]:
        """Pages of recent posts that fit a query, back to a moment (UTC; at most 7 days ago).

        Each post costs $0.005. Raises as `mentions` does.
        """
        ...

    def own_posts(self, *, since: datetime) -> Sequence[Post]:
        """Our own timeline since a moment (UTC), complete, newest first."""
        ...

    def lookup(self, ids: Sequence[str]) -> dict[str, Post]:
        """Those of the posts (at most 100) that still exist and that we may see."""
        ...

    def people(self, ids: Sequence[str]) -> dict[str, Person]:
        """Those of the people (at most 100) that X shows us, at $0.010 each."""
        ...
