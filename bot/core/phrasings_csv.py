"""Ways of asking as a table that people edit in a spreadsheet. No cell of it is ever a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import regex

from bot.core.entry import Entry
from bot.core.identifiers import identifiers
from bot.core.weigh import MAX_WEIGHT, has_url, weighted_length

COLUMNS = ("entry", "language", "phrasing", "question")
KEYS = {"en": "phrasings", "es": "phrasings_es"}

#: With one of these at its beginning a spreadsheet takes a cell for a formula (OWASP, CSV injection); the
#: wide forms too, which some programs make plain. A cell that begins with the guard stays text.
FORMULA = tuple("=+-@|%\t\r\n＝＋－＠")
GUARD = "'"

_CONTROL = regex.compile(r"[\p{Cc}\p{Cf}--\u200d]", regex.VERSION1)


@dataclass(frozen=True, slots=True)
class Row:
    """`line` is the row's number in the table, the heading being 1."""

    line: int
    entry: str
    language: str
    phrasing: str


@dataclass(frozen=True, slots=True)
class Edit:
    """What the table changes in one list of an entry."""

    entry: str
    key: str
    added: tuple[Row, ...]
    removed: tuple[str, ...]


class BadTable(Exception):
    """Nothing was read; each of `problems` names its row."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def table(entries: Iterable[Entry]) -> str:
    """All phrasings. `question` is there to be read only."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n")
    write.writerow(COLUMNS)
    for entry in entries:
        for language, key in KEYS.items():
            for text in getattr(entry, key):
                write.writerow(map(guarded, (entry.id, language, text, entry.question)))
    return out.getvalue()


def guarded(text: str) -> str:
    """The text so that no spreadsheet runs it; `unguarded` gives it back."""
    return GUARD + text if text.lstrip().startswith((*FORMULA, GUARD)) or text.startswith(FORMULA) else text


def unguarded(cell: str) -> str:
    rest = cell.removeprefix(GUARD)
    return rest if rest.lstrip().startswith((*FORMULA, GUARD)) or rest.startswith(FORMULA) else cell


def read(data: bytes) -> list[Row]:
    """The rows of a table as a spreadsheet saved it: comma, semicolon or tab. Raises BadTable."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadTable(["the file is not UTF-8: save it as “CSV UTF-8”"]) from None
    heading = text.partition("\n")[0]
    delimiter = max(",;\t", key=heading.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    names = [(name or "").strip().casefold() for name in reader.fieldnames or ()]
    if missing := [name for name in COLUMNS[:3] if name not in names]:
        raise BadTable([f"row 1: the columns {', '.join(missing)} are missing: keep the heading as exported"])
    reader.fieldnames = names
    try:
        return list(_rows(reader))
    except csv.Error as error:
        raise BadTable([f"row {reader.line_num}: no table: {error}"]) from None


def _rows(reader: "csv.DictReader[str]") -> Iterator[Row]:
    for line, row in enumerate(reader, start=2):
        cells = [" ".join(unguarded(row.get(name) or "").split()) for name in COLUMNS[:3]]
        if any(cells):
            yield Row(line, cells[0], cells[1].casefold(), cells[2])


def edits(rows: Iterable[Row], entries: Mapping[str, Entry]) -> list[Edit]:
    """What the rows change. An entry and a language that have no row are left alone; those that have
    rows are to have these phrasings and no others. Raises BadTable with every problem.
    """
    wanted: dict[tuple[str, str], list[Row]] = {}
    problems = []
    for row in rows:
        problems += [f"row {row.line}: {problem}" for problem in _problems(row, entries)]
        if row.phrasing:
            wanted.setdefault((row.entry, row.language), []).append(row)
    if problems:
        raise BadTable(problems)
    found = (_edit(entries[one], KEYS[language], asked) for (one, language), asked in wanted.items())
    return [edit for edit in found if edit.added or edit.removed]


def _edit(entry: Entry, key: str, rows: list[Row]) -> Edit:
    now = getattr(entry, key)
    texts = {row.phrasing for row in rows}
    known = {_plain(text): text for text in now}
    first = {row.phrasing: row for row in reversed(rows)}
    return Edit(
        entry=entry.id,
        key=key,
        added=tuple(sorted((row for text, row in first.items() if text not in known), key=lambda r: r.line)),
        removed=tuple(text for plain, text in known.items() if plain not in texts),
    )


def _plain(text: str) -> str:
    return " ".join(text.split())


def _problems(row: Row, entries: Mapping[str, Entry]) -> Iterator[str]:
    entry = entries.get(row.entry)
    if entry is None:
        yield f"there is no entry {row.entry!r}: mend the spelling, or take the row out"
    if row.language not in KEYS:
        yield f"the language is {row.language!r}: write en or es"
    if entry is None or row.phrasing in map(_plain, entry.wordings()):
        return
    if row.phrasing.startswith(FORMULA):
        yield f"begins with {row.phrasing[0]!r}, as a formula does: begin with a word"
    if _CONTROL.search(row.phrasing):
        yield "has a character that cannot be seen: type it anew"
    if "@" in row.phrasing or has_url(row.phrasing):
        yield "has an account or an address in it: write how people ask, never copy a post"
    if any(identifiers(row.phrasing)):
        yield "says who somebody is: leave out names and numbers"
    if weighted_length(row.phrasing) > MAX_WEIGHT:
        yield f"is longer than a post ({MAX_WEIGHT} characters): shorten it"
