"""Every page of the console, in light and dark and in both languages: nothing that axe can find."""

import re
from pathlib import Path

import pytest
from django.urls import URLPattern
from playwright.sync_api import Browser, Page

from bot import config, staff, texts
from bot.console.desk import Desk
from bot.console.wsgi import served
from tests.console.test_matrix import address, own_addresses
from tests.e2e.test_clinician import browser
from tests.e2e.test_console import no_barriers, pytestmark, read_texts
from tests.hour import Hour

__all__ = ["browser", "pytestmark", "read_texts"]

#: Addresses that are no page: parts of one, acts, and what leads elsewhere.
NO_PAGE = {
    "status", "leaving", "rows", "presence", "run-live", "faq-trouble", "run-newest", "sign-in", "sign-out",
    "language", "rehearsal-running",
}  # fmt: skip


def pages(page: Page, found: list[URLPattern], hour: Hour) -> dict[str, str]:
    """The addresses that answer a GET with a whole page."""
    whole = {}
    for one in found:
        where = address(one, hour)
        answer = page.request.get(where, max_redirects=0, fail_on_status_code=False)
        if answer.status == 200 and "<html" in answer.text():
            whole[one.name or ""] = where
    return whole


@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "language"), [("light", "en"), ("dark", "es")])
def test_no_page_has_barriers(
    browser: Browser, hour: Hour, read_texts: texts.Texts, scheme: str, language: str
) -> None:
    hour.is_open()
    complaints: list[str] = []
    for role in staff.Role:
        somebody = staff.add("mo", role)
    content = config.find_content(Path(__file__).parents[2])
    desk = Desk(read_texts, hour.time, "A test.", second_factor=False, content=content)
    with served(desk, host="127.0.0.1", port=0) as at:
        context = browser.new_context(base_url=at, color_scheme=scheme, locale=language)  # type: ignore[arg-type]
        page = context.new_page()
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.goto(staff.link(somebody, at))
        wanted = [one for one in own_addresses() if one.name not in NO_PAGE]
        seen = pages(page, wanted, hour)
        for where in seen.values():
            page.goto(where)
            assert re.search(rf'<html lang="{language}">', page.content()), where
            no_barriers(page)
        context.close()
    assert complaints == []
    assert set(seen) >= {
        "queue",
        "item",
        "run",
        "plans",
        "plan-new",
        "plan-edit",
        "preflight",
        "rehearsals",
        "faq",
    }
    assert set(seen) >= {"faq-topic", "proposals", "people", "second-factor", "ask-stop", "sign-in-help"}
