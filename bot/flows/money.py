"""What X charges us, written down call by call, and what a session will cost."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from bot.core.money import Charge, Prices, forecast
from bot.models import BilledRead, CueRow, HostAccount, Session, Spend


def book(
    host: HostAccount,
    session: Session | None,
    what: Charge,
    count: int,
    prices: Prices,
    *,
    now: datetime,
) -> None:
    if count:
        usd = prices.of(what, count)
        Spend.objects.create(at=now, host=host, session=session, charge=what, count=count, usd=usd)


@transaction.atomic
def book_reads(
    host: HostAccount,
    session: Session | None,
    what: Charge,
    post_ids: Iterable[str],
    prices: Prices,
    *,
    now: datetime,
) -> None:
    """X charges for a post once in each UTC day, whichever call showed it (pricing page, 2026-08-13)."""
    today = now.date()
    wanted = set(post_ids)
    billed = BilledRead.objects.filter(host=host, day=today, post_id__in=wanted)
    new = wanted - set(billed.values_list("post_id", flat=True))
    if not new:
        return
    rows = [BilledRead(host=host, day=today, post_id=post_id) for post_id in sorted(new)]
    BilledRead.objects.bulk_create(rows, ignore_conflicts=True)
    BilledRead.objects.filter(host=host, day__lt=today - timedelta(days=1)).delete()
    book(host, session, what, len(new), prices, now=now)


def spent(session: Session) -> Decimal:
    total = session.spending.aggregate(total=Sum("usd"))["total"] or Decimal()
    return total.quantize(Decimal("0.001"))  # SQLite adds decimals up as binary fractions


def forecast_for(session: Session, prices: Prices) -> Decimal:
    """What the session will cost if as many ask, and are answered, as its plan expects."""
    texts = list(CueRow.objects.filter(session=session).values_list("text", flat=True))
    return forecast(
        prices, texts, questions=session.expected_questions, replies=session.expected_replies
    ).quantize(Decimal("0.001"))


def nearly_spent(session: Session, share: float) -> bool:
    """Whether so much of the budget is used up that what can be done without should not be paid for."""
    return spent(session) >= session.budget_usd * Decimal(str(share))
