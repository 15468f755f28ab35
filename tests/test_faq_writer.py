"""Accepted proposals reach the files, and nothing else in the files changes."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot import faq, faq_files, faq_writer, teaching
from bot.core.proposals import Change, NewEntry
from bot.faq_files import CannotWrite, Rewritten
from bot.faq_writer import CannotApply
from tests import small_faq

ROOT = Path(__file__).parents[1]
CHECK = teaching.checks(ROOT / "config" / "guardrails", datetime(2026, 11, 25, tzinfo=UTC))
FILE = small_faq.TOPIC
ANSWER = "Some clinics have lockers and others do not. A small bag is easy to keep close by in both cases. \
Asking before the visit helps. Source: A Clinic."
NEW = NewEntry(
    topic="The visit",
    question="How is this entry: new?",
    answers=(ANSWER, "Lockers differ: it helps to ask. Source: A Clinic."),
    more="A longer text.",
    sources=("AC",),
    facts=("gown/1",),
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
    return small_faq.put(tmp_path / "faq")


def phrasing(*texts: str, entry_id: str = "gown", language: str = "en") -> Change:
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
    assert faq_writer.rewrite(folder, [], CHECK) == []


def test_a_phrasing_is_one_more_line_behind_the_others(folder: Path) -> None:
    files = faq_writer.rewrite(folder, [phrasing("is the squashing awful: really")], CHECK)
    assert added(files) == ['      - "is the squashing awful: really"']
    entry = faq.load(folder).entries["gown"]
    faq_files.write(files)
    assert faq.load(folder).entries["gown"] == replace(
        entry, phrasings=(*entry.phrasings, "is the squashing awful: really")
    )


def test_spanish_goes_to_the_spanish_ones(folder: Path) -> None:
    files = faq_writer.rewrite(folder, [phrasing("cuanto molesta la maquina", language="es")], CHECK)
    faq_files.write(files)
    assert faq.load(folder).entries["gown"].phrasings_es[-1] == "cuanto molesta la maquina"


def test_comments_stay_where_they_belong(folder: Path) -> None:
    last = '      - "cotton gown pls"\n'
    replaced(folder, last, '      - "cotton gown pls"  # beside\n      # below\n\n')
    files = faq_writer.rewrite(folder, [phrasing("is the squashing awful")], CHECK)
    where = files[0].new.index('"cotton gown pls"')
    assert files[0].new[where:].splitlines()[:5] == [
        '"cotton gown pls"  # beside',
        '      - "is the squashing awful"',
        "      # below",
        "",
        "    answers:",
    ]
    assert added(files) == ['      - "is the squashing awful"']


def test_a_signed_entry_is_a_draft_again(folder: Path) -> None:
    entry = (folder / FILE).read_text(encoding="utf-8").split("\n\n")[1]
    signed = entry.replace(
        "    status: draft",
        "    status: signed\n    reviewed_by: Dr A\n    reviewed_on: 2026-11-01\n    signed_hash: abc",
    )
    replaced(folder, entry, signed)
    before = (folder / FILE).read_text(encoding="utf-8")
    faq_files.write(faq_writer.rewrite(folder, [phrasing("is the squashing awful")], CHECK))

    found = faq.load(folder).entries["gown"]
    assert (found.status, found.reviewed_by, found.reviewed_on, found.signed_hash) == ("draft", "", None, "")
    after = (folder / FILE).read_text(encoding="utf-8")
    added_line = '      - "is the squashing awful"\n'
    assert after == before.replace(signed, entry).replace("    answers:\n", f"{added_line}    answers:\n", 1)


def test_a_new_entry_is_written_like_the_others(folder: Path) -> None:
    files = faq_writer.rewrite(folder, [ENTRY, replace(ENTRY, proposal=8, entry_id="newer-still",
        phrasings=tuple(f"{n} bags fit in the locker" for n in "one two three four five six".split()),
        new=replace(NEW, question="Do bags fit in lockers?"))], CHECK)  # fmt: skip
    text = "\n".join(added(files)) + "\n"
    assert text.startswith('\n  - id: brand-new\n    question: "How is this entry: new?"\n    phrasings:\n')
    end = ANSWER.rindex(" ", 0, 93)  # of 100 columns the indent takes 8
    assert f"    - >-\n        {ANSWER[:end]}\n        {ANSWER[end + 1 :]}\n      - >-\n" in text
    assert "    sources: [AC]\n    facts: [gown/1]\n    handling: clinician\n" in text
    assert "    status: draft\n\n  - id: newer-still\n" in text
    faq_files.write(files)
    entry = faq.load(folder).entries["brand-new"]
    assert (entry.answers, entry.more, entry.changes_if) == (NEW.answers, NEW.more, NEW.changes_if)


def test_every_entry_of_the_real_faq_can_be_taught() -> None:
    topics = faq.topic_paths(ROOT / "faq")
    ids = [entry_id for path in topics for entry_id in re.findall(r"^  - id: (\S+)", path.read_text(), re.M)]
    changes = [
        Change(proposal=n, entry_id=entry_id, language="en", phrasings=(f"an unheard of wording {n}",))
        for n, entry_id in enumerate(ids)
    ]
    files = faq_writer.rewrite(ROOT / "faq", changes, lambda _folder: [])
    assert sum(len(added([one])) for one in files) == len(changes) > 90


def test_what_is_there_already_changes_nothing(folder: Path) -> None:
    faq_files.write(faq_writer.rewrite(folder, [ENTRY, phrasing("so new")], CHECK))
    assert faq_writer.rewrite(folder, [ENTRY, phrasing("So  New")], CHECK) == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (phrasing("x", entry_id="nowhere"), "proposal 3: there is no entry nowhere"),
        (
            replace(ENTRY, new=replace(NEW, topic="Nothing")),
            "no topic 'Nothing'; there are: The visit, Food",
        ),
        (replace(ENTRY, entry_id="gown"), "the name gown is taken"),
        (phrasing("Where is parking"), "already stands in the entry"),
        (replace(ENTRY, new=replace(NEW, sources=("NOPE",))), "unknown source NOPE"),
        (
            replace(ENTRY, new=replace(NEW, answers=("Go. Source: A Clinic.", "See nhs.uk"))),
            "web address",
        ),
    ],
)
def test_what_the_checks_find_stops_everything(folder: Path, change: Change, why: str) -> None:
    with pytest.raises(CannotApply, match="nothing was written") as stopped:
        faq_writer.rewrite(folder, [phrasing("is the squashing awful"), change], CHECK)
    assert why in str(stopped.value)


def test_what_was_wrong_before_does_not_stop_it(folder: Path) -> None:
    replaced(folder, "review_by: 2027-05-31", "review_by: 2026-05-31")
    assert faq_writer.rewrite(folder, [phrasing("is the squashing awful")], CHECK)


def test_a_failure_half_way_leaves_all_as_it_was(folder: Path) -> None:
    changes = [phrasing("is the squashing awful"), phrasing("may i sip some tea", entry_id="coffee")]
    files = faq_writer.rewrite(folder, changes, CHECK)
    before = {path: path.read_bytes() for path in folder.iterdir()}
    gone = replace(files[-1], path=folder / "no" / "such.yaml")
    (folder / "no").mkdir()
    gone.path.write_text(gone.old, encoding="utf-8")
    (folder / "no" / f".{gone.path.name}.new").mkdir()  # so it cannot be written
    with pytest.raises(CannotWrite, match="cannot be written"):
        faq_files.write([*files[:-1], gone])
    assert {path: path.read_bytes() for path in before} == before


def test_a_file_that_somebody_changed_meanwhile_is_not_overwritten(folder: Path) -> None:
    files = faq_writer.rewrite(folder, [phrasing("is the squashing awful")], CHECK)
    replaced(folder, "cotton gown pls", "cotton gown thanks")
    with pytest.raises(CannotWrite, match="changed while"):
        faq_files.write(files)
    assert "squashing awful" not in (folder / FILE).read_text(encoding="utf-8")
