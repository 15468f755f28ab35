"""What a clinician sees beside the words while they type: length, grade, price, and what the rules say."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bot.core.grade import reading_grade
from bot.core.money import Prices, charge_for_post
from bot.core.review import MAX_GRADE, Reviewer
from bot.core.triage import Route
from bot.core.weigh import MAX_WEIGHT, weighted_length
from bot.models import Question

WORDS = 80  # of a finding's words; more says no more


@dataclass(frozen=True, slots=True)
class Found:
    severity: str
    words: str
    why: str
    instead: str


@dataclass(frozen=True, slots=True)
class Check:
    """A draft, weighed. `price` is for all who get it; `trouble` says why it could not be saved."""

    text: str
    handle: str
    weight: int
    grade: str
    hard: bool
    price: str
    findings: tuple[Found, ...]
    saved: datetime | None = None
    trouble: str = ""
    limit: int = MAX_WEIGHT
    high: int = MAX_WEIGHT - 10


def check(
    text: str,
    questions: list[Question],
    reviewer: Reviewer,
    prices: Prices,
    *,
    saved: datetime | None = None,
    trouble: str = "",
) -> Check:
    text = text.strip()
    asked = "\n".join(question.text for question in questions)
    found = reviewer.findings(text, asked) if text else ()
    grade = reading_grade(text)
    return Check(
        text=text,
        handle=questions[0].host.handle if questions else "",
        weight=weighted_length(text),
        grade=f"{grade:.0f}",
        hard=grade > MAX_GRADE,
        price=_price(text, questions, prices),
        findings=tuple(Found(f.severity, text[f.start : f.end][:WORDS], f.why, f.instead) for f in found),
        saved=saved,
        trouble=trouble,
    )


def _price(text: str, questions: list[Question], prices: Prices) -> str:
    """What X will charge. What a person posts by hand costs nothing."""
    posts = [Route(question.route) for question in questions if question.route]
    paid = [route for route in posts if route is not Route.BY_HAND]
    usd = sum(
        (prices.of(charge_for_post(text, summoned_reply=route is Route.REPLY)) for route in paid), Decimal()
    )
    return f"${usd:.3f} for {len(posts)}" if len(posts) > 1 else f"${usd:.3f}"
