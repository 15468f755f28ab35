"""Phrasings as a table: out, into a spreadsheet, and back, and never as a formula."""

import csv
import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import faq, faq_files, faq_phrasings
from bot.core import signing
from bot.core.phrasings_csv import FORMULA, BadTable, edits, guarded, read, table, unguarded
from bot.faq_files import CannotWrite
from tests.entry import DRAFT
from tests.test_bad_input import askhour
from tests.test_faq import FACTS, SOURCES, TOPIC

TODAY = date(2026, 11, 25)
FILE = "01-appointment.yaml"
HEADING = "entry,language,phrasing\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "faq"
    found.mkdir()
    text = TOPIC.replace("- scared it hurts\n", "- scared it hurts  # often\n").replace(
        "    answers:\n", "    # what we say\n    answers:\n"
    )
    for name, content in (("sources.yaml", SOURCES), ("facts.yaml", FACTS), (FILE, text)):
        (found / name).write_text(content, encoding="utf-8")
    return found


@pytest.fixture
def file(folder: Path, tmp_path: Path) -> Path:
    """The table as it was exported."""
    path = tmp_path / "asked.csv"
    assert faq_phrasings.export(folder, path) == 6
    return path


def changes(file: Path, old: str, new: str) -> None:
    text = file.read_bytes().decode("utf-8")
    assert old in text
    file.write_bytes(text.replace(old, new).encode("utf-8"))


def imports(folder: Path, file: Path) -> faq_phrasings.Import:
    found = faq_phrasings.plan(folder, file, today=TODAY)
    faq_files.write(found.files)
    return found


def test_what_was_exported_changes_nothing_when_it_comes_back(folder: Path, file: Path) -> None:
    assert imports(folder, file).edits == ()


def test_a_row_more_and_a_row_less_are_all_that_changes(folder: Path, file: Path) -> None:
    before = (folder / FILE).read_text(encoding="utf-8")
    changes(file, "pain,en,is it sore,Does a mammogram hurt?", "pain,en,will the plates pinch me,")
    [edit] = imports(folder, file).edits
    assert [row.phrasing for row in edit.added] == ["will the plates pinch me"]
    assert edit.removed == ("is it sore",)
    after = (folder / FILE).read_text(encoding="utf-8")
    expected = before.replace("      - is it sore\n", "").replace(
        "      - mamogram pain\n", '      - mamogram pain\n      - "will the plates pinch me"\n'
    )
    assert after == expected


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_table_that_a_spreadsheet_saved_in_its_own_way_is_read(delimiter: str) -> None:
    text = f"Question{delimiter}Phrasing{delimiter}Entry{delimiter}Language\r\n"
    text += f"x{delimiter}how, bad{delimiter}pain{delimiter}EN\r\n{delimiter * 3}\r\n"
    [row] = read(b"\xef\xbb\xbf" + text.encode())
    assert (row.line, row.entry, row.language, row.phrasing) == (2, "pain", "en", "how, bad")


def test_spanish_may_be_begun_in_the_table(folder: Path, file: Path) -> None:
    path = folder / FILE
    spanish = (
        "    answers_es:\n      - 'Duele poco. Fuente: NHS.'\n      - 'Pasa pronto. Fuente: NHS.'\n    more:"
    )
    path.write_text(path.read_text(encoding="utf-8").replace("    more:", spanish), encoding="utf-8")
    changes(
        file,
        "pain,en,will it hurt",
        "pain,es,duele?,\r\npain,es,me va a doler?,\r\npain,es,duele mucho?,\r\npain,en,will it hurt",
    )
    imports(folder, file)
    assert faq.load(folder).entries["pain"].phrasings_es == ("duele?", "me va a doler?", "duele mucho?")


@pytest.mark.parametrize(
    "text", ["=1+2", "+1", "-is it sore", "@sum(A1)", "  =cmd|' /C calc'!A0", "＝1", "'quoted'"]
)
def test_no_cell_of_the_table_is_a_formula_and_each_comes_back(text: str) -> None:
    entry = replace(DRAFT, phrasings=(text, "plain"))
    rows = list(csv.reader(io.StringIO(table([entry]))))
    assert rows[1][2].startswith("'")
    assert unguarded(rows[1][2]) == text
    assert edits(read(table([entry]).encode()), {"gown": entry}) == []


@given(st.text())
def test_any_text_comes_back_as_it_was_and_begins_no_formula(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(FORMULA)
    assert not guarded(text).lstrip().startswith(FORMULA)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("pain,en,=HYPERLINK(1)", "row 2: begins with '=', as a formula does"),
        ("pain,en,'=1+1", "row 2: begins with '=', as a formula does"),
        ("pian,en,does it", "row 2: there is no entry 'pian'"),
        ("pain,fr,ca fait mal", "row 2: the language is 'fr': write en or es"),
        ("pain,en,hey @clinic does it hurt", "never copy a post"),
        ("pain,en,see nhs.uk does it hurt", "never copy a post"),
        ("pain,en,does it hurt \u202e", "has a character that cannot be seen"),
        ("pain,en,my name is Ann Smith does it hurt", "says who somebody is"),
        ("pain,en," + "long " * 60, "is longer than a post"),
    ],
)
def test_what_no_phrasing_may_be_is_told_with_its_row(
    folder: Path, tmp_path: Path, row: str, says: str
) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(HEADING + row + "\n", encoding="utf-8")
    before = (folder / FILE).read_bytes()
    with pytest.raises(CannotWrite) as refused:
        imports(folder, path)
    assert says in str(refused.value)
    assert (folder / FILE).read_bytes() == before


def test_every_problem_of_a_table_is_told_at_once(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(HEADING + "pian,en,a\npain,xx,b\n", encoding="utf-8")
    with pytest.raises(CannotWrite, match=r"(?s)row 2.*row 3"):
        imports(folder, path)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"entry,phrasing\npain,x\n", "the columns language are missing"),
        ("entry,language,phrasing\npain,es,\xbfduele?\n".encode("cp1252"), "save it as “CSV UTF-8”"),
        (b"", "are missing"),
    ],
)
def test_a_file_that_is_no_such_table_is_told(data: bytes, says: str) -> None:
    with pytest.raises(BadTable, match=says):
        read(data)


def test_the_checks_of_the_faq_hold_for_the_table_too(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    path.write_text(HEADING + "pain,en,does the machine pinch\n", encoding="utf-8")
    before = (folder / FILE).read_bytes()
    with pytest.raises(CannotWrite, match=r"few.csv, row 2: 1 here, at least 6 needed"):
        imports(folder, path)
    assert (folder / FILE).read_bytes() == before


def test_a_changed_entry_is_a_draft_again_and_the_lost_signature_is_told(folder: Path, file: Path) -> None:
    pages = faq_files.Pages(folder)
    values = {"reviewed_by": "Ada Lovelace", "reviewed_on": TODAY, "status": "signed"}
    digest = signing.digest(faq.load(folder).entries["pain"])
    faq_files.set_signature(pages.entry("pain"), values | {"signed_hash": digest})
    faq_files.write(pages.rewritten())
    changes(file, "is it sore", "is it very sore")
    found = imports(folder, file)
    assert [entry.reviewed_by for entry in found.unsigned] == ["Ada Lovelace"]
    entry = faq.load(folder).entries["pain"]
    assert (entry.status, entry.reviewed_by, entry.signed_hash) == ("draft", "", "")


def test_the_command_shows_what_would_change_and_asks(folder: Path, file: Path) -> None:
    changes(file, "is it sore", "is it very sore")
    env = {"ASKHOUR_FAQ": str(folder)}
    before = (folder / FILE).read_bytes()
    shown = askhour("faq", "phrasings", "import", str(file), **env)
    assert shown.returncode == 1
    assert "pain phrasings + is it very sore\npain phrasings - is it sore" in shown.stdout
    assert (folder / FILE).read_bytes() == before
    assert askhour("faq", "phrasings", "import", str(file), "--yes", **env).returncode == 0
    assert "is it very sore" in faq.load(folder).entries["pain"].phrasings
