"""Signing the FAQ: who may, what is written, and what stands in the way."""

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from bot import faq, faq_files, staff
from bot.core import signing
from bot.core.signing import Standing
from bot.faq_files import CannotWrite, Pages
from bot.faq_sign import CannotSign, sign
from bot.flows.rights import MayNot
from bot.models import AuditEvent
from bot.staff import Role
from tests.test_bad_input import askhour

ROOT = Path(__file__).parents[1]
RULES = ROOT / "config" / "guardrails"
NOW = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)
FILE = "02-appointment.yaml"

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "faq", tmp_path / "faq"))


@pytest.fixture
def reviewer() -> User:
    return person("ada", Role.REVIEWER)


def person(name: str, role: Role, full_name: str = "Ada Lovelace") -> User:
    user = staff.add(name, role)
    if full_name:
        staff.rename(user, full_name, who="test", now=NOW)
    return user


def digest(folder: Path, one: str) -> str:
    return signing.digest(faq.load(folder).entries[one])


def signs(folder: Path, who: User, *ids: str, now: datetime = NOW) -> list[str]:
    return sign(folder, {one: digest(folder, one) for one in ids}, who=who, rules=RULES, now=now)


def texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def test_a_signature_says_who_when_and_what_in_the_file_and_in_the_audit(
    folder: Path, reviewer: User
) -> None:
    signs(folder, reviewer, "pain", "deodorant")
    entry = faq.load(folder).entries["pain"]
    assert (entry.reviewed_by, entry.reviewed_on) == ("Ada Lovelace", date(2026, 11, 25))
    assert signing.standing(entry, NOW.date()) is Standing.SIGNED
    events = AuditEvent.objects.filter(what="faq entry").values_list("who", "which", "old", "new", "why")
    assert ("ada", "pain", "draft", "signed", f"signed_hash {entry.signed_hash}") in events
    assert len(events) == 2


def test_signing_changes_four_lines_and_nothing_else(folder: Path, reviewer: User) -> None:
    before = texts(folder)
    signs(folder, reviewer, "pain")
    after = texts(folder)
    assert [name for name in after if after[name] != before[name]] == [FILE]
    old, new = before[FILE].splitlines(), after[FILE].splitlines()
    place = next(i for i, line in enumerate(old) if old[i] != new[i])
    assert old[place] == "    status: draft"
    assert [*new[:place], "    status: draft", *new[place + 4 :]] == old
    assert new[place : place + 4] == [
        '    reviewed_by: "Ada Lovelace"',
        "    reviewed_on: 2026-11-25",
        f'    signed_hash: "{digest(folder, "pain")}"',
        "    status: signed",
    ]


def test_an_entry_without_a_status_is_signed_too_and_comments_stay(folder: Path, reviewer: User) -> None:
    path = folder / FILE
    text = path.read_text(encoding="utf-8").replace("    status: draft\n", "    # read me\n", 1)
    path.write_text(text, encoding="utf-8")
    first = faq.load(folder).topics[1].entries[0].id
    signs(folder, reviewer, first)
    assert faq.load(folder).entries[first].reviewed_by == "Ada Lovelace"
    assert "# read me" in path.read_text(encoding="utf-8")


def test_only_reviewers_sign(folder: Path) -> None:
    before = texts(folder)
    with pytest.raises(MayNot, match="review_faq"):
        signs(folder, person("bo", Role.CLINICIAN), "pain")
    assert texts(folder) == before


def test_nobody_signs_without_a_full_name(folder: Path) -> None:
    with pytest.raises(CannotSign, match="askhour staff name cy"):
        signs(folder, person("cy", Role.REVIEWER, ""), "pain")


def test_what_changed_since_it_was_read_is_not_signed_and_nothing_beside_it(
    folder: Path, reviewer: User
) -> None:
    read = {one: digest(folder, one) for one in ("pain", "deodorant")}
    path = folder / FILE
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("They do not look", "They look", 1).replace("hurt", "smart", 1), encoding="utf-8"
    )
    before = texts(folder)
    with pytest.raises(CannotSign, match="changed since you read it: read it again"):
        sign(folder, read, who=reviewer, rules=RULES, now=NOW)
    assert texts(folder) == before
    assert not AuditEvent.objects.filter(what="faq entry").exists()


def test_what_is_signed_need_not_be_signed_again_until_it_changes(folder: Path, reviewer: User) -> None:
    signs(folder, reviewer, "pain")
    with pytest.raises(CannotSign, match="pain is signed already, by Ada Lovelace on 2026-11-25"):
        signs(folder, reviewer, "pain")
    path = folder / FILE
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("hurt", "smart", 1), encoding="utf-8")
    changed = next(e.id for e in faq.load(folder).entries.values() if e.signed_hash)
    assert signing.standing(faq.load(folder).entries[changed], NOW.date()) is Standing.CHANGED
    signs(folder, person("di", Role.REVIEWER, "Di Prince"), changed)
    assert faq.load(folder).entries[changed].reviewed_by == "Di Prince"


def test_an_entry_with_a_problem_is_not_signed(folder: Path, reviewer: User) -> None:
    later = datetime(2030, 1, 1, tzinfo=UTC)
    with pytest.raises(CannotSign, match=r"02-appointment.yaml:\d+: .*review_by: passed on"):
        signs(folder, reviewer, "pain", now=later)


def test_an_unknown_entry_and_none_at_all_are_told(folder: Path, reviewer: User) -> None:
    with pytest.raises(CannotSign, match="there is no entry pian"):
        sign(folder, {"pian": "x"}, who=reviewer, rules=RULES, now=NOW)
    with pytest.raises(CannotSign, match="no entry was named"):
        sign(folder, {}, who=reviewer, rules=RULES, now=NOW)


def test_a_folder_that_cannot_be_written_leaves_no_event(
    folder: Path, reviewer: User, tmp_path: Path
) -> None:
    (folder / f".{FILE}.new").mkdir()  # where the new text would be written first
    with pytest.raises(CannotWrite, match="cannot be written"):
        signs(folder, reviewer, "pain")
    assert not AuditEvent.objects.filter(what="faq entry").exists()


def test_a_file_that_somebody_changed_meanwhile_is_not_overwritten(folder: Path) -> None:
    pages = Pages(folder)
    pages.entry("pain")["jurisdiction"] = "US"
    first, second = folder / FILE, folder / "03-technology.yaml"
    pages.entry("dose")["jurisdiction"] = "US"
    changed = pages.rewritten()
    second.write_text(second.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
    before = first.read_text(encoding="utf-8")
    with pytest.raises(CannotWrite, match="changed while it was being read"):
        faq_files.write(changed)
    assert first.read_text(encoding="utf-8") == before
    assert second.read_text(encoding="utf-8").endswith("# mine\n")


def test_every_topic_file_is_written_back_as_it_was(folder: Path) -> None:
    assert Pages(folder).rewritten() == []
    assert replace(faq.load(folder).entries["pain"]) == faq.load(folder).entries["pain"]


def test_the_command_signs_with_the_accounts_name_and_never_in_a_play(folder: Path, tmp_path: Path) -> None:
    env = {
        "ASKHOUR_FAQ": str(folder),
        "ASKHOUR_DATA": str(tmp_path / "data"),
        "ASKHOUR_DATABASE_URL": "",
        "ASKHOUR_SECRET_KEY": "s" * 40,
    }
    assert askhour("staff", "add", "ada", "--role", "reviewer", **env).returncode == 0
    words = ("faq", "sign", "pain", "--as", "ada", "--yes")
    assert "has no full name" in askhour(*words, **env).stderr
    assert askhour("staff", "name", "ada", "Ada Lovelace", **env).returncode == 0
    (tmp_path / "data" / "clock.json").write_text("{}", encoding="utf-8")
    assert "its people must not sign" in askhour(*words, **env).stderr
    assert not faq.load(folder).entries["pain"].reviewed_by
    (tmp_path / "data" / "clock.json").unlink()
    done = askhour(*words, **env)
    assert "signed by Ada Lovelace: pain" in done.stdout, done.stderr
    assert faq.load(folder).entries["pain"].reviewed_by == "Ada Lovelace"
