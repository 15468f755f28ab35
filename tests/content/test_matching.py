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


#: Each differs from a question that the FAQ answers by a word that changes everything. None may
#: be answered by itself; a clinician sees it, with the ranking.
LOOK_ALIKES = [
    # another test
    "Does an ultrasound hurt?",
    "Does a colonoscopy hurt?",
    "Does a colonoscopie hurt?",
    "Does a smear test hurt?",
    "What is a CT scan?",
    "What happens at a colonoscopy?",
    "How much radiation is in a CT scan?",
    "How much radiation is in a PET scan?",
    "How much radiation is in an MRI?",
    "How much radiation is in chemotherapy?",
    "Does a thyroid biopsy hurt?",
    "Who reads the ultrasound?",
    "Is a 3D ultrasound better than a 2D one?",
    "What should people wear to an MRI?",
    "When do biopsy results arrive in the US?",
    "When do blood test results arrive in the US?",
    # the other way round
    "Does breast cancer cause deodorant?",
    "Does breast cancer cause bras?",
    "Can cancer cause mammograms?",
    "Can someone who has a mammogram be pregnant?",
    # not
    "Does deodorant not cause breast cancer?",
    "Does a mammogram never hurt?",
    "Why not have a mammogram without any symptoms?",
    "Why have a mammogram with symptoms?",
    "Where can people in the US with insurance get a mammogram?",
    "Can people without breast implants have a mammogram?",
    # numbers
    "What does BI-RADS 4 mean?",
    "What does BI-RADS 5 mean?",
    "What does BI-RADS two mean?",
    "What do the BI-RADS numbers 1 to 3 mean?",
    # country
    "At what age do mammograms start in Germany?",
    "At what age do mammograms start in Canada?",
    "Is a mammogram free in Mexico?",
    "Is a mammogram free in Ireland?",
    "When do mammogram results arrive in Australia?",
    "When do mammogram results arrive in the UK?",
    "Where can people in Canada without insurance get a mammogram?",
    # person and circumstance
    "Can children have a mammogram?",
    "Can someone who is breastfeeding have a biopsy?",
    "Can someone who is pregnant have a biopsy?",
    "Can someone who has diabetes have a mammogram?",
    "Can people with a pacemaker have a mammogram?",
    "Can people with a tattoo have a mammogram?",
    "Do children get breast cancer?",
    "Do dogs get breast cancer?",
    "What does a family history of prostate cancer mean?",
    # another medicine or cause
    "Does ibuprofen cause breast cancer?",
    "Does a vaccine cause breast cancer?",
    "Does coffee cause breast cancer?",
    "Does aspirin cause breast cancer?",
    "Does deodorant cause skin cancer?",
    "Does deodorant prevent breast cancer?",
    "Does a phone in a pocket cause breast cancer?",
    # direction
    "Do dense breasts lower the risk of breast cancer?",
    "Do dense breasts raise the risk of lung cancer?",
    "At what age do mammograms stop in the US?",
    "How can a mammogram be made to hurt more?",
    # another aspect
    "Why are breasts dense?",
    "What causes DCIS?",
    "How is DCIS treated?",
    "Where is DCIS treated?",
    "What causes a breast cyst?",
    "How long does a breast cyst last?",
    "Why does a mammogram hurt?",
    "How long does a mammogram hurt?",
    "How much does a breast biopsy cost?",
    "How much does overdiagnosis cost?",
    # too little to go by
    "Does it hurt?",
    "Is it free?",
    "What happens?",
    "How long?",
]


@pytest.mark.parametrize("asked", LOOK_ALIKES)
def test_a_question_that_only_looks_like_one_of_ours_is_not_answered(index: Index, asked: str) -> None:
    assert automatic(index, asked) == ""


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
