"""Finds ways of asking that stand in two entries, so that nobody could tell which one they ask for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process

from bot.faq import Found, Placed
from bot.yamlfile import Key, Problem

#: Of 100. Among 820 wordings of 97 entries (2026-11) the nearest two that ask for different things without
#: differing in a number score 88: "que se ve en una mamografia", "que te hacen en una mamografia". A letter,
#: a plural or a little word more or less scores 92 and above.
MAX_LIKENESS = 91


@dataclass(frozen=True, slots=True)
class Way:
    """One way of asking, where it stands, and its bare words."""

    placed: Placed
    key: Key
    bare: str

    @property
    def numbers(self) -> tuple[str, ...]:
        """What has a digit: "BI-RADS 0" and "BI-RADS 3" are alike and ask for different things."""
        return tuple(sorted(word for word in self.bare.split() if any(map(str.isdigit, word))))

    @property
    def where(self) -> str:
        return f"the entry {self.placed.entry.id} ({self.placed.where(*self.key)})"


def problems(found: Found) -> Iterator[Problem]:
    """Each way that is the same as an earlier one, or nearly the same as one of another entry."""
    ways = list(_ways(found))
    first: dict[str, Way] = {}
    for way in ways:
        earlier = first.setdefault(way.bare, way)
        if earlier is not way:
            message = f"already stands in {earlier.where}: keep it in one place"
            yield way.placed.problem(message, *way.key)
    for earlier, way, score in _alike(list(first.values())):
        message = f"{score:.0f} % like a phrasing of {earlier.where}: keep one, or say what differs"
        yield way.placed.problem(message, *way.key)


def _ways(found: Found) -> Iterator[Way]:
    for placed in found.entries():
        for key, text in ways_of(placed):
            yield Way(placed, key, bare(text))


def ways_of(placed: Placed) -> Iterator[tuple[Key, str]]:
    """Every way of asking for the entry, with the key under which it stands."""
    yield ("question",), placed.entry.question
    for kind in ("phrasings", "phrasings_es"):
        for index, text in enumerate(getattr(placed.entry, kind)):
            yield (kind, index), text


def bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _alike(ways: list[Way]) -> Iterator[tuple[Way, Way, float]]:
    """Pairs from different entries: as they are written, or with their words in order of the alphabet."""
    bares = [way.bare for way in ways]
    scores = np.maximum(
        process.cdist(bares, bares, scorer=fuzz.ratio, score_cutoff=MAX_LIKENESS),
        process.cdist(bares, bares, scorer=fuzz.token_sort_ratio, score_cutoff=MAX_LIKENESS),
    )
    for i, j in np.argwhere(np.triu(scores, 1)):
        one, two = ways[i], ways[j]
        if one.placed.entry.id != two.placed.entry.id and one.numbers == two.numbers:
            yield one, two, float(scores[i, j])
