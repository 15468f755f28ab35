"""Accepted proposals reach the files, and nothing else in the files changes."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot import faq, faq_writer
from bot.core.proposals import Change, NewEntry
from bot.faq_writer import CannotApply, Rewritten

ROOT = Path(__file__).parents[1]
TODAY = date(2026, 11, 25)
FILE = "02-appointment.yaml"
ANSWER = "A mammogram hurts some people and not others. In studies, up to about 35 in 100 report pain. \
Each squeeze lasts only seconds. Source: Cochrane, 2008."
NEW = NewEntry(
    topic="02-appointment",
    question="How is this entry: new?",
    answers=(ANSWER, "Some say it hurts; others do not. Source: Cochrane, 2008."),
    more="A longer text.",
    sources=("COCHP",),
    facts=("pain/1",),
    handling="clinician",
    jurisdiction="any",
    review_by=date(2027, 5, 1),
    changes_if='News, "of course".',
)
ENTRY = Change(
    proposal=7,
    entry_id="brand-new",
    language="en",
    phrasings=tuple(f"a brand new way no. {n} of asking" for n in "one two three four five six".split()),
    new=NEW,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two topics: all the rest is read in one test."""
    (tmp_path / "faq").mkdir()
    for name in (FILE, "15-feelings.yaml", faq.SOURCES):
        shutil.copy(ROOT / "faq" / name, tmp_path / "faq" / name)
    return tmp_path / "faq"


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    return shutil.copytree(ROOT / "faq", tmp_path / "whole")


def phrasing(*texts: str, entry_id: str = "pain", language: str = "en") -> Change:
    return Change(proposal=3, entry_id=entry_id, language=language, phrasings=texts)


def added(files: Sequence[Rewritten]) -> list[str]:
    """The lines that are new; fails if any line went or moved."""
    [one] = files
    old, new = one.old.splitlines(), one.new.splitlines()
    rest = iter(new)
    assert all(line in rest for line in old), "a line of the old file went or moved"
    left = list(new)
    for line in old:
        left.remove(line)
    return left


def replaced(folder: Path, old: str, new: str) -> None:
    path = folder / FILE
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_file_that_nothing_changes_stays_as_it_is_byte_for_byte(folder: Path) -> None:
    assert faq_writer.rewrite(folder, [], today=TODAY) == []


def test_a_phrasing_is_one_more_line_behind_the_others(folder: Path) -> None:
    files = faq_writer.rewrite(folder, [phrasing("is the squashing awful: really")], today=TODAY)
    assert added(files) == ['      - "is the squashing awful: really"']
    entry = faq.load(folder).entries["pain"]
    faq_writer.write(files)
    assert faq.load(folder).entries["pain"] == replace(
        entry, phrasings=(*entry.phrasings, "is the squashing awful: really")
    )


def test_spanish_goes_to_the_spanish_ones(folder: Path) -> None:
    files = faq_writer.rewrite(folder, [phrasing("cuanto molesta la maquina", language="es")], today=TODAY)
    faq_writer.write(files)
    assert faq.load(folder).entries["pain"].phrasings_es[-1] == "cuanto molesta la maquina"


def test_comments_stay_where_they_belong(folder: Path) -> None:
    last = '      - "does the machine pinch"\n'
    replaced(folder, last, '      - "does the machine pinch"  # beside\n      # below\n\n')
    files = faq_writer.rewrite(folder, [phrasing("is the squashing awful")], today=TODAY)
    where = files[0].new.index('"does the machine pinch"')
    assert files[0].new[where:].splitlines()[:5] == [
        '"does the machine pinch"  # beside',
        '      - "is the squashing awful"',
        "      # below",
        "",
        "    answers:",
    ]
    assert added(files) == ['      - "is the squashing awful"']


def test_a_signed_entry_is_a_draft_again(folder: Path) -> None:
    entry = (folder / FILE).read_text(encoding="utf-8").split("\n\n")[0]
    signed = entry.replace(
        "    status: draft", "    status: signed\n    reviewed_by: Dr A\n    reviewed_on: 2026-11-01"
    )
    replaced(folder, entry, signed)
    before = (folder / FILE).read_text(encoding="utf-8")
    faq_writer.write(faq_writer.rewrite(folder, [phrasing("is the squashing awful")], today=TODAY))

    found = faq.load(folder).entries["pain"]
    assert (found.status, found.reviewed_by, found.reviewed_on) == ("draft", "", None)
    after = (folder / FILE).read_text(encoding="utf-8")
    added_line = '      - "is the squashing awful"\n'
    assert after == before.replace(signed, entry).replace("    answers:\n", f"{added_line}    answers:\n", 1)


def test_a_new_entry_is_written_like_the_others(folder: Path) -> None:
    files = faq_writer.rewrite(folder, [ENTRY, replace(ENTRY, proposal=8, entry_id="newer-still",
        phrasings=tuple(f"{text} and more" for text in ENTRY.phrasings),
        new=replace(NEW, question="How is this entry newer?"))], today=TODAY)  # fmt: skip
    text = "\n".join(added(files)) + "\n"
    assert text.startswith('\n  - id: brand-new\n    question: "How is this entry: new?"\n    phrasings:\n')
    assert (
        "    answers:\n      - >-\n"
        f"        {ANSWER[:92]}\n"
        "        Each squeeze lasts only seconds. Source: Cochrane, 2008.\n      - >-\n"
    ) in text
    assert "    sources: [COCHP]\n    facts: [pain/1]\n    handling: clinician\n" in text
    assert "    status: draft\n\n  - id: newer-still\n" in text
    faq_writer.write(files)
    entry = faq.load(folder).entries["brand-new"]
    assert (entry.answers, entry.more, entry.changes_if) == (NEW.answers, NEW.more, NEW.changes_if)


def test_every_entry_of_every_file_can_be_taught(whole: Path) -> None:
    changes = [
        Change(proposal=n, entry_id=entry_id, language="en", phrasings=(f"an unheard of wording {n}",))
        for n, entry_id in enumerate(faq.load(whole).entries)
    ]
    files = faq_writer.rewrite(whole, changes, today=TODAY)
    assert sum(len(added([one])) for one in files) == len(changes)


def test_what_is_there_already_changes_nothing(folder: Path) -> None:
    faq_writer.write(faq_writer.rewrite(folder, [ENTRY, phrasing("so new")], today=TODAY))
    assert faq_writer.rewrite(folder, [ENTRY, phrasing("So  New")], today=TODAY) == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (phrasing("x", entry_id="nowhere"), "proposal 3: there is no entry nowhere"),
        (replace(ENTRY, new=replace(NEW, topic="99-nothing")), "no topic '99-nothing'; there are: 01-"),
        (replace(ENTRY, entry_id="pain"), "the name pain is taken"),
        (phrasing("What happens at a mammogram"), "already stands in the entry"),
        (replace(ENTRY, new=replace(NEW, sources=("NOPE",))), "unknown source NOPE"),
        (
            replace(ENTRY, new=replace(NEW, answers=("Go. Source: Cochrane, 2008.", "See nhs.uk"))),
            "web address",
        ),
    ],
)
def test_what_the_checks_find_stops_everything(folder: Path, change: Change, why: str) -> None:
    with pytest.raises(CannotApply, match="nothing was written") as stopped:
        faq_writer.rewrite(folder, [phrasing("is the squashing awful"), change], today=TODAY)
    assert why in str(stopped.value)


def test_what_was_wrong_before_does_not_stop_it(folder: Path) -> None:
    replaced(folder, "review_by: 2027-05-31", "review_by: 2026-05-31")
    assert faq_writer.rewrite(folder, [phrasing("is the squashing awful")], today=TODAY)


def test_a_failure_half_way_leaves_all_as_it_was(folder: Path) -> None:
    changes = [phrasing("is the squashing awful"), phrasing("so thick inside", entry_id="dense-meaning")]
    known = faq.load(folder).entries
    changes[1] = replace(changes[1], entry_id=next(iter(faq.load(folder).topics[-1].entries)).id)
    assert changes[1].entry_id in known
    files = faq_writer.rewrite(folder, changes, today=TODAY)
    before = {path: path.read_bytes() for path in folder.iterdir()}
    gone = replace(files[-1], path=folder / "no" / "such.yaml")
    (folder / "no").mkdir()
    gone.path.write_text(gone.old, encoding="utf-8")
    (folder / "no" / f".{gone.path.name}.new").mkdir()  # so it cannot be written
    with pytest.raises(CannotApply, match="cannot be written"):
        faq_writer.write([*files[:-1], gone])
    assert {path: path.read_bytes() for path in before} == before


def test_a_file_that_somebody_changed_meanwhile_is_not_overwritten(folder: Path) -> None:
    files = faq_writer.rewrite(folder, [phrasing("is the squashing awful")], today=TODAY)
    replaced(folder, "does the machine pinch", "does the machine bite")
    with pytest.raises(CannotApply, match="changed while"):
        faq_writer.write(files)
    assert "squashing awful" not in (folder / FILE).read_text(encoding="utf-8")
