"""The organiser's run sheet in a real browser: above all the stop key."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from bot.models import CueRow, HostAccount
from tests.e2e.test_console import browser_page, no_barriers, page, pytestmark, read_texts
from tests.hour import OPENS, Hour

__all__ = ["browser_page", "page", "pytestmark", "read_texts"]


def test_one_key_stops_everything_and_asks_once(page: Page, hour: Hour) -> None:
    """From the queue: the key, then Enter. Nothing leaves; then it is lifted."""
    page.keyboard.press("Shift+X")
    expect(page.get_by_role("heading", name="Stop everything?")).to_be_visible()
    assert HostAccount.objects.get().stopped_at is None  # it asks
    no_barriers(page)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Everything is stopped since")).to_be_visible()
    no_barriers(page)

    hour.time.now = OPENS + timedelta(minutes=60)
    hour.cues()
    hour.sends()
    assert len(hour.world.timeline(hour.account)) == 1  # the welcome, from before

    page.get_by_role("button", name="Let posts leave again").click()
    expect(page.get_by_text("Everything is stopped since")).not_to_be_visible()
    hour.sends()
    assert len(hour.world.timeline(hour.account)) == 2


def test_the_run_sheet_is_worked_by_hand(page: Page, hour: Hour) -> None:
    page.get_by_role("link", name="Run sheet").click()
    expect(page.get_by_text("45 posts left").or_(page.get_by_text("44 of 45 posts left"))).to_be_visible()
    no_barriers(page)
    page.get_by_role("button", name="Hold T1").click()
    expect(page.get_by_text("held by mo")).to_be_visible()
    page.get_by_role("button", name="Let go T1").click()
    page.get_by_text("Edit the text of T1").click()
    page.get_by_label("Text; you approve it by saving").first.fill("T1: What helps on the day?")
    page.get_by_role("button", name="Save and approve").first.click()
    expect(page.get_by_text("approved by mo")).to_be_visible()
    page.get_by_role("button", name="+10 minutes").click()
    expect(page.get_by_text("10 minutes longer than planned")).to_be_visible()
    cue = CueRow.objects.get(kind="prompt")
    assert (cue.text, cue.due_at) == ("T1: What helps on the day?", OPENS + timedelta(minutes=15))
    no_barriers(page)
