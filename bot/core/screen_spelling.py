"""Mends the spelling of the words that matter, so that `chst pian` is seen as chest pain.

Only words that a rule watches for are mended, and only words that we do not know: a wrong guess
would be worse than none. Chat spellings (`u`, `shud`) and letters written apart or as digits
(`s u i c i d e`, `su1cide`) are read as what they mean.
"""

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property

import regex

from bot.core.text import Folded

_WORD = regex.compile(r"(?<!\w)\w(?:[ .*_-]\w){3,}(?!\w)|[\w'@$!*]+")
_DOUBLED = regex.compile(r"(\p{L})\1")
_DIGITS = str.maketrans("013457@$!", "oleastasi")
_SHORTEST = 5  # words shorter than this have too many neighbours to guess at


class Spelling:
    """Reads a folded text as its writer meant it. Spans still lead back to the posted text."""

    def __init__(
        self,
        spellings: Mapping[str, str],
        watched: Collection[str],
        known: Collection[str],
        stems: Collection[str] = (),
    ) -> None:
        self._spellings = dict(spellings)
        self._watched = frozenset(watched)
        self._known = frozenset(known) | self._watched
        self._stems = tuple(stems)  # how known words begin

    def mend(self, folded: Folded) -> Folded:
        pieces: list[str] = []
        origin: list[int] = []
        done = 0
        for word in _WORD.finditer(folded.text):
            start, end = word.span()
            meant = self._meant(word[0], _is_elongated(folded, start, end))
            if meant is None:
                continue
            pieces += folded.text[done:start], meant
            origin += folded.origin[done:start]
            origin += [folded.origin[start]] * len(meant)
            done = end
        pieces.append(folded.text[done:])
        return Folded("".join(pieces), (*origin, *folded.origin[done:]))

    def _meant(self, word: str, elongated: bool = False) -> str | None:
        """What stands for `word`; None where it may stay."""
        if word in self._spellings:
            return self._spellings[word]
        if word in self._known or word.startswith(self._stems) or word.isdigit():
            return None
        plain = regex.sub(r"[ .*_-]", "", word) if len(word) > 1 else word
        for guess in (plain, plain.translate(_DIGITS), plain.translate(_DIGITS).replace("l", "i")):
            if guess != word and guess in self._watched:
                return guess
        if elongated:
            return _DOUBLED.sub(r"\1", word)
        if len(word) >= _SHORTEST - 1 and word.isalpha():
            return self._near(word)
        return None

    def _near(self, word: str) -> str | None:
        """The one watched word that is a single slip away and begins alike."""
        near = {
            watched
            for key in (word, *_shorter(word))
            for watched in self._by_slip.get(key, ())
            if watched[0] == word[0] and _one_slip(word, watched)
        }
        return near.pop() if len(near) == 1 else None

    @cached_property
    def _by_slip(self) -> dict[str, list[str]]:
        index: dict[str, list[str]] = {}
        for watched in sorted(self._watched):
            if len(watched) >= _SHORTEST and watched.isalpha():
                for key in (watched, *_shorter(watched)):
                    index.setdefault(key, []).append(watched)
        return index


def _is_elongated(folded: Folded, start: int, end: int) -> bool:
    """Whether folding shortened a run of one letter in this word ("dieeee")."""
    text, origin = folded.text, folded.origin
    return any(text[i] == text[i - 1] and origin[i + 1] - origin[i] > 1 for i in range(start + 1, end))


def _shorter(word: str) -> Iterator[str]:
    return (word[:i] + word[i + 1 :] for i in range(len(word)))


def _one_slip(one: str, other: str) -> bool:
    """One letter missing, added, changed, or two neighbours swapped."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if start is None:
        return True
    rest, others = one[start:], other[start:]
    return (
        rest[1:] == others[1:]
        or rest[1:] == others
        or rest == others[1:]
        or (rest[2:] == others[2:] and rest[:2] == others[1::-1])
    )
