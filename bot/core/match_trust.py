"""From which probability on automatic answers are shown to be right often enough.

The matcher's probability is an estimate. The organiser's promise, "at most 1 wrong in 50", is about true
answers, so it rests on labelled questions: of each we know the matcher's probability and whether the
entry was right. Nothing else is needed, in particular no text of a post.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

CONFIDENCE = 0.95
STARTS = 3  # of the tests below; each may err with a third of what the confidence leaves


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question of which a person has said whether the best entry was the right answer."""

    probability: float
    right: bool


@dataclass(frozen=True, slots=True)
class Trust:
    """What the labelled questions show. `sure_from` is infinite when they do not show enough."""

    sure_from: float
    answered: int  # of the labelled questions, how many are at `sure_from` or above
    wrong: int
    labelled: int
    missing: int  # how many more answers, without a mistake, would show it

    @property
    def shown(self) -> bool:
        return self.sure_from <= 1


def trust(labelled: Sequence[Labelled], *, one_wrong_in: int, confidence: float = CONFIDENCE) -> Trust:
    """The lowest probability from which at most one answer in `one_wrong_in` is wrong.

    Learn-then-Test (Angelopoulos, Bates, Candes, Jordan, Lei: "Learn then Test: Calibrating predictive
    algorithms to achieve risk control", 2021, arXiv:2110.01052: fixed sequence testing, with several
    starts). Going down from a high threshold, each is tested: is the error among the answers above it
    below the target? The test is the exact binomial one (Clopper and Pearson, Biometrika 26, 1934). The
    first failure ends the walk, and the last success is the threshold. With probability `confidence` over
    the labelled questions the true error at the threshold is below the target, for questions that are like
    the labelled ones and drawn independently. It says nothing about another kind of question.

    Past decisions of clinicians (flows/outcomes.py) count like labelled questions, and are alike only if the
    hour's questions stay the same kind: once a question is answered automatically, no clinician labels it any
    more. What nobody spoke about counts as wrong, so silence can only raise the threshold. The confidence
    is that of one look: who looks after each session is misled by one of 20 looks.

    Where the walks start depends on the probabilities only, never on who was right.
    """
    surest_first = sorted(labelled, key=lambda one: -one.probability)
    risk = (1 - confidence) / STARTS
    target = 1 / one_wrong_in
    needed = answers_needed(target, risk)
    found: tuple[int, int] | None = None
    for start in (needed, 2 * needed, 4 * needed):
        for answered in _steps(surest_first, start):
            wrong = sum(not one.right for one in surest_first[:answered])
            if chance_of_so_few(wrong, answered, target) > risk:
                break
            if found is None or answered > found[0]:
                found = answered, wrong
    if found is None:
        return Trust(math.inf, 0, 0, len(labelled), _missing(surest_first, target, risk))
    answered, wrong = found
    return Trust(surest_first[answered - 1].probability, answered, wrong, len(labelled), 0)


def _steps(surest_first: Sequence[Labelled], start: int) -> list[int]:
    """How many answers each next test takes in: a tenth more each time, ties never torn apart."""
    steps: list[int] = []
    count = start
    while count <= len(surest_first):
        end = count
        while end < len(surest_first) and surest_first[end].probability == surest_first[end - 1].probability:
            end += 1
        steps.append(end)
        count = max(end + 1, count + max(1, count // 10))
    return steps


def _missing(surest_first: Sequence[Labelled], target: float, risk: float) -> int:
    """How many more right answers would do, given the mistakes among the surest ones so far."""
    needed = answers_needed(target, risk)
    seen = surest_first[:needed]
    return max(1, answers_needed(target, risk, wrong=sum(not one.right for one in seen)) - len(seen))


def answers_needed(target: float, risk: float, wrong: int = 0) -> int:
    """The fewest answers, `wrong` of them wrong, that show an error below `target`."""
    low, high = wrong, 1
    while chance_of_so_few(wrong, high, target) > risk:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        if chance_of_so_few(wrong, middle, target) > risk:
            low = middle
        else:
            high = middle
    return high


def chance_of_so_few(wrong: int, answered: int, target: float) -> float:
    """The chance of at most `wrong` mistakes in `answered` if each were one with the chance `target`."""
    if wrong >= answered:
        return 1.0
    logs = (
        math.lgamma(answered + 1)
        - math.lgamma(k + 1)
        - math.lgamma(answered - k + 1)
        + k * math.log(target)
        + (answered - k) * math.log1p(-target)
        for k in range(wrong + 1)
    )
    return math.fsum(math.exp(log) for log in logs)
