"""The clinicians' page in a real browser."""

import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect, sync_playwright

from bot import config, staff, texts
from bot.console.desk import Desk
from bot.console.wsgi import served
from bot.flows import gaps
from bot.models import Gap, Outgoing, Question
from tests.hour import ASKS, Hour

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

pytestmark = [
    pytest.mark.e2e,
    # On a developer's machine without Chromium these are skipped, and the run says so; CI must have it.
    pytest.mark.skipif(not CHROMIUM and not os.environ.get("CI"), reason="no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def browser_page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser.new_page()
        browser.close()


@pytest.fixture(scope="module")
def read_texts() -> texts.Texts:
    return texts.read(config.find_content(Path(__file__).parents[2]))


@pytest.fixture
def page(browser_page: Page, hour: Hour, read_texts: texts.Texts) -> Iterator[Page]:
    """Signed in, before an open session's page. `complaints` collects what the browser objects to."""
    complaints: list[str] = []
    browser_page.context.clear_cookies()
    browser_page.on(
        "console",
        # A refused answer comes back with its page and the status 409: that is as it should be.
        lambda m: complaints.append(m.text) if m.type == "error" and "409" not in m.text else None,
    )
    hour.is_open()
    with served(
        Desk(read_texts, hour.time, "A test.", second_factor=False), host="127.0.0.1", port=0
    ) as address:
        browser_page.goto(staff.link(staff.add("mo", staff.Role.ORGANISER), address))
        yield browser_page
        browser_page.goto("about:blank")
    assert complaints == []


def no_barriers(page: Page) -> None:
    """WCAG 2.2 AA, as far as a machine can tell."""
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert found.violations_count == 0, found.generate_report()


def test_a_question_is_claimed_answered_and_stopped(page: Page, hour: Hour) -> None:
    question = hour.takes_in("is my lump bad?")
    page.reload()
    no_barriers(page)
    page.get_by_role("link", name="is my lump bad").click()
    page.get_by_role("button", name="I take this one").click()
    no_barriers(page)

    page.get_by_label("Your answer").fill("You will be fine, stop taking it.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("Not sent yet")).to_be_visible()
    expect(page.get_by_label("Your answer")).to_have_value("You will be fine, stop taking it.")
    no_barriers(page)

    page.get_by_label("Your answer").fill(
        "Anyone who notices a new lump should see a doctor soon. Source: NHS."
    )
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("heading", name="About to be posted")).to_be_visible()
    no_barriers(page)
    assert Outgoing.objects.get(question=question).approved_by == "mo"

    page.get_by_role("button", name="Stop it").click()
    expect(page.get_by_text("Stopped.")).to_be_visible()
    assert Outgoing.objects.get(question=question).state == "stopped"


def test_new_questions_appear_without_a_reload(page: Page, hour: Hour) -> None:
    expect(page.get_by_text("Nothing waits.")).to_be_visible()
    hour.takes_in("is my lump bad?")
    expect(page.get_by_role("link", name="is my lump bad")).to_be_visible(timeout=10_000)


def test_a_crisis_stands_above_everything_else(page: Page, hour: Hour) -> None:
    hour.takes_in("What should people wear to a mammogram?")
    page.reload()
    expect(page.get_by_role("heading", name="About to be posted")).to_be_visible()
    hour.takes_in("this is a crisis", who="bo")
    expect(page.get_by_role("alert")).to_contain_text("1 urgent")
    page.reload()
    expect(page.locator("#rows li").first).to_contain_text("⚠ urgent")
    no_barriers(page)


def test_a_post_cannot_bring_anything_to_life(page: Page, hour: Hour) -> None:
    hour.takes_in(
        '<img src=x onerror="document.title=\'owned\'"> <b hx-get="/" hx-trigger="load">my lump?</b>'
    )
    page.reload()
    expect(page.get_by_role("link", name="onerror")).to_be_visible()
    page.get_by_role("link", name="onerror").click()
    expect(page.locator("article.post")).to_contain_text("<img src=x onerror=\"document.title='owned'\">")
    assert "owned" not in page.title()


def test_what_identifies_somebody_is_hidden(page: Page, hour: Hour) -> None:
    question = hour.takes_in("my name is Ada Example, my lump?")
    start = question.text.index("Ada")
    evidence = [{"rule": "name", "label": "identifier", "start": start, "end": start + 11, "why": "a name"}]
    Question.objects.filter(pk=question.pk).update(evidence=evidence)
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("▇▇▇")
    assert "Ada Example" not in page.content()


def test_a_sign_in_link_works_once(page: Page, hour: Hour) -> None:
    address = page.url.split("/")[2]
    link = staff.link(staff.add("bea", staff.Role.CLINICIAN), f"http://{address}")
    page.goto(link)
    expect(page.get_by_text("bea")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign In")).to_be_visible()
    no_barriers(page)

    page.goto(link)
    expect(page.get_by_role("heading", name="First time here, or locked out?")).to_be_visible()
    no_barriers(page)


def test_a_pause_is_one_press_away(page: Page, hour: Hour) -> None:
    hour.time.now += timedelta(minutes=1)
    page.get_by_role("button", name="Pause the session").click()
    expect(page.get_by_role("button", name="Resume the session")).to_be_visible()
    hour.session.refresh_from_db()
    assert hour.session.state == "paused"


def test_a_held_post_is_sent_again_or_dropped_by_hand(page: Page, hour: Hour) -> None:
    questions = [hour.takes_in(f"{ASKS}", who=who) for who in ("ana", "bo")]
    Outgoing.objects.filter(question__in=questions).update(state="held", reason="twice sent, twice not seen")
    page.reload()
    held = page.get_by_role("region", name="Held")
    expect(held.get_by_text("twice not seen")).to_have_count(2)
    no_barriers(page)

    held.get_by_role("button", name="Send it").first.click()
    expect(page.get_by_text("It is on its way again.")).to_be_visible()
    held.get_by_role("button", name="Drop it").click()
    expect(page.get_by_text("Dropped.")).to_be_visible()
    states = Outgoing.objects.filter(question__in=questions).values_list("state", flat=True)
    assert sorted(states) == ["ready", "stopped"]


def test_what_must_be_posted_by_hand_opens_on_x(page: Page, hour: Hour) -> None:
    row = hour.takes_in(ASKS).outgoing.get()
    Outgoing.objects.filter(pk=row.pk).update(state="by_hand")
    page.context.route("https://x.com/**", lambda route: route.fulfill(status=200, body="X itself"))
    page.reload()
    no_barriers(page)

    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Reply on X").click()
    opened.value.wait_for_url("https://x.com/intent/post**")
    assert f"in_reply_to={row.in_reply_to}" in opened.value.url
    opened.value.close()
    page.context.unroute_all()
    page.reload()
    expect(page.get_by_text("opened on X at")).to_be_visible()


def test_the_page_says_since_when_questions_may_be_missing(page: Page, hour: Hour) -> None:
    gaps.begin(hour.host, Gap.Kind.MENTIONS, since=hour.time(), why="X could not be read", now=hour.time())
    page.reload()
    expect(page.get_by_text("Questions may be missing since 19:00 UTC")).to_be_visible()
    no_barriers(page)
