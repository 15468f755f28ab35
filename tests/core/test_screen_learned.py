"""The second reader: what it may do, and what it may never do."""

from collections.abc import Iterable

import pytest

from bot.core.screen import HELD, Evidence, Label, Post, Reading, Screen, SecondReader
from bot.core.screen_learned import Bounds, Kinds, Learned, signs
from bot.core.screen_spelling import Spelling
from bot.core.text import fold

KINDS = Kinds({"body": ["breast", "arm"], "symptom": ["lump*"]})
LABELS = (Label.CRISIS, Label.PERSONAL, Label.GENERAL)
BOUNDS = Bounds(alarm={Label.CRISIS: 1.0}, personal=1.0, guess=0.5, keep=0.0, lift=1.0)
SPELLING = Spelling({}, (), ())


def learned(**weights: tuple[float, float, float]) -> Learned:
    named = {f"w {word}": weight for word, weight in weights.items()}
    return Learned(LABELS, (-1.0, -1.0, -1.0), named, BOUNDS, KINDS)


def evidence(label: Label) -> Evidence:
    return Evidence("test", label, 0, 1, "A test.")


def silent(_post: Post) -> Iterable[Evidence]:
    return ()


def says(label: Label) -> "Iterable[Evidence]":
    return (evidence(label),)


def test_signs_are_words_kinds_and_runs_of_letters_with_their_places() -> None:
    found = signs("my lumpy breast", KINDS)

    assert found["w lumpy"] == (3, 8)
    assert found["k <symptom> <body>"] == (3, 15)
    assert found["c _lum"] == (3, 8)


def test_an_alarm_is_raised_beside_the_rules_and_says_for_which_words() -> None:
    screen = Screen([silent], silent, SPELLING, learned(darkness=(20, 0, 0)))

    verdict = screen("so much darkness")

    assert verdict.labels == {Label.CRISIS}
    [found] = verdict.evidence
    assert "so much darkness"[found.start : found.end] == "darkness"
    assert "darkness" in found.why


def reads(reading: Reading) -> SecondReader:
    def reader(post: Post) -> Reading:
        return reading

    return reader


def test_a_general_question_needs_both_readers() -> None:
    def shaped(_post: Post) -> Iterable[Evidence]:
        return says(Label.GENERAL)

    agrees = Screen([silent], shaped, SPELLING, reads(Reading(keeps=True)))
    doubts = Screen([silent], shaped, SPELLING, reads(Reading(keeps=False)))

    assert agrees("what is it").may_be_answered
    assert doubts("what is it") == HELD


def test_a_post_of_which_no_rule_speaks_may_be_lifted_but_not_one_about_a_person() -> None:
    general, personal = (evidence(Label.GENERAL),), (evidence(Label.PERSONAL),)

    lifted = Screen([silent], silent, SPELLING, reads(Reading(lifts=general)))
    held = Screen(
        [silent], silent, SPELLING, reads(Reading(lifts=general, personal=personal, perhaps=personal))
    )

    assert lifted("how long").may_be_answered
    assert held("how long").labels == {Label.PERSONAL}


@pytest.mark.parametrize("label", [label for label in Label if label is not Label.GENERAL])
def test_what_a_rule_holds_stays_held_whatever_was_learned(label: Label) -> None:
    def rule(_post: Post) -> Iterable[Evidence]:
        return says(label)

    screen = Screen([rule], silent, SPELLING, reads(Reading(lifts=(evidence(Label.GENERAL),))))

    assert label in screen("anything").labels
    assert not screen("anything").may_be_answered


def test_a_second_reader_that_fails_holds_the_post_and_silences_no_alarm() -> None:
    def fails(post: Post) -> Reading:
        raise KeyError

    def alarm(_post: Post) -> Iterable[Evidence]:
        return says(Label.CRISIS)

    def shaped(_post: Post) -> Iterable[Evidence]:
        return says(Label.GENERAL)

    assert Screen([silent], shaped, SPELLING, fails)("what is it") == HELD
    assert Screen([alarm], shaped, SPELLING, fails)("what is it").labels == {Label.CRISIS}


def test_nothing_is_lifted_that_the_rules_find_doubtful() -> None:
    weights = {"w often": (0.0, 0.0, 20.0)}
    sure = Learned(LABELS, (-1.0, -1.0, -1.0), weights, BOUNDS, KINDS)
    doubtful = Learned(LABELS, (-1.0, -1.0, -1.0), weights, BOUNDS, KINDS, against=lambda _post: True)

    assert Screen([silent], silent, SPELLING, sure)("how often").may_be_answered
    assert not Screen([silent], silent, SPELLING, doubtful)("how often").may_be_answered


def test_words_about_a_person_that_clinicians_know_weigh_less_against_a_general_question() -> None:
    weights = {"w results": (0.0, 0.0, 0.5)}
    strange = Learned(LABELS, (-1.0, -1.0, -1.0), weights, BOUNDS, KINDS)
    known = Learned(LABELS, (-1.0, 0.0, -1.0), weights, BOUNDS, KINDS, harmless=lambda _post: True)
    post = Post("results", fold("results"), fold("results"))

    assert known(post).keeps
    assert known(post).lifts
    assert not strange(post).lifts
