"""What an hour costs, by the simulated X's own ledger."""

from dataclasses import replace
from decimal import Decimal

from bot.core.match import Candidate, Match
from bot.core.money import Charge
from bot.flows import money
from bot.models import Question, Session
from tests.entry import ENTRY, signed
from tests.hour import PRICES, Hour

ENTRIES = {
    f"e{n}": signed(
        replace(ENTRY, id=f"e{n}", answers=(f"Answer {n}. Source: A.", f"In other words, {n}. Source: A."))
    )
    for n in range(150)
}


def match(text: str) -> Match:
    """Finds the entry that a question names."""
    number = "".join(filter(str.isdigit, text))
    return Match((Candidate(f"e{number}", text, 1.0),) if f"e{number}" in ENTRIES else ())


def test_500_questions_and_150_replies_cost_two_dollars(hour: Hour) -> None:
    """Our account owns the app, so a mention costs a tenth of a cent, and a summoned reply one cent.
    Besides, the welcome was posted.
    """
    hour.is_open()
    Session.objects.update(budget_usd=20)
    judge = replace(hour.judge, match=match, entries=ENTRIES)
    for n in range(500):
        hour.asks(f"question {n}?", who=f"p{n % 120}")
        hour.time.passes(milliseconds=100)
    while Question.objects.count() < 500:
        hour.reads()
    for _ in range(5):
        hour.decides(judge)
    for _ in range(6):  # X takes about 45 posts in half an hour
        hour.time.passes(minutes=31)
        hour.reads()
        hour.sends()

    ledger = hour.world.ledger
    assert (ledger.count("owned_read"), ledger.count("post_create_summoned")) == (500, 150)
    assert ledger.total == Decimal("2.015")
    session = Session.objects.get()
    ours = sum(entry.count for entry in session.spending.all())
    assert ours == len(ledger.entries)
    assert money.spent(session) == 651 * PRICES.of(Charge.POST)  # here everything costs the same
