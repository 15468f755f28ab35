"""The FAQ is read, signed and mended in a real browser."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot import config, faq, staff, texts
from bot.config import Content
from bot.console.desk import Desk
from bot.console.wsgi import served
from bot.core import signing
from bot.faq_watch import Watch, fingerprint
from tests.e2e import test_console as console
from tests.e2e.test_console import browser_page, no_barriers
from tests.hour import Hour

__all__ = ["browser_page"]

pytestmark = console.pytestmark
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def read_texts() -> texts.Texts:
    return texts.read(config.find_content(ROOT))


@pytest.fixture
def content(tmp_path: Path) -> Content:
    return Content(Path(shutil.copytree(ROOT / "faq", tmp_path / "faq")), ROOT / "config")


@pytest.fixture
def watch(read_texts: texts.Texts, content: Content, hour: Hour) -> Watch:
    return Watch(read_texts, content, hour.time, seen=fingerprint(content.faq))


@pytest.fixture
def page(browser_page: Page, hour: Hour, watch: Watch, content: Content) -> Iterator[Page]:
    """Signed in as a reviewer with a name."""
    browser_page.context.clear_cookies()
    reviewer = staff.add("ada", staff.Role.REVIEWER)
    staff.rename(reviewer, "Ada Lovelace", who="test", now=hour.time())
    desk = Desk(watch.texts, hour.time, second_factor=False, content=content, watch=watch)
    with served(desk, host="127.0.0.1", port=0) as address:
        browser_page.goto(staff.link(reviewer, address))
        yield browser_page
        browser_page.goto("about:blank")


def test_a_reviewer_reads_a_topic_and_signs_by_keyboard(page: Page, content: Content) -> None:
    page.get_by_role("link", name="FAQ", exact=True).click()
    no_barriers(page)
    page.get_by_role("link", name="The appointment").click()
    no_barriers(page)
    box = page.get_by_role("checkbox", name="Does a mammogram hurt?")
    box.focus()
    page.keyboard.press("Space")
    expect(box).to_be_checked()
    page.get_by_role("button", name="Sign what I ticked").press("Enter")
    expect(page.get_by_role("status").filter(has_text="Signed: pain.")).to_be_visible()
    entry = faq.load(content.faq).entries["pain"]
    assert signing.holds(entry)
    assert entry.reviewed_by == "Ada Lovelace"


def test_what_is_printed_has_room_for_a_signature_and_nothing_to_press(page: Page) -> None:
    page.get_by_role("link", name="FAQ", exact=True).click()
    page.get_by_role("link", name="The appointment").click()
    by_hand = page.get_by_text("Signature:").first
    button = page.get_by_role("button", name="Sign what I ticked")
    expect(by_hand).to_be_hidden()
    page.emulate_media(media="print")
    expect(by_hand).to_be_visible()
    expect(button).to_be_hidden()
    expect(page.get_by_role("navigation")).to_be_hidden()
    page.emulate_media(media="screen")
    expect(button).to_be_visible()


def test_an_open_page_tells_of_a_broken_file_by_itself(page: Page, watch: Watch, content: Content) -> None:
    path = content.faq / "02-appointment.yaml"
    sound = path.read_text(encoding="utf-8")
    path.write_text(sound.replace("handling: auto", "handling: maybe", 1), encoding="utf-8")
    watch()
    watch()
    banner = page.get_by_role("region", name="The FAQ has a mistake")
    expect(banner).to_contain_text("02-appointment.yaml:", timeout=20_000)
    no_barriers(page)
    path.write_text(sound, encoding="utf-8")
    watch()
    watch()
    expect(banner).to_be_hidden(timeout=20_000)
