"""Loads the guardrails that clinicians write in `config/guardrails`, and runs their examples.

Every rule carries sentences on which it must fire and sentences on which it must stay quiet. `check`
runs them all, so that a change to a word list that breaks a rule elsewhere is seen at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import ClassVar

import regex

from bot import yamlfile
from bot.core.identifiers import check_identifiers
from bot.core.review import Reviewer, Severity, Wording
from bot.core.screen import Label, Post, Rule, Screen, WithoutChecks
from bot.core.screen_general import GeneralQuestion, SomebodysHealth
from bot.core.screen_language import OtherLanguage
from bot.core.screen_pattern import BadPattern, Pattern, Words, compiled
from bot.core.screen_spelling import Spelling
from bot.core.text import fold
from bot.core.weigh import MAX_WEIGHT, has_url, weighted_length
from bot.yamlfile import BadFiles, Key, Loaded, Problem

_STRICT: Mapping[str, str] = {"extra": "forbid"}
_PLAIN_WORD = regex.compile(r"[\p{L}'-]+")


@dataclass(frozen=True, slots=True)
class WordsFile:
    """`words.yaml`: word lists, spellings, and the words of each language."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = _STRICT

    lists: dict[str, str]
    spellings: dict[str, str]
    watched: str
    more_watched: str
    correct: str


@dataclass(frozen=True, slots=True)
class LanguagesFile:
    """`languages.yaml`: the small words of the session's language and of others."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = _STRICT

    ours: str
    others: dict[str, str]


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """A rule as it is written: one pattern, one example a line."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = _STRICT

    id: str
    why: str
    when: str
    fires: str
    unless: str = ""
    stays_quiet: str = ""


@dataclass(frozen=True, slots=True)
class RuleFile:
    __pydantic_config__: ClassVar[Mapping[str, str]] = _STRICT

    label: Label
    rules: list[RuleEntry]


@dataclass(frozen=True, slots=True)
class GeneralFile:
    """`general.yaml`: what a general question looks like."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = _STRICT

    asks: str
    topic: str
    person: str
    health: str
    harmless: str
    unsure: str
    fires: str
    stays_quiet: str


@dataclass(frozen=True, slots=True)
class OutgoingEntry:
    __pydantic_config__: ClassVar[Mapping[str, str]] = _STRICT

    rule: str
    severity: Severity
    why: str
    instead: str
    when: str
    fires: str
    unless: str = ""
    stays_quiet: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    __pydantic_config__: ClassVar[Mapping[str, str]] = _STRICT

    rules: list[OutgoingEntry]


@dataclass(frozen=True, slots=True)
class Signpost:
    """A fixed text for one occasion in one country. Nothing but an approved one may be sent."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = _STRICT

    occasion: str
    country: str
    text: str
    status: str
    reviewer: str = ""
    confirm: list[str] = field(default_factory=list)  # numbers that a clinician must confirm


@dataclass(frozen=True, slots=True)
class SignpostFile:
    __pydantic_config__: ClassVar[Mapping[str, str]] = _STRICT

    signposts: list[Signpost]


RULE_FILES = (
    "crisis",
    "emergency",
    "personal",
    "abuse_spam",
    "misinfo_promo",
    "other_language",
    "not_question",
)


def load_screen(folder: Path) -> Screen:
    """Raises BadFiles with every problem that stops a rule from being built."""
    words = _words(folder)
    ruled = yamlfile.together([_rule_task(folder / f"{name}.yaml", words) for name in RULE_FILES])
    rules = [rule for file in ruled for rule in file]
    somebody, general = _general(folder / "general.yaml", words)
    checks = [*rules, check_identifiers, somebody, _other_language(folder, words)]
    return Screen(checks, general, _spelling(folder))


def load_reviewer(folder: Path) -> Reviewer:
    words = _words(folder)
    loaded = yamlfile.load(folder / "outgoing.yaml")
    file = yamlfile.shaped(loaded, OutgoingFile)
    wordings = []
    for i, entry in enumerate(file.rules):
        key: Key = ("rules", i)
        wordings.append(
            Wording(
                rule=entry.rule,
                severity=entry.severity,
                why=entry.why,
                instead=entry.instead,
                when=_patterns(loaded, (*key, "when"), entry.when, words),
                unless=_patterns(loaded, (*key, "unless"), entry.unless, words),
            )
        )
    return Reviewer(wordings)


def load_signposts(folder: Path) -> tuple[Signpost, ...]:
    """The fixed texts. Raises BadFiles for one that could not be posted."""
    loaded = yamlfile.load(folder / "signposts.yaml")
    file = yamlfile.shaped(loaded, SignpostFile)
    problems = [
        loaded.problem(("signposts", i, "text"), message)
        for i, signpost in enumerate(file.signposts)
        for message in _unpostable(signpost.text)
    ]
    if problems:
        raise BadFiles(problems)
    return tuple(file.signposts)


def check(folder: Path) -> list[Problem]:
    """Everything wrong with the guardrails: files that do not load, examples that come out wrong."""
    try:
        screen, reviewer = load_screen(folder), load_reviewer(folder)
        load_signposts(folder)
    except BadFiles as bad:
        return list(bad.problems)
    problems: list[Problem] = []
    for name in RULE_FILES:
        problems += _wrong_rules(folder / f"{name}.yaml", _words(folder), _spelling(folder))
    problems += _wrong_general(folder / "general.yaml", screen)
    problems += _wrong_outgoing(folder / "outgoing.yaml", reviewer)
    return problems


def lines(text: str) -> list[str]:
    """One entry a line; empty lines do not count."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _rule_task(path: Path, words: Words) -> "_RuleTask":
    return _RuleTask(path, words)


@dataclass(frozen=True, slots=True)
class _RuleTask:
    """Loading one file of rules, for `yamlfile.together`."""

    path: Path
    words: Words

    def __call__(self) -> list[Rule]:
        loaded = yamlfile.load(self.path)
        file = yamlfile.shaped(loaded, RuleFile)
        return [
            Rule(
                id=entry.id,
                label=file.label,
                why=entry.why,
                when=_patterns(loaded, ("rules", i, "when"), entry.when, self.words),
                unless=_patterns(loaded, ("rules", i, "unless"), entry.unless, self.words),
                fires=tuple(lines(entry.fires)),
                stays_quiet=tuple(lines(entry.stays_quiet)),
            )
            for i, entry in enumerate(file.rules)
        ]
