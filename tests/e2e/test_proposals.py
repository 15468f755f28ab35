"""Teaching the FAQ and deciding on proposals in a real browser, one of them without JavaScript."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot import staff, texts
from bot.console.desk import Desk
from bot.console.wsgi import served
from bot.models import Proposal, QueueItem
from tests.e2e.test_console import CHROMIUM, FLAGS, no_barriers, pytestmark, read_texts
from tests.hour import Hour

__all__ = ["pytestmark", "read_texts"]

SAFE = "A new lump should be seen by a doctor soon. Source: NHS."


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@pytest.fixture
def address(hour: Hour, read_texts: texts.Texts) -> Iterator[str]:
    hour.is_open()
    with served(Desk(read_texts, hour.time, second_factor=False), host="127.0.0.1", port=0) as found:
        yield found


def comes_in(browser: Browser, address: str, name: str, *, scripts: bool = True) -> Page:
    page = browser.new_context(java_script_enabled=scripts).new_page()
    page.goto(staff.link(staff.add(name, staff.Role.REVIEWER), address))
    return page


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_what_one_clinician_teaches_another_accepts(
    browser: Browser, address: str, hour: Hour, scripts: bool
) -> None:
    question = hour.takes_in("is my lump bad?")
    QueueItem.objects.filter(questions=question).update(suggested_entry="pain")
    page = comes_in(browser, address, "mo", scripts=scripts)
    page.goto(f"{address}/items/{question.item_id}")
    page.get_by_role("button", name="I take this one").click()
    page.get_by_label("Your answer").fill(SAFE)
    page.get_by_text("Why this suggestion").click()
    page.get_by_text("In your own words, for a colleague to review").click()
    expect(page.get_by_label("How people ask this")).to_have_value("")
    page.get_by_label("How people ask this").fill("how hard does it press")
    page.get_by_label("Make my answer a proposal").check()
    if scripts:
        no_barriers(page)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("Proposed: a colleague reviews")).to_be_visible()
    page.context.close()

    other = comes_in(browser, address, "rex", scripts=scripts)
    other.get_by_role("link", name="Proposals").click()
    if scripts:
        no_barriers(other)
    other.get_by_role("link", name="needs a question").click()
    if scripts:
        no_barriers(other)
    other.go_back()
    other.get_by_role("link", name="how hard does it press").click()
    if scripts:
        no_barriers(other)
    other.get_by_role("button", name="Accept, as it stands in the box").click()
    expect(other.get_by_text("Accepted: askhour faq apply")).to_be_visible()
    assert Proposal.objects.get(kind="phrasing").state == "accepted"
    other.context.close()
