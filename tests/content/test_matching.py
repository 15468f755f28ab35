"""The matcher on our own FAQ with our own words: no question may get its neighbour's answer."""

from dataclasses import astuple
from pathlib import Path

import pytest

from bot import faq, matching
from bot.core.match import MEANING_WEIGHTS, WEIGHTS, Index
from bot.core.match_school import remembering, teach
from bot.matching import Reader
from bot.yamlfile import BadFiles

ROOT = Path(__file__).parents[2]
SURE = 0.98


@pytest.fixture(scope="module")
def index() -> Index:
    return matching.build(ROOT / "config", faq.load(ROOT / "faq").entries.values())


def automatic(index: Index, text: str) -> str:
    """The entry that would be answered without a person, or nothing."""
    match = index.match(text)
    sure = match.best is not None and match.best.probability >= SURE and not match.gate
    return match.best.entry_id if match.best and sure else ""


@pytest.mark.parametrize(
    ("asked", "entry"),
    [
        ("Does a mammo hurt?", "pain"),
        ("@clinic does a breast x-ray hurt? #MammoHour", "pain"),
        ("does the boob squish hurt??", "pain"),
        ("whats tomo", "2d-vs-3d"),
        ("wat does a callback mean after a mamogram", "callback-why"),
        ("does deoderant cause brest cancer", "myth-deodorant"),
        ("can men get breast cancer", "men"),
        ("¿Qué es una mamografía?", "what-is-mammogram"),
        ("me va a doler la mamografia", "pain"),
    ],
)
def test_everyday_words_and_medical_ones_meet(index: Index, asked: str, entry: str) -> None:
    best = index.match(asked).best
    assert best is not None
    assert best.entry_id == entry


def test_every_question_of_the_faq_finds_its_own_entry(index: Index) -> None:
    entries = faq.load(ROOT / "faq").entries.values()
    lost = [
        entry.question
        for entry in entries
        if (best := index.match(entry.question).best) is None or best.entry_id != entry.id
    ]
    assert lost == []


@pytest.mark.slow
def test_the_weights_are_those_that_our_training_text_teaches() -> None:
    taught = teach(matching.load_training())
    assert astuple(WEIGHTS) == pytest.approx(astuple(taught), rel=0.02)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_weights_with_the_encoder_are_those_that_our_training_text_teaches(reader: Reader) -> None:
    taught = teach(matching.load_training(), remembering(reader.encode), crowd=MEANING_WEIGHTS.crowd)
    # The encoder's whole-number arithmetic differs a little between processors.
    assert astuple(MEANING_WEIGHTS) == pytest.approx(astuple(taught), rel=0.05)


def test_every_mistake_in_the_synonyms_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "synonyms.yaml"
    path.write_text(
        "synonyms:\n"
        "  - word: scan\n"
        "    also: [x-ray, '!!']\n"
        "    why: one machine\n"
        "  - word: picture\n"
        "    also: [X ray]\n"
        "    why: twice\n"
        "apart:\n"
        "  - {what: a day, meanings: [[monday]], why: a}\n"
        "  - {what: a day, meanings: [[friday]], why: b}\n"
    )
    with pytest.raises(BadFiles) as bad:
        matching.load_vocabulary(path)
    assert [(p.line, p.message) for p in bad.value.problems] == [
        (2, "'!!' has no letters"),
        (6, "'X ray' stands for 'scan' already"),
        (10, "'a day' stands twice"),
    ]


def test_an_unknown_key_in_the_synonyms_is_told(tmp_path: Path) -> None:
    path = tmp_path / "synonyms.yaml"
    path.write_text("synonyms:\n  - {word: a, also: [b], because: c}\n")
    with pytest.raises(BadFiles, match="unknown key"):
        matching.load_vocabulary(path)
