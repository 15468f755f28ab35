"""The life cycles."""

import pytest

from bot.core import states
from bot.core.states import LIVE_OUTGOING, OutgoingState, QuestionState, allowed

TABLES = {
    "session": (states.SESSION, states.SessionState),
    "cue": (states.CUE, states.CueState),
    "question": (states.QUESTION, states.QuestionState),
    "item": (states.ITEM, states.ItemState),
    "outgoing": (states.OUTGOING, states.OutgoingState),
}


@pytest.mark.parametrize("name", TABLES)
def test_every_state_can_be_reached(name: str) -> None:
    table, kind = TABLES[name]
    first = next(iter(kind))
    reached, frontier = {first}, [first]
    while frontier:
        for state in table.get(frontier.pop(), frozenset()):
            if state not in reached:
                reached.add(state)
                frontier.append(state)
    assert reached == set(kind)


def test_what_is_sent_stays_sent() -> None:
    assert not any(allowed(states.OUTGOING, OutgoingState.SENT, to) for to in OutgoingState)


def test_an_unknown_outcome_cannot_be_stopped_or_refused() -> None:
    """It may be out: only looking can tell."""
    assert not allowed(states.OUTGOING, OutgoingState.UNKNOWN, OutgoingState.STOPPED)
    assert not allowed(states.OUTGOING, OutgoingState.UNKNOWN, OutgoingState.REFUSED)


def test_every_question_can_be_withdrawn() -> None:
    for state in set(QuestionState) - {QuestionState.WITHDRAWN}:
        assert allowed(states.QUESTION, state, QuestionState.WITHDRAWN)


def test_only_stopped_and_refused_posts_make_room_for_another_answer() -> None:
    assert set(OutgoingState) - LIVE_OUTGOING == {OutgoingState.STOPPED, OutgoingState.REFUSED}


def test_plain_names_and_states_are_the_same() -> None:
    assert allowed(states.CUE, "waiting", "done")
    assert not allowed(states.CUE, "done", "waiting")
    assert not allowed(states.CUE, "no such state", "done")
