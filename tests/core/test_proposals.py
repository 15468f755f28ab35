"""Whose words they are, what is missing, what is alike."""

from dataclasses import replace
from datetime import date

import pytest

from bot.core.groups import Grouper
from bot.core.proposals import Change, NewEntry, clusters, copied, is_wording_of, lines, missing

POST = "@host hi all, can i have my mammogram while i am still breastfeeding my second one? #ask"
WHOLE = Change(
    proposal=1,
    entry_id="rest-after",
    language="en",
    phrasings=tuple("abcdef"),
    new=NewEntry(
        topic="06-biopsy",
        question="Should people rest?",
        answers=("One. Source: A.", "Two. Source: A."),
        more="",
        sources=("A",),
        facts=("rest/1",),
        handling="clinician",
        jurisdiction="any",
        review_by=date(2027, 5, 1),
        changes_if="News.",
    ),
)


@pytest.mark.parametrize(
    "typed",
    [
        POST,
        "Hi all, can I have my mammogram while I am still breastfeeding my second one",
        "can i have my mamogram while i am still breastfeedng my 2nd one",
        "so can I have my mammogram while I nurse",  # seven words in a row
        "can I have my mammogram while I\u200b nurse",
    ],
)
def test_the_words_of_a_post_are_known_again(typed: str) -> None:
    assert copied(typed, ["something else", POST])


@pytest.mark.parametrize("typed", ["is a mammogram possible when nursing", "can i have a mammogram", "?", ""])
def test_own_words_about_the_same_are_own_words(typed: str) -> None:
    assert not copied(typed, [POST, "", "?"])


def test_a_short_question_is_copied_only_when_it_is_the_same() -> None:
    assert copied("does it hurt", ["Does it hurt??"])
    assert not copied("does it hurt", ["does it hurts"])


def test_lines_are_kept_once_and_without_spaces_around() -> None:
    assert lines(" a  b \n\n a b\nc ") == ("a b", "c")


def test_a_whole_entry_lacks_nothing() -> None:
    assert missing(WHOLE) == []


def test_what_an_entry_lacks_is_named_all_at_once() -> None:
    assert WHOLE.new
    bare = replace(WHOLE.new, question="Rest.", answers=("One.",), sources=(), facts=(), review_by=None)
    assert missing(replace(WHOLE, entry_id="Rest after", phrasings=("a",), new=bare)) == [
        "how people ask it (6 lines or more)",
        "two wordings of the answer",
        "a name for the entry, such as rest-after-biopsy",
        "a source",
        "the facts that it rests on",
        "when to read it again",
        "a question mark at the end of the question",
    ]


def test_an_answer_that_was_touched_up_is_still_the_faqs() -> None:
    wordings = ["Some people feel a squeeze for a few seconds. Source: NHS."]
    assert is_wording_of("Some people feel a  squeeze for few seconds. Source: NHS.", wordings)
    assert not is_wording_of("It depends on the clinic. Source: NHS.", wordings)


def test_what_says_nearly_the_same_stands_together() -> None:
    texts = [
        "where can visitors park their car",
        "what to wear for the scan",
        "where can visitors park a car",
        "where can all visitors park their car",
    ]
    assert clusters(texts, Grouper().same) == [[0, 2, 3], [1]]
