"""A clinician's evening in a real browser: with the keyboard, on a telephone, beside a colleague."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot import staff, texts
from bot.console.desk import Desk
from bot.console.wsgi import served
from bot.models import Outgoing, Question, QueueItem
from tests.e2e.test_console import CHROMIUM, FLAGS, no_barriers, pytestmark, read_texts
from tests.hour import ASKS, Hour

__all__ = ["pytestmark", "read_texts"]

OUTLINE = "document.activeElement === document.body || getComputedStyle(document.activeElement).outlineStyle"
LUMP = "is my lump bad?"
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


def comes_in(browser: Browser, address: str, name: str = "mo", **context: object) -> Page:
    page = browser.new_context(**context).new_page()  # type: ignore[arg-type]
    page.goto(staff.link(staff.add(name, staff.Role.CLINICIAN), address))
    return page


def test_an_evening_without_a_mouse(browser: Browser, address: str, hour: Hour) -> None:
    first = hour.takes_in(LUMP)
    second = hour.takes_in("is my lump big?", who="bo")
    page = comes_in(browser, address)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/items/**")
    page.keyboard.press("c")
    answer = page.get_by_label("Your answer")
    expect(answer).to_be_focused()
    page.keyboard.type("You should stop your tamoxifen.")
    expect(page.locator("#check")).to_contain_text("saved")
    expect(page.locator("#check li").first).to_be_visible()
    no_barriers(page)
    answer.fill(SAFE)
    expect(page.locator("#check")).to_contain_text("$0.010")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/items/{second.item_id}*")
    assert Outgoing.objects.get(question=first).text == SAFE
    page.context.close()


def test_the_faqs_answer_is_put_in_by_one_key(browser: Browser, address: str, hour: Hour) -> None:
    question = hour.takes_in(LUMP)
    QueueItem.objects.filter(questions=question).update(suggested_entry="deodorant")
    page = comes_in(browser, address)
    page.goto(f"{address}/items/{question.item_id}")
    page.keyboard.press("c")
    answer = page.get_by_label("Your answer")
    expect(answer).to_be_focused()
    page.keyboard.press("Escape")
    answer.blur()
    page.keyboard.press("a")
    offered = page.get_by_role("region", name="What the FAQ says").locator(".suggestions p")
    expect(answer).to_have_value(offered.first.inner_text())
    no_barriers(page)
    page.context.close()


def test_the_keys_are_told_and_can_be_switched_off(browser: Browser, address: str, hour: Hour) -> None:
    hour.takes_in(LUMP)
    page = comes_in(browser, address)
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("The next question in the list")
    no_barriers(page)
    keys.get_by_label("Single keys work").uncheck()
    keys.get_by_role("button", name="Close").click()
    page.keyboard.press("j")
    page.keyboard.press("?")
    expect(keys).to_be_hidden()
    expect(page.locator("#rows a.row").first).not_to_be_focused()

    page.keyboard.press("Control+k")
    page.keyboard.type("lump")
    no_barriers(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**/items/**")
    page.context.close()


def test_new_questions_wait_behind_a_bar_and_nothing_moves(
    browser: Browser, address: str, hour: Hour
) -> None:
    hour.takes_in(LUMP)
    page = comes_in(browser, address)
    row = page.locator("#rows a.row").first
    row.focus()
    before = row.bounding_box()
    hour.takes_in("a crisis", who="bo")
    expect(page.get_by_text("1 new")).to_be_visible()
    expect(row).to_be_focused()
    expect(row).to_contain_text("is my lump bad")
    assert page.locator("#rows a.row").count() == 1
    after = row.bounding_box()
    assert before
    assert after
    assert before["x"] == after["x"]
    page.keyboard.press("n")
    expect(page.locator("#rows a.row").first).to_contain_text("a crisis")
    page.context.close()


def test_two_clinicians_collide_and_no_word_is_lost(browser: Browser, address: str, hour: Hour) -> None:
    question = hour.takes_in(LUMP)
    where = f"{address}/items/{question.item_id}"
    mo, bea = comes_in(browser, address), comes_in(browser, address, "bea")
    bea.goto(where)
    mo.goto(where)
    mo.get_by_role("button", name="I take this one").click()
    expect(bea.locator("#presence")).to_contain_text("with mo")
    mo.get_by_label("Your answer").fill("A doctor should see it.")
    expect(mo.locator("#check")).to_contain_text("saved")

    hour.time.passes(seconds=301)  # the claim runs out
    bea.goto(where)
    bea.get_by_role("button", name="I take this one").click()
    expect(bea.get_by_label("Your answer")).to_have_value("A doctor should see it.")
    bea.get_by_label("Your answer").fill("A nurse should see it.")
    expect(bea.locator("#check")).to_contain_text("saved")

    mo.get_by_label("Your answer").fill("A doctor should see it soon.")
    expect(mo.locator("#check")).to_contain_text("Not saved")
    mo.get_by_role("button", name="Send", exact=True).click()
    expect(mo.locator("del")).to_have_text(["nurse", "it."])
    expect(mo.locator("ins")).to_contain_text(["doctor"])
    no_barriers(mo)
    assert QueueItem.objects.get(questions=question).draft == "A nurse should see it."
    mo.context.close()
    bea.context.close()


def test_a_colleagues_answer_shows_without_a_reload(browser: Browser, address: str, hour: Hour) -> None:
    question = hour.takes_in(LUMP)
    mo, bea = comes_in(browser, address), comes_in(browser, address, "bea")
    mo.goto(f"{address}/items/{question.item_id}")
    mo.get_by_role("button", name="I take this one").click()
    expect(bea.locator("#rows")).to_contain_text("with mo", timeout=4000)
    mo.get_by_label("Or take it out of the queue").fill("asked twice")
    mo.get_by_role("button", name="Dismiss").click()
    expect(bea.locator("#rows")).to_contain_text("taken out of the queue", timeout=4000)
    mo.context.close()
    bea.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_telephone(browser: Browser, address: str, hour: Hour, scheme: str) -> None:
    hour.takes_in(LUMP)
    page = comes_in(
        browser, address, viewport={"width": 360, "height": 740}, color_scheme=scheme, has_touch=True
    )

    def fits() -> None:
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        no_barriers(page)

    fits()
    page.get_by_role("link", name="is my lump bad").tap()
    expect(page.locator("#rows")).to_be_hidden()
    page.get_by_role("button", name="I take this one").tap()
    page.get_by_label("Your answer").fill(SAFE)
    fits()
    page.get_by_role("button", name="Send and next").tap()
    expect(page.get_by_role("heading", name="About to be posted")).to_be_visible()
    fits()
    page.context.close()


HOSTILE = [
    "<script>document.title='owned'</script> my lump?",
    "<img src=x onerror=\"document.title='owned'\"> my lump?",
    '<b hx-get="/people" hx-trigger="load" hx-target="body">my lump?</b>',
    "<a href=\"javascript:document.title='owned'\">my lump?</a> javascript:alert(1)",
    "\u202etxet desrever \u2066 my lump? \u2069",
    "Z" + "\u0300\u0301\u0302\u0303\u0304" * 60 + " my lump?",
    "😀" * 4000 + " my lump?",
    "{{ 7|add:7 }} {% debug %} my lump?",
    "' onmouseover='document.title=1' data-key='c' my lump?",
    "&lt;script&gt; ]]> --> </textarea></script> my lump?",
]


def test_hostile_posts_stay_text(browser: Browser, address: str, hour: Hour) -> None:
    complaints: list[str] = []
    asked: list[str] = []
    question = hour.takes_in(LUMP)
    page = comes_in(browser, address)
    page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
    page.on("request", lambda r: asked.append(r.url))
    for text in HOSTILE:
        Question.objects.filter(pk=question.pk).update(text=text)
        for where in (address, f"{address}/items/{question.item_id}"):
            page.goto(where)
            assert page.title() in ("Questions · askhour", f"Question {question.item_id} · askhour")
            assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")
        shown = page.locator("article.post p[dir]").first.inner_text()
        assert "".join(shown.split()) == "".join(text.split())
    assert complaints == []
    assert all(url.startswith(address) for url in asked)
    page.context.close()


def test_a_viewer_sees_and_can_do_nothing(browser: Browser, address: str, hour: Hour) -> None:
    question = hour.takes_in(ASKS + " " + LUMP)
    page = browser.new_context().new_page()
    page.goto(staff.link(staff.add("vera", staff.Role.VIEWER), address))
    page.goto(f"{address}/items/{question.item_id}" if question.item_id else address)
    expect(page.get_by_role("button", name="I take this one")).to_have_count(0)
    assert User.objects.get(username="vera").has_perm("bot.see_questions")
    page.context.close()


def test_a_second_reader_approves(browser: Browser, hour: Hour, read_texts: texts.Texts) -> None:
    hour.is_open()
    policy = replace(read_texts.settings.policy, second_reader_for=("personal",))
    strict = replace(read_texts, settings=replace(read_texts.settings, policy=policy))
    question = hour.takes_in("is it my lump")
    with served(Desk(strict, hour.time, second_factor=False), host="127.0.0.1", port=0) as address:
        where = f"{address}/items/{question.item_id}"
        mo = comes_in(browser, address)
        mo.goto(where)
        mo.get_by_role("button", name="I take this one").click()
        mo.get_by_label("Your answer").fill(SAFE)
        mo.get_by_role("button", name="Send", exact=True).click()
        expect(mo.get_by_text("A colleague reads it")).to_be_visible()
        mo.goto(where)
        expect(mo.get_by_role("button", name="Approve")).to_have_count(0)
        no_barriers(mo)

        bea = comes_in(browser, address, "bea")
        bea.goto(where)
        no_barriers(bea)
        bea.get_by_role("button", name="Approve").click()
        expect(bea.get_by_text("On its way")).to_be_visible()
        assert Outgoing.objects.get(question=question).approved_by == "mo, read by bea"
        mo.context.close()
        bea.context.close()


def test_twice_as_large_nothing_is_cut_off(browser: Browser, address: str, hour: Hour) -> None:
    """A browser at 200 % has half as many of its own pixels (WCAG 1.4.4, 1.4.10)."""
    question = hour.takes_in(LUMP)
    page = comes_in(browser, address, viewport={"width": 640, "height": 400}, device_scale_factor=2)
    for where in ("/", f"/items/{question.item_id}"):
        page.goto(address + where)
        assert page.evaluate("document.documentElement.scrollWidth") <= 640
    page.context.close()


def test_with_the_tab_key_alone_everything_is_reached(browser: Browser, address: str, hour: Hour) -> None:
    hour.takes_in(LUMP)
    page = comes_in(browser, address)
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.innerText || document.activeElement.tagName"))
        assert page.evaluate(OUTLINE) != "none"
    assert reached[0] == "To the questions"
    assert any("is my lump bad" in words for words in reached)
    assert "Sign out" in reached
    page.context.close()


def test_a_screen_reader_is_told_what_is_what(browser: Browser, address: str, hour: Hour) -> None:
    question = hour.takes_in("a crisis, please")
    page = comes_in(browser, address)
    expect(page.get_by_role("main")).to_match_aria_snapshot(
        """
        - alert:
          - link /1 urgent/
        - region "The session":
          - heading "A test hour open" [level=2]
        - region "Waiting":
          - heading "Waiting" [level=1]
          - navigation "Views"
          - list
        """
    )
    page.goto(f"{address}/items/{question.item_id}")
    page.get_by_role("button", name="I take this one").click()
    described = "Length 0 of 280 · grade 0 · $0.010"
    expect(page.get_by_label("Your answer")).to_have_accessible_description(described)
    page.context.close()
