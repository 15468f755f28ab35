"""Guardrails for what goes out: the rules every text must pass before it is posted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import regex

from bot.core.grade import reading_grade
from bot.core.identifiers import identifiers
from bot.core.screen_pattern import Pattern
from bot.core.text import MAX_LENGTH, Folded, fold
from bot.core.weigh import MAX_WEIGHT, has_url, weighted_length


class Severity(StrEnum):
    BLOCK = "block"  # may not be posted
    WARN = "warn"  # may be posted when a person gives a reason


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that a text breaks: which words (half-open), and how to say it instead."""

    rule: str
    severity: Severity
    start: int
    end: int
    why: str
    instead: str


@dataclass(frozen=True, slots=True)
class Wording:
    """A rule of wording: a text that says `when` breaks it, except where `unless` covers it."""

    rule: str
    severity: Severity
    why: str
    instead: str
    when: tuple[Pattern, ...]
    unless: tuple[Pattern, ...] = ()

    def findings(self, folded: Folded) -> Iterator[Finding]:
        excused = [place for pattern in self.unless for place in pattern.find(folded.text)]
        for pattern in self.when:
            for start, end in pattern.find(folded.text):
                if not any(start < stop and begin < end for begin, stop in excused):
                    span = folded.span(start, end)
                    yield Finding(self.rule, self.severity, *span, self.why, self.instead)


class Reviewer:
    """Checks a text before it is posted, whoever wrote it.

    The mechanical rules stand here, because they must be exact; the others are wording, and
    clinicians write them. A rule that fails blocks: what could not be checked must not go out.
    """

    def __init__(self, wordings: Sequence[Wording]) -> None:
        self._wordings = tuple(wordings)

    def findings(self, text: str, question: str = "") -> tuple[Finding, ...]:
        """What is wrong with `text`, in the order of the words; `question` is what it answers."""
        try:
            found = [*_mechanical(text), *self._wording(text), *_quoted(text, question), *_plain(text)]
        except Exception:
            return (_unchecked(text),)
        return tuple(sorted(_widest(found), key=lambda f: (f.start, f.end, f.rule)))

    def _wording(self, text: str) -> Iterator[Finding]:
        if len(text) > MAX_LENGTH:
            return
        folded = fold(text)
        for wording in self._wordings:
            yield from wording.findings(folded)


# What tells somebody apart in an identifier: a number, or a name by its capital.
_TELLING = regex.compile(
    r"\b(?=[\p{L}-]*\d)[\p{L}\d-]{4,}|\b(?!Hello|Dear|Name|Patient|Thanks|Mrs|Miss|The\b|This|NHS|MRN)"
    r"\p{Lu}\p{Ll}{2,}"
)
# Free-phone numbers: a helpline, never a person.
_PUBLIC_LINE = regex.compile(
    r"(?:\+?1[ -]?)?\(?8(?:00|33|44|55|66|77|88)\)?[ -]?\d|0\s?80[08]|1[38]00|13\s?\d\d"
)
_DIGITS = regex.compile(r"[+(]?\d")  # where a number begins after a word like "phone"
# How a text names its sources, which are left out when its reading grade is counted.
_SOURCES = regex.compile(r"(?i)\bsources?\s?:.*", regex.DOTALL)
_SPANISH = regex.compile(r"(?i)\bfuentes?\s?:|[¿¡ñ]")
MAX_GRADE = 8.0  # US plain language: 6th to 8th grade
MIN_WORDS = 20  # in a shorter text one long word decides, and "mammogram" is one
_SOURCE = regex.compile(r"(?i)\b(?:sources?|fuentes?)\s?:\s*\w")


def _mechanical(text: str) -> Iterator[Finding]:
    end = len(text)
    if not has_url(text) and not _SOURCE.search(text):
        yield Finding(
            "no_source",
            Severity.BLOCK,
            0,
            end,
            "Names no source.",
            "End with “Source: …” and the name of who says so.",
        )
    if (weight := weighted_length(text)) > MAX_WEIGHT:
        yield Finding(
            "too_long",
            Severity.BLOCK,
            0,
            end,
            f"Too long by {weight - MAX_WEIGHT} characters as X counts them.",
            "Keep one thought and drop the rest.",
        )
    if end <= MAX_LENGTH:
        for found in identifiers(text):
            number = _DIGITS.search(text, found.start, found.end)
            if number and _PUBLIC_LINE.match(text, number.start()):
                continue
            yield _identifier(found.start, found.end, found.why)


def _plain(text: str) -> Iterator[Finding]:
    """Warns of a text that is hard to read. The count knows English only."""
    said = _SOURCES.sub("", text[:MAX_LENGTH])
    if _SPANISH.search(text) or len(said.split()) < MIN_WORDS:
        return
    grade = reading_grade(said)
    if grade > MAX_GRADE:
        yield Finding(
            "reading_grade",
            Severity.WARN,
            0,
            len(text),
            f"Hard to read: grade {grade:.0f}, where {MAX_GRADE:.0f} is the most that suits everybody.",
            "Use shorter sentences and shorter words.",
        )


def _quoted(text: str, question: str) -> Iterator[Finding]:
    """An identifier of the asker's that the answer repeats, even in part of its form."""
    for found in identifiers(question[:MAX_LENGTH]):
        for word in _TELLING.findall(question[found.start : found.end]):
            for match in regex.finditer(rf"\b{regex.escape(word)}\b", text):
                yield _identifier(*match.span(), "Repeats what identifies the person who asked.")


def _widest(found: Sequence[Finding]) -> list[Finding]:
    """Of findings of one rule inside each other, the widest."""
    kept: list[Finding] = []
    for finding in sorted(found, key=lambda f: (f.start, -f.end)):
        if not any(k.rule == finding.rule and finding.end <= k.end for k in kept):
            kept.append(finding)
    return kept


def _identifier(start: int, end: int, why: str) -> Finding:
    instead = "Leave out names, numbers and addresses; answer the question in general words."
    return Finding("identifier", Severity.BLOCK, start, end, why, instead)


def _unchecked(text: str) -> Finding:
    return Finding(
        "unchecked",
        Severity.BLOCK,
        0,
        len(text),
        "This text could not be checked.",
        "Write it shorter and simpler, and try again.",
    )
