"""How sure the matcher is: what it learns from an FAQ, and from lessons."""

from random import Random

import numpy as np
import pytest

from bot.core.match import WEIGHTS
from bot.core.match_meaning import Finder
from bot.core.match_school import mistyped, reworded
from bot.core.match_sure import (
    Lesson,
    Scale,
    Signals,
    Weights,
    lead_of,
    learn,
    lessons_of,
    scale_of,
)
from bot.core.match_words import plain_words

CLEAR = Signals(nearness=1.2, lead=0.8, words=1.4)
VAGUE = Signals(nearness=0.4, lead=0.05, words=1.4)


def dice() -> Random:
    return Random(3)


def faq(*entries: list[str]) -> Finder:
    return Finder([[plain_words(text) for text in texts] for texts in entries])


def test_each_wording_teaches_what_right_looks_like_and_what_wrong_does() -> None:
    """With its entry it is found; once the entry is gone, whatever is nearest is wrong."""
    search = faq(["opening hours", "the opening hours please"], ["lost umbrella", "umbrella was lost"])
    lessons = lessons_of(search)
    assert sorted(lesson.right for lesson in lessons) == [False] * 4 + [True] * 4
    assert all(lesson.signals.nearness > 0.5 for lesson in lessons if lesson.right)


def test_an_faq_with_one_wording_each_keeps_the_general_scale() -> None:
    search = faq(["opening hours"], ["lost umbrella"], ["parking"])
    assert scale_of(lessons_of(search), WEIGHTS) == Scale()


def test_a_crowd_of_rather_near_entries_takes_the_lead_away() -> None:
    alone = np.array([0.5, 0.0])
    crowd = np.array([0.5, 0.48, 0.47, 0.46])
    assert lead_of(0.7, alone) == lead_of(0.7, crowd) == pytest.approx(0.2)
    assert lead_of(0.7, crowd, crowd=15) < lead_of(0.7, alone, crowd=15) < 0.2
    assert lead_of(0.7, np.array([])) == 0.7


def test_an_faq_in_which_near_matches_are_often_wrong_makes_the_matcher_careful() -> None:
    often_wrong = [Lesson(CLEAR, right=number % 2 == 0) for number in range(400)]
    scale = scale_of(often_wrong, WEIGHTS)
    odds = WEIGHTS.log_odds(CLEAR)
    assert abs(scale.probability(odds) - 0.5) < 0.1
    assert Scale().probability(odds) > 0.95


def test_what_is_learned_tells_clear_from_vague() -> None:
    lessons = [Lesson(CLEAR, right=True)] * 90 + [Lesson(CLEAR, right=False)] * 10
    lessons += [Lesson(VAGUE, right=False)] * 90 + [Lesson(VAGUE, right=True)] * 10
    weights = learn(lessons)
    assert abs(Scale().probability(weights.log_odds(CLEAR)) - 0.9) < 0.03
    assert abs(Scale().probability(weights.log_odds(VAGUE)) - 0.1) < 0.03


def test_a_probability_stays_one_whatever_the_odds() -> None:
    assert 0 < Scale().probability(-1e9) < Scale().probability(1e9) <= 1
    assert Weights(1, 1, 1, 0).log_odds(Signals(1, 1, 1)) == 3


def test_lessons_are_the_same_each_time() -> None:
    text = "How do I renew my library card?"
    assert reworded(text, dice()) == reworded(text, dice())
    assert mistyped(text, dice()) == mistyped(text, dice())
