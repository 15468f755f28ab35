"""Our own sentences in `config/guardrails/training`: what is learned from, and what is kept aside.

Three groups in ten are held out, chosen by a hash of the group's name. No rule is tuned on them and
nothing is learned from them: they are our honest estimate of how the guardrails do on new posts.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from bot import yamlfile
from bot.core.screen import Label

_SALT = "229:"  # chosen so that each label has its share on both sides, before anything was measured
_HELD_OUT = 0.3

FOLDER = "training"


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    labels: frozenset[str]
    group: str

    @property
    def from_faq(self) -> bool:
        return self.group.startswith("faq:")

    @property
    def held_out(self) -> bool:
        return not self.from_faq and share(_SALT + self.group) < _HELD_OUT


@dataclass(frozen=True, slots=True)
class GroupEntry:
    """Sentences of one theme, one a line, with what all of them are."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    id: str
    why: str
    texts: str
    labels: list[Label]


@dataclass(frozen=True, slots=True)
class SentencesFile:
    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    groups: list[GroupEntry]


def load_sentences(guardrails: Path) -> list[Sentence]:
    """All of them, in the order of the files. Raises BadFiles."""
    sentences = []
    for path in sorted((guardrails / FOLDER).glob("*.yaml")):
        for group in yamlfile.read(path, SentencesFile).groups:
            labels = frozenset(map(str, group.labels))
            sentences += [Sentence(text, labels, group.id) for text in yamlfile.lines(group.texts)]
    return sentences


def share(name: str) -> float:
    """A number from 0 up to 1 that is always the same for a name."""
    return hashlib.sha256(name.encode()).digest()[0] % 10 / 10
