"""Which FAQ entries a session may answer with by itself, through the whole way of a question."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User

from bot.core.entry import Entry
from bot.core.review import Reviewer
from bot.core.states import QuestionState
from bot.flows import queue
from bot.flows.deciding import Judge
from bot.models import Outgoing, QueueItem
from tests.entry import DRAFT, ENTRY, signed
from tests.hour import ASKS, OPENS, Hour

CHANGED = replace(ENTRY, answers=(ENTRY.answers[0] + " Really.", ENTRY.answers[1]))
TODAY = OPENS.date()


def expiring(day: date) -> Entry:
    return signed(replace(ENTRY, review_by=day))


def judging(hour: Hour, entry: Entry) -> Judge:
    return replace(hour.judge, entries={entry.id: entry})


def asked(hour: Hour, entry: Entry) -> QueueItem | None:
    """What of the queue a question that this entry answers comes to."""
    hour.is_open()
    post = hour.asks(ASKS)
    hour.reads()
    hour.decides(judging(hour, entry))
    return hour.question(post).item


def test_a_signed_entry_is_answered_by_itself_in_the_words_that_were_signed(hour: Hour) -> None:
    assert asked(hour, ENTRY) is None
    row = Outgoing.objects.get(kind=Outgoing.Kind.AUTOMATIC)
    assert (row.text, row.approved_by) == (ENTRY.answers[0], "Dr Sign")


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (DRAFT, "no clinician has signed this FAQ entry yet"),
        (CHANGED, "this FAQ entry was changed after it was signed"),
        (replace(ENTRY, signed_hash=""), "this FAQ entry was changed after it was signed"),
        (
            expiring(TODAY - timedelta(days=1)),
            f"this FAQ entry was to be reviewed by {TODAY - timedelta(days=1)}",
        ),
    ],
    ids=["unsigned", "changed", "without hash", "expired"],
)
def test_what_does_not_stand_as_signed_is_offered_to_a_clinician(hour: Hour, entry: Entry, why: str) -> None:
    item = asked(hour, entry)
    assert item is not None
    assert (item.reason, item.suggested_entry) == (why, "gown")
    assert not Outgoing.objects.filter(kind=Outgoing.Kind.AUTOMATIC).exists()


def test_an_entry_is_answered_on_the_last_day_of_its_review(hour: Hour) -> None:
    assert asked(hour, expiring(TODAY)) is None


def test_an_entry_that_expires_at_midnight_stops_in_the_middle_of_a_session(hour: Hour) -> None:
    """`review_by` is a day in UTC: the first question after it goes to a clinician by itself."""
    judge = judging(hour, expiring(TODAY))
    hour.is_open()
    hour.time.now = OPENS.replace(hour=23, minute=59, second=50)
    before = hour.asks(ASKS, who="ana")
    hour.reads()
    hour.decides(judge)
    hour.time.passes(seconds=20)
    after = hour.asks(ASKS, who="bo")
    hour.reads()
    hour.decides(judge)
    states = [hour.question(post).state for post in (before, after)]
    assert states == [QuestionState.ANSWERING, QuestionState.QUEUED]


def test_a_clinician_may_post_what_an_unsigned_entry_says_in_their_own_name(
    hour: Hour, clinician: Callable[[str], User]
) -> None:
    item = asked(hour, DRAFT)
    assert item is not None
    mine = queue.claim(item.pk, clinician("ada"), hour.judge.timing, now=hour.time())
    [row] = queue.answer(
        mine.pk,
        clinician("ada"),
        mine.fence,
        DRAFT.answers[0],
        queue.Rules(Reviewer(()), hour.judge.timing),
        now=hour.time(),
    )
    assert (row.text, row.approved_by) == (DRAFT.answers[0], "ada")


def test_on_stage_a_draft_is_shown_as_if_it_were_signed(hour: Hour) -> None:
    on_stage = replace(hour.judge, policy=replace(hour.judge.policy, drafts_may_be_sent=True))
    hour.judge = on_stage
    assert asked(hour, DRAFT) is None
    assert Outgoing.objects.get(kind=Outgoing.Kind.AUTOMATIC).text == DRAFT.answers[0]
