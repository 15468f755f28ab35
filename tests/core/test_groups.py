"""Which questions wait as one."""

import pytest

from bot.core.groups import ask_the_same, words_of


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
