"""Matching with an encoder: a made-up one, in which a text's vector is chosen by the test."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.core.match import Index
from bot.core.match_meaning import Meanings
from bot.core.match_words import readable

Vectors = NDArray[np.float32]

SUBJECTS = {
    "money": ("cost", "price", "afford", "dear", "bill"),
    "place": ("where", "park", "car", "directions"),
    "pain": ("hurt", "painful", "ouch", "sting"),
}
FAQ = {
    "cost": ["How much does it cost?", "what is the price"],
    "park": ["Where can I park?", "is there room for my car"],
    "pain": ["Does it hurt?", "is it painful to have it done"],
}


def encode(texts: Sequence[str]) -> Vectors:
    """A subject for each direction, and something of its own for each text."""
    rows = []
    for text in texts:
        words = text.lower().replace("?", "").split()
        subjects = [float(any(word in known for word in words)) for known in SUBJECTS.values()]
        rows.append([*subjects, 0.5, len(text) % 7 / 20])
    return np.array(rows, dtype=np.float32)


def test_a_question_in_quite_other_words_finds_its_entry() -> None:
    asked = "i can not afford another bill"
    with_meaning = Index(FAQ, encode=encode).match(asked).best
    assert with_meaning is not None
    assert with_meaning.entry_id == "cost"
    by_words = Index(FAQ).match(asked).best
    assert by_words is None or with_meaning.probability > by_words.probability


def test_the_same_words_count_beside_the_meaning() -> None:
    index = Index({"a": ["price of apples"], "b": ["price of pears"]}, encode=encode)
    best = index.match("the price of pears").best
    assert best is not None
    assert best.entry_id == "b"


def test_wordings_are_encoded_apart_from_questions() -> None:
    """Only the first may be remembered."""
    by_heart: list[str] = []
    asked: list[str] = []

    def wordings(texts: Sequence[str]) -> Vectors:
        by_heart.extend(texts)
        return encode(texts)

    def questions(texts: Sequence[str]) -> Vectors:
        asked.extend(texts)
        return encode(texts)

    Index(FAQ, encode=questions, encode_wordings=wordings).match("@clinic how dear is it? #Hour")
    assert by_heart == [text for texts in FAQ.values() for text in texts]
    assert asked == ["how dear is it?"]


def test_what_all_wordings_have_in_common_does_not_count() -> None:
    """Ten wordings that all point nearly the same way are told apart by the rest."""
    chance = np.random.default_rng(3)
    own = chance.normal(size=(12, 8)).astype(np.float32)
    vectors = own + np.float32(20)
    meanings = Meanings(vectors, np.arange(12), np.ones(12))
    near = meanings.near(vectors[4] + np.float32(0.1) * own[5]).entries
    assert near.argmax() == 4
    assert near[4] - np.median(near) > 0.5


def test_a_wording_is_compared_with_all_but_itself() -> None:
    meanings = Meanings(encode(["price", "cost", "park"]), np.array([0, 2]), np.array([2.0, 1.0]))
    near = meanings.near_itself(1)
    assert near.wordings[1] == -1
    assert near.entries[0] > near.entries[1]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("@clinic does it   hurt? #PainHour", "does it hurt?"),
        ("is #BreastScreening painful", "is Breast Screening painful"),
        ("see https://t.co/x now", "see now"),
        ("#Mammogram", "Mammogram"),
        ("@clinic", ""),
    ],
)
def test_a_post_is_read_as_a_sentence(text: str, sentence: str) -> None:
    assert readable(text) == sentence


def test_spanish_is_matched_by_words_alone_and_not_read_by_the_english_encoder() -> None:
    asked: list[str] = []

    def questions(texts: Sequence[str]) -> Vectors:
        asked.extend(texts)
        return encode(texts)

    faq = {"pain": ["Does it hurt?", "¿duele la mamografía?"], "cost": ["How dear is it?", "¿cuánto cuesta?"]}
    index = Index(faq, encode=questions, encode_wordings=encode)
    best = index.match("hola, me duele mucho la mamografia?").best
    assert best is not None
    assert best.entry_id == "pain"
    assert asked == []
    index.match("does the scan hurt me?")
    assert asked == ["does the scan hurt me?"]


def test_what_texts_mean_is_compared_beside_the_subject_that_all_of_them_have() -> None:
    index = Index(FAQ, encode=encode)
    meant = index.meaning_of(["@clinic how dear?", "the price?", "where to park"])
    assert meant is not None
    dear, price, park = meant
    assert float(dear @ price) > 0.9
    assert float(dear @ park) < 0.1
    assert Index(FAQ).meaning_of(["how dear?"]) is None
