"""What changed in the answers, and what expires when."""

from dataclasses import replace
from datetime import date

from bot.core.faq_changes import changelog, difference, due, words
from tests.entry import DRAFT, ENTRY, signed

OTHER = replace(DRAFT, id="robe", question="Is there a robe?")


def test_two_versions_that_are_the_same_have_no_difference() -> None:
    found = difference({"gown": ENTRY}, {"gown": ENTRY})
    assert not found
    assert "No answer has changed." in changelog(found, "Answers")


def test_what_came_and_what_went_is_told_with_its_answers() -> None:
    text = changelog(difference({"gown": ENTRY}, {"robe": OTHER}), "Answers")
    added, removed = text.split("## Removed")
    assert "## Added\n\n### Is there a robe? (robe, not signed)\n\n- A top and a skirt help." in added
    assert "(gown, signed by Dr Sign, 2027-01-01)" in removed
    assert "## Signatures lost\n\n- gown: Dr Sign, 2027-01-01" in added


def test_an_answer_is_told_word_by_word() -> None:
    assert words("Two pieces are handy.", "Two pieces are very handy.") == "Two pieces are **very** handy."
    assert words("It may hurt a bit.", "It hurts a bit.") == "It ~~may hurt~~ **hurts** a bit."


def test_markdown_in_a_text_stays_text() -> None:
    assert words("", "1 * 2 [x](http) <b>") == r"**1 \* 2 \[x\](http) \<b\>**"


def test_each_kind_of_change_is_told() -> None:
    new = replace(
        ENTRY,
        answers=(ENTRY.answers[0], "Two parts are handy. Source: A."),
        phrasings=("is a gown given", ENTRY.phrasings[1]),
        review_by=date(2027, 6, 1),
    )
    text = changelog(difference({"gown": ENTRY}, {"gown": new}), "Answers")
    for line in (
        "- answers: Two ~~pieces~~ **parts** are handy. Source: A.",
        "- phrasings: **is a gown given**",
        "- phrasings: ~~what clothes for a mammogram~~",
        "- review_by: ~~2027-05-01~~ **2027-06-01**",
        "## Signatures lost\n\n- gown: Dr Sign",
        "(gown, not signed)",
    ):
        assert line in text, line


def test_signing_alone_is_told_as_a_signature() -> None:
    text = changelog(difference({"gown": DRAFT}, {"gown": ENTRY}), "Answers")
    assert "- signed by Dr Sign on 2027-01-01" in text
    assert "lost" not in text


def test_a_changed_entry_that_was_signed_again_has_lost_nothing() -> None:
    new = signed(replace(ENTRY, changes_if="soon"))
    assert difference({"gown": ENTRY}, {"gown": new}).lost == ()


def test_an_entry_is_due_before_the_first_session_after_its_day() -> None:
    sessions = [(date(2027, 5, 8), "may-b"), (date(2027, 5, 1), "may-a"), (date(2027, 6, 1), "june")]
    later = replace(OTHER, review_by=date(2027, 5, 20))
    found = due([later, ENTRY], sessions)
    assert [(one.entry.id, one.what) for one in found] == [("gown", "may-b"), ("robe", "june")]
    assert due([ENTRY], [(date(2027, 5, 1), "may-a")]) == []
