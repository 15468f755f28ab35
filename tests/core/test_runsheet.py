"""What the run sheet says beyond the rows."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot.core.delivery import Pacing
from bot.core.runsheet import money_left, over_running, replies_left

NOW = datetime(2027, 2, 3, 19, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("unanswered", "minutes", "says"),
    [
        (9, 2, "T3: 9 unanswered, next cue in 2 min"),
        (9, 0, "T3: 9 unanswered, next cue now"),
        (9, -3, "T3: 9 unanswered, next cue now"),
        (9, 12, ""),
        (0, 2, ""),
        (4, None, "T3: 4 unanswered"),
    ],
)
def test_what_is_over_running_is_said_in_one_line(unanswered: int, minutes: int | None, says: str) -> None:
    next_in = None if minutes is None else timedelta(minutes=minutes, seconds=20)
    assert over_running(3, unanswered, next_in) == says


def test_before_the_first_prompt_nothing_over_runs() -> None:
    assert over_running(None, 9, timedelta(minutes=1)) == ""


def test_posts_older_than_half_an_hour_use_up_nothing() -> None:
    sent = [NOW - timedelta(minutes=31), NOW - timedelta(minutes=20), NOW]
    gauge = replies_left(sent, NOW, Pacing())
    assert gauge.left == 43
    assert gauge.text == "43 of 45 posts left in this half hour, one more from 19:40 UTC"
    assert not gauge.scarce


def test_money_that_is_overspent_is_none_left() -> None:
    gauge = money_left(Decimal("5.10"), Decimal(5))
    assert (gauge.left, gauge.scarce, gauge.text) == (0, True, "$0.00 of $5.00 left")
