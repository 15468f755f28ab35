"""What the YAML files in `config/guardrails` look like."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from bot.core.review import Severity
from bot.core.screen import Label
from bot.core.signpost import Signpost

_STRICT: Mapping[str, str] = {"extra": "forbid"}


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
class SignpostFile:
    __pydantic_config__: ClassVar[Mapping[str, str]] = _STRICT

    signposts: list[Signpost]
