"""Posts cut into stretches: what the guardrails saw is marked, what identifies somebody is hidden."""

from hypothesis import given
from hypothesis import strategies as st

from bot.core.marks import HIDDEN, Stretch, masked, stretches


def found(start: int, end: int, label: str = "personal") -> dict[str, object]:
    return {"rule": "r", "label": label, "start": start, "end": end, "why": "why"}


def test_what_was_seen_is_marked_where_it_stands() -> None:
    assert stretches("my lump hurts", [found(3, 7)]) == [
        Stretch("my "),
        Stretch("lump", "personal", "why"),
        Stretch(" hurts"),
    ]


def test_what_identifies_somebody_is_replaced_in_pages_and_lists() -> None:
    seen = [found(0, 3, "identifier"), found(4, 8)]
    assert stretches("Ada lump", seen)[0].text == HIDDEN
    assert masked("Ada lump", seen) == f"{HIDDEN} lump"


@given(st.text(max_size=20), st.lists(st.tuples(st.integers(0, 25), st.integers(0, 25)), max_size=5))
def test_nothing_of_a_post_is_lost_or_said_twice(text: str, places: list[tuple[int, int]]) -> None:
    cut = stretches(text, [found(start, end) for start, end in places])
    assert "".join(stretch.text for stretch in cut) == text
