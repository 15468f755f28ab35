"""X's post ids carry the time at which they were made."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(2010, 11, 4, 1, 42, 54, 657000, tzinfo=UTC)


def earliest_id(at: datetime) -> str:
    """The smallest id that a post made at `at` can have."""
    milliseconds = max(int((at - EPOCH) / timedelta(milliseconds=1)), 0)
    return str(milliseconds << 22)


def made_at(post_id: str) -> datetime:
    return EPOCH + timedelta(milliseconds=int(post_id) >> 22)
