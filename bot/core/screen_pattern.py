"""The notation in which clinicians write what a rule looks for, and its translation for `regex`.

    (want|wish) to die        words in a row; `|` separates alternatives, brackets hold them together
    bleed*                    a word that begins so
    {body}                    any entry of the word list `body`; {number} is any number
    [my] chest                `my` may be there or not
    chest ... pain            up to four words between; `...9` up to nine
    signs ~ stroke            up to eight words between, none of which speaks of a person
    ^ thanks $                the beginning and the end of a sentence
    {fever} & {chemo}         both somewhere in the post
    /[A-Z]{2}/                the engineers' way out: a regular expression

Apostrophes may be missing in the post. Nothing reaches over the end of a sentence, except `&`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import regex

TIMEOUT = 0.05  # seconds for one pattern on one post; the caller holds the post when it is over

Words = Mapping[str, Sequence[str]]

_TOKEN = regex.compile(
    r"\s*(?P<token>/(?:[^/\\]|\\.)+/|\{\w+\}|\.\.\.\d*|[()|\[\]~^$?]|[^\s()|\[\]{}]+)"
)
_BETWEEN = r"(?:[^\w.!?;\n]{1,6}|\.{2,}\s?|(?<=\d)(?=\p{L}))"
_START = r"(?:(?<=^|[.!?;:\n]\W{0,4})|(?<=^(?:[@#][\w]+\W{1,3}){1,6}))"
_END = r"(?=[^\w.!?;]{0,4}(?:$|[.!?;\n]))"
_PERSON = "someone"  # the word list that `~` does not step over


class BadPattern(ValueError):
    """A pattern that cannot be read; the message says where."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern: every part of it must be found. `notation` is what the clinician wrote."""

    notation: str
    parts: tuple["regex.Pattern[str]", ...]

    def find(self, text: str) -> list[tuple[int, int]]:
        """Where it stands, each part's places; empty unless all parts are there."""
        places: list[tuple[int, int]] = []
        for part in self.parts:
            found = [match.span() for match in part.finditer(text, timeout=TIMEOUT)]
            if not found:
                return []
            places += found
        return places


def compiled(notation: str, words: Words) -> Pattern:
    """Raises BadPattern for unknown word lists, unbalanced brackets and the like."""
    parts = [_Parser(part, words).whole() for part in regex.split(r"\s&\s", notation)]
    try:
        return Pattern(notation, tuple(regex.compile(part, regex.V1) for part in parts))
    except regex.error as error:
        raise BadPattern(f"{notation!r}: {error}") from error


@dataclass(frozen=True, slots=True)
class _Item:
    source: str
    optional: bool = False
    glued: bool = False  # stands beside its neighbour without a separator: gaps, sentence marks


class _Parser:
    """Reads one part of a pattern from left to right."""

    def __init__(self, notation: str, words: Words, inside: tuple[str, ...] = ()) -> None:
        self.notation = notation
        self.words = words
        self.inside = inside  # the lists that we are in: a list must not contain itself
        self.tokens = [match["token"] for match in _TOKEN.finditer(notation)]
        self.place = 0

    def whole(self) -> str:
        source = self._alternatives()
        if self.place < len(self.tokens):
            raise BadPattern(f"{self.notation!r}: unexpected {self.tokens[self.place]!r}")
        if not source:
            raise BadPattern(f"{self.notation!r}: nothing to look for")
        return source

    def _alternatives(self) -> str:
        found = [self._row()]
        while self._take("|"):
            found.append(self._row())
        return found[0] if len(found) == 1 else f"(?:{'|'.join(found)})"

    def _row(self) -> str:
        return _joined(list(self._items()))

    def _items(self) -> Iterator[_Item]:
        while self.place < len(self.tokens) and self.tokens[self.place] not in ("|", ")", "]"):
            yield self._item()

    def _item(self) -> _Item:
        token = self.tokens[self.place]
        self.place += 1
        if token in ("(", "["):
            source = self._alternatives()
            if not self._take(")" if token == "(" else "]"):
                raise BadPattern(f"{self.notation!r}: a bracket is not closed")
            return _Item(source, optional=token == "[")
        if token.startswith("..."):
            return _Item(rf"(?:{_BETWEEN}[\w'’-]+){{0,{token[3:] or 4}}}?", glued=True)
        if token == "~":
            person = self._list(_PERSON)
            return _Item(rf"(?:{_BETWEEN}(?!{person})[\w'’-]+){{0,8}}?", glued=True)
        return self._plain(token)

    def _plain(self, token: str) -> _Item:
        match token:
            case "^":
                return _Item(_START, glued=True)
            case "$":
                return _Item(_END, glued=True)
            case "?":
                return _Item(r"\W{0,4}\?", glued=True)
            case "{number}":
                return _Item(r"(?<![\w.,])\d+(?:[.,]\d+)?")
        if token.startswith("{"):
            return _Item(self._list(token[1:-1]))
        if token.startswith("/") and len(token) > 1:
            return _Item(f"(?:{token[1:-1]})")
        return _Item(_word(token))

    def _list(self, name: str) -> str:
        if name not in self.words:
            raise BadPattern(f"{self.notation!r}: there is no word list {name!r}")
        if name in self.inside:
            raise BadPattern(f"{self.notation!r}: the word list {name!r} contains itself")
        inner = (*self.inside, name)
        parts = [_Parser(entry, self.words, inner).whole() for entry in self.words[name]]
        return f"(?:{'|'.join(parts)})"

    def _take(self, token: str) -> bool:
        taken = self.tokens[self.place : self.place + 1] == [token]
        self.place += taken
        return taken


def _word(token: str) -> str:
    """A word as a whole, or with `*` its beginning; signs and emoji as they are."""
    stem = token.removesuffix("*")
    if not stem or "*" in stem:
        raise BadPattern(f"{token!r}: `*` may stand at the end of a word only")
    source = regex.escape(stem, literal_spaces=True).replace("'", "'?")
    if stem[0].isalnum():
        source = r"(?<![^\W\d])" + source
    if stem[-1].isalnum():
        source += r"[\w'-]*" if token.endswith("*") else r"(?!\w)"
    return source


def _joined(items: list[_Item]) -> str:
    """The items in a row, with what may stand between two words.

    An optional item takes its separator with it: before it, or behind it at the very beginning.
    """

    def add(row: tuple[str, bool], item: _Item) -> tuple[str, bool]:
        source, started = row
        if item.glued:
            return source + item.source, started
        if not started:
            return (source + f"(?:{item.source}{_BETWEEN})?", False) if item.optional else (source + item.source, True)
        step = _BETWEEN + item.source
        return source + (f"(?:{step})?" if item.optional else step), True

    return reduce(add, items, ("", False))[0]
