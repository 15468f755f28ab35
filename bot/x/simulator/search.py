"""X's search language, as far as anybody here uses it, for recent search and for stream rules."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.x.simulator.posts import Post, hashtags_in

_TOKEN = re.compile(r'-?"[^"]*"|-?\(|\)|[^\s()]+')
_WORD = re.compile(r"\w+")


class QueryError(ValueError):
    """A query that X refuses, and why."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a query is held against; on the stream that includes what the post quotes."""

    post: Post
    texts: tuple[str, ...]

    @property
    def words(self) -> set[str]:
        return {word.casefold() for text in self.texts for word in _WORD.findall(text)}

    @property
    def tags(self) -> set[str]:
        return {tag.casefold() for text in self.texts for tag in hashtags_in(text)}


Test = Callable[[Content], bool]


@dataclass(frozen=True, slots=True)
class Query:
    """A query that was understood."""

    test: Test

    def matches(self, post: Post, *, with_quoted: bool = False) -> bool:
        origin = post.retweeted or post
        texts = [origin.body]
        if with_quoted and origin.quoted:
            texts.append(origin.quoted.body)
        return self.test(Content(post, tuple(texts)))


def parse(query: str) -> Query:
    """OR binds less than standing side by side, as on X."""
    parser = _Parser(_TOKEN.findall(query))
    test = parser.alternatives()
    if parser.tokens:
        raise QueryError(f"unexpected {parser.tokens[0]!r}")
    if not parser.stands_alone:
        raise QueryError("a query needs a keyword, a hashtag, a mention or from: that is not negated")
    return Query(test)


class _Parser:
    def __init__(self, tokens: Iterable[str]) -> None:
        self.tokens = list(tokens)
        self.stands_alone = False

    def alternatives(self) -> Test:
        tests = [self._together()]
        while self.tokens and self.tokens[0] == "OR":
            self.tokens.pop(0)
            tests.append(self._together())
        return lambda content: any(test(content) for test in tests)

    def _together(self) -> Test:
        tests = []
        while self.tokens and self.tokens[0] not in {"OR", ")"}:
            tests.append(self._one(self.tokens.pop(0)))
        if not tests:
            raise QueryError("an empty query or group")
        return lambda content: all(test(content) for test in tests)

    def _one(self, token: str) -> Test:
        negated = token.startswith("-")
        if token.lstrip("-") == "(":
            test = self.alternatives()
            if not self.tokens:
                raise QueryError("a bracket is not closed")
            self.tokens.pop(0)
        else:
            test, standalone = _term(token.removeprefix("-"))
            self.stands_alone |= standalone and not negated
        return (lambda content: not test(content)) if negated else test


def _term(term: str) -> tuple[Test, bool]:
    """The test, and whether it may stand alone in a query."""
    low = term.casefold()
    operator, _, value = low.partition(":")
    if operator in {"is", "has", "lang"} and value:
        return _property(operator, value), False
    return _keyword(low, operator, value.lstrip("@")), True


def _keyword(low: str, operator: str, value: str) -> Test:
    by_operator: dict[str, Test] = {
        "from": lambda c: c.post.author.handle.casefold() == value,
        "to": lambda c: _answers(c.post, value),
        "conversation_id": lambda c: c.post.conversation_id == value,
    }
    by_sign: dict[str, Test] = {
        "#": lambda c: low[1:] in c.tags,
        "@": lambda c: _mentions(c.post, low[1:]),
        '"': lambda c: any(low.strip('"') in text.casefold() for text in c.texts),
    }
    known = by_operator.get(operator) or by_sign.get(low[:1])
    return known or (lambda c: all(word in c.words for word in _WORD.findall(low)))


def _property(operator: str, value: str) -> Test:
    tests: dict[str, Test] = {
        "is:retweet": lambda c: c.post.retweeted is not None,
        "is:reply": lambda c: c.post.replied_to is not None,
        "is:quote": lambda c: c.post.quoted is not None,
        "has:links": lambda c: len(c.post.short_links) > 1,
        "has:mentions": lambda c: bool(c.post.mentions),
    }
    if operator == "lang":
        return lambda c: c.post.lang == value
    if f"{operator}:{value}" not in tests:
        raise QueryError(f"unknown operator {operator}:{value}")
    return tests[f"{operator}:{value}"]


def _answers(post: Post, handle: str) -> bool:
    return post.replied_to is not None and post.replied_to.author.handle.casefold() == handle


def _mentions(post: Post, handle: str) -> bool:
    origin = post.retweeted or post
    return any(account.handle.casefold() == handle for account in origin.mentions)
