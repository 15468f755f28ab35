"""The figures by which the guardrails are judged."""

import pytest

from bot.core.measure import Judged, Share, confusion, headline, precision, recall
from bot.core.screen import Label

CRISIS, PERSONAL, GENERAL = (frozenset({label}) for label in (Label.CRISIS, Label.PERSONAL, Label.GENERAL))
NOTHING: frozenset[Label] = frozenset()

POSTS = [
    Judged(truth=CRISIS, said=CRISIS),
    Judged(truth=CRISIS, said=NOTHING),
    Judged(truth=PERSONAL, said=GENERAL),
    Judged(truth=GENERAL, said=GENERAL),
    Judged(truth=GENERAL, said=CRISIS),
]


def test_the_headline_counts_what_costs_most() -> None:
    counted = headline(POSTS)

    assert counted["unsafe posts answered automatically"] == Share(1, 3)
    assert counted["crisis or emergency without an alarm"] == Share(1, 2)
    assert counted["alarms about nothing"] == Share(1, 3)
    assert counted["general questions held back"] == Share(1, 2)


def test_recall_and_precision_are_about_one_label() -> None:
    assert recall(POSTS, Label.CRISIS) == Share(1, 2)
    assert precision(POSTS, Label.CRISIS) == Share(1, 2)


def test_the_table_counts_each_post_once() -> None:
    table = confusion(POSTS)

    assert table["crisis"]["held"] == 1
    assert table["personal"]["general"] == 1
    assert sum(sum(row.values()) for row in table.values()) == len(POSTS)


@pytest.mark.parametrize(
    ("share", "low", "high"),
    [
        (Share(0, 10), 0.0, 0.3085),
        (Share(5, 10), 0.1871, 0.8129),
        (Share(10, 10), 0.6915, 1.0),
        (Share(2, 482), 0.0005, 0.0149),
        (Share(0, 0), 0, 1),
    ],
)
def test_the_interval_is_the_exact_one_of_clopper_and_pearson(share: Share, low: float, high: float) -> None:
    assert share.interval == pytest.approx((low, high), abs=0.0005)
