"""Go or no-go: what is red, amber and green, and what may be passed over."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.core.plan import Panellist
from bot.core.preflight import (
    CHECKLIST,
    Account,
    DoctorSaid,
    Facts,
    Light,
    Post,
    account_of,
    blocking,
    judge,
)

NOW = datetime(2027, 2, 3, 12, 0, tzinfo=UTC)
WELCOME = Post("open", NOW + timedelta(hours=7), "Wed 19:00", "Welcome.", 8, Decimal("0.015"), False)
ANA = Account("ana", "Dr Ana Ruiz", True)
READY = Facts(
    now=NOW,
    opens=NOW + timedelta(hours=7),
    length_minutes=60,
    approved_by="Dr Ana Ruiz",
    posts=(WELCOME,),
    links_allowed=False,
    entries=3,
    panel=(Panellist(name="Dr Ana Ruiz"),),
    accounts=(ANA,),
    doctor=DoctorSaid(NOW - timedelta(hours=1), (("ok", "keys", ""),)),
    cost=Decimal(2),
    budget=Decimal(5),
    ticks=dict.fromkeys(CHECKLIST, "mo"),
    alert_tested=NOW - timedelta(days=1),
)


def light(facts: Facts, key: str) -> Light | None:
    return {item.key: item.light for item in judge(facts)}.get(key)


def test_a_session_that_is_ready_is_green_all_over() -> None:
    assert {item.light for item in judge(READY)} == {Light.GREEN}
    assert all(item.do == "" for item in judge(READY))


@pytest.mark.parametrize(
    ("key", "expected", "change"),
    [
        ("approval", "red", {"approved_by": ""}),
        ("posts", "red", {"posts": (replace(WELCOME, weight=281),)}),
        ("posts", "amber", {"posts": (WELCOME, WELCOME)}),
        ("posts", "amber", {"posts": (WELCOME, replace(WELCOME, text="A", kind="prompt", link=True))}),
        ("clocks", "amber", {"notes": ("happens twice",)}),
        ("staff", "red", {"accounts": ()}),
        ("staff", "red", {"accounts": (replace(ANA, clinician=False),)}),
        ("staff", "red", {"panel": (Panellist(name="ana", until_minute=30),)}),
        ("staff", "amber", {"panel": ()}),
        ("staff", "amber", {"panel": None}),
        ("panel", "amber", {"panel": (Panellist(name="ana"), Panellist(name="Dr Nobody"))}),
        ("x", "red", {"closed_because": "no credits"}),
        ("x", "red", {"doctor": DoctorSaid(NOW, (("failure", "keys", "set them"),))}),
        ("x", "amber", {"doctor": DoctorSaid(NOW, (("warning", "bio", "say bot"),))}),
        ("x", "amber", {"doctor": None}),
        ("x", "amber", {"doctor": DoctorSaid(NOW - timedelta(days=2), ())}),
        ("budget", "red", {"cost": Decimal("5.01")}),
        ("budget", "amber", {"cost": Decimal("4.01")}),
        ("faq", "amber", {"unsigned": ("pain",)}),
        ("faq_dates", "amber", {"expiring": ("pain",)}),
        ("hashtag", "amber", {"ticks": {}}),
        ("alerts", "amber", {"alert_tested": None}),
        ("alerts", "amber", {"alert_tested": NOW - timedelta(days=8)}),
    ],
)
def test_what_is_not_in_order_is_told_with_what_mends_it(
    key: str, expected: str, change: dict[str, Any]
) -> None:
    facts = replace(READY, **change)
    item = next(item for item in judge(facts) if item.key == key)
    assert item.light == expected
    assert item.do or key == "clocks"


def test_a_hand_over_without_a_gap_is_green() -> None:
    panel = (Panellist(name="ana", until_minute=30), Panellist(name="Bo Li", account="bo", from_minute=30))
    facts = replace(READY, panel=panel, accounts=(ANA, Account("bo", "", True)))
    assert light(facts, "staff") == Light.GREEN


def test_the_gap_in_a_hand_over_is_named() -> None:
    panel = (Panellist(name="ana", until_minute=30), Panellist(name="Bo Li", from_minute=30))
    how = next(item.how for item in judge(replace(READY, panel=panel)) if item.key == "staff")
    assert "from minute 30 to 60" in how


def test_only_red_items_block_and_only_until_they_are_passed_over() -> None:
    items = judge(replace(READY, approved_by="", cost=Decimal(9), alert_tested=None))
    assert {item.key for item in blocking(items)} == {"approval", "budget"}
    assert [item.key for item in blocking(items, ["budget"])] == ["approval"]


def test_many_entries_are_not_listed_all() -> None:
    unsigned = tuple(f"entry-{n}" for n in range(90))
    how = next(i.how for i in judge(replace(READY, entries=93, unsigned=unsigned)) if i.key == "faq")
    assert how.startswith("90 of 93 entries unsigned: entry-0, ")
    assert how.endswith("and 85 more")


def test_a_panellist_is_found_by_the_accounts_name_or_by_their_own() -> None:
    assert account_of(Panellist(name="dr ana ruiz"), (ANA,)) == ANA
    assert account_of(Panellist(name="Ana", account="ANA"), (ANA,)) == ANA
    assert account_of(Panellist(name="Dr Ana Ruiz", account="bo"), (ANA,)) is None
