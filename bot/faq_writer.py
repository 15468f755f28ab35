"""Writes accepted proposals into `faq/*.yaml`, and leaves all the rest of the files as it is.

Comments, order, quotes and line breaks stay (ruamel.yaml); an entry that is changed becomes a draft again,
for it is the very words that are signed. Nothing is written before the whole folder has passed its checks.
"""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString as Quoted
from ruamel.yaml.scalarstring import FoldedScalarString

from bot import faq_files
from bot.core.proposals import Change, NewEntry
from bot.faq_files import Check, Pages, Rewritten

WIDTH = 100  # of a folded line, its indent included
INDENT = {"answers": 8, "more": 6}


class CannotApply(faq_files.CannotWrite):
    """Nothing was written; `problems` say why, each with its proposal or its file and line."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("nothing was written:\n" + "\n".join(self.problems))


def rewrite(folder: Path, changes: Sequence[Change], check: Check) -> list[Rewritten]:
    """What the files would be with these changes; what is there already changes nothing.

    Raises CannotApply, also when `check` finds something in the new folder and not in the old one.
    """
    pages = Pages(folder)
    problems = [problem for change in changes for problem in _put(change, pages)]
    if problems:
        raise CannotApply(problems)
    done = pages.rewritten()
    if found := faq_files.new_problems(folder, done, check):
        raise CannotApply(map(str, found))
    return done


def _put(change: Change, pages: Pages) -> Iterator[str]:
    """Makes the change, or says why that cannot be done."""
    found = pages.find(change.entry_id)
    if change.new is None:
        if found is None:
            yield f"proposal {change.proposal}: there is no entry {change.entry_id} any more: take it back"
        else:
            _add_phrasings(found, change)
    elif found is not None:
        if found["question"] != change.new.question:
            yield f"proposal {change.proposal}: the name {change.entry_id} is taken: choose another one"
    elif change.new.topic not in pages.topics:
        known = ", ".join(pages.topics)
        yield f"proposal {change.proposal}: no topic {change.new.topic!r}; there are: {known}"
    else:
        _append_entry(pages.topics[change.new.topic], _entry(change, change.new))


def _add_phrasings(entry: CommentedMap, change: Change) -> None:
    key = "phrasings_es" if change.language == "es" else "phrasings"
    if key not in entry:
        entry.insert(list(entry).index("answers") + 1, key, CommentedSeq())
    known = {_bare(text) for text in entry[key]}
    new = [text for text in change.phrasings if _bare(text) not in known]
    for text in new:
        faq_files.append(entry[key], text)
    if new:
        faq_files.make_draft(entry)


def _bare(text: str) -> str:
    return " ".join(text.casefold().split())


def _append_entry(entries: CommentedSeq, entry: CommentedMap) -> None:
    """Behind the last one, with an empty line between them."""
    entries.append(entry)
    last = len(entries) - 1
    owner, key = _end_of(entries[last - 1]) if last else (entries, 0)
    gap = owner.ca.items.get(key)
    if gap is None or not any(gap):
        entries.yaml_set_comment_before_after_key(last, before="\n")
        token = entries.ca.items[last][1][0]
        token._value = "\n"  # an empty line, not an empty comment


def _end_of(entry: CommentedMap) -> tuple[Any, Any]:
    """Where ruamel keeps what follows an entry: with the last value in it."""
    key = list(entry)[-1]
    value = entry[key]
    if isinstance(value, CommentedSeq) and not value.fa.flow_style():
        return value, len(value) - 1
    return entry, key


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
