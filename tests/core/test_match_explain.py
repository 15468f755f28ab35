"""What a clinician is told about a match."""

import math

import pytest

from bot.core.match import Candidate, Index, Match
from bot.core.match_explain import explain
from bot.core.match_sure import Signals
from tests.entry import ENTRY

BEST = Candidate("gown", "what clothes", 0.99, ("clothes",), ("belt",), Signals(0.9, 0.3, 1.0))


def test_the_best_entry_is_told_with_its_signals_in_words() -> None:
    [first] = explain(Match((BEST,)), sure_enough=0.98, sure_from=0.9).ranked
    assert (first.band, first.near, first.ahead) == ("sure", "very near", "far ahead of the next")
    assert (first.wording, first.shared, first.missing) == ("what clothes", ("clothes",), ("belt",))


@pytest.mark.parametrize(
    ("match", "sure_from", "automatic", "verdict"),
    [
        (Match((BEST,)), 0.9, True, "Near enough"),
        (Match((BEST,)), 0.995, False, "near enough to be sure"),
        (Match((BEST,)), math.inf, False, "not shown yet"),
        (Match((BEST,), gate="it names ct"), 0.9, False, "A clinician decides: it names ct."),
        (Match((), gate="nothing is like it"), 0.9, False, "nothing is like it"),
    ],
)
def test_the_verdict_says_who_decides_and_why(
    match: Match, sure_from: float, automatic: bool, verdict: str
) -> None:
    shown = explain(match, sure_enough=0.98, sure_from=sure_from)
    assert shown.automatic is automatic
    assert verdict in shown.verdict


def test_the_very_words_may_go_out() -> None:
    match = Index({ENTRY.id: ENTRY.wordings()}).match(ENTRY.question)
    assert explain(match, sure_enough=0.98, sure_from=math.inf).automatic
