"""The FAQ folder: reads `faq/*.yaml`, and checks all that can be checked without a clinician."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar, Generic, TypeVar

from rapidfuzz import fuzz

from bot import yamlfile
from bot.core.entry import Entry
from bot.core.grade import reading_grade
from bot.core.weigh import MAX_WEIGHT, has_url, weighted_length
from bot.yamlfile import BadFiles, Key, Loaded, Problem

SOURCES = "sources.yaml"
MAX_GRADE = 8.0  # US plain language: 6th to 8th grade
MAX_LIKENESS = 90  # of 100; above it two wordings read as the same post
MAX_AGE = timedelta(days=366)  # an answer is reread at least once a year
AT_LEAST = {"phrasings": 6, "sources": 1, "facts": 1}
AT_LEAST_ES = {"phrasings_es": 3, "answers_es": 2}  # where there is any Spanish

_SAID = re.compile(r"\b(?:Sources?|Fuentes?): (?P<names>.+)\.$", re.DOTALL)
_FACT = re.compile(r"[a-z0-9-]+/[1-9]\d*")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where facts come from. `name` is how a post says it; `note` is for those who sign.

    `url` is empty where there is no page to link to: for what rests on askhour's own rules alone.
    """

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


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicFile:
    """One file of the folder: entries about one subject, in the order in which they are shown."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    topic: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Faq:
    """The whole FAQ. `entries` and `sources` by id, in the order of the files."""

    topics: tuple[TopicFile, ...]
    entries: Mapping[str, Entry]
    sources: Mapping[str, Source]

    def sources_of(self, entry: Entry) -> tuple[Source, ...]:
        return tuple(self.sources[key] for key in entry.sources)


def load(folder: Path) -> Faq:
    """The FAQ in `folder`. Raises BadFiles with every problem that makes it unusable."""
    found = _read(folder)
    problems = [*found.problems, *_twice(found), *_unknown_sources(found)]
    if problems:
        raise BadFiles(problems)
    return Faq(
        topics=tuple(file.content for file in found.topics),
        entries=MappingProxyType({placed.entry.id: placed.entry for placed in found.entries()}),
        sources=MappingProxyType({source.id: source for source in found.sources()}),
    )


def check(folder: Path, *, today: date) -> list[Problem]:
    """Everything that should be mended before a clinician reads it, by file and line."""
    found = _read(folder)
    problems = [
        *found.problems,
        *_twice(found),
        *_unknown_sources(found),
        *_unused_sources(found),
        *_same_phrasings(found),
    ]
    names = {source.id: source.name for source in found.sources()}
    for placed in found.entries():
        problems += _entry_problems(placed, names, today)
    return BadFiles(problems).problems


@dataclass(frozen=True, slots=True)
class _File(Generic[T]):
    loaded: Loaded
    content: T


@dataclass(frozen=True, slots=True)
class _Placed:
    """An entry, and where it stands."""

    entry: Entry
    loaded: Loaded
    key: Key

    def problem(self, message: str, *key: str | int) -> Problem:
        return self.loaded.problem((*self.key, *key), f"{message} (entry {self.entry.id})")


@dataclass(frozen=True, slots=True)
class _Found:
    """What could be read of the folder. `problems` tells of what could not."""

    topics: tuple[_File[TopicFile], ...]
    source_file: _File[SourceFile]
    problems: tuple[Problem, ...]

    def entries(self) -> Iterator[_Placed]:
        for file in self.topics:
            for index, entry in enumerate(file.content.entries):
                yield _Placed(entry, file.loaded, ("entries", index))

    def sources(self) -> tuple[Source, ...]:
        return self.source_file.content.sources


def _read(folder: Path) -> _Found:
    problems: list[Problem] = []

    def file(path: Path, shape: type[T]) -> Iterator[_File[T]]:
        try:
            loaded = yamlfile.load(path)
            yield _File(loaded, yamlfile.shaped(loaded, shape))
        except BadFiles as bad:
            problems.extend(bad.problems)

    paths = [path for path in sorted(folder.glob("*.yaml")) if path.name != SOURCES]
    if not paths:
        problems.append(Problem(folder, 0, "", "no topic file here: add one, such as 01-basics.yaml"))
    topics = tuple(found for path in paths for found in file(path, TopicFile))
    nothing = _File(Loaded(folder / SOURCES, None, {}), SourceFile(sources=()))
    source_file = next(file(folder / SOURCES, SourceFile), nothing)
    return _Found(topics, source_file, tuple(problems))


def _twice(found: _Found) -> Iterator[Problem]:
    first: dict[str, _Placed] = {}
    for placed in found.entries():
        earlier = first.setdefault(placed.entry.id, placed)
        if earlier is not placed:
            line = earlier.loaded.line((*earlier.key, "id"))
            where = f"{earlier.loaded.path.name}, line {line}"
            yield placed.problem(f"this id is taken ({where}): choose another one", "id")
    names: set[str] = set()
    for index, source in enumerate(found.sources()):
        if source.id in names:
            yield _of_source(found, index, f"the source {source.id} stands twice: delete one")
        names.add(source.id)


def _unknown_sources(found: _Found) -> Iterator[Problem]:
    if any(problem.path.name == SOURCES for problem in found.problems):
        return  # none is known, and that problem says why
    known = {source.id for source in found.sources()}
    for placed in found.entries():
        for index, source in enumerate(placed.entry.sources):
            if source not in known:
                message = f"unknown source {source}: add it to {SOURCES} or mend the spelling"
                yield placed.problem(message, "sources", index)


def _unused_sources(found: _Found) -> Iterator[Problem]:
    if found.problems:
        return  # an entry that could not be read may use it
    used = {source for placed in found.entries() for source in placed.entry.sources}
    for index, source in enumerate(found.sources()):
        if source.id not in used:
            yield _of_source(found, index, f"no entry uses the source {source.id}: delete it")


def _of_source(found: _Found, index: int, message: str) -> Problem:
    return found.source_file.loaded.problem(("sources", index, "id"), message)


def _same_phrasings(found: _Found) -> Iterator[Problem]:
    """The same words in two places: nobody could tell which entry they ask for."""
    first: dict[str, str] = {}
    for placed in found.entries():
        for key, text in _texts(placed.entry, "question", "phrasings", "phrasings_es"):
            bare = " ".join(re.findall(r"\w+", text.casefold()))
            if bare in first:
                message = f"already stands in the entry {first[bare]}: keep it in one place"
                yield placed.problem(message, *key)
            first.setdefault(bare, placed.entry.id)


def _entry_problems(placed: _Placed, names: Mapping[str, str], today: date) -> Iterator[Problem]:
    yield from _count_problems(placed)
    yield from _date_problems(placed, today)
    for key, text in _texts(placed.entry, "answers", "answers_es"):
        yield from _post_problems(placed, key, text)
        yield from _naming_problems(placed, key, text, names)
    for key, text in _texts(placed.entry, "answers", "more"):
        grade = reading_grade(_SAID.sub("", text))
        if grade > MAX_GRADE:
            message = f"reading grade {grade:.1f}, at most {MAX_GRADE:g}: shorter sentences and words"
            yield placed.problem(message, *key)
    for kind in ("answers", "answers_es"):
        yield from _likeness_problems(placed, kind)
    for index, fact in enumerate(placed.entry.facts):
        if not _FACT.fullmatch(fact):
            message = f"{fact!r} should be a topic and the number of the fact, such as pain/1"
            yield placed.problem(message, "facts", index)


def _count_problems(placed: _Placed) -> Iterator[Problem]:
    entry = placed.entry
    spanish = AT_LEAST_ES if entry.phrasings_es or entry.answers_es else {}
    for key, needed in (AT_LEAST | spanish).items():
        count = len(getattr(entry, key))
        if count < needed:
            yield placed.problem(f"{count} here, at least {needed} needed: add more", key)


def _date_problems(placed: _Placed, today: date) -> Iterator[Problem]:
    review_by = placed.entry.review_by
    if placed.entry.expired(today):
        yield placed.problem(f"passed on {review_by}: reread the answer, then set a later date", "review_by")
    elif review_by > today + MAX_AGE:
        yield placed.problem("more than a year ahead: choose a nearer date", "review_by")


def _post_problems(placed: _Placed, key: Key, text: str) -> Iterator[Problem]:
    length = weighted_length(text)
    if length > MAX_WEIGHT:
        message = f"{length} characters as X counts, at most {MAX_WEIGHT}: shorten it"
        yield placed.problem(message, *key)
    if has_url(text):
        message = "contains a web address, and X charges for it: name the source in words"
        yield placed.problem(message, *key)
    if "@" in text:
        yield placed.problem("contains @, which would call on an account: leave it out", *key)


def _naming_problems(placed: _Placed, key: Key, text: str, names: Mapping[str, str]) -> Iterator[Problem]:
    said = _SAID.search(text)
    if said is None:
        start = "Fuente" if key[0] == "answers_es" else "Source"
        yield placed.problem(f"should end with its source: '{start}: NAME.'", *key)
        return
    own = {names[source] for source in placed.entry.sources if source in names}
    for name in said["names"].split("; "):
        if name not in own:
            message = f"names {name!r} as its source, but `sources` has {', '.join(sorted(own))}"
            yield placed.problem(f"{message}: use one of these names, or add the source", *key)


def _likeness_problems(placed: _Placed, kind: str) -> Iterator[Problem]:
    texts = [(key, _SAID.sub("", text)) for key, text in _texts(placed.entry, kind)]
    for ((_, i), one), (key, two) in combinations(texts, 2):
        likeness = fuzz.ratio(one.casefold(), two.casefold())
        if likeness > MAX_LIKENESS:
            message = f"{likeness:.0f} % like {kind}[{int(i) + 1}]: say it in other words"
            yield placed.problem(message, *key)


def _texts(entry: Entry, *kinds: str) -> Iterator[tuple[Key, str]]:
    """The texts of the entry under these keys, each with the key under which it stands."""
    for kind in kinds:
        value = getattr(entry, kind)
        if isinstance(value, str):
            yield (kind,), value
        else:
            yield from (((kind, index), text) for index, text in enumerate(value))
