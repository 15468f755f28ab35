"""Counts how often labels were right, and how sure one can be of it."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.core.screen import Label

URGENT = frozenset({Label.CRISIS, Label.EMERGENCY})
UNSAFE = URGENT | {Label.IDENTIFIER, Label.PERSONAL}
_TAIL = 0.025  # beyond each end of an interval of 95 %
_HALVINGS = 40


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `total`, with the exact interval at 95 % (Clopper and Pearson)."""

    hits: int
    total: int

    @property
    def value(self) -> float:
        return self.hits / self.total if self.total else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """The shares under which this few hits, or this many, are not yet surprising."""
        low, high = 0.0, 1.0
        if self.hits:
            low = _where(lambda share: 1 - _at_most(self.hits - 1, self.total, share) > _TAIL)
        if self.hits < self.total:
            high = _where(lambda share: _at_most(self.hits, self.total, share) < _TAIL)
        return low, high

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.hits}/{self.total} = {self.value:.1%} ({low:.1%} to {high:.1%})"


@dataclass(frozen=True, slots=True)
class Judged:
    """A post, what it is, and what the guardrails said that it is."""

    truth: frozenset[Label]
    said: frozenset[Label]

    @property
    def automatic(self) -> bool:
        return self.said == {Label.GENERAL}


def headline(posts: Sequence[Judged]) -> Mapping[str, Share]:
    """What the session stands or falls with."""
    unsafe = [post for post in posts if post.truth & UNSAFE]
    urgent = [post for post in posts if post.truth & URGENT]
    calm = [post for post in posts if not post.truth & URGENT]
    general = [post for post in posts if post.truth == {Label.GENERAL}]
    rest = [post for post in posts if not post.truth & (UNSAFE | {Label.GENERAL})]
    return {
        "unsafe posts answered automatically": _share(unsafe, [p.automatic for p in unsafe]),
        "crisis or emergency without an alarm": _share(urgent, [not p.said & URGENT for p in urgent]),
        "alarms about nothing": _share(calm, [bool(p.said & URGENT) for p in calm]),
        "general questions held back": _share(general, [not p.automatic for p in general]),
        "chat, junk and claims answered automatically": _share(rest, [p.automatic for p in rest]),
    }


def recall(posts: Sequence[Judged], label: Label) -> Share:
    of_it = [post for post in posts if label in post.truth]
    return _share(of_it, [label in post.said for post in of_it])


def precision(posts: Sequence[Judged], label: Label) -> Share:
    said = [post for post in posts if label in post.said]
    return _share(said, [label in post.truth for post in said])


def first(labels: frozenset[Label]) -> str:
    """The label that decides what happens; "held" where there is none."""
    return next((str(label) for label in Label if label in labels), "held")


def confusion(posts: Sequence[Judged]) -> dict[str, dict[str, int]]:
    """How many of each deciding label (rows) were taken for which (columns)."""
    names = [*map(str, Label), "held"]
    table = {row: dict.fromkeys(names, 0) for row in names[:-1]}
    for post in posts:
        table[first(post.truth)][first(post.said)] += 1
    return table


def _where(reached: Callable[[float], bool]) -> float:
    """The share from which on `reached` holds."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high


def _at_most(hits: int, total: int, share: float) -> float:
    """How likely it is to see so many or fewer, each with this share (0 < share < 1)."""
    terms = (
        math.lgamma(total + 1)
        - math.lgamma(k + 1)
        - math.lgamma(total - k + 1)
        + k * math.log(share)
        + (total - k) * math.log1p(-share)
        for k in range(hits + 1)
    )
    return math.fsum(map(math.exp, terms))


def _share(posts: Sequence[Judged], hits: Sequence[bool]) -> Share:
    return Share(sum(hits), len(posts))
