"""Small words that turn a question into another one."""

import re

import pytest

from bot.core.match import Index

WORDINGS = {
    "eat": ["Can I eat before the scan?", "food before a scan"],
    "train": ["Do I need a ticket for a child of 5 on the train?"],
    "aspirin": ["Can I take aspirin before a tooth is pulled?"],
    "knee": ["Why does my left knee click when I climb stairs?"],
    "vote": ["At what age can people vote in Canada?"],
    "sugar": ["Does sugar cause tooth decay in children?"],
    "late": ["Is it safe to fly without a passport?"],
    "clean": ["How do I clean my bicycle chain?"],
    "ultra": ["Does an ultrasound of the belly hurt?", "is a belly scan painful"],
}  # fmt: skip
APART = {
    "a medicine": [["aspirin"], ["ibuprofen", "advil"], ["blood thinner"]],
    "a side of the body": [["left"], ["right"]],
    "a country": [["canada"], ["norway"]],
    "a time": [["before"], ["after"], ["during"]],
    "a test": [["ultrasound", "sonogram"], ["mri"]],
}
SURE = 0.98


@pytest.fixture(scope="module")
def index() -> Index:
    return Index(WORDINGS, apart=APART)


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ("does it hurt?", "too few words"),
        ("the knee?", "too few words"),
        ("Is it safe to fly with a passport?", "'not'"),
        ("can't I eat before the scan?", "'not'"),
        ("Do I need a ticket for a child of 15 on the train?", "numbers"),
        ("Do I need a ticket for a child of twelve on the train?", "numbers"),
        ("Do I need a ticket for a 7yo child on the train?", "numbers"),
        ("Can I take ibuprofen before a tooth is pulled?", "a medicine .*: ibuprofen"),
        ("Can I take Advil before a tooth is pulled?", "a medicine .*: ibuprofen"),
        ("Can I take ibuprofin before a tooth is pulled?", "a medicine .*: ibuprofen"),
        ("Can I take a blood thinner before a tooth is pulled?", "a medicine .*: blood thinner"),
        ("Why does my right knee click when I climb stairs?", "a side of the body .*: right"),
        ("At what age can people vote in Norway?", "a country .*: norway"),
        ("Can I eat after the scan?", "a time .*: after"),
        ("does an mri of the belly hurt?", "a test .*: mri"),
        ("Does tooth decay in children cause sugar?", "'cause' is swapped"),
        ("Is it safe without a passport to drive?", "another word in the place of 'driv'"),
        ("Does sugar cause headache decay in children?", "another word in the place of 'headach'"),
        ("Is it safe to fly not alone with a passport?", "'not' in it is about something else"),
    ],
)
def test_a_word_that_changes_the_question_closes_the_gate(index: Index, asked: str, why: str) -> None:
    match = index.match(asked)
    assert match.best is not None, "the ranking is shown all the same"
    assert re.search(why, match.gate), match.gate


@pytest.mark.parametrize(
    "asked",
    [
        "Can I eat anything before the scan?",
        "Do I need a ticket for a child of five on the train?",
        "can i take aspirin before they pull a tooth",
        "why does my left knee click on stairs",
        "Does a sonogram of the belly hurt?",
        "how do i clean a bicycle chain",
    ],
)
def test_the_same_question_passes_the_gate(index: Index, asked: str) -> None:
    assert index.match(asked).gate == ""


def test_a_wording_that_names_nothing_leaves_it_to_the_entrys_other_wordings(index: Index) -> None:
    """ "A belly scan" does not say which scan; its entry does."""
    assert index.match("is a belly ultrasound painful").gate == ""
    assert "a test" in index.match("is a belly mri painful").gate
