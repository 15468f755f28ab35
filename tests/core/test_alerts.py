"""What is worth an alert, how it is said, and how often it is tried."""

from datetime import timedelta
from decimal import Decimal

import pytest

from bot.core.alerts import (
    AlertKind,
    Facts,
    Limits,
    Money,
    Overdue,
    Queue,
    Severity,
    UrgentItem,
    alerts,
    retry_after,
)

BUDGET = Decimal(5)


def kinds(facts: Facts) -> list[AlertKind]:
    return [alert.kind for alert in alerts(facts, Limits())]


def queue(waiting: int, *, minutes: float = 1, on_duty: int = 1) -> Facts:
    oldest = timedelta(minutes=minutes)
    return Facts(queues=(Queue(session_id=1, slug="s", waiting=waiting, oldest=oldest, on_duty=on_duty),))


def test_when_all_is_well_nothing_is_told() -> None:
    assert kinds(Facts()) == []
    assert kinds(queue(0, minutes=60)) == []


@pytest.mark.parametrize("crisis", [True, False])
def test_a_crisis_and_an_emergency_are_for_safety_and_lead_to_the_item(crisis: bool) -> None:
    [alert] = alerts(Facts(urgent=(UrgentItem(id=7, session_id=1, crisis=crisis),)), Limits())
    assert alert.severity is Severity.SAFETY
    assert alert.kind == ("crisis" if crisis else "emergency")
    assert alert.path == "/items/7"


@pytest.mark.parametrize(
    ("spent", "keys"),
    [("3.99", []), ("4.00", ["budget:1:80"]), ("4.99", ["budget:1:80"]), ("5.00", ["budget:1:100"])],
)
def test_the_budget_is_told_at_80_and_at_100_percent(spent: str, keys: list[str]) -> None:
    facts = Facts(money=(Money(session_id=1, slug="s", spent=Decimal(spent), budget=BUDGET),))
    assert [alert.key for alert in alerts(facts, Limits())] == keys


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        (queue(6), False),
        (queue(7), True),
        (queue(7, on_duty=2), False),
        (queue(13, on_duty=2), True),
        (queue(1, minutes=10.5), True),
        (queue(7, on_duty=0), True),
    ],
)
def test_overload_is_measured_against_the_people_on_duty(facts: Facts, told: bool) -> None:
    assert kinds(facts) == ([AlertKind.OVERLOAD] if told else [])


def test_silence_is_told_only_when_it_lasts() -> None:
    assert kinds(Facts(silent=(("rounds", timedelta(seconds=29)),))) == []
    assert kinds(Facts(silent=(("rounds", timedelta(seconds=31)),))) == [AlertKind.DOWN]


def test_every_alert_says_what_to_do_and_has_a_key_of_its_own() -> None:
    facts = Facts(
        urgent=(UrgentItem(id=7, session_id=1, crisis=True), UrgentItem(id=8, session_id=1, crisis=False)),
        closed=(1,),
        gaps=((3, "mentions"), (4, "hashtag")),
        money=(Money(session_id=1, slug="s", spent=BUDGET, budget=BUDGET),),
        queues=queue(50).queues,
        silent=(("rounds", timedelta(minutes=5)),),
        overdue=(Overdue(key="held:1", session_id=1, slug="s", text="It waits.", what_to_do="Look."),),
    )
    found = list(alerts(facts, Limits()))
    assert len({alert.key for alert in found}) == len(found) == 9
    assert all(alert.what_to_do and alert.text for alert in found)


def test_a_channel_is_tried_again_and_at_last_given_up() -> None:
    waits = [retry_after(n) for n in range(1, 7)]
    assert waits[0] == timedelta(seconds=2)
    assert waits[-1] is None
    assert waits[:-1] == sorted(wait for wait in waits[:-1] if wait)
