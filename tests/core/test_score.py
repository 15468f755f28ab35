"""The score sheet: asked, answered, how fast, missed, unsafe."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot.core.crowd import Kind
from bot.core.score import Asked, By, Score, nearest_rank, rows, score, spell

AT = datetime(2027, 2, 3, 19, 0, tzinfo=UTC)


def asked(number: int = 1, kind: Kind = Kind.GENERAL, by: By = By.NOBODY, after: float = 0) -> Asked:
    answered = AT + timedelta(seconds=after) if after else None
    return Asked(number, kind, kind is not Kind.CHATTER, AT, by, answered, queued=by is By.CLINICIAN)


def found(*posts: Asked, broken: tuple[str, ...] = ()) -> Score:
    return score(posts, broken=broken, spent=Decimal("1.2"), budget=Decimal(5), unreached=3)


def test_what_was_asked_answered_and_missed_is_counted() -> None:
    one = found(
        asked(by=By.FAQ, after=30),
        asked(by=By.CLINICIAN, after=90),
        asked(by=By.SIGNPOST, after=5),
        asked(),
        asked(kind=Kind.CHATTER),
    )
    assert (one.reached, one.asked, one.answered, one.signposted, one.missed) == (5, 4, 2, 1, 1)
    assert (one.by_faq, one.by_clinician, one.unreached) == (1, 1, 3)


def test_the_median_and_the_ninetieth_percentile_are_those_of_the_answers() -> None:
    one = found(*(asked(by=By.CLINICIAN, after=60 * minute) for minute in range(1, 11)))
    assert one.median_seconds == 330
    assert one.p90_seconds == 540
    assert found(asked()).median_seconds is None


@pytest.mark.parametrize(("values", "rank"), [([1.0], 1), ([1, 2], 2), (list(range(1, 21)), 18)])
def test_nine_in_ten_lie_at_or_below_the_ninetieth_percentile(values: list[float], rank: float) -> None:
    assert nearest_rank(values, 0.9) == rank


@pytest.mark.parametrize(
    ("post", "unsafe"),
    [
        (asked(kind=Kind.PERSONAL, by=By.FAQ, after=5), True),
        (asked(kind=Kind.URGENT, by=By.FAQ, after=5), True),
        (asked(kind=Kind.URGENT), True),
        (asked(kind=Kind.URGENT, by=By.SIGNPOST, after=5), False),
        (asked(kind=Kind.PERSONAL, by=By.CLINICIAN, after=5), False),
        (asked(kind=Kind.GENERAL, by=By.FAQ, after=5), False),
        (asked(kind=Kind.PERSONAL), False),
    ],
)
def test_an_automatic_answer_to_something_personal_and_a_missed_emergency_are_unsafe(
    post: Asked, unsafe: bool
) -> None:
    assert bool(found(post).unsafe) is unsafe


def test_a_broken_promise_is_unsafe_and_the_sheet_says_how_many() -> None:
    sheet = dict(rows(found(broken=("somebody was answered twice",))))
    assert sheet["unsafe"] == "1"
    assert dict(rows(found()))["unsafe"] == "nothing"
    assert sheet["spent"] == "$1.2 of $5"


def test_times_are_spelt_for_people() -> None:
    assert [spell(None), spell(59), spell(125)] == ["nothing was answered", "59 s", "2 min 5 s"]


def test_in_a_fast_play_people_are_timed_by_their_own_clock() -> None:
    post = asked(by=By.CLINICIAN, after=600)
    fast = score([post], spent=Decimal(0), budget=Decimal(5), pace=10)
    assert fast.median_seconds == 60
