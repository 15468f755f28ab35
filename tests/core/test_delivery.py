"""The rules of the outbox, without the outbox."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.delivery import Pacing, Seen, Timing, Urgency, after_look, alike, found_on_timeline, rest

NOON = datetime(2027, 2, 3, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_settling_takes_as_long_as_a_lost_post_may_take_to_show() -> None:
    """A fresh intent, a whole call, a late landing and a lagging index, one after the other."""
    assert Timing().settle == timedelta(seconds=5 + 20 + 30 + 120)


def test_on_a_fast_clock_the_wire_is_no_faster_and_people_only_when_they_take_part() -> None:
    alone, together = Timing().at_speed(10, people=False), Timing().at_speed(10, people=True)

    assert alone.settle == together.settle == 10 * Timing().settle
    assert (alone.undo, together.undo) == (20, 200)
    assert (alone.lease, together.lease) == (300, 3000)


@given(st.lists(st.integers(0, 3600), max_size=120), st.sampled_from(Urgency))
def test_no_half_hour_ever_has_more_posts_than_allowed(seconds: list[int], urgency: Urgency) -> None:
    """Whenever the pacing lets a post go at once, the windows that it falls into have room for it."""
    pacing = Pacing(per_30_min=45, per_15_min=30, kept_for_safety=5, kept_for_people=10)
    most = {Urgency.SAFETY: 45, Urgency.CLINICIAN: 40}.get(urgency, 30)
    sent = [NOON + timedelta(seconds=s) for s in seconds]
    now = NOON + timedelta(hours=1)

    if not pacing.wait(sent, now, urgency):
        assert sum(at > now - 30 * MINUTE for at in sent) < most
        assert sum(at > now - 15 * MINUTE for at in sent) < 30


@given(st.lists(st.integers(0, 3600), max_size=120))
def test_after_the_wait_there_is_room(seconds: list[int]) -> None:
    pacing = Pacing(per_30_min=10, per_15_min=6, kept_for_safety=2, kept_for_people=2)
    sent = [NOON + timedelta(seconds=s) for s in seconds]
    now = NOON + timedelta(hours=1)

    later = now + pacing.wait(sent, now, Urgency.HOST)

    assert pacing.wait(sent, later, Urgency.HOST) == timedelta()


def test_safety_has_posts_in_reserve_and_then_clinicians() -> None:
    pacing = Pacing(per_30_min=10, kept_for_safety=3, kept_for_people=2)
    sent = [NOON - MINUTE] * 5

    assert pacing.wait(sent, NOON, Urgency.AUTOMATIC) == 29 * MINUTE
    assert pacing.wait(sent, NOON, Urgency.CLINICIAN) == timedelta()
    assert pacing.wait(sent + sent[:2], NOON, Urgency.CLINICIAN) == 29 * MINUTE
    assert pacing.wait(sent + sent[:2], NOON, Urgency.SAFETY) == timedelta()


def test_texts_are_alike_as_x_changes_them() -> None:
    assert alike("Breast &amp; body &lt;3", "Breast & body <3")
    assert alike("See https://t.co/aB3 now", "See https://example.org/page now")
    assert alike("@ana @bo It is short.", "It is short.")
    assert not alike("It is short.", "It is not short.")


def find(timeline: list[Seen], *, to: str, own: bool = False, taken: frozenset[str] = frozenset()) -> str:
    return found_on_timeline(timeline, text="It is short.", in_reply_to=to, own_thread=own, taken=taken)


def test_a_reply_is_found_by_what_it_replies_to() -> None:
    assert find([Seen("7", "Other words.", "99"), Seen("8", "It is short.", "42")], to="42") == "8"


def test_any_reply_to_the_question_means_that_the_person_was_answered() -> None:
    assert find([Seen("8", "A colleague's words.", "42")], to="42") == "8"


def test_in_our_own_thread_the_text_decides() -> None:
    timeline = [Seen("7", "Something else.", "1"), Seen("8", "It is short.", "1")]
    assert find(timeline, to="1", own=True) == "8"


def test_a_post_of_its_own_is_not_mistaken_for_a_reply_with_the_same_text() -> None:
    assert find([Seen("7", "It is short.", "42")], to="") == ""


def test_a_post_that_belongs_to_another_row_is_not_taken_twice() -> None:
    assert find([Seen("8", "It is short.", "42")], to="42", taken=frozenset({"8"})) == ""


def test_a_post_is_sent_again_once_and_only_after_two_looks() -> None:
    assert after_look(found=True, looks=1, attempts=1) == "sent"
    assert after_look(found=False, looks=1, attempts=1) == "look"
    assert after_look(found=False, looks=2, attempts=1) == "ready"
    assert after_look(found=False, looks=2, attempts=2) == "held"


def test_one_lost_call_is_an_accident_and_then_the_pauses_grow() -> None:
    seconds = [rest(lost).total_seconds() for lost in range(9)]
    assert seconds == [0, 0, 30, 60, 120, 240, 300, 300, 300]
