"""Phrasings out of the FAQ's files into a table, and back, with the same checks as for any other change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from ruamel.yaml.comments import CommentedSeq

from bot import faq, faq_check, faq_files
from bot.core import phrasings_csv, signing
from bot.core.entry import Entry
from bot.core.phrasings_csv import BadTable, Edit
from bot.faq_files import CannotWrite, Pages, Rewritten
from bot.yamlfile import Problem


@dataclass(frozen=True, slots=True)
class Import:
    """What a table would change. `unsigned` are entries whose signature ends with it."""

    edits: tuple[Edit, ...]
    unsigned: tuple[Entry, ...]
    files: tuple[Rewritten, ...]


def export(folder: Path, file: Path) -> int:
    """Writes the table, for a spreadsheet (UTF-8 with a mark, so that Excel knows). How many rows?"""
    text = phrasings_csv.table(faq.load(folder).entries.values())
    file.write_text(text, encoding="utf-8-sig", newline="")
    return text.count("\r\n") - 1


def plan(folder: Path, file: Path, *, today: date) -> Import:
    """What the table would change; nothing is written. Raises CannotWrite with every problem, by row."""
    entries = faq.load(folder).entries
    try:
        edits = phrasings_csv.edits(phrasings_csv.read(file.read_bytes()), entries)
    except OSError as error:
        raise CannotWrite(f"{file} cannot be read: {error.strerror}") from None
    except BadTable as bad:
        raise CannotWrite("\n".join(f"{file}: {problem}" for problem in bad.problems)) from None
    files = _rewritten(folder, edits)
    problems = faq_files.new_problems(folder, files, partial(faq_check.check, today=today))
    if problems:
        raise CannotWrite("\n".join(_said(problem, edits, file) for problem in problems))
    touched = dict.fromkeys(edit.entry for edit in edits)
    unsigned = tuple(entries[one] for one in touched if signing.holds(entries[one]))
    return Import(tuple(edits), unsigned, tuple(files))


def _rewritten(folder: Path, edits: Sequence[Edit]) -> list[Rewritten]:
    pages = Pages(folder)
    for edit in edits:
        entry = pages.entry(edit.entry)
        if edit.key not in entry:
            entry.insert(list(entry).index("answers") + 1, edit.key, CommentedSeq())
        items = entry[edit.key]
        for row in edit.added:
            faq_files.append(items, row.phrasing)
        for text in edit.removed:
            faq_files.remove(items, list(items).index(text))
        faq_files.make_draft(entry)
    return pages.rewritten()


def _said(problem: Problem, edits: Sequence[Edit], file: Path) -> str:
    """The problem with the row that brought it, where one did: people see the table, not the file."""
    line = problem.line and problem.path.name
    rows = [row for edit in edits for row in edit.added if f"(entry {edit.entry})" in problem.message]
    named = f"{file}, row {rows[0].line}" if len(rows) == 1 else f"{file}"
    return f"{named}: {problem.message}" if line and rows else f"{file}: {problem}"
