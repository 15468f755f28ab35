"""What tries of the matcher amount to: how often right, where entries are too alike, how honest it is."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.core.match import Match
from bot.core.match_trust import Labelled

BINS = 10


@dataclass(frozen=True, slots=True)
class Tried:
    """A question whose right entry we know ("" when there is none), and how it was matched."""

    text: str
    entry_id: str
    topic: str
    match: Match

    @property
    def found(self) -> str:
        return self.match.best.entry_id if self.match.best else ""

    @property
    def probability(self) -> float:
        return self.match.best.probability if self.match.best else 0.0

    @property
    def right(self) -> bool:
        return self.found == self.entry_id != ""

    @property
    def among_three(self) -> bool:
        return self.entry_id in [candidate.entry_id for candidate in self.match.ranked[:3]]

    def automatic(self, sure_from: float) -> bool:
        return not self.match.gate and self.probability >= sure_from


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the report."""

    name: str
    tried: int
    first: float  # share of those with an entry whose entry came first
    among_three: float
    automatic: float  # share that would be answered automatically
    wrong: int  # of these


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions about which the matcher was about equally sure."""

    said: float
    true: float
    count: int


def line(name: str, tried: Sequence[Tried], sure_from: float) -> Line:
    answerable = [one for one in tried if one.entry_id]
    automatic = [one for one in tried if one.automatic(sure_from)]
    return Line(
        name,
        len(tried),
        _share(one.right for one in answerable),
        _share(one.among_three for one in answerable),
        len(automatic) / max(len(tried), 1),
        sum(not one.right for one in automatic),
    )


def by_topic(tried: Iterable[Tried], sure_from: float) -> list[Line]:
    topics: defaultdict[str, list[Tried]] = defaultdict(list)
    for one in tried:
        topics[one.topic].append(one)
    return [line(topic, ones, sure_from) for topic, ones in topics.items()]


def confusions(tried: Iterable[Tried], most: int = 15) -> list[tuple[str, str, int]]:
    """Pairs of entries that are taken for one another, the most often first."""
    counted = Counter(
        (min(one.entry_id, one.found), max(one.entry_id, one.found))
        for one in tried
        if one.entry_id and one.found and not one.right
    )
    return [(first, second, count) for (first, second), count in counted.most_common(most)]


def labelled(tried: Iterable[Tried]) -> list[Labelled]:
    """What counts for the promise: no gate held it, and it is not simply a wording of the FAQ."""
    return [
        Labelled(one.probability, one.right)
        for one in tried
        if one.match.best and not one.match.gate and not one.match.best.verbatim
    ]


def reliability(ones: Sequence[Labelled]) -> list[Bin]:
    """How often the matcher was right, against how sure it was."""
    bins: defaultdict[int, list[Labelled]] = defaultdict(list)
    for one in ones:
        bins[min(int(one.probability * BINS), BINS - 1)].append(one)
    return [
        Bin(sum(o.probability for o in group) / len(group), _share(o.right for o in group), len(group))
        for _, group in sorted(bins.items())
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """The expected calibration error: how far what was said is from what came true, on average."""
    count = sum(one.count for one in bins)
    return sum(abs(one.said - one.true) * one.count for one in bins) / count if count else 0.0


def curve(ones: Sequence[Labelled]) -> list[tuple[float, float]]:
    """For falling thresholds, the share that is answered and the share of these answers that is wrong."""
    surest_first = sorted(ones, key=lambda one: -one.probability)
    points, wrong = [], 0
    for answered, one in enumerate(surest_first, start=1):
        wrong += not one.right
        points.append((answered / len(surest_first), wrong / answered))
    return points


def _share(values: Iterable[bool]) -> float:
    known = list(values)
    return sum(known) / len(known) if known else 0.0
