"""A call that X would refuse is not made, whatever X's headers say or leave out."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.limits import QUARTER, Limits, route_of

NOON = datetime(2027, 2, 3, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
POST = "POST /2/tweets"


def headers(remaining: int, reset: datetime, prefix: str = "x-rate-limit") -> dict[str, str]:
    return {f"{prefix}-remaining": str(remaining), f"{prefix}-reset": str(int(reset.timestamp()))}


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/2/users/42/mentions", "GET /2/users/:id/mentions"),
        ("/2/users/me", "GET /2/users/me"),
        ("/2/tweets", "GET /2/tweets"),
    ],
)
def test_ids_in_a_path_do_not_matter(path: str, route: str) -> None:
    assert route_of("GET", path) == route


def test_when_x_says_that_nothing_is_left_its_reset_is_waited_for() -> None:
    limits = Limits()
    limits.told(POST, 201, headers(0, NOON + 90 * SECOND), NOON)
    assert limits.not_before(POST, NOON) == NOON + 91 * SECOND
    assert limits.not_before(POST, NOON + 91 * SECOND) is None
    assert limits.not_before("GET /2/users/me", NOON) is None


def test_the_limit_of_the_day_counts_as_well() -> None:
    limits = Limits()
    day = headers(0, NOON + timedelta(hours=9), "x-app-limit-24hour")
    limits.told(POST, 201, day | headers(99, NOON + QUARTER), NOON)
    assert limits.not_before(POST, NOON) == NOON + timedelta(hours=9) + SECOND


def test_without_any_header_our_own_count_holds() -> None:
    limits = Limits({POST: 2})
    for second in (0, 10):
        limits.called(POST, NOON + second * SECOND)
        limits.told(POST, 201, {}, NOON + second * SECOND)
    assert limits.not_before(POST, NOON + 20 * SECOND) == NOON + QUARTER


def test_refusals_without_a_time_are_waited_out_longer_and_longer() -> None:
    limits = Limits()
    waits = []
    now = NOON
    for _ in range(6):
        limits.told(POST, 429, {}, now)
        until = limits.not_before(POST, now)
        assert until is not None
        waits.append((until - now).total_seconds())
        now = until
    assert waits == [60, 120, 240, 480, 900, 900]
    limits.told(POST, 201, {}, now)
    limits.told(POST, 429, {}, now)
    assert limits.not_before(POST, now) == now + 60 * SECOND


@pytest.mark.parametrize("reset", ["99999999999", "9999999999", "-5", "soon", "", "0"])
def test_a_reset_that_makes_no_sense_does_not_keep_us_silent_for_long(reset: str) -> None:
    limits = Limits()
    limits.told(POST, 429, {"x-rate-limit-remaining": "0", "x-rate-limit-reset": reset}, NOON)
    until = limits.not_before(POST, NOON)
    assert until is not None
    assert NOON < until <= NOON + QUARTER + SECOND


@given(st.lists(st.integers(0, 120), min_size=1, max_size=400), st.integers(1, 20))
def test_no_quarter_of_an_hour_ever_has_more_calls_than_documented(gaps: list[int], most: int) -> None:
    """Somebody who asks at any times and calls whenever there is room."""
    limits, now, calls = Limits({POST: most}), NOON, list[datetime]()
    for gap in gaps:
        now += gap * SECOND
        if limits.not_before(POST, now) is None:
            limits.called(POST, now)
            calls.append(now)
    for i, first in enumerate(calls):
        assert sum(first <= at < first + QUARTER for at in calls[i:]) <= most


@given(
    st.lists(
        st.tuples(
            st.integers(0, 60),
            st.sampled_from([200, 201, 403, 429, 503]),
            st.dictionaries(
                st.sampled_from(["x-rate-limit-remaining", "x-rate-limit-reset", "x-app-limit-24hour-reset"]),
                st.one_of(st.text(max_size=12), st.integers(-1, 2**40).map(str)),
            ),
        ),
        max_size=40,
    )
)
def test_whatever_x_says_there_is_room_again_within_a_day(
    answers: list[tuple[int, int, dict[str, str]]],
) -> None:
    limits, now = Limits(), NOON
    for gap, status, said in answers:
        now += gap * SECOND
        limits.called(POST, now)
        limits.told(POST, status, said, now)
    assert limits.not_before(POST, now + timedelta(hours=24, seconds=2)) is None


@given(st.integers(0, 3600))
def test_after_the_time_that_it_names_there_is_room(late: int) -> None:
    limits = Limits({POST: 3})
    for second in (0, 100, 200):
        limits.called(POST, NOON + second * SECOND)
    now = NOON + late * SECOND
    until = limits.not_before(POST, now)
    assert limits.not_before(POST, until or now) is None
