"""The FAQ's pages: reading, printing and signing."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from bot import config, faq, faq_sheet, staff, texts
from bot.config import Content
from bot.console.desk import Desk
from bot.core import signing
from bot.yamlfile import BadFiles
from tests.console.conftest import NOW, client_at

ROOT = Path(__file__).parents[2]
TOPIC = "/faq/02-appointment"

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def read_texts() -> texts.Texts:
    return texts.read(config.find_content(ROOT))


@pytest.fixture
def content(tmp_path: Path) -> Content:
    return Content(Path(shutil.copytree(ROOT / "faq", tmp_path / "faq")), ROOT / "config")


@pytest.fixture
def desk(read_texts: texts.Texts, content: Content) -> Desk:
    return Desk(read_texts, lambda: NOW, second_factor=False, content=content)


@pytest.fixture
def reviewer() -> User:
    user = staff.add("ada", staff.Role.REVIEWER)
    staff.rename(user, "Ada Lovelace", who="test", now=NOW)
    return user


Enters = Callable[[Desk, User], Client]


@pytest.fixture
def enters() -> Enters:
    def enter(desk: Desk, who: User) -> Client:
        client = client_at(desk)
        client.force_login(who, backend="sesame.backends.ModelBackend")
        return client

    return enter


def ticked(content: Content, one: str) -> dict[str, str]:
    return {"entry": f"{one} {signing.digest(faq.load(content.faq).entries[one])}"}


def test_the_sheet_shows_all_that_is_signed(desk: Desk, reviewer: User, enters: Enters) -> None:
    page = enters(desk, reviewer).get(TOPIC).content.decode()
    known = faq.load(ROOT / "faq")
    for entry in known.topics[1].entries:
        shown = (
            entry.question,
            *entry.answers,
            *entry.answers_es,
            *entry.phrasings,
            entry.more,
            entry.changes_if,
        )
        facts = [known.facts[one].text for one in entry.facts]
        urls = [source.url for source in known.sources_of(entry)]
        for text in (*shown, *facts, *urls):
            assert escaped(text) in page, text
    assert "style=" not in page


def escaped(text: str) -> str:
    for sign, code in (("&", "&amp;"), ("'", "&#x27;"), ('"', "&quot;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(sign, code)
    return text


def test_a_reviewer_signs_what_they_ticked(
    desk: Desk, content: Content, reviewer: User, enters: Enters
) -> None:
    client = enters(desk, reviewer)
    answer = client.post(f"{TOPIC}/sign", ticked(content, "pain"), follow=True)
    assert "Signed: pain." in answer.content.decode()
    assert "by Ada Lovelace on 2027-02-03" in answer.content.decode()
    assert signing.holds(faq.load(content.faq).entries["pain"])
    assert "<td>1</td>" in client.get("/faq").content.decode()


def test_what_changed_under_the_readers_eyes_is_not_signed(
    desk: Desk, content: Content, reviewer: User, enters: Enters
) -> None:
    read = ticked(content, "pain")
    path = content.faq / "02-appointment.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("hurt", "smart"), encoding="utf-8")
    answer = enters(desk, reviewer).post(f"{TOPIC}/sign", read)
    assert answer.status_code == 409
    assert "pain changed since you read it: read it again" in answer.content.decode()
    assert not faq.load(content.faq).entries["pain"].reviewed_by


@pytest.mark.parametrize(
    ("role", "full_name", "says"),
    [
        (staff.Role.CLINICIAN, "Bo Li", ""),
        (staff.Role.REVIEWER, "", "has no full name, and a signature needs one"),
    ],
)
def test_who_may_not_sign_reads_all_the_same(
    desk: Desk, content: Content, enters: Enters, role: staff.Role, full_name: str, says: str
) -> None:
    user = staff.add("bo", role)
    if full_name:
        staff.rename(user, full_name, who="test", now=NOW)
    client = enters(desk, user)
    page = client.get(TOPIC).content.decode()
    assert says in page
    assert "checkbox" not in page.split("<main")[1].split("</main>")[0]
    assert client.post(f"{TOPIC}/sign", ticked(content, "pain")).status_code in (403, 409)
    assert not faq.load(content.faq).entries["pain"].reviewed_by


def test_nothing_is_signed_on_stage(desk: Desk, content: Content, reviewer: User, enters: Enters) -> None:
    """A play's people and dates are made up: they must not get into the files."""
    on_stage = replace(desk, texts=replace(desk.texts, rehearsed=True))
    client = enters(on_stage, reviewer)
    assert "This is a play" in client.get(TOPIC).content.decode()
    answer = client.post(f"{TOPIC}/sign", ticked(content, "pain"))
    assert answer.status_code == 409
    assert not faq.load(content.faq).entries["pain"].reviewed_by


def test_a_broken_file_leaves_the_pages_with_what_is_in_use(
    desk: Desk, content: Content, reviewer: User, enters: Enters
) -> None:
    read = ticked(content, "pain")
    (content.faq / "01-screening.yaml").write_text("topic: [", encoding="utf-8")
    client = enters(desk, reviewer)
    assert "Does a mammogram hurt?" in client.get(TOPIC).content.decode()
    answer = client.post(f"{TOPIC}/sign", read)
    assert "01-screening.yaml:1: not valid YAML" in answer.content.decode()


def test_an_unknown_topic_is_not_found(desk: Desk, reviewer: User, enters: Enters) -> None:
    assert enters(desk, reviewer).get("/faq/99-nothing").status_code == 404


def test_sheets_are_written_with_their_style_and_without_a_script(tmp_path: Path) -> None:
    known = faq.load(ROOT / "faq")
    written = faq_sheet.write(known, [], tmp_path / "sheets", today=NOW.date())
    assert [path.stem for path in written] == list(known.names)
    page = written[1].read_text(encoding="utf-8")
    assert "Does a mammogram hurt?" in page
    assert "<script" not in page
    assert "style=" not in page
    style = (tmp_path / "sheets" / "askhour.css").read_text(encoding="utf-8")
    assert "@media print" in style


def test_a_topic_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(BadFiles, match=r"there is no topic pain; there are: 01-screening, 02-app"):
        faq_sheet.write(faq.load(ROOT / "faq"), ["pain"], tmp_path, today=NOW.date())
