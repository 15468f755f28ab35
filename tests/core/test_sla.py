from datetime import UTC, datetime, timedelta

import pytest

from bot.core.sla import Band, wait

ASKED = datetime(2027, 2, 3, 19, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("gone", "band", "words"),
    [
        (0 * MINUTE, Band.IN_TIME, "5 min left"),
        (2.9 * MINUTE, Band.IN_TIME, "2 min left"),
        (3 * MINUTE, Band.SOON, "2 min left"),
        (4.5 * MINUTE, Band.SOON, "under a minute left"),
        (5 * MINUTE, Band.SOON, "under a minute left"),
        (5.5 * MINUTE, Band.LATE, "just late"),
        (17 * MINUTE, Band.LATE, "12 min late"),
    ],
)
def test_a_wait_is_told_by_colour_and_in_words(gone: timedelta, band: Band, words: str) -> None:
    found = wait(ASKED, ASKED + gone, within=5 * MINUTE)
    assert (found.band, found.words) == (band, words)
