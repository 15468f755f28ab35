"""Folding a post, and finding the way back to what was posted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.text import fold


@pytest.mark.parametrize(
    ("posted", "plain"),
    [
        ("ＬＵＭＰ", "lump"),
        ("lu\u200bmp", "lump"),
        ("сhеst pаin", "chest pain"),
        ("can’t", "can't"),
        ("  two \n\n lines ", "two lines"),
        ("soooooo sore", "soo sore"),
        ("ﬁbroids", "fibroids"),
        ("❤️", "❤"),
    ],
)
def test_disguises_and_decoration_are_undone(posted: str, plain: str) -> None:
    assert fold(posted).text == plain


def test_a_russian_post_stays_russian() -> None:
    assert fold("Привет, сора").text == "привет, сора"


def test_capitals_can_be_kept_for_names() -> None:
    assert fold("Ｊane  Doe", keep_case=True).text == "Jane Doe"


def test_the_way_back_leads_to_the_words_as_posted() -> None:
    posted = "My  CHE\u200bST hurts"
    folded = fold(posted)
    start = folded.text.index("chest")

    first, last = folded.span(start, start + len("chest"))

    assert posted[first:last].strip() == "CHE\u200bST"


@given(st.text())
def test_any_text_can_be_folded_and_led_back(text: str) -> None:
    folded = fold(text)

    assert len(folded.origin) == len(folded.text) + 1
    assert list(folded.origin) == sorted(folded.origin)
    assert folded.span(0, len(folded.text)) >= (0, 0)


def test_a_tower_of_accents_costs_no_more_than_other_text() -> None:
    """Sorting thousands of combining marks would take minutes."""
    assert len(fold("a" + "\u0301\u0323" * 12_000).text) < 10
