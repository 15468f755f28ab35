"""The promise "at most 1 wrong in N", and what it takes to make it."""

from random import Random

import pytest

from bot.core.match_trust import Labelled, answers_needed, chance_of_so_few, trust


def right(count: int, probability: float = 0.99) -> list[Labelled]:
    return [Labelled(probability, right=True)] * count


def wrong(count: int, probability: float = 0.99) -> list[Labelled]:
    return [Labelled(probability, right=False)] * count


@pytest.mark.parametrize(
    ("wrongs", "answered", "target", "chance"),
    [(0, 149, 0.02, 0.0493), (1, 236, 0.02, 0.0494), (2, 10, 0.5, 0.0547), (10, 10, 0.02, 1.0)],
)
def test_the_binomial_is_exact(wrongs: int, answered: int, target: float, chance: float) -> None:
    assert chance_of_so_few(wrongs, answered, target) == pytest.approx(chance, abs=0.0002)


def test_one_in_fifty_takes_149_answers_without_a_mistake() -> None:
    assert answers_needed(0.02, 0.05) == 149
    assert answers_needed(0.02, 0.05, wrong=1) == 236


def test_too_few_labelled_questions_show_nothing_and_say_how_many_are_missing() -> None:
    shown = trust(right(100), one_wrong_in=50)
    assert not shown.shown
    assert shown.labelled == 100
    assert trust(right(100 + shown.missing), one_wrong_in=50).shown
    assert not trust(right(100 + shown.missing - 1), one_wrong_in=50).shown


def test_no_labelled_questions_show_nothing() -> None:
    assert not trust([], one_wrong_in=50).shown


def test_the_threshold_lies_above_the_mistakes() -> None:
    shown = trust([*right(400, 0.97), *wrong(60, 0.9), *right(60, 0.89)], one_wrong_in=50)
    assert shown.sure_from == 0.97
    assert (shown.answered, shown.wrong) == (400, 0)


def test_answers_with_the_same_probability_stand_or_fall_together() -> None:
    assert not trust([*right(300, 0.9), *wrong(40, 0.9)], one_wrong_in=50).shown


def test_a_looser_promise_takes_in_more() -> None:
    labelled = [*right(300, 0.99), *right(90, 0.8), *wrong(10, 0.8)]
    assert trust(labelled, one_wrong_in=10).sure_from < trust(labelled, one_wrong_in=50).sure_from


def test_the_promise_is_kept_as_often_as_is_said() -> None:
    """On many made-up histories, the true error at the threshold is above the target in 1 of 20 at most."""
    chance = Random(1)
    broken = 0
    for _ in range(200):
        drawn = [chance.random() for _ in range(1500)]
        labelled = [Labelled(p, right=chance.random() < p**0.2) for p in drawn]
        shown = trust(labelled, one_wrong_in=20)
        # The true error above a threshold t, for answers that are right with the chance p ** 0.2.
        t = min(shown.sure_from, 1.0)
        true_error = 1 - (1 - t**1.2) / 1.2 / (1 - t) if t < 1 else 0.0
        broken += true_error > 1 / 20
    assert broken <= 18  # 10 expected; 18 has a chance below 1 %
