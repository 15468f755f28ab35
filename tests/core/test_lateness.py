"""What becomes of what is late."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.lateness import Late, LatePolicy, Rule, judge
from bot.core.plan import CueKind

DUE = datetime(2027, 2, 3, 19, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("kind", "late", "do"),
    [
        (CueKind.ANNOUNCE, timedelta(minutes=29), Late.POST),
        (CueKind.ANNOUNCE, timedelta(minutes=31), Late.SKIP),
        (CueKind.OPEN, timedelta(minutes=40), Late.POST),
        (CueKind.OPEN, timedelta(minutes=60), Late.SKIP),  # the session is over
        (CueKind.PROMPT, timedelta(minutes=5), Late.POST),
        (CueKind.PROMPT, timedelta(minutes=6), Late.SKIP),
        (CueKind.REMIND, timedelta(minutes=6), Late.SKIP),
        (CueKind.CLOSE, timedelta(days=1), Late.POST),
    ],
)
def test_each_kind_has_its_own_time_after_which_it_makes_no_sense(
    kind: CueKind, late: timedelta, do: Late
) -> None:
    verdict = judge(kind, DUE, DUE + late, LatePolicy(), closes=DUE + HOUR, newest_due=DUE)
    assert verdict.do is do
    assert bool(verdict.why) is (do is not Late.POST)


def test_of_several_that_piled_up_only_the_newest_goes_out() -> None:
    newest = DUE + timedelta(minutes=3)
    now = DUE + timedelta(minutes=4)
    old = judge(CueKind.PROMPT, DUE, now, LatePolicy(), closes=DUE + HOUR, newest_due=newest)
    new = judge(CueKind.PROMPT, newest, now, LatePolicy(), closes=DUE + HOUR, newest_due=newest)
    assert (old.do, new.do) == (Late.SKIP, Late.POST)


def test_an_organiser_may_wish_to_be_asked_or_to_post_all_the_same() -> None:
    now = DUE + timedelta(minutes=9)
    for wish in (Late.ASK, Late.POST):
        policy = LatePolicy(prompt=Rule(minutes=5, then=wish))
        assert judge(CueKind.PROMPT, DUE, now, policy, closes=DUE + HOUR, newest_due=DUE).do is wish
