"""The two ways to find an entry, by words alone or by meaning too, each with its own notion of "sure"."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.core.match_meaning import Finder, Vectors
from bot.core.match_search import Nearness
from bot.core.match_sure import Scale, Signals, Weights, lessons_of, scale_of, signals

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """A question, how near it comes to everything, and how near an entry came one layer earlier."""

    words: Words
    near: Nearness
    early: Callable[[int], float]


@dataclass(frozen=True, slots=True)
class Level:
    finder: Finder
    weights: Weights
    scale: Scale

    @classmethod
    def of(cls, finder: Finder, weights: Weights) -> "Level":
        """Learns from the FAQ what a right match looks like in it."""
        return cls(finder, weights, scale_of(lessons_of(finder, weights.crowd), weights))

    def hear(self, words: Sequence[str], vector: Vectors | None) -> Heard:
        near = self.finder.near(words, vector)
        return Heard(tuple(words), near, lambda place: self.finder.early(place, vector))

    def hear_itself(self, number: int) -> Heard:
        """As `hear` for wording `number`, as if the FAQ did not have it."""
        near = self.finder.near_itself(number)
        words = self.finder.search.wordings[number]
        return Heard(words, near, lambda place: self.finder.early_itself(place, number))

    def judge(self, heard: Heard, place: int) -> tuple[Signals, float]:
        """The signals for the entry at `place`, and the probability that it is the right one."""
        found = signals(heard.words, heard.near.entries, place, self.weights.crowd, heard.early(place))
        return found, self.scale.probability(self.weights.log_odds(found))
