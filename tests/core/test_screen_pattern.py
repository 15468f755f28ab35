"""The notation of the rules."""

import pytest

from bot.core.screen_pattern import BadPatternError, compiled

WORDS = {
    "pain": ["pain*", "ache*", "hurt*"],
    "someone": ["i", "my"],
    "loop": ["{loop}"],
}


@pytest.mark.parametrize(
    ("notation", "text"),
    [
        ("{pain}", "it aches"),
        ("chest ... {pain}", "my chest really, really hurts"),
        ("[my] chest", "chest"),
        ("(left|right) side", "on the right side"),
        ("can't sleep", "i cant sleep"),
        ("^ thanks", "@host thanks a lot"),
        ("^ thanks", "it worked. thanks"),
        ("thanks $", "many thanks!"),
        ("{number} weeks", "12weeks"),
        ("sore & swollen", "swollen. and sore"),
        ("what ~ stroke", "what are signs of a stroke"),
        ("/b[12]+/", "b12"),
        ("💊 & bye", "bye 💊"),
    ],
)
def test_a_pattern_finds_what_it_describes(notation: str, text: str) -> None:
    assert compiled(notation, WORDS).find(text)


@pytest.mark.parametrize(
    ("notation", "text"),
    [
        ("{pain}", "no complaint"),
        ("chest ... {pain}", "my chest. it hurts"),
        ("^ thanks", "many thanks"),
        ("what ~ stroke", "what is my stroke"),
        ("sore & swollen", "only sore"),
        ("arm", "harm"),
    ],
)
def test_a_pattern_leaves_other_text_alone(notation: str, text: str) -> None:
    assert not compiled(notation, WORDS).find(text)


@pytest.mark.parametrize("notation", ["{nothing}", "(a|b", "a)", "a*b", "{loop}", "", "/[/"])
def test_a_pattern_that_cannot_be_read_is_refused(notation: str) -> None:
    with pytest.raises(BadPatternError):
        compiled(notation, WORDS)
