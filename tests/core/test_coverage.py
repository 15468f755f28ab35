"""How much is answered when so much must be right."""

from bot.core.coverage import Coverage, cross_fitted, threshold
from bot.core.match_trust import Labelled


def ones(*pairs: tuple[float, bool]) -> list[Labelled]:
    return [Labelled(probability, right) for probability, right in pairs]


def test_the_threshold_is_the_lowest_that_keeps_the_precision() -> None:
    known = ones((0.9, True), (0.8, True), (0.7, False), (0.6, True), (0.5, False))
    assert threshold(known, 1.0) == 0.8
    assert threshold(known, 0.75) == 0.6
    assert threshold(ones((0.9, False)), 0.9) > 1


def test_equal_probabilities_are_not_torn_apart() -> None:
    assert threshold(ones((0.9, True), (0.8, True), (0.8, False)), 1.0) == 0.9


def test_each_question_is_counted_once_with_a_threshold_that_others_chose() -> None:
    known = ones(*[(0.9, True)] * 50, *[(0.4, False)] * 50)
    assert cross_fitted([[one] for one in known], 0.98) == Coverage(100, 50, 50)


def test_one_lucky_question_does_not_choose_its_own_threshold() -> None:
    assert cross_fitted([ones((0.9, True), (0.9, True))], 0.98) == Coverage(2, 0, 0)


def test_shares_add_up() -> None:
    both = Coverage(10, 4, 3) + Coverage(10, 0, 0)
    assert (both.share, both.precision, Coverage(0, 0, 0).precision) == (0.2, 0.75, 1.0)
