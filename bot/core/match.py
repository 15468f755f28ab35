"""Which FAQ entry answers a question, how sure that is, and when to say nothing.

Words, with synonyms folded, find the entry; letters save what typos cost; the distance to the next
entry says whether we understood. Everything is looked up in an inverted index, so a question costs the
wordings that share a word with it, not the whole FAQ.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import regex
from rapidfuzz import fuzz

from bot.core.groups import FILLER, NEGATIONS
from bot.core.text import fold

TOKEN = regex.compile(r"[@#]?\p{L}[\p{L}\p{M}'-]*|\d+")
KEEP = 10  # how many entries are ranked
SHORTLIST = 40  # wordings whose letters are compared
FEWEST_WORDS = 2  # that say what is asked; fewer cannot be understood safely

#: The logistic that turns a score and its lead into a probability. Chosen so that only a question put
#: nearly as it stands in the FAQ, with no other entry near, reaches 0.98 (docs/decisions/0005).
STEEPNESS, MIDDLE, LEAD_WEIGHT = 16.0, 0.72, 6.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may answer the question, with the wording that came nearest."""

    entry_id: str
    wording: str
    probability: float  # that this entry is the right answer, 0 to 1


@dataclass(frozen=True, slots=True)
class Match:
    """Entries ranked by `probability`, best first; `gate` says why the best one may not be sent."""

    ranked: tuple[Candidate, ...]
    gate: str = ""

    @property
    def best(self) -> Candidate | None:
        return self.ranked[0] if self.ranked else None


@dataclass(frozen=True, slots=True)
class _Wording:
    entry_id: str
    text: str
    words: Mapping[str, float]  # weight of each word, of length one together
    plain: str


class Index:
    """The wordings of an FAQ, ready to be searched. Never changed once built, so threads may share it."""

    def __init__(
        self, wordings: Mapping[str, Sequence[str]], synonyms: Mapping[str, str] | None = None
    ) -> None:
        """`wordings` maps an entry's id to every way of asking it; `synonyms` a word to its stand-in."""
        self._synonyms = dict(synonyms or {})
        read = [(entry, text, self._words(text)) for entry, texts in wordings.items() for text in texts]
        seen_in = Counter(word for _, _, words in read for word in set(words))
        self._rarity = {word: math.log(1 + len(read) / n) for word, n in seen_in.items()}
        self._unseen = math.log(1 + len(read)) if read else 1.0
        self._wordings = [
            _Wording(entry, text, self._weights(words), " ".join(words)) for entry, text, words in read
        ]
        self._where: dict[str, list[int]] = defaultdict(list)
        for number, wording in enumerate(self._wordings):
            for word in wording.words:
                self._where[word].append(number)

    def match(self, text: str) -> Match:
        words = self._words(text)
        near = self._near(words)
        if not near:
            return Match((), gate="nothing in the FAQ is like it")
        lead = near[0][0] - near[1][0] if len(near) > 1 else near[0][0]
        ranked = tuple(
            Candidate(
                wording.entry_id, wording.text, probability(score, lead if place == 0 else -lead)
            )
            for place, (score, wording) in enumerate(near[:KEEP])
        )
        return Match(ranked, gate=gate(words, self._words(near[0][1].text)))

    def _words(self, text: str) -> list[str]:
        found = (word for word in TOKEN.findall(fold(text).text) if word[0] not in "@#")
        return [self._synonyms.get(word, _singular(word)) for word in found if word not in FILLER]

    def _weights(self, words: Iterable[str]) -> dict[str, float]:
        weights = {word: self._rarity.get(word, self._unseen) for word in words}
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {word: weight / length for word, weight in weights.items()}

    def _near(self, words: list[str]) -> list[tuple[float, _Wording]]:
        """The best wording of each entry with its score, best first."""
        asked, plain = self._weights(words), " ".join(words)
        cosines: dict[int, float] = defaultdict(float)
        for word, weight in asked.items():
            for number in self._where.get(word, ()):
                cosines[number] += weight * self._wordings[number].words[word]
        shortlist = sorted(cosines, key=lambda n: (-cosines[n], n))[:SHORTLIST]
        best: dict[str, tuple[float, _Wording]] = {}
        for number in shortlist:
            wording = self._wordings[number]
            letters = fuzz.token_sort_ratio(plain, wording.plain) / 100
            score = 0.6 * min(cosines[number], 1.0) + 0.4 * letters
            if score > best.get(wording.entry_id, (-1.0,))[0]:
                best[wording.entry_id] = (score, wording)
        return sorted(best.values(), key=lambda pair: (-pair[0], pair[1].entry_id))


def probability(score: float, lead: float) -> float:
    """How probable it is that the best entry is the right one."""
    return 1 / (1 + math.exp(-(STEEPNESS * (score - MIDDLE) + LEAD_WEIGHT * min(lead, 0.5))))


def gate(asked: Sequence[str], wording: Sequence[str]) -> str:
    """Why likeness must not be trusted here, or nothing."""
    a, w = set(asked), set(wording)
    if len(a) < FEWEST_WORDS:
        return "too few words to be sure what is asked"
    if (NEGATIONS & a) != (NEGATIONS & w):
        return "one of the two has a 'not' that the other has not"
    if {x for x in a if x.isdigit()} != {x for x in w if x.isdigit()}:
        return "the numbers in it are not those of the FAQ's question"
    if SIDES & a != SIDES & w:
        return "it names a side of the body"
    return ""


SIDES = frozenset({"left", "right", "izquierdo", "izquierda", "derecho", "derecha"})


def _singular(word: str) -> str:
    """"mammograms" and "mammogram" are one word here; "less" and "his" stay as they are."""
    if len(word) > 4 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
