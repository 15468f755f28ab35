"""The notation in which clinicians write what a rule looks for, and its translation for `regex`.

    (want|wish) to die        words in a row; `|` separates alternatives, brackets hold them
    bleed*                    a word that begins so
    {body}                    any entry of the word list `body`; {number} is any number
    [my] chest                `my` may be there or not
    chest ... pain            up to four words between; `...9` up to nine
    signs ~ stroke            up to eight words between, none of a person; `~20` up to twenty
    ^ thanks $                the beginning and the end of a sentence
    {fever} & {chemo}         both somewhere in the post
    /[A-Z]{2}/                the engineers' way out: a regular expression

Apostrophes may be missing in the post. Nothing reaches over the end of a sentence, except `&`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

import regex

TIMEOUT = 0.05  # seconds for one pattern on one post; the caller holds the post when it is over

Words = Mapping[str, Sequence[str]]

_TOKEN = regex.compile(r"\s*(?P<sign>/(?:[^/\\]|\\.)+/|\{\w+\}|\.\.\.\d*|~\d*|[()|\[\]^$?]|[^\s()|\[\]{}]+)")
_BETWEEN = r"(?:[^\w.!?;\n]{1,6}|\.{2,}\s?|(?<=\d)(?=\p{L}))"
_START = r"(?:(?<=^|[.!?;:\n]\W{0,4})|(?<=^(?:[@#][\w]+\W{1,3}){1,6}))"
_END = r"(?=[^\w.!?;]{0,4}(?:$|[.!?;\n]))"
_MARKS = {"^": _START, "$": _END, "?": r"\W{0,4}\?"}
_LETTERS = regex.compile(r"[^\W\d_]+")
_LOOKED_AT = 5  # letters of a word that decide whether a search is worth its time
_ANY_WORD = r"[\w'-]+"
_PERSON = "someone"  # the word list that `~` does not step over


class BadPatternError(ValueError):
    """A pattern that cannot be read; the message says where."""


Needed = tuple[frozenset[str], ...]  # of each set a post must have a word that begins so


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a pattern. It can only be in a post that has what is `needed`: a cheap look first."""

    source: str
    needed: Needed

    def find(self, text: str) -> list[tuple[int, int]]:
        if self.needed:
            there = _beginnings_in(text)
            for beginnings in self.needed:
                if beginnings.isdisjoint(there):
                    return []
        return [match.span() for match in _search(self.source).finditer(text, timeout=TIMEOUT)]


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern: every part of it must be found. `notation` is what the clinician wrote."""

    notation: str
    parts: tuple[Part, ...]

    def find(self, text: str) -> list[tuple[int, int]]:
        """Where it stands, each part's places; empty unless all parts are there."""
        places: list[tuple[int, int]] = []
        for part in self.parts:
            found = part.find(text)
            if not found:
                return []
            places += found
        return places


def compiled(notation: str, words: Words) -> Pattern:
    """Raises BadPatternError for unknown word lists, unbalanced brackets and the like."""
    read = [_Parser(part, words).whole() for part in regex.split(r"\s&\s", notation)]
    return Pattern(notation, tuple(Part(r.source, r.needed) for r in read))


@cache
def _search(source: str) -> "regex.Pattern[str]":
    """Built on its first use: most patterns are passed over after the cheap look, and a start is quick."""
    return regex.compile(source, regex.V1)


@lru_cache(maxsize=1)
def _beginnings_in(text: str) -> frozenset[str]:
    """The first letters of each word."""
    words = set(_LETTERS.findall(text.replace("'", "")))
    return frozenset(word[:length] for word in words for length in range(1, _LOOKED_AT + 1))


def _beginning(stem: str) -> Needed:
    letters = _LETTERS.match(stem.replace("'", ""))
    return (frozenset((letters[0][:_LOOKED_AT],)),) if letters else ()


def _any_of(found: Sequence[Needed]) -> Needed:
    """What is needed where one of several will do: the rarest need of each."""
    if not all(found):
        return ()
    return (frozenset().union(*(min(needed, key=len) for needed in found)),)


@dataclass(frozen=True, slots=True)
class _Item:
    source: str
    needed: Needed = ()
    optional: bool = False
    glued: bool = False  # a sentence mark: stands beside its neighbour without a separator
    most: int = 0  # a gap: up to so many words


class _Parser:
    """Reads one part of a pattern from left to right."""

    def __init__(self, notation: str, words: Words, inside: tuple[str, ...] = ()) -> None:
        self.notation = notation
        self.words = words
        self.inside = inside  # the lists that we are in: a list must not contain itself
        self.signs = [match["sign"] for match in _TOKEN.finditer(notation)]
        self.place = 0

    def whole(self) -> _Item:
        item = self._alternatives()
        if self.place < len(self.signs):
            raise BadPatternError(f"{self.notation!r}: unexpected {self.signs[self.place]!r}")
        if not item.source:
            raise BadPatternError(f"{self.notation!r}: nothing to look for")
        return item

    def _alternatives(self) -> _Item:
        found = [_joined(list(self._items()))]
        while self._take("|"):
            found.append(_joined(list(self._items())))
        return _either(found)

    def _items(self) -> Iterator[_Item]:
        while self.place < len(self.signs) and self.signs[self.place] not in ("|", ")", "]"):
            yield self._item()

    def _item(self) -> _Item:
        sign = self.signs[self.place]
        self.place += 1
        if sign in ("(", "["):
            inner = self._alternatives()
            if not self._take(")" if sign == "(" else "]"):
                raise BadPatternError(f"{self.notation!r}: a bracket is not closed")
            return replace(inner, optional=sign == "[")
        if sign.startswith("..."):
            return _Item(_ANY_WORD, most=int(sign[3:] or 4))
        if sign.startswith("~"):
            person = self._list(_PERSON).source
            return _Item(f"(?!{person}){_ANY_WORD}", most=int(sign[1:] or 8))
        return self._plain(sign)

    def _plain(self, sign: str) -> _Item:
        if sign in _MARKS:
            return _Item(_MARKS[sign], glued=True)
        if sign == "{number}":
            return _Item(r"(?<![\w.,])\d+(?:[.,]\d+)?")
        if sign.startswith("{"):
            return self._list(sign[1:-1])
        if sign.startswith("/") and len(sign) > 1:
            return self._as_written(sign[1:-1])
        return _word(sign)

    def _as_written(self, source: str) -> _Item:
        """A regular expression. It alone can be wrong in a way that reading does not notice."""
        try:
            regex.compile(source, regex.V1)
        except regex.error as error:
            raise BadPatternError(f"{self.notation!r}: {error}") from error
        return _Item(f"(?:{source})")

    def _list(self, name: str) -> _Item:
        if name not in self.words:
            raise BadPatternError(f"{self.notation!r}: there is no word list {name!r}")
        if name in self.inside:
            raise BadPatternError(f"{self.notation!r}: the word list {name!r} contains itself")
        inner = (*self.inside, name)
        return _either([_Parser(entry, self.words, inner).whole() for entry in self.words[name]])

    def _take(self, sign: str) -> bool:
        taken = self.signs[self.place : self.place + 1] == [sign]
        self.place += taken
        return taken


def _word(sign: str) -> _Item:
    """A word as a whole, or with `*` its beginning; signs and emoji as they are."""
    stem = sign.removesuffix("*")
    if not stem or "*" in stem:
        raise BadPatternError(f"{sign!r}: `*` may stand at the end of a word only")
    source = regex.escape(stem, literal_spaces=True).replace("'", "'?")
    if stem[0].isalnum():
        source = r"(?<![^\W\d])" + source
    if stem[-1].isalnum():
        source += r"[\w'-]*" if sign.endswith("*") else r"(?!\w)"
    return _Item(source, _beginning(stem))


def _either(found: Sequence[_Item]) -> _Item:
    if len(found) == 1:
        return found[0]
    source = f"(?:{'|'.join(item.source for item in found)})"
    return _Item(source, _any_of([item.needed for item in found]))


def _joined(items: list[_Item]) -> _Item:
    """The items in a row, with what may stand between two words.

    An optional item takes its separator with it: before it, or behind it at the very beginning.
    """
    source, started = "", False
    for item in items:
        source += _step(item, started)
        started = started or not (item.glued or item.optional or item.most)
    needed = [needed for item in items if not (item.optional or item.most) for needed in item.needed]
    return _Item(source, tuple(sorted(needed, key=len)))


def _step(item: _Item, started: bool) -> str:
    """An item with its separator, as it continues a row or begins one."""
    if item.glued:
        return item.source
    step = _BETWEEN + item.source if started else item.source + _BETWEEN
    if item.most:
        return f"(?:{step}){{0,{item.most}}}?"
    if item.optional:
        return f"(?:{step})?"
    return step if started else item.source
