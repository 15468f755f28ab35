"""Guardrails for what comes in: which of nine classes a post belongs to, and why."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.core.screen_pattern import Pattern
from bot.core.screen_spelling import Spelling
from bot.core.text import MAX_LENGTH, Folded, fold


class Label(StrEnum):
    """What a post is. Labels belong to a post, never to a person (X's health clause)."""

    CRISIS = "crisis"
    EMERGENCY = "emergency"
    IDENTIFIER = "identifier"
    PERSONAL = "personal"
    ABUSE_SPAM = "abuse_spam"
    MISINFO_PROMO = "misinfo_promo"
    OTHER_LANGUAGE = "other_language"
    NOT_QUESTION = "not_question"
    GENERAL = "general"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a label was given: the rule, and where in the text as it was posted (half-open)."""

    rule: str
    label: Label
    start: int
    end: int
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    labels: frozenset[Label]
    evidence: tuple[Evidence, ...] = ()

    @property
    def may_be_answered(self) -> bool:
        """True only for a post that is a general question and nothing else."""
        return self.labels == {Label.GENERAL}


@dataclass(frozen=True, slots=True)
class Post:
    """A post as the checks read it: folded, and folded with its spelling mended."""

    raw: str
    folded: Folded
    meant: Folded


@dataclass(frozen=True, slots=True)
class Rule:
    """What a clinician wrote: if one of `when` stands in a post, it gets `label`.

    `unless` takes back what it overlaps ("dying to know"), and nothing else in the post.
    `fires` and `stays_quiet` are examples; the check at the start runs every one of them.
    """

    id: str
    label: Label
    why: str
    when: tuple[Pattern, ...]
    unless: tuple[Pattern, ...] = ()
    fires: tuple[str, ...] = ()
    stays_quiet: tuple[str, ...] = ()

    def __call__(self, post: Post) -> Iterator[Evidence]:
        quiet: list[tuple[int, int]] | None = None
        for pattern in self.when:
            for start, end in pattern.find(post.meant.text):
                if quiet is None:
                    quiet = [place for p in self.unless for place in p.find(post.meant.text)]
                if any(start < stop and begin < end for begin, stop in quiet):
                    continue
                yield Evidence(self.id, self.label, *post.meant.span(start, end), self.why)


Check = Callable[[Post], Iterable[Evidence]]
"""Anything that finds reasons for labels in a post. It may raise: then the post is held."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the second reader says. It may add a hold, or speak for a post; it cannot undo a rule."""

    alarms: tuple[Evidence, ...] = ()  # crisis or emergency
    personal: tuple[Evidence, ...] = ()  # one person's health
    perhaps: tuple[Evidence, ...] = ()  # the same with less certainty, for a post that is held anyway
    keeps: bool = True  # agrees that what looks like a general question is one
    lifts: tuple[Evidence, ...] = ()  # sees a general question where the rules see nothing at all


class SecondReader(Protocol):
    """Reads a post beside the rules. It may raise: then the post is held."""

    def __call__(self, post: Post, /) -> Reading: ...


class Screen:
    """Labels a post. Whatever goes wrong, the outcome is never "may be answered".

    `checks` give the labels that hold a post. Only when none of them has anything to say, and all
    of them ran, `general` is asked for a positive sign of a question with one answer for everybody.
    """

    def __init__(
        self,
        checks: Sequence[Check],
        general: Check,
        spelling: Spelling,
        second: SecondReader | None = None,
    ) -> None:
        self._checks = tuple(checks)
        self._general = general
        self._spelling = spelling
        self._second = second

    def __call__(self, text: str) -> Verdict:
        try:
            return self._verdict(text)
        except Exception:
            return HELD

    def _verdict(self, text: str) -> Verdict:
        if len(text) > MAX_LENGTH:
            return HELD
        folded = fold(text)
        if not any(map(str.isalnum, folded.text)) and folded.text.isascii():
            return HELD
        post = Post(text, folded, self._spelling.mend(folded))
        evidence, sound = self._held_for(post)
        reading = Reading()
        if self._second:
            try:
                reading = self._second(post)
            except Exception:
                sound = False
        evidence += reading.alarms
        if evidence:
            evidence += reading.personal
        elif sound:
            evidence = self._passed(post, reading)
        return Verdict(frozenset(e.label for e in evidence), tuple(_first_of_each(evidence)))

    def _passed(self, post: Post, reading: Reading) -> list[Evidence]:
        """What is said of a post that no rule holds: general, one person's, or nothing sure."""
        shaped = list(self._general(post))
        if shaped and reading.keeps:
            return shaped
        lifts = () if shaped or reading.personal else reading.lifts
        return list(lifts or reading.perhaps)

    def _held_for(self, post: Post) -> tuple[list[Evidence], bool]:
        """All that the checks found. A check that fails does not silence the others' alarms."""
        found: list[Evidence] = []
        sound = True
        for check in self._checks:
            try:
                found += check(post)
            except Exception:
                sound = False
        return found, sound


HELD = Verdict(frozenset())


def _first_of_each(evidence: Iterable[Evidence]) -> Iterator[Evidence]:
    """Each stretch of the post once for each rule."""
    seen: set[tuple[str, int, int]] = set()
    for item in evidence:
        key = (item.rule, item.start, item.end)
        if key not in seen:
            seen.add(key)
            yield item
