"""What was learned from our own sentences: a second reader beside the rules, with its reasons.

The signs are words, neighbouring words, what kind of word it is (`<body> <symptom>`) and short runs
of letters, which survive a slip of the pen. Each sign has a weight for each label, written down in
`config/guardrails/learned.json`. Nothing else is learned, and nothing is learned while it runs.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import regex

from bot.core.screen import Evidence, Label, Post

Span = tuple[int, int]

_WORD = regex.compile(r"[\p{L}\p{M}]+(?:'\p{L}+)?|\d+(?:[.,]\d+)*|[?!]|\p{Extended_Pictographic}")
_LETTERS = (3, 4, 5)  # lengths of the runs of letters
_MOST_WORDS = 80  # of a post: what comes later is left to the rules
_LONGEST = 14  # letters of a word that are looked at
_SHOWN = 3  # signs named as a reason


class Kinds:
    """Tells what kind of word a word is, after the lists in `words.yaml`."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        """`words`: kind to entries; an entry ends in `*` where the word may go on."""
        self._whole: dict[str, str] = {}
        self._stems: dict[str, str] = {}
        for kind, entries in words.items():
            for entry in entries:
                place = self._stems if entry.endswith("*") else self._whole
                place.setdefault(entry.removesuffix("*"), f"<{kind}>")

    def __call__(self, word: str) -> str:
        """The kind, or the word itself."""
        if word[0].isdigit():
            return "<number>"
        if known := self._whole.get(word):
            return known
        stems = (self._stems.get(word[:length]) for length in range(len(word), 2, -1))
        return next((stem for stem in stems if stem), word)


def signs(text: str, kinds: Kinds) -> dict[str, Span]:
    """Every sign in a folded text, and where it stands first."""
    found: dict[str, Span] = {}
    places = [match.span() for match in _WORD.finditer(text)][:_MOST_WORDS]
    words = [text[start:end].replace("'", "") for start, end in places]
    kind = [kinds(word) for word in words]
    for i in range(len(words)):
        for sign, last in _signs_at(words, kind, i):
            found.setdefault(sign, (places[i][0], places[last][1]))
        for run in _runs(words[i]):
            found.setdefault(run, places[i])
    return found


def _signs_at(words: Sequence[str], kind: Sequence[str], i: int) -> Iterator[tuple[str, int]]:
    """The signs that begin with word `i`, and the number of their last word."""
    yield f"w {words[i]}", i
    if kind[i] != words[i]:
        yield f"k {kind[i]}", i
    if i == 0:
        yield f"first {kind[0]}", 0
    for last in (i + 1, i + 2):
        if last < len(words):
            yield f"w {' '.join(words[i : last + 1])}", last
            if kind[i : last + 1] != words[i : last + 1]:
                yield f"k {' '.join(kind[i : last + 1])}", last
    for last in range(i + 2, min(i + 5, len(words))):
        yield f"far {kind[i]} {kind[last]}", last


def _runs(word: str) -> Iterator[str]:
    if not word[0].isalpha():
        return
    framed = f"_{word[:_LONGEST]}_"
    for length in _LETTERS:
        for start in range(len(framed) - length + 1):
            yield f"c {framed[start : start + length]}"


@dataclass(frozen=True, slots=True)
class Learned:
    """How likely each label is. `weights` holds for each sign a number for each of `labels`."""

    labels: tuple[Label, ...]
    base: tuple[float, ...]
    weights: Mapping[str, Sequence[float]]
    kinds: Kinds

    def odds(self, found: Mapping[str, Span]) -> list[float]:
        """The logarithm of the odds of each label, in the order of `labels`."""
        totals = list(self.base)
        scale = {"c": 0, "w": 0}
        known = []
        for sign in found:
            group = "c" if sign[0] == "c" else "w"
            scale[group] += 1
            if weights := self.weights.get(sign):
                known.append((group, weights))
        for group, weights in known:
            share = 1 / math.sqrt(scale[group])
            for i, weight in enumerate(weights):
                totals[i] += weight * share
        return totals


