"""How near a question comes to every wording of an FAQ: words, letters and the order of words.

Everything that is multiplied is laid out in numpy arrays once, when the FAQ is read. A word of the
question is related to each word of the FAQ, fully when they share their stem, partly by the letters
that they share; a wording is as near as its words are.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from bot.core.match_words import GRAMMAR, letter_groups, pairs, stem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

GRAMMAR_COUNTS = 0.5  # of what a word with a subject counts
ALIKE = 0.5  # share of letters from which two words may be the same one, mistyped
ALIKE_COUNTS = 0.5  # how much such words count beside all shared letters
ORDER_COUNTS = 0.3  # neighbouring words, beside single ones
ALL_WORDINGS_COUNT = 0.3  # the sum over an entry's wordings, beside the nearest one


@dataclass(frozen=True, slots=True)
class Nearness:
    """One number for each wording and each entry, from 0; above 1 for the very same words."""

    wordings: Floats
    entries: Floats


class Lookup:
    """An inverted index: which rows hold a key, and with what weight."""

    def __init__(self, rows: Sequence[Sequence[object]]) -> None:
        ids, self.ids = numbered(rows)
        held_by = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
        order = np.argsort(ids, kind="stable")
        self.rows: Ints = held_by[order]
        self.starts: Ints = np.searchsorted(ids[order], np.arange(len(self.ids) + 1))

    def collect(self, weights: Mapping[object, float], size: int) -> Floats:
        """For each row the sum of `weights` over the keys that it holds."""
        known = [(self.ids[key], weight) for key, weight in weights.items() if key in self.ids]
        if not known:
            return np.zeros(size)
        spans = [self.rows[self.starts[k] : self.starts[k + 1]] for k, _ in known]
        repeated = np.repeat([weight for _, weight in known], [len(span) for span in spans])
        return _sums(np.concatenate(spans), repeated, size)


def numbered(rows: Sequence[Sequence[object]]) -> tuple[Ints, dict[object, int]]:
    """All keys of all rows as numbers, one after the other, and the number of each key."""
    ids: dict[object, int] = {}
    flat = [ids.setdefault(key, len(ids)) for key in chain.from_iterable(rows)]
    return np.array(flat, dtype=np.int64), ids


def _sums(places: Ints, weights: Floats, size: int) -> Floats:
    return np.asarray(np.bincount(places, weights=weights, minlength=size), dtype=np.float64)


class Search:
    """The wordings of an FAQ, ready to be compared. Never changed once built."""

    def __init__(self, entries: Sequence[Sequence[Sequence[str]]]) -> None:
        """`entries`: for each entry its wordings, each as words. There is at least one entry."""
        sizes = np.array([len(wordings) for wordings in entries])
        self.wordings = [tuple(words) for wordings in entries for words in wordings]
        self.entry_of: Ints = np.repeat(np.arange(len(entries)), sizes)
        self.first: Ints = np.concatenate(([0], np.cumsum(sizes)[:-1]))
        self.sizes: Floats = sizes.astype(float)
        self._lay_out_words()
        self._lay_out_letters()
        self._lay_out_order()

    def _lay_out_words(self) -> None:
        rows = [list(dict.fromkeys(words)) or [""] for words in self.wordings]
        self.word_at, ids = numbered(rows)
        self.words = [str(word) for word in ids]
        self.starts: Ints = np.concatenate(([0], np.cumsum([len(row) for row in rows])[:-1]))
        stems, self.stem_ids = numbered([[stem(word)] for word in self.words])
        self.stem_of = stems
        held_by = self.entry_of[np.repeat(np.arange(len(rows)), [len(row) for row in rows])]
        self.stem_rarity = self._rarity(stems[self.word_at], held_by, len(self.stem_ids))
        grammar = np.array([GRAMMAR_COUNTS if word in GRAMMAR else 1.0 for word in self.words])
        self.weight: Floats = self.stem_rarity[stems] * grammar
        self.length: Floats = np.sqrt(np.add.reduceat(self.weight[self.word_at] ** 2, self.starts))
        self.words_with_stem = Lookup([[s] for s in stems.tolist()])

    def _lay_out_letters(self) -> None:
        groups = [letter_groups(word) for word in self.words]
        self.letters = Lookup(groups)
        held = np.diff(self.letters.starts)
        self.letter_rarity: Floats = np.log((len(self.words) + 1) / (held + 0.5))
        squares = self.letters.collect(
            {g: self.letter_rarity[i] ** 2 for g, i in self.letters.ids.items()}, len(self.words)
        )
        self.letter_length: Floats = np.sqrt(np.maximum(squares, 1e-9))

    def _lay_out_order(self) -> None:
        stems = {word: stem(word) for word in self.words}
        read = ([stems[word] for word in words] for words in self.wordings)
        rows = [list(dict.fromkeys(pairs(words))) for words in read]
        self.order = Lookup(rows)
        keys = np.repeat(np.arange(len(self.order.ids)), np.diff(self.order.starts))
        self.pair_rarity = self._rarity(keys, self.entry_of[self.order.rows], len(self.order.ids))
        squares = _sums(self.order.rows, self.pair_rarity[keys] ** 2, len(rows))
        self.order_length: Floats = np.sqrt(np.maximum(squares, 1e-9))

    def _rarity(self, keys: Ints, held_by: Ints, size: int) -> Floats:
        """What a key tells: much when few entries have it."""
        both = np.sort(keys * len(self.sizes) + held_by)
        once = both[np.diff(both, prepend=-1) > 0] // len(self.sizes)
        held = np.bincount(once, minlength=size).astype(float)
        return np.asarray(np.log(1 + (len(self.sizes) + 0.5) / (held + 0.5)))

    @property
    def unseen(self) -> float:
        """What a word tells that no entry has."""
        return math.log(1 + (len(self.sizes) + 0.5) / 0.5)

    def word_weight(self, word: str) -> float:
        known = self.stem_ids.get(stem(word))
        rarity = self.unseen if known is None else float(self.stem_rarity[known])
        return rarity * (GRAMMAR_COUNTS if word in GRAMMAR else 1.0)

    def near(self, words: Sequence[str], *, without: int | None = None) -> Nearness:
        """How near every wording and entry is, as if the FAQ had no wording `without`."""
        found = self._by_words(words) + ORDER_COUNTS * self._by_order(words)
        sizes = self.sizes
        if without is not None:
            found[without] = 0.0
            sizes = sizes.copy()
            sizes[self.entry_of[without]] = max(1.0, sizes[self.entry_of[without]] - 1)
        nearest = np.maximum.reduceat(found, self.first)
        together = np.add.reduceat(found, self.first) / np.sqrt(sizes)
        return Nearness(found, nearest + ALL_WORDINGS_COUNT * together)

    def _by_words(self, words: Sequence[str]) -> Floats:
        """The cosine of the words, where words count as far as they are related."""
        asked = list(dict.fromkeys(words)) or [""]
        weights = np.array([self.word_weight(word) for word in asked])
        everything, likely = np.zeros(len(self.words)), np.zeros(len(self.words))
        for word, weight in zip(asked, weights, strict=True):
            related = self.relation(word)
            everything += weight * related
            np.maximum(likely, weight * np.where(related >= ALIKE, related, 0.0), out=likely)
        spread = (everything + ALIKE_COUNTS * likely) / (1 + ALIKE_COUNTS) * self.weight
        length = float(np.linalg.norm(weights)) or 1.0
        dots = np.add.reduceat(spread[self.word_at], self.starts)
        return np.asarray(dots / (length * self.length))

    def relation(self, word: str) -> Floats:
        """How like `word` each word of the FAQ is: 1 for the same stem, else by their letters."""
        groups = letter_groups(word)
        unseen = math.log(len(self.words) + 1)
        rarity = {g: self.letter_rarity[i] for g in groups if (i := self.letters.ids.get(g)) is not None}
        length = math.sqrt(sum(rarity.get(g, unseen) ** 2 for g in groups)) or 1.0
        shared = self.letters.collect({g: r * r for g, r in rarity.items()}, len(self.words))
        related = np.minimum(shared / (self.letter_length * length), 1.0)
        same = self.stem_ids.get(stem(word))
        if same is not None:
            first, end = self.words_with_stem.starts[same : same + 2]
            related[self.words_with_stem.rows[first:end]] = 1.0
        return np.asarray(related)

    def _by_order(self, words: Sequence[str]) -> Floats:
        """The cosine of the neighbouring words."""
        rarity = {
            pair: float(self.pair_rarity[i]) if (i := self.order.ids.get(pair)) is not None else self.unseen
            for pair in pairs([stem(word) for word in words])
        }
        length = math.sqrt(sum(r * r for r in rarity.values())) or 1.0
        shared = self.order.collect({p: r * r for p, r in rarity.items()}, len(self.wordings))
        return np.asarray(shared / (self.order_length * length))
