"""What people post reaches us, once, in its newest form."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.states import QuestionState
from bot.core.triage import Summons
from bot.flows import intake
from bot.models import Gap, HostAccount, OptOut, Question, Spend
from bot.x import snowflake
from bot.x.simulator import Fault
from tests.hour import ASKS, OPENS, PRICES, Hour


def test_a_post_is_stored_once_however_often_it_is_read(hour: Hour) -> None:
    hour.is_open().asks(ASKS)
    assert [hour.reads().new for _ in range(3)] == [1, 0, 0]
    assert Question.objects.count() == 1


def test_more_posts_than_fit_on_a_page_are_all_stored(hour: Hour) -> None:
    hour.is_open()
    for n in range(230):
        hour.asks(f"question number {n}?")
        hour.time.passes(milliseconds=10)
    assert hour.reads().new == 230


def test_a_read_that_breaks_off_moves_no_cursor_and_is_made_good(hour: Hour) -> None:
    """The first page is stored, the second fails: the next poll reads the whole way again."""
    hour.is_open()
    for n in range(150):
        hour.asks(f"question number {n}?")
    before = HostAccount.objects.get().read_up_to
    hour.x.me()
    hour.world.chaos.next_read(Fault.ERROR)
    poll = hour.reads()
    assert poll.trouble
    host = HostAccount.objects.get()
    assert host.read_up_to == before
    assert Gap.objects.get().covered_at is None

    hour.reads()
    assert Gap.objects.get().covered_at == hour.time()
    assert Question.objects.count() == 150


def test_a_post_that_becomes_visible_late_is_found_by_the_overlap(hour: Hour) -> None:
    hour.is_open()
    late = hour.asks("late?")
    late.visible_at = hour.time() + timedelta(minutes=8)
    hour.asks("in time?")
    assert hour.reads().new == 1

    hour.time.passes(minutes=9)
    assert hour.reads().new == 1


def test_what_was_posted_before_we_came_is_not_ours_to_answer(hour: Hour) -> None:
    assert int(HostAccount.objects.get().read_up_to) >= int(
        snowflake.earliest_id(OPENS - timedelta(minutes=2))
    )


def test_our_own_posts_are_no_questions(hour: Hour) -> None:
    hour.is_open()
    hour.world.post(hour.account, "Ask @testhost now?")
    hour.reads()
    assert not Question.objects.exists()


def test_an_edited_question_is_decided_anew_and_its_pending_answer_stopped(hour: Hour) -> None:
    question = hour.is_open().takes_in(ASKS)
    assert question.state == QuestionState.ANSWERING

    hour.world.edit(question.post_id, "@testhost is my lump bad?")
    hour.reads()
    hour.decides()
    hour.time.passes(seconds=30)
    hour.sends()

    question.refresh_from_db()
    assert "my lump" in question.text
    assert question.state == QuestionState.QUEUED
    assert question.version_id != question.post_id
    assert hour.replies_to(question) == []


def test_a_deleted_question_is_withdrawn_with_its_answer(hour: Hour) -> None:
    question = hour.is_open().takes_in(ASKS)
    hour.world.delete(question.post_id)

    assert intake.follow_deletions(hour.host, hour.x, PRICES, now=hour.time()) == 1

    question.refresh_from_db()
    assert (question.state, question.text) == (QuestionState.WITHDRAWN, "")
    assert question.outgoing.get().state == "stopped"


def test_a_repost_is_left_with_its_reason(hour: Hour) -> None:
    post = hour.is_open().asks("a thing?")
    hour.world.retweet(hour.person("bo"), post)
    hour.reads()
    hour.decides()
    for question in Question.objects.filter(repost=True):
        assert question.state == QuestionState.LEFT
        assert "repost" in question.reason


def test_stop_is_remembered_for_good(hour: Hour) -> None:
    hour.is_open().takes_in("STOP")
    later = hour.takes_in(ASKS)

    assert OptOut.objects.count() == 1
    assert later.state == QuestionState.LEFT
    assert "not to reply" in later.reason


def test_a_reply_to_our_post_is_an_implied_summons(hour: Hour) -> None:
    hour.is_open()
    welcome = hour.world.timeline(hour.account)[0]
    hour.world.reply(hour.person("ana"), to=welcome, text="what to wear to it?")
    hour.reads()
    assert Question.objects.get().summons == Summons.IMPLIED


@pytest.mark.parametrize("text", ["x" * 10_000, "\u200b\u200d\ufeff", "a\x00b", "👩‍🔬" * 900])
def test_odd_posts_are_stored_and_held(hour: Hour, text: str) -> None:
    question = hour.is_open().takes_in(text)
    assert question.state == QuestionState.QUEUED


def test_fields_that_x_has_not_told_anybody_about_do_no_harm(hour: Hour) -> None:
    hour.world.settings.unknown_fields = True
    hour.world.settings.spelling = "posts"
    assert hour.is_open().takes_in(ASKS).state == QuestionState.ANSWERING


def test_a_post_is_billed_once_a_day(hour: Hour) -> None:
    """X charges for a resource once in each UTC day: reading it again before midnight is free."""
    hour.is_open().asks(ASKS)
    hour.reads()
    hour.time.passes(minutes=5)
    hour.reads()
    assert sum(s.count for s in Spend.objects.filter(charge="owned_read")) == 1


@given(st.integers(0, 2**41 - 1))
def test_an_id_tells_when_it_was_made(milliseconds: int) -> None:
    at = snowflake.EPOCH + timedelta(milliseconds=milliseconds)
    assert snowflake.made_at(snowflake.earliest_id(at)) == at
