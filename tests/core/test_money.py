"""What X charges."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bot.core.money import Charge, Prices, charge_for_post, forecast

PRICES = Prices(
    as_of=date(2026, 8, 13),
    source="a price list",
    usd={
        Charge.POST: Decimal("0.015"),
        Charge.POST_WITH_URL: Decimal("0.200"),
        Charge.REPLY_SUMMONED: Decimal("0.010"),
        Charge.OWNED_READ: Decimal("0.001"),
        Charge.POST_READ: Decimal("0.005"),
        Charge.USER_READ: Decimal("0.010"),
        Charge.DELETE: Decimal("0.010"),
    },
)


@pytest.mark.parametrize(
    ("text", "summoned", "charge"),
    [
        ("Plain words.", False, Charge.POST),
        ("More on example.org", False, Charge.POST_WITH_URL),
        ("Plain words.", True, Charge.REPLY_SUMMONED),
        ("More on example.org", True, Charge.REPLY_SUMMONED),
    ],
)
def test_a_link_is_dear_unless_we_were_summoned(text: str, summoned: bool, charge: Charge) -> None:
    assert charge_for_post(text, summoned_reply=summoned) is charge


def test_a_session_of_500_questions_and_150_replies_costs_two_dollars_and_its_posts() -> None:
    """facts: $0.50 to read, $1.50 to reply; here with ten posts of our own."""
    assert forecast(PRICES, ["T1"] * 10, questions=500, replies=150) == Decimal("2.230")


def test_a_price_list_must_be_whole() -> None:
    with pytest.raises(ValueError, match="no price for post_read"):
        replace(PRICES, usd={k: v for k, v in PRICES.usd.items() if k is not Charge.POST_READ})
    with pytest.raises(ValueError, match="negative"):
        replace(PRICES, usd={**PRICES.usd, Charge.POST: Decimal(-1)})
