"""Our own sample answers in `config/guardrails/answers`: those that may go out, and those that may not."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from bot import yamlfile
from bot.sentences import share

FOLDER = "answers"
_SOURCE = " Source: NHS."
_HELD_OUT = 0.3


@dataclass(frozen=True, slots=True)
class SampleAnswer:
    text: str
    rules: frozenset[str]

    @property
    def held_out(self) -> bool:
        """Not used to write or to tune a rule: chosen by a hash of the text."""
        return share("answer:" + self.text) < _HELD_OUT


@dataclass(frozen=True, slots=True)
class AnswersEntry:
    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    id: str
    rules: list[str]
    texts: str


@dataclass(frozen=True, slots=True)
class AnswersFile:
    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    groups: list[AnswersEntry]


def load_answers(guardrails: Path) -> list[SampleAnswer]:
    """Raises BadFiles."""
    return [
        SampleAnswer(line + _SOURCE, frozenset(group.rules))
        for path in sorted((guardrails / FOLDER).glob("*.yaml"))
        for group in yamlfile.read(path, AnswersFile).groups
        for line in yamlfile.lines(group.texts)
    ]
