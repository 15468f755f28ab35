"""Writes accepted proposals into `faq/*.yaml`, and leaves all the rest of the files as it is.

Comments, order, quotes and line breaks stay (ruamel.yaml); an entry that is changed becomes a draft again,
for it is the very words that are signed. Nothing is written before the whole folder has passed its checks.
"""

import io
import os
import shutil
import tempfile
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString as Quoted
from ruamel.yaml.scalarstring import FoldedScalarString
from ruamel.yaml.tokens import CommentToken

from bot import faq, faq_check
from bot.core.proposals import Change, NewEntry
from bot.yamlfile import Problem

Check = Callable[[Path], list[Problem]]  # of a folder with an FAQ

WIDTH = 100  # of a folded line, its indent included
INDENT = {"answers": 8, "more": 6}
SIGNATURE = ("reviewed_by", "reviewed_on", "signed_hash")


class CannotApply(Exception):
    """Nothing was written; `problems` say why, each with its proposal or its file and line."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("nothing was written:\n" + "\n".join(self.problems))


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A file before and after."""

    path: Path
    old: str
    new: str


def rewrite(folder: Path, changes: Sequence[Change], check: Check) -> list[Rewritten]:
    """What the files would be with these changes; what is there already changes nothing.

    Raises CannotApply, also when `check` finds something in the new folder and not in the old one.
    """
    files = {path: _File(path) for path in faq.topic_paths(folder)}
    problems = [problem for change in changes for problem in _put(change, files)]
    if problems:
        raise CannotApply(problems)
    done = [
        Rewritten(one.path, one.text, new) for one in files.values() if (new := one.written()) != one.text
    ]
    if found := _new_problems(folder, done, check):
        raise CannotApply(found)
    return done


def write(files: Sequence[Rewritten]) -> None:
    """Puts all of the new texts in place, or none: each replaces its file at once, and a failure puts back
    those that were replaced before it. Raises CannotApply when a file changed since it was read.
    """
    changed = [one.path for one in files if one.path.read_text(encoding="utf-8") != one.old]
    if changed:
        raise CannotApply(f"{path}: changed while it was being read: try again" for path in changed)
    done: list[Rewritten] = []
    try:
        for one in files:
            _replace(one.path, one.new)
            done.append(one)
    except OSError as error:
        put_back(done)
        raise CannotApply([f"a file cannot be written: {error}"]) from error


def put_back(files: Iterable[Rewritten]) -> None:
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


class _File:
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

    @property
    def entries(self) -> CommentedSeq:
        found: CommentedSeq = self.root["entries"]
        return found

    def find(self, entry_id: str) -> CommentedMap | None:
        return next((entry for entry in self.entries if entry["id"] == entry_id), None)

    def written(self) -> str:
        out = io.StringIO()
        self._yaml.dump(self.root, out)
        return out.getvalue()


def _put(change: Change, files: Mapping[Path, _File]) -> Iterator[str]:
    """Makes the change, or says why that cannot be done."""
    found = next((entry for file in files.values() if (entry := file.find(change.entry_id))), None)
    if change.new is None:
        if found is None:
            yield f"proposal {change.proposal}: there is no entry {change.entry_id} any more: reject it"
        else:
            _add_phrasings(found, change)
        return
    if found is not None:
        if found["question"] != change.new.question:
            yield f"proposal {change.proposal}: the name {change.entry_id} is taken: choose another one"
        return
    file = next((file for path, file in files.items() if path.stem == change.new.topic), None)
    if file is None:
        known = ", ".join(path.stem for path in files)
        yield f"proposal {change.proposal}: no topic {change.new.topic!r}; there are: {known}"
        return
    _append(file.entries, _entry(change, change.new))


def _add_phrasings(entry: CommentedMap, change: Change) -> None:
    key = "phrasings_es" if change.language == "es" else "phrasings"
    if key not in entry:
        entry.insert(list(entry).index("answers") + 1, key, CommentedSeq())
    known = {_bare(text) for text in entry[key]}
    new = [text for text in change.phrasings if _bare(text) not in known]
    for text in new:
        _append(entry[key], Quoted(text))
    if new:
        _make_draft(entry)


def _bare(text: str) -> str:
    return " ".join(text.casefold().split())


def _make_draft(entry: CommentedMap) -> None:
    """The words were signed as they stood: now nobody has signed them."""
    entry["status"] = "draft"
    for key in SIGNATURE:
        if key in entry:
            before = list(entry)[list(entry).index(key) - 1]
            _hand_over(entry, key, before)
            del entry[key]


def _append(items: CommentedSeq, value: object) -> None:
    """Behind the last one, and before what stands between that and the next key."""
    items.append(value)
    last = len(items) - 1
    if isinstance(value, CommentedMap):
        owner, key = _end_of(items[last - 1]) if last else (items, 0)
        gap = owner.ca.items.get(key)
        if gap is None or not any(gap):  # the file ended here: entries have an empty line between them
            items.yaml_set_comment_before_after_key(last, before="\n")
            token = items.ca.items[last][1][0]
            token._value = "\n"  # an empty line, not an empty comment
        return
    if last:
        _hand_over(items, last - 1, last)


def _end_of(entry: CommentedMap) -> tuple[Any, Any]:
    """Where ruamel keeps what follows an entry: with the last value in it."""
    key = list(entry)[-1]
    value = entry[key]
    if isinstance(value, CommentedSeq) and not value.fa.flow_style():
        return value, len(value) - 1
    return entry, key


def _hand_over(node: Any, old: Any, new: Any) -> None:
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


def _entry(change: Change, new: NewEntry) -> CommentedMap:
    entry = CommentedMap(id=change.entry_id, question=Quoted(new.question))
    entry["phrasings"] = CommentedSeq([Quoted(text) for text in change.phrasings])
    entry["answers"] = CommentedSeq([*map(_answer, new.answers)])
    if new.more:
        entry["more"] = _folded(new.more, INDENT["more"])
    entry["sources"] = _row(new.sources)
    entry["facts"] = _row(new.facts)
    entry["handling"] = new.handling
    entry["jurisdiction"] = new.jurisdiction
    entry["review_by"] = new.review_by
    entry["changes_if"] = Quoted(new.changes_if)
    entry["status"] = "draft"
    return entry


def _answer(text: str) -> FoldedScalarString:
    return _folded(text, INDENT["answers"])


def _folded(text: str, indent: int) -> FoldedScalarString:
    """The text below `>-`, broken where the files break theirs."""
    folded: FoldedScalarString = FoldedScalarString(text)
    places, end = [], -1
    for line in textwrap.wrap(text, WIDTH - indent, break_long_words=False, break_on_hyphens=False):
        end += len(line) + 1
        places.append(end)
    setattr(folded, "fold_pos", places[:-1])  # noqa: B010 - ruamel looks for it there, and declares it nowhere
    return folded


def _row(values: Sequence[str]) -> CommentedSeq:
    row = CommentedSeq(values)
    row.fa.set_flow_style()
    return row


def _new_problems(folder: Path, files: Sequence[Rewritten], check: Check) -> list[str]:
    """What the FAQ's own checks find in the new files, and did not find in the old ones."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / folder.name
        shutil.copytree(folder, copy)
        for one in files:
            (copy / one.path.name).write_text(one.new, encoding="utf-8")
        if not (found := check(copy)):
            return []
        before = {_without_line(problem) for problem in check(folder)}
        new = (problem for problem in found if _without_line(problem) not in before)
        return [str(problem).replace(str(copy), str(folder)) for problem in new]


def _without_line(problem: Problem) -> tuple[str, str, str]:
    return problem.path.name, problem.key, problem.message
