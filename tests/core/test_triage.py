"""What becomes of a question: every outcome, and that nothing unsure is ever answered by itself."""

import math
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.entry import Entry, Handling
from bot.core.match import Candidate, Match
from bot.core.screen import Label, Verdict
from bot.core.triage import (
    Asked,
    Decision,
    Moment,
    Outcome,
    Policy,
    Priority,
    Route,
    decide,
    opts_out,
    route,
)
from tests.entry import DRAFT, ENTRY, signed

ASKED = Asked(summoned=True)
OPEN = Moment(taking_questions=True, open=True, today=date(2027, 2, 3))
GENERAL = Verdict(frozenset({Label.GENERAL}))
SURE = Match((Candidate("gown", "what to put on", 0.999),))


def decided(
    asked: Asked = ASKED,
    verdict: Verdict = GENERAL,
    match: Match = SURE,
    entry: Entry = ENTRY,
    policy: Policy = Policy(),
    moment: Moment = OPEN,
    sure_from: float | None = None,
) -> Decision:
    known = {entry.id: entry}
    return decide(asked, verdict, match, known, policy=policy, moment=moment, sure_from=sure_from)


def label(*labels: Label) -> Verdict:
    return Verdict(frozenset(labels))


def test_a_general_question_that_the_faq_answers_is_answered() -> None:
    decision = decided()
    assert (decision.outcome, decision.entry_id) == (Outcome.ANSWER, "gown")


@pytest.mark.parametrize("urgent", [Label.CRISIS, Label.EMERGENCY])
@pytest.mark.parametrize(
    ("asked", "moment"),
    [
        (ASKED, OPEN),
        (Asked(summoned=False), OPEN),
        (replace(ASKED, opted_out=True), OPEN),
        (ASKED, replace(OPEN, taking_questions=False, open=False)),
    ],
)
def test_a_crisis_is_put_before_a_person_whatever_else_is_so(
    urgent: Label, asked: Asked, moment: Moment
) -> None:
    decision = decided(asked, label(urgent, Label.ABUSE_SPAM), moment=moment)
    assert (decision.outcome, decision.priority) == (Outcome.ASK, Priority.SAFETY)


def test_a_signpost_goes_out_only_where_the_organiser_switched_it_on() -> None:
    on = Policy(automatic_signposts=True)
    assert decided(verdict=label(Label.CRISIS), policy=on).outcome is Outcome.SIGNPOST
    assert decided(Asked(summoned=False), label(Label.CRISIS), policy=on).outcome is Outcome.ASK


@pytest.mark.parametrize(
    ("asked", "verdict", "moment", "part"),
    [
        (replace(ASKED, repost=True), GENERAL, OPEN, "repost"),
        (replace(ASKED, opts_out=True), GENERAL, OPEN, "asked us to stop"),
        (replace(ASKED, opted_out=True), GENERAL, OPEN, "asked us not to reply"),
        (ASKED, GENERAL, replace(OPEN, taking_questions=False), "no session"),
        (ASKED, label(Label.ABUSE_SPAM), OPEN, "abuse"),
        (ASKED, label(Label.NOT_QUESTION), OPEN, "not a question"),
    ],
)
def test_what_is_left_alone_is_left_with_a_reason(
    asked: Asked, verdict: Verdict, moment: Moment, part: str
) -> None:
    decision = decided(asked, verdict, moment=moment)
    assert decision.outcome is Outcome.LEAVE
    assert part in decision.reason


@pytest.mark.parametrize(
    ("verdict", "priority"),
    [
        (label(Label.IDENTIFIER, Label.GENERAL), Priority.PRIVACY),
        (label(Label.PERSONAL, Label.GENERAL), Priority.PERSONAL),
        (label(Label.OTHER_LANGUAGE), Priority.PERSONAL),
        (label(Label.MISINFO_PROMO), Priority.ORDINARY),
        (label(), Priority.PERSONAL),
    ],
)
def test_what_must_be_held_is_put_before_a_clinician(verdict: Verdict, priority: Priority) -> None:
    decision = decided(verdict=verdict)
    assert (decision.outcome, decision.priority) == (Outcome.ASK, priority)


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"match": Match(())}, "nothing in the FAQ"),
        ({"match": replace(SURE, gate="the ages differ")}, "the ages differ"),
        ({"match": Match((Candidate("gown", "", 0.979),))}, "near enough"),
        ({"match": Match((Candidate("unknown", "", 0.999),))}, "nothing in the FAQ"),
        ({"policy": Policy(automatic_answers=False)}, "switched off"),
        ({"moment": replace(OPEN, open=False)}, "not open"),
        ({"moment": replace(OPEN, today=date(2027, 5, 2))}, "reviewed by 2027-05-01"),
        (
            {
                "moment": replace(OPEN, jurisdiction="US"),
                "entry": signed(replace(ENTRY, jurisdiction="UK")),
            },
            "UK",
        ),
        ({"asked": Asked(summoned=False)}, "did not mention us"),
        ({"asked": replace(ASKED, thread_is_held=True)}, "waits for a clinician"),
        ({"entry": replace(ENTRY, handling=Handling.CLINICIAN)}, "always answered by a clinician"),
        ({"entry": DRAFT}, "no clinician has signed"),
        ({"entry": replace(ENTRY, changes_if="much")}, "changed after it was signed"),
        ({"entry": replace(ENTRY, signed_hash="")}, "changed after it was signed"),
    ],
)
def test_each_doubt_sends_a_general_question_to_a_clinician(changes: dict[str, object], part: str) -> None:
    decision = decided(**changes)  # type: ignore[arg-type]
    assert decision.outcome is Outcome.ASK
    assert part in decision.reason


@pytest.mark.parametrize("entry", [DRAFT, replace(ENTRY, changes_if="much")], ids=["draft", "changed"])
def test_the_demo_may_send_what_nobody_signed(entry: Entry) -> None:
    on_stage = Policy(drafts_may_be_sent=True)
    assert decided(entry=entry, policy=on_stage).outcome is Outcome.ANSWER


@given(
    st.frozensets(st.sampled_from(Label)),
    st.floats(0, 1),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_only_an_exactly_general_and_sure_question_is_answered_by_itself(
    labels: frozenset[Label], probability: float, summoned: bool, opted_out: bool, is_open: bool
) -> None:
    decision = decided(
        Asked(summoned=summoned, opted_out=opted_out),
        Verdict(labels),
        Match((Candidate("gown", "", probability),)),
        moment=replace(OPEN, open=is_open),
    )
    if decision.outcome is Outcome.ANSWER:
        assert labels == {Label.GENERAL}
        assert probability >= Policy().sure_enough
        assert summoned
        assert is_open
        assert not opted_out
    assert decision.reason


def test_a_route_never_quotes_what_identifies_somebody() -> None:
    assert route(summoned=True, identifies_somebody=True) is Route.REPLY
    assert route(summoned=False, identifies_somebody=False) is Route.HOST_POST
    assert route(summoned=False, identifies_somebody=True) is Route.BY_HAND


@pytest.mark.parametrize("text", ["@host stop", "stop.", "unsubscribe!", "@host #tag basta"])
def test_stop_means_stop(text: str) -> None:
    assert opts_out(text)


@pytest.mark.parametrize("text", ["when do mammograms stop?", "stop worrying", "@host", ""])
def test_a_question_about_stopping_is_a_question(text: str) -> None:
    assert not opts_out(text)


def test_one_wrong_in_one_is_no_target() -> None:
    with pytest.raises(ValueError, match="2 or more"):
        Policy(at_most_one_wrong_in=1)


@pytest.mark.parametrize(
    ("best", "sure_from", "outcome"),
    [
        (Candidate("gown", "", 0.9), 0.8, Outcome.ANSWER),
        (Candidate("gown", "", 0.79), 0.8, Outcome.ASK),
        (Candidate("gown", "", 0.999), math.inf, Outcome.ASK),
        (Candidate("gown", "", 0.995, verbatim=True), math.inf, Outcome.ANSWER),
        (Candidate("gown", "", 0.995, verbatim=True), 0.999, Outcome.ANSWER),
        (Candidate("gown", "", 0.97), None, Outcome.ASK),
        (Candidate("gown", "", 0.99), None, Outcome.ANSWER),
    ],
)
def test_what_labelled_questions_show_decides_from_where_on_answers_go_out(
    best: Candidate, sure_from: float | None, outcome: Outcome
) -> None:
    assert decided(match=Match((best,)), sure_from=sure_from).outcome is outcome
