"""Accounts and posts, as X keeps them."""

import html
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from bot.core.weigh import MAX_WEIGHT, url_spans, weighted_length

_MENTION = re.compile(r"(?<![\w@])@(\w{1,15})")
_HASHTAG = re.compile(r"(?<![\w&])#(\w*[^\W\d_]\w*)")
_CASHTAG = re.compile(r"(?<![\w$])\$([A-Za-z]{1,6})\b")
_SHORT_LINK = re.compile(r"https://t\.co/\w+")


@dataclass(eq=False, slots=True)
class Account:
    """Somebody on X. A protected account's posts are seen by nobody else here."""

    id: str
    handle: str
    name: str
    created_at: datetime
    verified: bool = False
    protected: bool = False
    description: str = ""
    posted: int = 0  # what its page shows: a deleted post no longer counts


@dataclass(eq=False, slots=True)
class Post:
    """One version of a post; an edit makes another, its id at the end of the same `chain`."""

    id: str
    author: Account
    body: str  # as it was typed
    created_at: datetime
    visible_at: datetime  # in timelines, search and the stream; a look-up finds it at once
    conversation_id: str
    chain: list[str]
    first_at: datetime  # when its first version was posted
    replied_to: "Post | None" = None
    quoted: "Post | None" = None
    retweeted: "Post | None" = None
    implicit: tuple[Account, ...] = ()  # whom a reply mentions without anybody typing it
    explicit: tuple[Account, ...] = ()
    reply_settings: str = "everyone"
    lang: str = "en"
    deleted: bool = False
    hidden: bool = False  # by the author of the conversation, behind a click
    by_api: bool = False
    short_links: dict[str, str] = field(default_factory=dict)  # what was typed -> t.co

    @property
    def key(self) -> str:
        """The first id of the chain: the same for every version."""
        return self.chain[0]

    @property
    def is_latest(self) -> bool:
        return self.chain[-1] == self.id

    @property
    def mentions(self) -> tuple[Account, ...]:
        return self.implicit + self.explicit

    @property
    def prefix(self) -> str:
        return "".join(f"@{account.handle} " for account in self.implicit)

    @property
    def text(self) -> str:
        """As the API returns it: mentions first, links shortened, HTML escaped, long ones cut."""
        if self.retweeted:
            whole = f"RT @{self.retweeted.author.handle}: {self.retweeted.text}"
            return whole if len(whole) <= 140 else whole[:139] + "…"
        if self.is_long:
            link = self.short_links.get("", "https://t.co/0000000000")
            return self.prefix + html.escape(self.body[:250], quote=False) + f"… {link}"
        return self.full_text

    @property
    def full_text(self) -> str:
        """The text before X cuts it; for a long post this is what `note_tweet` holds."""
        return html.escape(self.prefix + self._shortened(), quote=False)

    @property
    def is_long(self) -> bool:
        return weighted_length(self.body) > MAX_WEIGHT

    def _shortened(self) -> str:
        pieces, position = [], 0
        for start, end in url_spans(self.body):
            typed = self.body[start:end]
            pieces += [self.body[position:start], self.short_links.get(typed, typed)]
            position = end
        quoted = f" {self.short_links[self.quoted.id]}" if self.quoted else ""
        return "".join([*pieces, self.body[position:], quoted])


@dataclass(frozen=True, slots=True)
class Context:
    """What a new post hangs on: another post, or earlier versions of itself."""

    replied_to: Post | None = None
    quoted: Post | None = None
    retweeted: Post | None = None
    chain: list[str] = field(default_factory=list)
    root: str = ""

    @classmethod
    def editing(cls, old: Post) -> Self:
        return cls(old.replied_to, old.quoted, chain=old.chain, root=old.conversation_id)

    @property
    def conversation_id(self) -> str:
        """Empty for a post that begins a conversation."""
        return self.root or (self.replied_to.conversation_id if self.replied_to else "")


@dataclass(frozen=True, slots=True)
class Happening:
    """A post that was made or deleted, as the streams tell of it."""

    post: Post
    seen_from: datetime
    deleted: bool = False


def handles_in(text: str) -> list[str]:
    return _MENTION.findall(text)


def hashtags_in(text: str) -> list[str]:
    return _HASHTAG.findall(text)


def cashtags_in(text: str) -> list[str]:
    return _CASHTAG.findall(text)


def typed(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def entities(post: Post, text: str) -> dict[str, Any]:
    """Where mentions, tags and links stand in the returned text, counted in code points."""
    origin = post.retweeted or post
    known = {account.handle.lower(): account for account in (*origin.mentions, origin.author)}
    links = {short: long for long, short in origin.short_links.items()}
    found = {
        "mentions": [
            _span(match) | {"username": match[1], "id": known[match[1].lower()].id}
            for match in _MENTION.finditer(text)
            if match[1].lower() in known
        ],
        "hashtags": [_span(match) | {"tag": match[1]} for match in _HASHTAG.finditer(text)],
        "cashtags": [_span(match) | {"tag": match[1]} for match in _CASHTAG.finditer(text)],
        "urls": [
            _span(match) | _link(match[0], links[match[0]], origin)
            for match in _SHORT_LINK.finditer(text)
            if match[0] in links
        ],
    }
    return {kind: items for kind, items in found.items() if items}


def _span(match: re.Match[str]) -> dict[str, Any]:
    return {"start": match.start(), "end": match.end()}


def _link(short: str, typed_link: str, post: Post) -> dict[str, str]:
    if post.quoted and typed_link == post.quoted.id:
        long = f"https://x.com/{post.quoted.author.handle}/status/{post.quoted.id}"
    elif not typed_link:
        long = f"https://x.com/i/web/status/{post.id}"
    else:
        long = typed_link if "://" in typed_link else f"http://{typed_link}"
    return {"url": short, "expanded_url": long, "display_url": long.partition("://")[2][:26]}
