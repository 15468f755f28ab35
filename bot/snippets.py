"""Half sentences that clinicians put into an answer: `config/snippets.yaml`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from bot import yamlfile
from bot.core.review import Reviewer, Severity
from bot.yamlfile import BadFiles, Loaded, Problem

LEFT_TO_THE_ANSWER = "no_source"  # a snippet is not a whole answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """`name` is what the button says."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    id: str
    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SnippetFile:
    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    snippets: tuple[Snippet, ...] = ()


def load(path: Path, reviewer: Reviewer) -> tuple[Snippet, ...]:
    """No file means no snippets. Raises BadFiles with every text that could not leave, and every id that
    stands twice.
    """
    if not path.exists():
        return ()
    loaded = yamlfile.load(path)
    found = yamlfile.shaped(loaded, SnippetFile).snippets
    if problems := list(_problems(loaded, found, reviewer)):
        raise BadFiles(problems)
    return found


def check(path: Path, reviewer: Reviewer) -> list[Problem]:
    """Everything that is wrong with the file."""
    try:
        load(path, reviewer)
    except BadFiles as bad:
        return bad.problems
    return []


def _problems(loaded: Loaded, found: tuple[Snippet, ...], reviewer: Reviewer) -> Iterator[Problem]:
    for index, snippet in enumerate(found):
        if snippet.id in {earlier.id for earlier in found[:index]}:
            yield loaded.problem(
                ("snippets", index, "id"), f"the id {snippet.id} stands twice: choose another"
            )
        for finding in reviewer.findings(snippet.text):
            if finding.severity is Severity.BLOCK and finding.rule != LEFT_TO_THE_ANSWER:
                words = snippet.text[finding.start : finding.end]
                yield loaded.problem(
                    ("snippets", index, "text"), f"{words!r}: {finding.why} {finding.instead}"
                )
