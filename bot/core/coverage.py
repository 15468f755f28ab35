"""How much can be answered automatically when so much of it must be right."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.match_trust import Labelled


@dataclass(frozen=True, slots=True)
class Coverage:
    """Counts over questions that were not used to choose the threshold."""

    asked: int
    answered: int
    right: int

    @property
    def share(self) -> float:
        return self.answered / self.asked if self.asked else 0.0

    @property
    def precision(self) -> float:
        return self.right / self.answered if self.answered else 1.0

    def __add__(self, other: "Coverage") -> "Coverage":
        return Coverage(self.asked + other.asked, self.answered + other.answered, self.right + other.right)


def threshold(ones: Sequence[Labelled], precision: float) -> float:
    """The lowest probability from which `precision` of the answers are right, or more; 2.0 if none is."""
    surest_first = sorted(ones, key=lambda one: -one.probability)
    found, right = 2.0, 0
    for count, one in enumerate(surest_first, start=1):
        right += one.right
        last_of_its_kind = count == len(ones) or surest_first[count].probability < one.probability
        if last_of_its_kind and right >= precision * count:
            found = one.probability
    return found


def cross_fitted(
    questions: Sequence[Sequence[Labelled]], precision: float, *, seed: int = 0, folds: int = 5
) -> Coverage:
    """Each fifth of the questions is answered with the threshold that the others suggest.

    A question may have been tried several times: no try of it has a say in its own threshold.
    """
    order = list(questions)
    random.Random(seed).shuffle(order)  # noqa: S311 - no secret
    total = Coverage(0, 0, 0)
    for fold in range(folds):
        mine = [one for tries in order[fold::folds] for one in tries]
        others = [one for place, tries in enumerate(order) if place % folds != fold for one in tries]
        least = threshold(others, precision)
        answered = [one for one in mine if one.probability >= least]
        total += Coverage(len(mine), len(answered), sum(one.right for one in answered))
    return total
