"""Near-duplicate questions: one item in the queue, one answer for everybody in it.

A question in a wrong group gets a wrong answer, one that waits alone only waits. So two questions are put
together only when they are nearly the same; what tells them apart is decided by the caller's `differ`.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bot.core.match_meaning import Vectors
from bot.core.match_words import NEGATIONS, plain_words

SAME_MEANING = 0.82  # cosine, without what all texts have in common; measured in docs/decisions/0008
NOT_FAR = 0.7  # cosine, from which nearly the same words are enough
REMEMBERED = 4096  # questions as they read: more than wait at a time

#: Words that say nothing about what is asked. Question words are not among them ("how" and "why" tell
#: questions apart), and neither are negations.
FILLER = frozenset(
    "a an the is are was be been do does did i im m me my you your u ur it its s to of for in on at and or so"
    " hi hello hey thanks thank thx please pls anyone know just really can could would will if with there"
    " this that have has had get got".split()
)


def words_of(text: str) -> frozenset[str]:
    """What a question asks about: its words without filler, mentions and the hashtags at its end."""
    return frozenset(plain_words(text)) - FILLER


def ask_the_same(one: frozenset[str], other: frozenset[str], *, share: float = 0.8) -> bool:
    """True for two questions whose words are nearly the same.

    Two words in common are too few to tell; a "not" in only one of them makes two questions.
    """
    common = len(one & other)
    if common < 2 or (NEGATIONS & one) != (NEGATIONS & other):
        return False
    return common / len(one | other) >= share


MeaningOf = Callable[[Sequence[str]], Vectors | None]


@dataclass(frozen=True, slots=True)
class Read:
    """A question as it is compared."""

    words: frozenset[str]
    vector: Vectors | None


class Grouper:
    """Finds, among waiting questions, one that asks the same. Each is read once, and forgotten in time."""

    def __init__(
        self, meaning_of: MeaningOf | None = None, differ: Callable[[str, str], bool] | None = None
    ) -> None:
        """`meaning_of` and `differ` are the index's; without the first the words alone decide.

        `differ` says of two questions that are much alike whether they are different all the same.
        """
        self._meaning_of = meaning_of or (lambda _texts: None)
        self._differ = differ or (lambda _one, _other: False)
        self._read: OrderedDict[str, Read] = OrderedDict()

    def same(self, text: str, waiting: Sequence[str]) -> int | None:
        """The place among `waiting` of the first that asks the same as `text`."""
        asked = self._as_read(text)
        others = [self._as_read(other) for other in waiting]
        cosines = _cosines(asked, others)
        for place, other in enumerate(others):
            if (
                _alike(asked, other, cosines[place])
                and _deny_the_same(asked, other)
                and not self._differ(text, waiting[place])
            ):
                return place
        return None

    def _as_read(self, text: str) -> Read:
        known = self._read.get(text)
        if known is None:
            meaning = self._meaning_of([text])
            vector = None if meaning is None else meaning[0]
            known = self._read[text] = Read(words_of(text), vector)
            if len(self._read) > REMEMBERED:
                self._read.popitem(last=False)
        return known


def _cosines(asked: Read, others: Sequence[Read]) -> Sequence[float | None]:
    """None for all without an encoder."""
    vectors = [other.vector for other in others if other.vector is not None]
    if asked.vector is None or len(vectors) < len(others) or not vectors:
        return [None] * len(others)
    return [float(cosine) for cosine in np.array(vectors) @ asked.vector]


def _alike(one: Read, other: Read, cosine: float | None) -> bool:
    """Nearly the same words, unless they mean something else; or nearly the same meaning."""
    if cosine is not None and cosine >= SAME_MEANING:
        return True
    return (cosine is None or cosine >= NOT_FAR) and ask_the_same(one.words, other.words)


def _deny_the_same(one: Read, other: Read) -> bool:
    return (NEGATIONS & one.words) == (NEGATIONS & other.words)
