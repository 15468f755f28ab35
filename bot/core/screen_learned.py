"""What was learned from our own sentences: a second reader beside the rules, with its reasons.

The signs are words, neighbouring words, what kind of word it is (`<body> <symptom>`) and short runs
of letters, which survive a slip of the pen. Each sign has a weight for each label, written down in
`config/guardrails/learned.json`. Nothing else is learned, and nothing is learned while it runs.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import regex

from bot.core.screen import Evidence, Label, Post, Reading

Span = tuple[int, int]

_WORD = regex.compile(r"[\p{L}\p{M}]+(?:'\p{L}+)?|\d+(?:[.,]\d+)*|[?!]|\p{Extended_Pictographic}")
_LETTERS = (3, 4, 5)  # lengths of the runs of letters
_MOST_WORDS = 80  # of a post: what comes later is left to the rules
_LONGEST = 14  # letters of a word that are looked at
_SHOWN = 3  # signs named as a reason
# "I" and "my" speak against a general question, but not in a phrase that clinicians know ("my results"):
# so much less will do where the rules see a question, and so much where they see nothing.
_KNOWN_KEPT, _KNOWN_LIFTED = 7.0, 2.0


class Kinds:
    """Tells what kind of word a word is, after the lists in `words.yaml`."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        """`words`: kind to entries; an entry ends in `*` where the word may go on."""
        self._whole: dict[str, str] = {}
        self._stems: dict[str, str] = {}
        for kind, entries in words.items():
            for entry in entries:
                place = self._stems if entry.endswith("*") else self._whole
                place.setdefault(entry.removesuffix("*"), f"<{kind}>")

    def __call__(self, word: str) -> str:
        """The kind, or the word itself."""
        if word[0].isdigit():
            return "<number>"
        if known := self._whole.get(word):
            return known
        stems = (self._stems.get(word[:length]) for length in range(len(word), 2, -1))
        return next((stem for stem in stems if stem), word)


def signs(text: str, kinds: Kinds) -> dict[str, Span]:
    """Every sign in a folded text, and where it stands first."""
    found: dict[str, Span] = {}
    places = [match.span() for match in _WORD.finditer(text)][:_MOST_WORDS]
    words = [text[start:end].replace("'", "") for start, end in places]
    kind = [kinds(word) for word in words]
    for i in range(len(words)):
        for sign, last in _signs_at(words, kind, i):
            found.setdefault(sign, (places[i][0], places[last][1]))
        for run in _runs(words[i]):
            found.setdefault(run, places[i])
    return found


def _signs_at(words: Sequence[str], kind: Sequence[str], i: int) -> Iterator[tuple[str, int]]:
    """The signs that begin with word `i`, and the number of their last word."""
    yield f"w {words[i]}", i
    if kind[i] != words[i]:
        yield f"k {kind[i]}", i
    if i == 0:
        yield f"first {kind[0]}", 0
    for last in (i + 1, i + 2):
        if last < len(words):
            yield f"w {' '.join(words[i : last + 1])}", last
            if kind[i : last + 1] != words[i : last + 1]:
                yield f"k {' '.join(kind[i : last + 1])}", last
    for last in range(i + 2, min(i + 5, len(words))):
        yield f"far {kind[i]} {kind[last]}", last


def _runs(word: str) -> Iterator[str]:
    if not word[0].isalpha():
        return
    framed = f"_{word[:_LONGEST]}_"
    for length in _LETTERS:
        for start in range(len(framed) - length + 1):
            yield f"c {framed[start : start + length]}"


@dataclass(frozen=True, slots=True)
class Bounds:
    """From which odds on the second reader is believed (chosen by cross-validation)."""

    alarm: Mapping[Label, float]  # crisis and emergency: raise the alarm
    personal: float  # say that it is about one person
    guess: float  # say so of a post that is held in any case
    # By how much a general question must be likelier than all else:
    keep: float  # to let a post that has the shape of one pass
    lift: float  # to let a post pass that no rule had anything to say about


@dataclass(frozen=True, slots=True)
class Learned:
    """The second reader. `weights` holds for each sign a number for each of `labels`."""

    labels: tuple[Label, ...]
    base: tuple[float, ...]
    weights: Mapping[str, Sequence[float]]
    bounds: Bounds
    kinds: Kinds
    against: Callable[[Post], bool] = lambda _post: False  # what forbids to let a post pass
    harmless: Callable[[Post], bool] = lambda _post: False  # speaks of a person, in known words only

    def __call__(self, post: Post) -> Reading:
        found = signs(post.meant.text, self.kinds)
        odds = self.odds(found)

        def reasons(label: Label, bound: float) -> tuple[Evidence, ...]:
            return (self._evidence(found, post, label),) if odds[label] >= bound else ()

        lead = self.lead(odds)
        known = self.harmless(post)
        keep = self.bounds.keep - known * _KNOWN_KEPT
        sure = lead >= self.bounds.lift - known * _KNOWN_LIFTED and not self.against(post)
        return Reading(
            alarms=tuple(e for label, bound in self.bounds.alarm.items() for e in reasons(label, bound)),
            personal=reasons(Label.PERSONAL, self.bounds.personal),
            perhaps=reasons(Label.PERSONAL, self.bounds.guess),
            keeps=lead >= keep,
            lifts=(self._evidence(found, post, Label.GENERAL),) if sure else (),
        )

    @staticmethod
    def lead(odds: Mapping[Label, float]) -> float:
        """By how much a general question is likelier than the likeliest of the labels that hold a post."""
        return odds[Label.GENERAL] - max(value for label, value in odds.items() if label is not Label.GENERAL)

    def odds(self, found: Mapping[str, Span]) -> dict[Label, float]:
        """The logarithm of the odds of each label."""
        totals, scale = list(self.base), _scales(found)
        for sign in found:
            if weights := self.weights.get(sign):
                share = scale[sign[0] == "c"]
                for i, weight in enumerate(weights):
                    totals[i] += weight * share
        return dict(zip(self.labels, totals, strict=True))

    def _evidence(self, found: Mapping[str, Span], post: Post, label: Label) -> Evidence:
        """The words that spoke most for the label, and where they stand."""
        column, scale = self.labels.index(label), _scales(found)
        weighed = [
            (weights[column] * scale[0], sign)
            for sign in found
            if (weights := self.weights.get(sign)) and sign[0] != "c"
        ]
        best = [sign for weight, sign in sorted(weighed, reverse=True)[:_SHOWN] if weight > 0]
        start, end = found[best[0]] if best else (0, len(post.meant.text))
        words = ", ".join(f"“{sign.partition(' ')[2]}”" for sign in best)
        why = f"Reads like our own examples of this kind: {words or 'its letters'}."
        return Evidence(f"learned.{label}", label, *post.meant.span(start, end), why)


def _scales(found: Mapping[str, Span]) -> tuple[float, float]:
    """What a sign counts in a post with so many: first for words, then for runs of letters."""
    runs = sum(sign[0] == "c" for sign in found)
    return 1 / math.sqrt(max(1, len(found) - runs)), 1 / math.sqrt(max(1, runs))
