"""What tries of the matcher amount to."""

import pytest

from bot.core.match import Candidate, Match
from bot.core.match_report import (
    Tried,
    by_topic,
    calibration_error,
    confusions,
    curve,
    labelled,
    line,
    reliability,
)
from bot.core.match_trust import Labelled


def tried(right: str, *found: str, probability: float = 0.9, gate: str = "", verbatim: bool = False) -> Tried:
    ranked = tuple(Candidate(name, "", probability - n / 10) for n, name in enumerate(found))
    if verbatim:
        ranked = (Candidate(found[0], "", 0.995, verbatim=True),)
    return Tried("some words", right, "a topic", Match(ranked, gate))


def test_a_line_counts_what_came_first_and_what_would_go_out() -> None:
    ones = [
        tried("a", "a", "b"),
        tried("a", "b", "a"),
        tried("", "b", probability=0.95),
        tried("c", "c", gate="no"),
        tried("c"),
    ]
    found = line("all", ones, sure_from=0.9)
    assert (found.tried, found.first, found.among_three) == (5, 0.5, 0.75)
    assert (found.automatic, found.wrong) == (0.6, 2)


def test_lines_come_by_topic() -> None:
    assert [(one.name, one.tried) for one in by_topic([tried("a", "a")] * 2, 0.9)] == [("a topic", 2)]


def test_entries_that_are_taken_for_one_another_are_counted_both_ways() -> None:
    ones = [tried("a", "b"), tried("b", "a"), tried("c", "a"), tried("a", "a"), tried("", "a")]
    assert confusions(ones) == [("a", "b", 2), ("a", "c", 1)]


def test_only_what_rests_on_the_probability_counts_for_the_promise() -> None:
    ones = [
        tried("a", "a"),
        tried("a", "a", gate="no"),
        tried("a", "a", verbatim=True),
        tried("", "a"),
        tried("a"),
    ]
    assert labelled(ones) == [Labelled(0.9, right=True), Labelled(0.9, right=False)]


def test_an_honest_matcher_has_no_calibration_error_and_a_boastful_one_has() -> None:
    honest = [Labelled(0.75, right=n % 4 != 0) for n in range(40)]
    boastful = [Labelled(0.95, right=n % 2 == 0) for n in range(40)]
    assert calibration_error(reliability(honest)) == pytest.approx(0)
    assert calibration_error(reliability(boastful)) == pytest.approx(0.45)
    assert calibration_error(reliability([*honest, *boastful])) == pytest.approx(0.225)
    assert calibration_error([]) == 0


def test_the_curve_begins_with_the_surest() -> None:
    ones = [Labelled(0.2, right=False), Labelled(0.9, right=True)]
    assert curve(ones) == [(0.5, 0.0), (1.0, 0.5)]
