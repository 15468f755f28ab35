"""The list of what waits, as several people look at it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from bot import config, texts
from bot.console import rows
from bot.console.desk import Desk
from bot.core.delivery import Timing
from bot.core.triage import Priority, Route
from bot.flows import queue, waiting
from bot.flows.waiting import View, Whose
from bot.models import Question, QueueItem
from tests.console.conftest import client_at
from tests.hour import Hour

TIMING = Timing()


def waits(hour: Hour, text: str, *, priority: Priority = Priority.ORDINARY, who: str = "ana") -> QueueItem:
    question = hour.takes_in(text, who=who)
    assert question.item
    QueueItem.objects.filter(pk=question.item.pk).update(priority=priority)
    question.item.refresh_from_db()
    return question.item


def listed(text: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'id="row-(\d+)"', text)]


def test_the_most_urgent_stands_on_top_then_the_oldest(hour: Hour, clinician: Callable[[str], User]) -> None:
    hour.is_open()
    first = waits(hour, "is my lump bad?")
    hour.time.passes(minutes=1)
    second = waits(hour, "is my lump big?", who="bo")
    third = waits(hour, "a crisis, please", priority=Priority.SAFETY, who="cy")
    shown = rows.fragment(View(), clinician("mo"), TIMING, now=hour.time())
    assert listed(shown) == [third.pk, first.pk, second.pk]


def test_what_comes_in_is_counted_and_no_row_moves(hour: Hour, clinician: Callable[[str], User]) -> None:
    hour.is_open()
    mo, first = clinician("mo"), waits(hour, "is my lump bad?")
    waits(hour, "a crisis, please", priority=Priority.SAFETY, who="cy")
    shown = rows.fragment(View(), mo, TIMING, now=hour.time(), shown=[first.pk])
    assert listed(shown) == [first.pk]
    assert "1 new" in shown


def test_what_a_colleague_answered_stays_in_its_place_and_says_so(
    hour: Hour, clinician: Callable[[str], User]
) -> None:
    hour.is_open()
    mo, item = clinician("mo"), waits(hour, "is my lump bad?")
    queue.claim(item.pk, mo, TIMING, now=hour.time())
    assert "with you" in rows.fragment(View(), mo, TIMING, now=hour.time(), shown=[item.pk])
    item.refresh_from_db()
    queue.dismiss(item.pk, mo, item.fence, "asked twice", now=hour.time())
    shown = rows.fragment(View(), mo, TIMING, now=hour.time(), shown=[item.pk])
    assert listed(shown) == [item.pk]
    assert "taken out of the queue" in shown


def test_a_view_shows_what_it_says(hour: Hour, clinician: Callable[[str], User]) -> None:
    hour.is_open()
    mo, bea = clinician("mo"), clinician("bea")
    mine, other = waits(hour, "is my lump bad?"), waits(hour, "is my lump big?", who="bo")
    queue.claim(mine.pk, mo, TIMING, now=hour.time())
    Question.objects.filter(item=other).update(route=Route.BY_HAND)

    def seen(view: View, who: User = mo) -> list[int]:
        return listed(rows.fragment(view, who, TIMING, now=hour.time()))

    assert seen(View(whose=Whose.MINE)) == [mine.pk]
    assert seen(View(whose=Whose.MINE), bea) == []
    assert seen(View(whose=Whose.FREE)) == [other.pk]
    assert seen(View(route=Route.BY_HAND)) == [other.pk]
    assert seen(View(urgency=Priority.SAFETY)) == []


@pytest.mark.parametrize("view", [view for _, view in rows.VIEWS], ids=[name for name, _ in rows.VIEWS])
def test_an_address_brings_its_view_back(view: View) -> None:
    assert rows.view_of(QueryDict(rows.query_of(view))) == view


def test_an_address_that_makes_no_sense_shows_everything() -> None:
    assert rows.view_of(QueryDict("urgency=x&whose=%00&route=9")) == View()


def test_more_questions_bring_no_more_queries_and_no_bigger_page(
    hour: Hour, clinician: Callable[[str], User]
) -> None:
    """With 1,500 waiting as with 2: at most 150 KB, and as many queries."""
    hour.is_open()
    mo, model = clinician("mo"), hour.takes_in("is my lump bad?")

    def look() -> tuple[int, int]:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            text = rows.fragment(View(), mo, TIMING, now=hour.time())
        return len(asked), len(text.encode())

    few, _ = look()
    for number in range(1500):
        item = QueueItem(session=hour.session, priority=3, reason="r" * 60, created_at=hour.time())
        item.save()
        Question.objects.create(
            host=model.host, session=hour.session, item=item, post_id=f"9{number}", version_id=f"9{number}",
            author_id="1", text="w" * 280, posted_at=hour.time(), received_at=hour.time(), state="queued",
            route="reply",
        )  # fmt: skip
    many, size = look()
    assert many == few
    assert size < 150_000


def test_next_is_the_most_urgent_that_nobody_else_has(hour: Hour, clinician: Callable[[str], User]) -> None:
    hour.is_open()
    mo, bea = clinician("mo"), clinician("bea")
    one, two, three = (waits(hour, f"is my lump {w}?", who=w) for w in ("bad", "big", "old"))
    queue.claim(two.pk, bea, TIMING, now=hour.time())
    assert waiting.next_after(one, mo) == three
    assert waiting.next_after(one, bea) == two


def test_a_group_of_many_brings_no_more_queries_to_its_page(
    hour: Hour, clinician: Callable[[str], User]
) -> None:
    hour.is_open()
    mo, question = clinician("mo"), hour.takes_in("is my lump bad?")
    item = question.item
    assert item
    read = texts.read(config.find_content(Path(__file__).parents[2]))
    client = client_at(Desk(read, hour.time, second_factor=False))
    client.force_login(mo, backend="sesame.backends.ModelBackend")

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/items/{item.pk}").status_code == 200
        return len(asked)

    queries()
    few = queries()
    for number in range(40):
        Question.objects.create(
            host=hour.host, session=hour.session, item=item, post_id=f"9{number}", version_id=f"9{number}",
            author_id=f"{number}", text="w" * 280, posted_at=hour.time(), received_at=hour.time(),
            state="queued", route="reply", in_reply_to=question.version_id,
        )  # fmt: skip
    assert queries() <= few + 2  # what stands above them: two in all
