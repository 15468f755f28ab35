"""X's JSON, in old and new spelling, whole and broken."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.x.reading import Unreadable, page, post

PLAIN: dict[str, Any] = {
    "id": "1900000000000000001",
    "author_id": "7",
    "created_at": "2027-02-03T19:00:00.000Z",
    "text": "Does it hurt &amp; how long?",
}


@pytest.mark.parametrize("new", [False, True])
def test_both_spellings_are_read(new: bool) -> None:
    names = (
        ("referenced_posts", "note_post", "edit_history_post_ids")
        if new
        else ("referenced_tweets", "note_tweet", "edit_history_tweet_ids")
    )
    found = post(
        PLAIN
        | {
            names[0]: [{"type": "replied_to", "id": "5"}, {"type": "quoted", "id": "6"}],
            names[1]: {"text": "The whole long text"},
            names[2]: ["1900000000000000000", "1900000000000000001"],
            "a_field_that_nobody_knows": {"x": 1},
        }
    )
    assert (found.text, found.replied_to, found.quoted) == ("The whole long text", "5", "6")
    assert found.first_id == "1900000000000000000"


def test_text_comes_without_html_escapes() -> None:
    assert post(PLAIN).text == "Does it hurt & how long?"


def test_a_mention_that_x_put_in_front_of_a_reply_was_not_typed() -> None:
    entities = {"mentions": [{"username": "host", "start": 0}, {"username": "ana", "start": 30}]}
    reply = PLAIN | {"entities": entities, "display_text_range": [6, 40]}
    assert post(reply | {"referenced_tweets": [{"type": "replied_to", "id": "5"}]}).mentions == ("ana",)
    assert post(reply).mentions == ("host", "ana")


@pytest.mark.parametrize(
    "change",
    [
        {"id": "abc"},
        {"id": None},
        {"id": "1" * 30},
        {"author_id": ""},
        {"created_at": "soon"},
        {"entities": 5},
    ],
)
def test_a_post_that_cannot_be_used_is_counted_and_costs_no_other(change: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        post(PLAIN | change)
    found = page({"data": [PLAIN | change, PLAIN]})
    assert (len(found.posts), found.unreadable) == (1, 1)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from([*PLAIN, "entities", "referenced_tweets", "note_tweet"]), values))
def test_whatever_x_sends_nothing_but_unreadable_is_raised(change: dict[str, Any]) -> None:
    found = page({"data": [PLAIN | change]})
    assert len(found.posts) + found.unreadable == 1
