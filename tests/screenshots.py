"""Retakes the pictures in docs/pictures (`make screenshots`): a small evening, always the same."""

from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bot import config, staff, texts
from bot.console.desk import Desk
from bot.console.wsgi import served
from tests.e2e.test_console import CHROMIUM, FLAGS
from tests.hour import Hour

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
ASKED = {
    "ana": "Is it normal that a mammogram hurts? I'm scared to go",
    "bo": "I found a lump on my left side yesterday, should I worry?",
    "cy": "my results never came. Ruth Ellery, born 4 March 1961, can you look?",
    "di": "I can't do this any more. I don't want to be here tomorrow",
    "ed": "does it matter which brand of machine the clinic uses?",
    "fi": "should I stop my tamoxifen before the biopsy next week?",
}
ANSWER = "A new lump should be seen by a doctor soon, whatever the last scan said. Source: NHS."


def test_pictures(hour: Hour) -> None:
    read = texts.read(config.find_content(ROOT))
    hour.is_open()
    for who, text in ASKED.items():
        hour.asks(text, who=who)
        hour.reads()
        hour.decides(read.judge())
        hour.time.passes(seconds=50)
    desk = Desk(read, hour.time, "A rehearsal: X is simulated.", second_factor=False)
    with served(desk, host="127.0.0.1", port=0) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        page.goto(staff.link(staff.add("mo", staff.Role.ORGANISER), address))
        take(page, "queue")
        page.get_by_role("link", name="lump on my left").click()
        page.get_by_role("button", name="I take this one").click()
        page.get_by_label("Your answer").fill(ANSWER)
        page.locator("#check", has_text="saved").wait_for()
        take(page, "answer")
        phone = browser.new_context(
            viewport={"width": 390, "height": 844}, storage_state=page.context.storage_state()
        ).new_page()
        phone.goto(address)
        take(phone, "phone")
        browser.close()


def take(page: Page, name: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png")
