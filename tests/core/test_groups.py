"""Which questions wait as one."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.core.groups import Grouper, ask_the_same, words_of
from bot.core.match import Index


def same(one: str, other: str) -> bool:
    return ask_the_same(words_of(one), words_of(other))


@pytest.mark.parametrize(
    "other",
    [
        "@host which brand of machine does a clinic use??",
        "pls, which brand of machine does the clinic use #TestHour",
    ],
)
def test_the_same_question_in_other_clothes(other: str) -> None:
    assert same("which brand of machine does the clinic use?", other)


@pytest.mark.parametrize(
    "other",
    [
        "why does the clinic use that brand of machine?",
        "which brand of machine doesn't the clinic use?",
        "which brand of machine does the clinic use after 50?",
        "which?",
    ],
)
def test_another_question_in_nearly_the_same_words(other: str) -> None:
    assert not same("which brand of machine does the clinic use?", other)


WAITING = ["which brand of machine does the clinic use?", "how long does the letter take to come?"]


class Directions:
    """An encoder by hand: each text points where the test says. It counts what it reads."""

    def __init__(self, **angles: float) -> None:
        self.angles = angles
        self.reads: list[str] = []

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.reads += texts
        angles = np.radians([self.angles[text.split()[0]] for text in texts])
        return np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32)


def test_the_first_that_asks_the_same_is_found() -> None:
    grouper = Grouper()
    assert grouper.same("pls which brand of machine does the clinic use", WAITING) == 0
    assert grouper.same("how long does the letter take to come", WAITING) == 1
    assert grouper.same("where can i park my car near you", WAITING) is None
    assert grouper.same("where can i park my car near you", []) is None


def test_questions_that_mean_the_same_wait_together_and_others_do_not() -> None:
    grouper = Grouper(Directions(dear=10, price=20, parking=90))
    assert grouper.same("dear is it", ["parking spaces", "price of that"]) == 1
    assert grouper.same("dear is it", ["parking spaces"]) is None


def test_nearly_the_same_words_that_mean_something_else_wait_apart() -> None:
    waiting = ["far from the main clinic entrance is your public car park late at night when raining"]
    asked = "near from the main clinic entrance is your public car park late at night when raining"
    assert Grouper().same(asked, waiting) == 0
    assert Grouper(Directions(near=0, far=30)).same(asked, waiting) == 0
    assert Grouper(Directions(near=0, far=60)).same(asked, waiting) is None


def test_a_not_in_only_one_of_them_makes_two_questions() -> None:
    grouper = Grouper(Directions(dear=10, not_dear=10, price=10))
    assert grouper.same("dear is it not", ["price of that"]) is None


def test_what_names_another_thing_waits_alone() -> None:
    index = Index({"a": ["a question of ours"]}, apart={"a test": [["ultrasound"], ["mri"]]})
    waiting = ["can i bring a friend, a book, some water, music and my phone to the mri scan at a clinic"]
    asked = "can i bring a friend, a book, some water, music and my phone to the ultrasound scan at a clinic"
    assert Grouper().same(asked, waiting) == 0
    assert Grouper(differ=index.differ).same(asked, waiting) is None
    assert Grouper(differ=index.differ).same(asked.replace("ultrasound", "mri"), waiting) == 0


def test_each_question_is_read_once() -> None:
    encode = Directions(dear=10, parking=90, price=95)
    grouper = Grouper(encode)
    for text in ("dear is it", "parking spaces", "dear is it", "price of it"):
        grouper.same(text, ["parking spaces", "dear is it"])
    assert sorted(encode.reads) == ["dear is it", "parking spaces", "price of it"]
