"""The FAQ folder as it is read. What is checked beyond its shape is in `faq_check`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar, Generic, TypeVar

from bot import yamlfile
from bot.core.entry import Entry
from bot.yamlfile import BadFiles, Key, Loaded, Problem

SOURCES, FACTS, MOST_ASKED = "sources.yaml", "facts.yaml", "most-asked.yaml"
NO_TOPICS = frozenset({SOURCES, FACTS, MOST_ASKED})

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where facts come from. `name` is how a post says it; `note` is for those who sign."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    id: str
    name: str
    title: str
    url: str
    date: str
    jurisdiction: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    sources: tuple[Source, ...]


class Known(StrEnum):
    """How well a fact is known."""

    VERIFIED = "verified"  # read at the source itself
    SECONDARY = "secondary"  # read on a page that quotes the source
    MEMORY = "memory"  # not looked up yet: no answer may rest on it alone
    POLICY = "policy"  # a rule of ours, no medical fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What answers rest on, in our own words. `id` is a topic and a number: pain/1."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    id: str
    text: str
    status: Known
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FactFile:
    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MostAsked:
    """The entries that must be there in Spanish too."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicFile:
    """One file of the folder: entries about one subject, in the order in which they are shown."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    topic: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Faq:
    """The whole FAQ: `entries`, `sources` and `facts` by id, in the order of the files.

    `names` are the files of `topics`, without their ending.
    """

    topics: tuple[TopicFile, ...]
    names: tuple[str, ...]
    entries: Mapping[str, Entry]
    sources: Mapping[str, Source]
    facts: Mapping[str, Fact]

    def sources_of(self, entry: Entry) -> tuple[Source, ...]:
        return tuple(self.sources[key] for key in entry.sources)


def load(folder: Path) -> Faq:
    """The FAQ in `folder`. Raises BadFiles with every problem that makes it unusable."""
    found = read(folder)
    problems = list(found.unusable())
    if problems:
        raise BadFiles(problems)
    return Faq(
        topics=tuple(file.content for file in found.topics),
        names=tuple(file.loaded.path.stem for file in found.topics),
        entries=MappingProxyType({placed.entry.id: placed.entry for placed in found.entries()}),
        sources=MappingProxyType({source.id: source for source in found.sources()}),
        facts=MappingProxyType({fact.id: fact for fact in found.facts()}),
    )


def topic_paths(folder: Path) -> list[Path]:
    """The files with entries, in their order."""
    return [path for path in sorted(folder.glob("*.yaml")) if path.name not in NO_TOPICS]


@dataclass(frozen=True, slots=True)
class File(Generic[T]):
    loaded: Loaded
    content: T

    def problem(self, message: str, *key: str | int) -> Problem:
        return self.loaded.problem(key, message)


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry, and where it stands."""

    entry: Entry
    loaded: Loaded
    key: Key

    def problem(self, message: str, *key: str | int) -> Problem:
        return self.loaded.problem((*self.key, *key), f"{message} (entry {self.entry.id})")

    def where(self, *key: str | int) -> str:
        """The file and the line, as other problems name them."""
        return f"{self.loaded.path.name}, line {self.loaded.line((*self.key, *key))}"


@dataclass(frozen=True, slots=True)
class Found:
    """What could be read of the folder. `problems` tells of what could not."""

    topics: tuple[File[TopicFile], ...]
    source_file: File[SourceFile]
    fact_file: File[FactFile]
    most_asked: File[MostAsked]
    problems: tuple[Problem, ...]

    def entries(self) -> Iterator[Placed]:
        for file in self.topics:
            for index, entry in enumerate(file.content.entries):
                yield Placed(entry, file.loaded, ("entries", index))

    def sources(self) -> tuple[Source, ...]:
        return self.source_file.content.sources

    def facts(self) -> tuple[Fact, ...]:
        return self.fact_file.content.facts

    def unusable(self) -> Iterator[Problem]:
        """Every problem with which nothing can be answered from the folder."""
        yield from self.problems
        yield from _twice(self)
        yield from _unknown_sources(self)


def read(folder: Path) -> Found:
    problems: list[Problem] = []

    def file(path: Path, shape: type[T]) -> Iterator[File[T]]:
        try:
            loaded = yamlfile.load(path)
            yield File(loaded, yamlfile.shaped(loaded, shape))
        except BadFiles as bad:
            problems.extend(bad.problems)

    def one(name: str, empty: T, *, needed: bool = False) -> File[T]:
        path = folder / name
        nothing = File(Loaded(path, None, {}), empty)
        return next(file(path, type(empty)), nothing) if needed or path.exists() else nothing

    paths = topic_paths(folder)
    if not paths:
        problems.append(Problem(folder, 0, "", "no topic file here: add one, such as 01-basics.yaml"))
    topics = tuple(found for path in paths for found in file(path, TopicFile))
    source_file = one(SOURCES, SourceFile(sources=()), needed=True)
    fact_file = one(FACTS, FactFile(facts=()))
    most_asked = one(MOST_ASKED, MostAsked(entries=()))
    return Found(topics, source_file, fact_file, most_asked, tuple(problems))


def _twice(found: Found) -> Iterator[Problem]:
    first: dict[str, Placed] = {}
    for placed in found.entries():
        earlier = first.setdefault(placed.entry.id, placed)
        if earlier is not placed:
            yield placed.problem(f"this id is taken ({earlier.where('id')}): choose another one", "id")
    for file, name, ids in (
        (found.source_file, "source", [source.id for source in found.sources()]),
        (found.fact_file, "fact", [fact.id for fact in found.facts()]),
    ):
        for index, one in enumerate(ids):
            if one in ids[:index]:
                yield file.problem(f"the {name} {one} stands twice: delete one", f"{name}s", index, "id")


def _unknown_sources(found: Found) -> Iterator[Problem]:
    if any(problem.path.name == SOURCES for problem in found.problems):
        return  # none is known, and that problem says why
    known = {source.id for source in found.sources()}
    for placed in found.entries():
        for index, source in enumerate(placed.entry.sources):
            if source not in known:
                message = f"unknown source {source}: add it to {SOURCES} or mend the spelling"
                yield placed.problem(message, "sources", index)
