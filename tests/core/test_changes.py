from hypothesis import given
from hypothesis import strategies as st

from bot.core.changes import Kind, changes


def test_two_drafts_are_compared_word_by_word() -> None:
    found = [(part.kind, part.text) for part in changes("See a doctor soon.", "See a nurse soon.")]
    assert found == [
        (Kind.SAME, "See a "),
        (Kind.REMOVED, "doctor"),
        (Kind.ADDED, "nurse"),
        (Kind.SAME, " soon."),
    ]


@given(st.text(), st.text())
def test_no_word_is_lost(old: str, new: str) -> None:
    parts = changes(old, new)
    assert "".join(part.text for part in parts if part.kind != Kind.REMOVED) == new
    assert "".join(part.text for part in parts if part.kind != Kind.ADDED) == old
