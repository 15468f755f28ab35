"""Builds the matcher from the FAQ and `config/synonyms.yaml`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from bot import yamlfile
from bot.core.entry import Entry
from bot.core.match import Index
from bot.yamlfile import BadFiles


@dataclass(frozen=True, slots=True)
class Synonym:
    """Words that mean the same to people who ask. `word` stands for all of them."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    word: str
    also: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class SynonymFile:
    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    synonyms: tuple[Synonym, ...]


def load_synonyms(path: Path) -> dict[str, str]:
    """Each word with the one that stands for it. Raises BadFiles, also for a word that stands twice."""
    loaded = yamlfile.load(path)
    file = yamlfile.shaped(loaded, SynonymFile)
    stands_for: dict[str, str] = {}
    problems = []
    for i, group in enumerate(file.synonyms):
        for word in (group.word, *group.also):
            if word in stands_for:
                message = f"{word!r} stands for {stands_for[word]!r} already"
                problems.append(loaded.problem(("synonyms", i, "also"), message))
            stands_for[word] = group.word
    if problems:
        raise BadFiles(problems)
    return stands_for


def build(config: Path, entries: Iterable[Entry]) -> Index:
    synonyms = load_synonyms(config / "synonyms.yaml")
    return Index({entry.id: entry.wordings() for entry in entries}, synonyms)
