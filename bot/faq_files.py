"""Rewrites topic files, and leaves all that was not changed as it is: comments, order, quotes, line breaks.

Files are read by `faq`, strictly; ruamel.yaml, which is not strict, only ever writes.
"""

import fcntl
import io
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString as Quoted
from ruamel.yaml.tokens import CommentToken

from bot import faq
from bot.core.signing import SIGNATURE
from bot.yamlfile import Problem

Check = Callable[[Path], list[Problem]]  # of a folder with an FAQ


class CannotWrite(Exception):
    """Nothing was written; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A file before and after."""

    path: Path
    old: str
    new: str


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """While this lasts nobody else, in no process of this machine, changes the folder through us."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


class Pages:
    """The topic files of a folder, to be changed in memory."""

    def __init__(self, folder: Path) -> None:
        self._files = [_Page(path) for path in faq.topic_paths(folder)]

    def entry(self, entry_id: str) -> CommentedMap:
        """Raises KeyError."""
        if (found := self.find(entry_id)) is None:
            raise KeyError(entry_id)
        return found

    def find(self, entry_id: str) -> CommentedMap | None:
        for entries in self.topics.values():
            for entry in entries:
                if entry["id"] == entry_id:
                    return entry  # type: ignore[no-any-return]  # ruamel says nothing of what is in its maps
        return None

    @property
    def topics(self) -> dict[str, CommentedSeq]:
        """The entries of each file, by its topic."""
        return {str(file.root["topic"]): file.root["entries"] for file in self._files}

    def rewritten(self) -> list[Rewritten]:
        """The files that have changed."""
        texts = ((file, file.written()) for file in self._files)
        return [Rewritten(file.path, file.text, new) for file, new in texts if new != file.text]


class _Page:
    """A topic file that remembers how it was written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = path.read_text(encoding="utf-8")
        self._yaml = YAML()
        self._yaml.preserve_quotes = True
        self._yaml.width = 100_000  # never breaks a line by itself
        self._yaml.indent(mapping=2, sequence=4, offset=2)
        self._yaml.representer.ignore_aliases = lambda _data: True  # our files have no anchors
        self.root: CommentedMap = self._yaml.load(self.text)

    def written(self) -> str:
        out = io.StringIO()
        self._yaml.dump(self.root, out)
        return out.getvalue()


def write(files: Sequence[Rewritten]) -> None:
    """Puts all of the new texts in place, or none: each replaces its file at once, and a failure puts back
    those that were replaced before it. Raises CannotWrite, also when a file has changed meanwhile.
    """
    for one in files:
        if one.path.read_text(encoding="utf-8") != one.old:
            raise CannotWrite(f"{one.path} changed while it was being read: try again")
    done: list[Rewritten] = []
    try:
        for one in files:
            _replace(one.path, one.new)
            done.append(one)
    except OSError as error:
        _put_back(done)
        raise CannotWrite(f"{error.filename} cannot be written: {error.strerror}") from error


def _put_back(files: Iterable[Rewritten]) -> None:
    for one in files:
        _replace(one.path, one.old)


def _replace(path: Path, text: str) -> None:
    new = path.with_name(f".{path.name}.new")
    try:
        with new.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(path, new)
        new.replace(path)
    finally:
        with suppress(OSError):
            new.unlink(missing_ok=True)


def set_signature(entry: CommentedMap, values: dict[str, Any]) -> None:
    """Sets keys such as `reviewed_by`; those that are new stand right before `status`."""
    if "status" not in entry:
        last = list(entry)[-1]
        entry["status"] = "draft"
        hand_over(entry, last, "status")
    for key, value in values.items():
        written = Quoted(value) if isinstance(value, str) and key != "status" else value
        if key in entry:
            entry[key] = written
        else:
            entry.insert(list(entry).index("status"), key, written)


def make_draft(entry: CommentedMap) -> None:
    """The words were signed as they stood: now nobody has signed them."""
    if entry.get("status", "draft") == "draft":
        return
    entry["status"] = "draft"
    for key in SIGNATURE - {"status"}:
        if key in entry:
            before = list(entry)[list(entry).index(key) - 1]
            hand_over(entry, key, before)
            del entry[key]


def append(items: CommentedSeq, text: str) -> None:
    """Behind the last one, and before what stands between that and the next key."""
    items.append(Quoted(text))
    if len(items) > 1:
        hand_over(items, len(items) - 2, len(items) - 1)


def remove(items: CommentedSeq, index: int) -> None:
    """Takes one out; the comment beside it goes with it, what stands below it stays."""
    if index == len(items) - 1 and index:
        hand_over(items, index, index - 1)
    del items[index]


def hand_over(node: Any, old: Any, new: Any) -> None:
    """What stands below `old` (an empty line, a comment) goes below `new`; a comment beside `old` stays."""
    place = 0 if isinstance(node, CommentedSeq) else 2
    tokens = node.ca.items.get(old)
    token = tokens[place] if tokens and len(tokens) > place else None
    if token is None or "\n" not in token.value:
        return
    beside, _, below = token.value.partition("\n")
    if beside.strip():
        token.value = beside + "\n"
    else:
        node.ca.items.pop(old)
    if not (below.strip() or below.startswith("\n") or not beside.strip()):
        return
    kept = node.ca.items.setdefault(new, [None] * 4 if place else [None, None])
    kept[place] = CommentToken("\n" + below, token.start_mark, None)


def new_problems(folder: Path, files: Sequence[Rewritten], check: Check) -> list[Problem]:
    """What `check` finds in the folder with the new files, and does not find in it as it is."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / folder.name
        shutil.copytree(folder, copy)
        for one in files:
            (copy / one.path.name).write_text(one.new, encoding="utf-8")
        if not (found := check(copy)):
            return []
        before = {_without_line(problem) for problem in check(folder)}
        new = (problem for problem in found if _without_line(problem) not in before)
        return [replace(problem, path=folder / problem.path.name) for problem in new]


def _without_line(problem: Problem) -> tuple[str, str, str]:
    return problem.path.name, problem.key, problem.message
