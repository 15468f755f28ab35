"""After the closing post: by when the rest is answered, and what a digest may say."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

from bot.core.weigh import MAX_WEIGHT, weighted_length


def working_day(after: date, days: int) -> date:
    """So many working days (Monday to Friday) later. Public holidays are not counted out: say so."""
    day = after
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return day


def digest(hashtag: str, answers: Iterable[str]) -> str:
    """A draft: the answer of ours that went out most often and fits whole into one post, or nothing.

    No word of an answer is changed or left out: a person who approves it reads what was approved before.
    """
    for text, _ in Counter(answers).most_common():
        draft = f"{hashtag}, most asked:\n\n{text}"
        if weighted_length(draft) <= MAX_WEIGHT:
            return draft
    return ""
