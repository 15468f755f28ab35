"""Names: for what somebody answers, once, and gone with the session."""

from collections.abc import Callable
from decimal import Decimal

from django.contrib.auth.models import User

from bot.core.states import SessionState
from bot.flows import authors, money, queue
from bot.models import Author, Session
from tests.hour import PRICES, Hour


def test_a_name_is_read_for_what_is_claimed_and_paid_once(
    hour: Hour, clinician: Callable[[str], User]
) -> None:
    hour.is_open()
    item = hour.takes_in("is my lump bad?").item
    hour.takes_in("is my lump big?", who="bo")
    assert item
    assert authors.introduce(hour.host, hour.x, PRICES, now=hour.time()) == 0
    before = money.spent(hour.session)
    queue.claim(item.pk, clinician("mo"), hour.sender.timing, now=hour.time())
    assert authors.introduce(hour.host, hour.x, PRICES, now=hour.time()) == 1
    assert authors.introduce(hour.host, hour.x, PRICES, now=hour.time()) == 0
    assert Author.objects.get().handle == "ana"
    assert money.spent(hour.session) - before == Decimal("0.010")
    assert hour.world.ledger.count("user_read") == 1


def test_somebody_whom_x_does_not_show_is_asked_for_once(
    hour: Hour, clinician: Callable[[str], User]
) -> None:
    hour.is_open()
    question = hour.takes_in("is my lump bad?")
    assert question.item
    queue.claim(question.item.pk, clinician("mo"), hour.sender.timing, now=hour.time())
    del hour.world.accounts[question.author_id]
    assert authors.introduce(hour.host, hour.x, PRICES, now=hour.time()) == 1
    assert authors.introduce(hour.host, hour.x, PRICES, now=hour.time()) == 0
    assert Author.objects.get().handle == ""


def test_names_go_with_the_session(hour: Hour, clinician: Callable[[str], User]) -> None:
    hour.is_open()
    item = hour.takes_in("is my lump bad?").item
    assert item
    queue.claim(item.pk, clinician("mo"), hour.sender.timing, now=hour.time())
    authors.introduce(hour.host, hour.x, PRICES, now=hour.time())
    authors.forget()
    assert Author.objects.count() == 1
    Session.objects.update(state=SessionState.CLOSED)
    authors.forget()
    assert Author.objects.count() == 0
