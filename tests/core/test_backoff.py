"""Waits between connects: X's table, and never more connects than X allows."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.backoff import FREE, HEALTHY, MOST_ASKED, WINDOW, Backoff, Failure


def waits(kinds: list[Failure], *, was_open: bool = False) -> list[float]:
    """What is waited after each failure, with days between them so that the ceiling plays no part."""
    backoff, found = Backoff(), []
    for day, kind in enumerate(kinds):
        backoff = backoff.failed(kind, day * 86_400.0, was_open=was_open)
        found.append(backoff.wait(day * 86_400.0))
    return found


def test_a_broken_connection_is_tried_again_at_once_and_then_a_little_later_each_time() -> None:
    found = waits([Failure.NETWORK] * 70)
    assert found[:4] == [0, 0.25, 0.5, 0.75]
    assert found[64:] == [16] * 6


def test_http_errors_double_from_5_to_320_seconds() -> None:
    assert waits([Failure.HTTP] * 9) == [5, 10, 20, 40, 80, 160, 320, 320, 320]


def test_a_rate_limit_doubles_from_a_minute_to_its_whole_window() -> None:
    assert waits([Failure.LIMIT] * 6) == [60, 120, 240, 480, 900, 900]


def test_another_kind_of_failure_begins_its_own_row() -> None:
    assert waits([Failure.HTTP, Failure.HTTP, Failure.LIMIT, Failure.HTTP]) == [5, 10, 60, 5]


def test_a_server_that_accepts_and_closes_at_once_is_not_hammered() -> None:
    assert waits([Failure.NETWORK] * 5, was_open=True) == [0, 5, 10, 20, 40]


@pytest.mark.parametrize(("asked", "waited"), [(30, 60), (400, 400), (1e9, MOST_ASKED), (-5, 60)])
def test_x_is_waited_for_as_long_as_it_asks_within_reason(asked: float, waited: float) -> None:
    assert Backoff().failed(Failure.LIMIT, 0, asked=asked).wait(0) == waited


def test_chance_makes_a_wait_longer_and_never_shorter() -> None:
    assert Backoff().failed(Failure.HTTP, 0, jitter=0.5).wait(0) == pytest.approx(5.25)


def test_a_good_connection_clears_the_record_and_a_short_one_does_not() -> None:
    failed = Backoff().failed(Failure.HTTP, 0).failed(Failure.HTTP, 0)
    after_good = failed.heard(HEALTHY).failed(Failure.NETWORK, 100, was_open=True)
    assert after_good.wait(100) == 0
    assert failed.heard(HEALTHY - 1).failed(Failure.HTTP, 100).wait(100) == 20


def test_a_good_connection_does_not_clear_the_count_of_connects() -> None:
    assert Backoff().connecting(5).heard(HEALTHY).connects == (5,)


def test_the_wait_of_before_holds_for_whoever_starts_anew() -> None:
    assert Backoff().failed(Failure.LIMIT, 100).wait(130) == 30


def most_in_a_window(made: list[float]) -> int:
    return max(sum(1 for then in made[index:] if then - first < 900) for index, first in enumerate(made))


failures = st.tuples(
    st.sampled_from(Failure),
    st.booleans(),  # was it open
    st.floats(0, 200),  # for how long
    st.floats(-100, 2_000),  # what X asked for
    st.floats(0, 1),  # chance
)


@given(st.lists(failures, min_size=60, max_size=200))
def test_no_row_of_failures_leads_to_more_connects_than_x_allows(
    happened: list[tuple[Failure, bool, float, float, float]],
) -> None:
    now, made, backoff = 0.0, [], Backoff()
    for kind, was_open, lasted, asked, jitter in happened:
        now += backoff.wait(now)
        backoff = backoff.connecting(now)
        made.append(now)
        if was_open:
            now += lasted
            backoff = backoff.heard(lasted)
        backoff = backoff.failed(kind, now, was_open=was_open, asked=asked, jitter=jitter)
    assert most_in_a_window(made) <= 50


def test_a_network_that_stays_away_never_leaves_us_waiting_for_minutes() -> None:
    """The ceiling is spread over the window, not used up at its beginning."""
    now, made, backoff = 0.0, [], Backoff()
    while now < 3 * WINDOW:
        now += backoff.wait(now)
        backoff = backoff.connecting(now).failed(Failure.NETWORK, now)
        made.append(now)
    gaps = [later - sooner for sooner, later in pairwise(made)]
    assert max(gaps) < 40
    assert most_in_a_window(made) <= 50
    assert gaps[: FREE - 1] == pytest.approx([0.25 * n for n in range(FREE - 1)])
