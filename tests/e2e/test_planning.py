"""Planning, pre-flight and rehearsals in a real browser: by label, without barriers."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot import config, staff
from bot.config import Content
from bot.console.desk import Desk
from bot.console.wsgi import served
from bot.models import Override, Session, Tick
from bot.texts import Texts
from tests.e2e.test_console import browser_page, no_barriers, pytestmark, read_texts
from tests.hour import Hour

__all__ = ["browser_page", "pytestmark", "read_texts"]

REAL = config.find_content(Path(__file__).parents[2])


@pytest.fixture
def content(tmp_path: Path) -> Content:
    shutil.copytree(REAL.sessions, tmp_path / "sessions")
    shutil.copytree(REAL.rehearsals, tmp_path / "rehearsals")
    return Content(REAL.faq, tmp_path)


@pytest.fixture
def page(browser_page: Page, hour: Hour, read_texts: Texts, content: Content) -> Iterator[Page]:
    """An organiser who is also a reviewer, before the plans."""
    browser_page.context.clear_cookies()
    desk = Desk(read_texts, hour.time, "A test.", second_factor=False, content=content)
    with served(desk, host="127.0.0.1", port=0) as address:
        staff.add("mo", staff.Role.REVIEWER)
        browser_page.goto(staff.link(staff.add("mo", staff.Role.ORGANISER), address))
        browser_page.get_by_role("link", name="Plans").click()
        yield browser_page
        browser_page.goto("about:blank")


def test_a_session_is_planned_mended_saved_and_approved(page: Page, content: Content) -> None:
    no_barriers(page)
    page.get_by_role("link", name="Plan another like it").first.click()
    page.get_by_label("Name of the plan").fill("monthly")
    page.get_by_label("Hashtag").fill("no tag")
    page.get_by_label("Rule", exact=True).fill("FREQ=MONTHLY;BYDAY=1TH")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("1 to mend")
    expect(page.get_by_label("Hashtag")).to_have_value("no tag")
    no_barriers(page)
    page.get_by_label("Hashtag").fill("#Monthly")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("A draft: nobody has approved its texts")).to_be_visible()
    no_barriers(page)
    page.get_by_role("button", name="I approve all of them").click()
    expect(page.get_by_text("Its texts are approved by mo")).to_be_visible()
    plan = config.read_plan(content.sessions / "monthly.yaml")
    assert (plan.hashtag, plan.approved_by) == ("#Monthly", "mo")


def test_go_or_no_go_is_ticked_and_passed_over(page: Page) -> None:
    Session.objects.update(budget_usd="0.01")
    page.get_by_role("link", name="Go or no-go").first.click()
    expect(page.get_by_text("No-go.")).to_be_visible()
    no_barriers(page)
    page.get_by_role("button", name=re.compile("It is done.*Hashtag")).click()
    expect(page.get_by_text("ticked by mo")).to_be_visible()
    page.get_by_label(re.compile("Open all the same.*Budget")).fill("the network pays")
    page.get_by_role("button", name=re.compile("Pass over it.*Budget")).click()
    expect(page.get_by_text("the network pays")).to_be_visible()
    no_barriers(page)
    assert Tick.objects.get().key == "hashtag"
    assert Override.objects.get().why == "the network pays"


def test_the_page_about_rehearsals_tells_the_one_command(page: Page) -> None:
    page.get_by_role("link", name="Rehearse a session").click()
    expect(page.get_by_text("askhour rehearse demo --scenario typical")).to_be_visible()
    no_barriers(page)
