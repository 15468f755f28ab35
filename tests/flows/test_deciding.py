"""What becomes of a question once it is stored."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.match import Match
from bot.core.screen import Verdict
from bot.core.states import QuestionState
from bot.core.triage import Policy, Priority
from bot.flows import host
from bot.models import AuditEvent, Outgoing, Question
from tests.entry import ENTRY
from tests.hour import ASKS, OPENS, Hour


def test_the_third_asker_waits_for_a_clinician_when_both_wordings_are_used(hour: Hour) -> None:
    """X refuses the same text twice: there are as many automatic answers as approved wordings."""
    hour.is_open()
    first, second, third = (hour.takes_in(ASKS, who=who) for who in ("ana", "bo", "cy"))
    hour.time.passes(seconds=21)
    hour.sends()

    assert hour.replies_to(first) == [ENTRY.answers[0]]
    assert hour.replies_to(second) == [ENTRY.answers[1]]
    assert third.state == QuestionState.QUEUED
    assert "each approved wording" in third.reason


@pytest.mark.parametrize("part", ["screen", "match"])
def test_a_guardrail_or_a_matcher_that_fails_means_held(hour: Hour, part: str) -> None:
    def fails(text: str) -> Match:
        raise RuntimeError(text)

    def unsure(text: str) -> Verdict:
        return Verdict(frozenset())

    judge = replace(hour.judge, match=fails) if part == "match" else replace(hour.judge, screen=unsure)
    post = hour.is_open().asks(ASKS)
    hour.reads()
    hour.decides(judge)

    assert hour.question(post).state == QuestionState.QUEUED
    assert not Outgoing.objects.exclude(kind="cue").exists()


def test_a_signpost_goes_out_first_and_a_person_is_asked_as_well(hour: Hour) -> None:
    on = Policy(automatic_signposts=True, drafts_may_be_sent=True)
    post = hour.is_open().asks("this is a crisis")
    hour.reads()
    hour.decides(replace(hour.judge, policy=on))
    hour.sends()

    question = hour.question(post)
    assert question.state == QuestionState.SIGNPOSTED
    assert hour.replies_to(question) == [hour.judge.signposts[0].text]
    assert question.item is not None
    assert (question.item.priority, question.item.state) == (Priority.SAFETY, "waiting")


def test_an_unsigned_signpost_stays_here_in_production(hour: Hour) -> None:
    post = hour.is_open().asks("this is a crisis")
    hour.reads()
    hour.decides(replace(hour.judge, policy=Policy(automatic_signposts=True)))
    assert hour.question(post).state == QuestionState.QUEUED
    assert not Outgoing.objects.exclude(kind="cue").exists()


def test_a_crisis_after_the_session_still_reaches_its_team(hour: Hour) -> None:
    hour.is_open()
    hour.time.now = OPENS + timedelta(minutes=60)
    hour.cues()
    hour.sends()
    host.close_finished(now=hour.time())
    question = hour.takes_in("this is a crisis")

    assert question.state == QuestionState.QUEUED
    assert question.session == hour.session


def test_a_question_before_the_hour_is_left_with_its_reason(hour: Hour) -> None:
    """Nothing was announced yet, so nobody was invited to ask."""
    question = hour.takes_in(ASKS)
    assert (question.state, question.reason) == ("left", "no session was taking questions")


def test_a_reply_under_a_held_question_is_held_too(hour: Hour) -> None:
    held = hour.is_open().takes_in("is my lump bad?")
    post = hour.world.reply(hour.person("bo"), to=held.post_id, text=f"@testhost {ASKS}")
    hour.reads()
    hour.decides()
    assert "waits for a clinician" in hour.question(post).reason


def test_the_switch_for_automatic_answers_works_at_once(hour: Hour) -> None:
    hour.is_open()
    type(hour.session).objects.update(automatic=False)
    question = hour.takes_in(ASKS)
    assert (question.state, question.reason) == ("queued", "automatic answers are switched off")


def test_the_audit_tells_every_move_and_quotes_no_post(hour: Hour) -> None:
    question = hour.is_open().takes_in("what about the zebra-striped gown, is it my lump?")
    events = AuditEvent.objects.filter(what="question", which=str(question.pk))
    assert [(event.old, event.new) for event in events] == [("", "received"), ("received", "queued")]
    assert "zebra" not in "".join(str(event.__dict__) for event in AuditEvent.objects.all())
    assert Question.objects.get().evidence == []
