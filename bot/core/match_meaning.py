"""How near a question comes to every entry: by its words, and by what it means where there is an encoder.

An encoder turns a text into a vector; texts that mean the same point the same way. It is handed in, so
nothing here knows which one it is. Without it the words decide alone.
"""

from collections.abc import Callable, Sequence
from copy import copy

import numpy as np
from numpy.typing import NDArray

from bot.core.match_search import Floats, Nearness, Search

Vectors = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]

MEANING = 384  # columns of a vector that say what the text means; then comes the reading one layer earlier
WORDS_COUNT = 0.2  # how near the words are, beside the meaning: names and rare words, and typos
SHARPNESS = 5.0  # of the sum over an entry's wordings: several that are rather near count with the nearest
ENOUGH_TO_CENTRE = 10  # wordings, from which their middle is taken off in full


class Meanings:
    """The wordings' vectors, without what they have in common.

    All of an FAQ is about one subject, so all its vectors point roughly the same way. With their middle
    taken off, what tells the entries apart remains.
    """

    def __init__(self, vectors: Vectors, first: NDArray[np.int64], sizes: Floats) -> None:
        share = min(1.0, len(vectors) / ENOUGH_TO_CENTRE)
        self._centre = vectors.mean(axis=0) * np.float32(share)
        self._vectors = _unit(vectors - self._centre)
        self._first = first
        self._sizes = sizes

    def centred(self, vectors: Vectors) -> Vectors:
        """Without what the FAQ's wordings have in common, of length 1."""
        return _unit(vectors - self._centre)

    def near(self, vector: Vectors) -> Nearness:
        return self._near(self.centred(vector), None)

    def near_itself(self, number: int) -> Nearness:
        """As `near` for wording `number`, as if the FAQ did not have it."""
        return self._near(self._vectors[number], number)

    def _near(self, vector: Vectors, without: int | None) -> Nearness:
        cosines = (self._vectors @ vector).astype(float)
        alike = np.exp(SHARPNESS * cosines)
        sizes = self._sizes
        if without is not None:
            place = int(np.searchsorted(self._first, without, side="right")) - 1
            cosines[without], alike[without] = -1.0, np.exp(-SHARPNESS)
            sizes = sizes.copy()
            sizes[place] = max(1.0, sizes[place] - 1)
        summed = np.add.reduceat(alike, self._first) / np.sqrt(sizes)
        return Nearness(cosines, np.log(summed) / SHARPNESS)


class Finder:
    """The wordings of an FAQ, ready to be compared. Never changed once built."""

    def __init__(self, entries: Sequence[Sequence[Sequence[str]]], vectors: Vectors | None = None) -> None:
        """`entries`: for each entry its wordings, each as words; `vectors`: one for each wording."""
        self.search = Search(entries)
        self.meanings = None
        if vectors is not None:
            self.meanings = Meanings(vectors[:, :MEANING], self.search.first, self.search.sizes)
            self.earlier = vectors[:, MEANING:].astype(np.float16)

    def near(self, words: Sequence[str], vector: Vectors | None = None) -> Nearness:
        by_words = self.search.near(words)
        if self.meanings is None or vector is None:
            return by_words
        return _together(self.meanings.near(vector[:MEANING]), by_words)

    def by_words(self) -> "Finder":
        """The same without the meaning. Nothing is laid out again."""
        alone = copy(self)
        alone.meanings = None
        return alone

    def early(self, place: int, vector: Vectors | None) -> float:
        """The cosine to the entry's nearest wording as both read one layer earlier, nearer to the words.

        0 without an encoder, or with one that has no earlier reading.
        """
        if self.meanings is None or vector is None:
            return 0.0
        first = int(self.search.first[place])
        return self._early(np.arange(first, first + int(self.search.sizes[place])), vector[MEANING:])

    def early_itself(self, place: int, number: int) -> float:
        """As `early` for wording `number`, as if the FAQ did not have it."""
        if self.meanings is None:
            return 0.0
        first = int(self.search.first[place])
        rows = np.arange(first, first + int(self.search.sizes[place]))
        return self._early(rows[rows != number], self.earlier[number].astype(np.float32))

    def _early(self, rows: NDArray[np.int64], earlier: Vectors) -> float:
        if not len(rows) or not len(earlier):
            return 0.0
        return float((self.earlier[rows].astype(np.float32) @ earlier).max())

    def near_itself(self, number: int) -> Nearness:
        """How near wording `number` comes to everything else in the FAQ."""
        by_words = self.search.near(self.search.wordings[number], without=number)
        if self.meanings is None:
            return by_words
        return _together(self.meanings.near_itself(number), by_words)


def _together(meaning: Nearness, words: Nearness) -> Nearness:
    return Nearness(
        meaning.wordings + WORDS_COUNT * words.wordings,
        meaning.entries + WORDS_COUNT * words.entries,
    )


def _unit(vectors: Vectors) -> Vectors:
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-9), dtype=np.float32)
