"""How a post is read as words."""

import pytest

from bot.core.match_words import Synonyms, content, plain_words, spanish, stem


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("@clinic does it hurt?? #PainHour", "does it hurt"),
        ("is #BreastScreening painful", "is breast screening painful"),
        ("#Mammogram", "mammogram"),
        ("see https://t.co/x first", "see first"),
        ("I can't, won't and don’t", "i can not will not and do not"),
        ("cant dont", "can not do not"),
        ("what's the doctor's view", "what the doctor view"),
        ("r u sure abt this pls", "are you sure about this please"),
        ("¿Duele la mamografía?", "duele la mamografia"),
        ("BRCA-1 at 40", "brca1 at 40"),
        ("ｄｏｅｓ ｉｔ hurt", "does it hurt"),
        ("soooooo sore", "soo sore"),
    ],
)
def test_a_post_is_read_as_plain_words(text: str, words: str) -> None:
    assert " ".join(plain_words(text)) == words


def test_the_longest_synonym_wins_and_hyphens_do_not_matter() -> None:
    synonyms = Synonyms.of({"x-ray": "xray", "breast x-ray": "mammogram", "mammo": "mammogram"})
    assert synonyms.fold(plain_words("a Breast X-ray is an x ray")) == (
        *("a", "mammogram"),
        *("is", "an", "xray"),
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [("scans", "scan"), ("scanned", "scanning"), ("biopsies", "biopsy"), ("causes", "causing")],
)
def test_forms_of_a_word_have_one_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize("word", ["this", "less", "virus", "his"])
def test_a_word_that_only_looks_like_a_plural_stays(word: str) -> None:
    assert stem(word) == word


def test_content_is_what_it_is_about() -> None:
    assert content(plain_words("can i not have a scan, please, a scan?")) == ["scan"]


@pytest.mark.parametrize("text", ["¿Duele la mamografía?", "me va a doler", "cuanto tengo que esperar"])
def test_spanish_is_known_by_its_small_words(text: str) -> None:
    assert spanish(plain_words(text))


@pytest.mark.parametrize("text", ["does it hurt me a lot", "no, me neither", "a lump in LA", "", "de novo"])
def test_english_is_not_taken_for_spanish(text: str) -> None:
    assert not spanish(plain_words(text))
