"""Which FAQ entry answers a question, how sure that is, and when to say nothing."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz

from bot.core.match_gates import Apart, Pair, gate, things_differ
from bot.core.match_level import Heard, Level
from bot.core.match_meaning import MEANING, Encode, Finder, Vectors
from bot.core.match_sure import Signals, Weights
from bot.core.match_words import Synonyms, content, plain_words, readable, spanish, stem

KEEP = 10  # how many entries are ranked
LEAST = 0.02  # nearness below which an entry is not worth a look
VERBATIM = 0.995  # for the very words that a clinician wrote for one entry, and for no other
LOOKS_LIKE = 80.0  # of 100, from which two words are shown as the same one
LONG = 5  # letters of a word from which it may be a mistyped one
LONGEST = 150  # words of a question that are read: more are no question

NO_SIGNALS = Signals(0.0, 0.0, 0.0)

#: Learned from config/matching/training; `askhour faq learn` prints them anew. For words alone, and with
#: an encoder.
WEIGHTS = Weights(nearness=2.633, lead=4.976, words=0.836, start=-4.036)
MEANING_WEIGHTS = Weights(nearness=1.505, lead=6.581, words=0.156, start=-3.538, early=2.484, crowd=15.0)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may answer the question, with the wording that came nearest."""

    entry_id: str
    wording: str
    probability: float  # that this entry is the right answer, 0 to 1
    shared: tuple[str, ...] = ()  # the question's words with a subject that the wording has too
    missing: tuple[str, ...] = ()  # and those that it has not
    signals: Signals = NO_SIGNALS
    verbatim: bool = False  # the question is this wording, as far as words go


@dataclass(frozen=True, slots=True)
class Match:
    """Entries ranked by `probability`, best first; `gate` says why the best one may not be sent."""

    ranked: tuple[Candidate, ...]
    gate: str = ""

    @property
    def best(self) -> Candidate | None:
        return self.ranked[0] if self.ranked else None


class Index:
    """The wordings of an FAQ, ready to be searched. Threads may share it: it never changes."""

    def __init__(
        self,
        wordings: Mapping[str, Sequence[str]],
        synonyms: Mapping[str, str] | None = None,
        *,
        apart: Mapping[str, Iterable[Sequence[str]]] | None = None,
        encode: Encode | None = None,
        encode_wordings: Encode | None = None,
        weights: Weights | None = None,
    ) -> None:
        """Reads the FAQ and learns from it what a right match looks like in it.

        `wordings` maps an entry's id to every way of asking it, the plain question first;
        `synonyms` a word or several to the one that stands for them; `apart` what must not be
        confused ("a test") to its meanings, each with all its names; `encode` makes vectors of
        texts: with it, the matcher finds what means the same in other words. `encode_wordings` does
        so for the FAQ, and may remember them; questions are never remembered.
        """
        self._synonyms = Synonyms.of(synonyms or {})
        self._apart = [Apart.of(what, meanings, self._synonyms) for what, meanings in (apart or {}).items()]
        self._encode = encode
        self._weights = weights or (MEANING_WEIGHTS if encode else WEIGHTS)
        self._written_for: defaultdict[tuple[str, ...], set[int]] = defaultdict(set)
        self._ids = [entry for entry, texts in wordings.items() if texts]
        self._texts = [text for entry in self._ids for text in wordings[entry]]
        if self._ids:
            read = [[self._words(text) for text in wordings[entry]] for entry in self._ids]
            for place, texts in enumerate(read):
                for words in texts:
                    self._written_for[words].add(place)
            learn_by_heart = encode_wordings or encode
            plain = [readable(text) for text in self._texts]
            vectors = learn_by_heart(plain) if encode and learn_by_heart else None
            self._level = Level.of(Finder(read, vectors), self._weights)
            self._search = self._level.finder.search
            self._by_words = self._level
            if encode and any(spanish(words) for words in self._search.wordings):
                self._by_words = Level.of(self._level.finder.by_words(), WEIGHTS)

    @property
    def version(self) -> str:
        """Probabilities can only be compared between indexes of the same version."""
        return f"{'meaning' if self._encode else 'words'} {self._weights}"

    def match(self, text: str) -> Match:
        """The entries that may answer `text`. The same text always gets the same answer."""
        words = self._words(text)[:LONGEST]
        if not words or not self._ids:
            return Match((), gate="nothing in the FAQ is like it")
        level = self._level_for(words)
        reads = self._encode if level is self._level else None
        vector = reads([readable(text)])[0] if reads else None
        return self._match(level, level.hear(words, vector), self._written_for.get(words, set()))

    def without_itself(self) -> Iterator[tuple[str, str, Match]]:
        """Each wording of the FAQ, its entry's id, and how it would be matched if it were not there."""
        for number, text in enumerate(self._texts):
            place = int(self._search.entry_of[number])
            words = self._search.wordings[number]
            if words and self._search.sizes[place] > 1:
                level = self._level_for(words)
                yield text, self._ids[place], self._match(level, level.hear_itself(number), set())

    def meaning_of(self, texts: Sequence[str]) -> Vectors | None:
        """What texts mean beside the FAQ's subject, as vectors of length 1; None without an encoder."""
        if not self._encode or not self._ids or self._level.finder.meanings is None:
            return None
        read = self._encode([readable(text) for text in texts])
        return self._level.finder.meanings.centred(read[:, :MEANING])

    def differ(self, one: str, other: str) -> bool:
        """Whether two questions that are much alike name different things, numbers or sides."""
        first, second = self._words(one), self._words(other)
        pairs = ((first, second), (second, first))
        return any(things_differ(asked, known, self._apart) for asked, known in pairs)

    def __len__(self) -> int:
        """How many wordings there are."""
        return len(self._texts)

    def _level_for(self, words: Sequence[str]) -> Level:
        """The encoder is an English one: Spanish is matched by words alone (docs/decisions/0008)."""
        return self._by_words if spanish(words) else self._level

    def _match(self, level: Level, heard: Heard, verbatim: set[int]) -> Match:
        entries = heard.near.entries
        order = np.argsort(-entries, kind="stable")[:KEEP]
        places = [int(place) for place in order if entries[place] >= LEAST]
        if not places:
            return Match((), gate="nothing in the FAQ is like it")
        found = [self._candidate(level, heard, place, verbatim == {place}) for place in places]
        found.sort(key=lambda pair: -pair[1].probability)
        wording, best = found[0]
        first, end = self._reach(int(self._search.entry_of[wording]))
        known = self._search.wordings
        pair = Pair(heard.words, known[wording], known[first:end], best.signals.lead)
        return Match(tuple(candidate for _, candidate in found), gate=gate(pair, self._apart))

    def _words(self, text: str) -> tuple[str, ...]:
        return self._synonyms.fold(plain_words(text))

    def _reach(self, place: int) -> tuple[int, int]:
        first = int(self._search.first[place])
        return first, first + int(self._search.sizes[place])

    def _candidate(self, level: Level, heard: Heard, place: int, verbatim: bool) -> tuple[int, Candidate]:
        """The entry as a candidate, and the number of its nearest wording."""
        first, end = self._reach(place)
        wording = first + int(heard.near.wordings[first:end].argmax())
        found, chance = level.judge(heard, place)
        if verbatim:
            chance = max(chance, VERBATIM)
        asked = content(heard.words)
        shared = tuple(word for word in asked if has(self._search.wordings[wording], word))
        missing = tuple(word for word in asked if word not in shared)
        text = self._texts[wording]
        return wording, Candidate(self._ids[place], text, chance, shared, missing, found, verbatim)


def has(wording: Sequence[str], word: str) -> bool:
    """Whether the wording has the word, in another form or mistyped too."""
    asked = stem(word)
    if len(asked) < LONG:  # "hurt" is not a mistyped "HRT"
        return asked in map(stem, wording)
    return any(fuzz.ratio(asked, stem(other)) >= LOOKS_LIKE for other in wording)
