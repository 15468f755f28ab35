"""What a session teaches when it is over: outcomes without texts, and drafts for themes without an entry."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.contrib.auth.models import User

from bot.core.groups import Grouper
from bot.core.match import Index
from bot.core.states import ProposalState, SessionState
from bot.flows import learn, outbox, outcomes, queue
from bot.models import DecisionScore, Outgoing, Proposal, Question, QueueItem, Session
from tests.entry import ENTRY
from tests.hour import Hour

Clinician = Callable[[str], User]
LEVEL = "words of a test"
NEAR = "which clothes should people wear to the mammogram then?"
OTHER = "which machine brand does a clinic use for screening?"
TYPED = "Clinics use machines of several makers. Source: A."


@pytest.fixture
def hour(hour: Hour) -> Hour:
    hour.judge = replace(
        hour.judge, level=LEVEL, sure_from=2.0
    )  # nothing but the FAQ's own wordings goes out
    return hour.is_open()


def answers(hour: Hour, question: Question, who: User, text: str) -> QueueItem:
    assert question.item
    item = queue.claim(question.item.pk, who, hour.sender.timing, now=hour.time())
    rules = queue.Rules(hour.sender.reviewer, hour.sender.timing)
    queue.answer(item.pk, who, item.fence, text, rules, now=hour.time())
    return item


def ends(hour: Hour) -> outcomes.Learned:
    Session.objects.update(state=SessionState.CLOSED)
    return outcomes.learn_from_closed({ENTRY.id: ENTRY}, Grouper().same, now=hour.time())


def outcome() -> list[tuple[str, Question | None]]:
    return [(score.outcome, score.question) for score in DecisionScore.objects.all()]


def test_the_suggestion_that_a_clinician_used_was_right(hour: Hour, clinician: Clinician) -> None:
    answers(hour, hour.takes_in(NEAR), clinician("mo"), ENTRY.answers[0].replace("help", "help you"))
    ends(hour)
    assert outcome() == [("right", None)]
    [known] = outcomes.decided(LEVEL)
    assert known.right
    assert 0 < known.probability < 1
    assert outcomes.decided("another level") == []


def test_other_words_are_not_called_right(hour: Hour, clinician: Clinician) -> None:
    answers(hour, hour.takes_in(NEAR), clinician("mo"), TYPED)
    ends(hour)
    assert outcome() == [("unsaid", None)]
    assert not outcomes.decided(LEVEL)[0].right


@pytest.mark.parametrize("right", [True, False])
def test_a_clinician_may_say_that_the_suggestion_was_right(
    hour: Hour, clinician: Clinician, right: bool
) -> None:
    item = answers(hour, hour.takes_in(NEAR), clinician("mo"), TYPED)
    assert outcomes.say(item, right=right)
    ends(hour)
    assert outcome() == [("right" if right else "wrong", None)]


def test_an_automatic_answer_that_somebody_stopped_was_wrong(hour: Hour) -> None:
    hour.judge = replace(hour.judge, sure_from=0.0)
    question = hour.takes_in(NEAR)
    row = Outgoing.objects.get(question=question, kind="automatic")
    outbox.stop(row, who="mo", now=hour.time())
    ends(hour)
    assert outcome() == [("wrong", None)]


def test_an_automatic_answer_that_nobody_looked_at_counts_for_nothing(hour: Hour) -> None:
    hour.judge = replace(hour.judge, sure_from=0.0)
    hour.takes_in(NEAR)
    ends(hour)
    assert outcome() == []


def test_people_who_ask_the_same_count_once(hour: Hour, clinician: Clinician) -> None:
    first = hour.takes_in(NEAR)
    again = hour.takes_in(f"{NEAR}??", who="bo")
    assert first.item == again.item
    answers(hour, first, clinician("mo"), ENTRY.answers[0])
    ends(hour)
    assert outcome() == [("right", None)]


def test_what_no_clinician_saw_counts_for_nothing(hour: Hour) -> None:
    hour.takes_in(NEAR)
    assert DecisionScore.objects.exists()
    ends(hour)
    assert outcome() == []


def test_only_what_could_have_been_automatic_is_kept(hour: Hour) -> None:
    hour.takes_in("is my lump bad, what clothes for a mammogram?")  # held by the guardrails
    hour.takes_in(ENTRY.question)  # a wording of the FAQ
    hour.takes_in("what clothes for a mammogram without a dress?")  # a gate
    assert not DecisionScore.objects.exists()


def test_a_theme_without_an_entry_becomes_a_draft_with_an_empty_question(
    hour: Hour, clinician: Clinician
) -> None:
    answers(hour, hour.takes_in(OTHER), clinician("mo"), TYPED)
    later = hour.takes_in(OTHER.replace("a clinic", "the clinic"), who="bo")
    answers(hour, later, clinician("mo"), "Ask the clinic: makers differ. Source: A.")
    assert ends(hour).drafts == 1

    draft = Proposal.objects.get()
    assert (draft.question, draft.phrasings, draft.state) == ("", "", ProposalState.PROPOSED)
    assert draft.answers.splitlines() == [TYPED, "Ask the clinic: makers differ. Source: A."]
    assert draft.author.username == "mo"
    assert OTHER not in str(list(Proposal.objects.values()))


def test_an_answer_from_the_faq_makes_no_draft(hour: Hour, clinician: Clinician) -> None:
    answers(hour, hour.takes_in(OTHER), clinician("mo"), ENTRY.answers[1])
    assert ends(hour).drafts == 0


def test_what_was_proposed_while_answering_is_not_drafted_again(hour: Hour, clinician: Clinician) -> None:
    answers(hour, hour.takes_in(OTHER), clinician("mo"), TYPED)
    learn.propose_entry(clinician("mo"), learn.Words(answers=TYPED), now=hour.time(), session=hour.session)
    assert ends(hour).drafts == 0


def test_an_answer_that_quotes_the_post_is_left_out_of_the_draft(hour: Hour, clinician: Clinician) -> None:
    answers(hour, hour.takes_in(OTHER), clinician("mo"), f"You ask {OTHER} We cannot tell. Source: A.")
    ends(hour)
    assert Proposal.objects.get().answers == ""


def test_a_session_teaches_once(hour: Hour, clinician: Clinician) -> None:
    answers(hour, hour.takes_in(OTHER), clinician("mo"), TYPED)
    assert ends(hour).drafts == 1
    assert ends(hour) == outcomes.Learned()
    assert Proposal.objects.count() == 1


def test_the_score_is_the_matchers_own(hour: Hour) -> None:
    question = hour.takes_in(NEAR)
    best = Index({ENTRY.id: ENTRY.wordings()}).match(question.text).best
    assert best
    score = DecisionScore.objects.get(question=question)
    assert (score.score, score.entry_id, score.level) == (best.probability, ENTRY.id, LEVEL)
