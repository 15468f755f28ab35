"""The outgoing rules over the project's own wordings."""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.review import Reviewer, Severity
from bot.guardrails import load_reviewer

RULES = Path(__file__).parents[2] / "config" / "guardrails"
SOURCE = " Source: NHS."


@cache
def the_reviewer() -> Reviewer:
    return load_reviewer(RULES)


def rules_broken(text: str, question: str = "") -> set[str]:
    return {finding.rule for finding in the_reviewer().findings(text, question)}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Breasts are made of fat and glands.", "no_source"),
        ("Breasts are made of fat and glands. " * 9 + SOURCE, "too_long"),
        ("Hello Joan Whitaker, screening is free." + SOURCE, "identifier"),
        ("Take 200 mg of ibuprofen before you come." + SOURCE, "dosing"),
        ("Pause the letrozole until then." + SOURCE, "med_change"),
        ("That sounds like mastitis." + SOURCE, "diagnosis"),
        ("In your case a biopsy is the best option." + SOURCE, "individual_advice"),
        ("You'll be fine, nothing to worry about." + SOURCE, "false_reassurance"),
        ("Chest pain like that can wait until Monday." + SOURCE, "unsafe_emergency"),
        ("Please send us your report." + SOURCE, "solicits_private_data"),
        ("As we discussed in clinic, it is usual." + SOURCE, "clinical_relationship"),
        ("Use our discount code." + SOURCE, "promo"),
        ("Turmeric shrinks tumours." + SOURCE, "misinformation"),
        ("What a silly question." + SOURCE, "tone"),
    ],
)
def test_a_text_that_breaks_a_rule_is_found(text: str, rule: str) -> None:
    assert rule in rules_broken(text)


@pytest.mark.parametrize(
    "text",
    [
        "A mammogram is an X-ray of the breast. Source: NHS",
        "Anyone who notices a new lump should see a GP soon. Source: NHS",
        "Please don't stop a medicine without talking to your team. Source: Macmillan",
        "A mammogram gives about 0.4 mSv. Source: RadiologyInfo",
        "Trouble breathing after contrast is an emergency: call 999 now. Source: NHS",
        "Men can get breast cancer too, but rarely. Source: NCI",
    ],
)
def test_a_sound_answer_may_go_out(text: str) -> None:
    assert not [f for f in the_reviewer().findings(text) if f.severity is Severity.BLOCK]


def test_a_text_that_is_hard_to_read_is_warned_about_and_not_stopped() -> None:
    text = (
        "Contemporary mammographic interpretation necessitates considerable subspecialty expertise, and"
        " institutions worldwide consequently prioritise continuing professional education, standardised"
        " terminology and systematic documentation of histopathological correlation." + SOURCE
    )

    [finding] = the_reviewer().findings(text)

    assert (finding.rule, finding.severity) == ("reading_grade", Severity.WARN)
    assert finding.instead


def test_spanish_is_not_measured_with_an_english_ruler() -> None:
    text = "La mamografía consiste habitualmente en una radiografía sencilla. Fuente: NHS."

    assert rules_broken(text) == set()


def test_an_answer_that_repeats_the_askers_number_is_blocked() -> None:
    question = "My hospital number is AB-771234, when is the scan?"

    assert "identifier" in rules_broken("About AB-771234: call the unit." + SOURCE, question)


def test_a_finding_says_which_words_why_and_what_instead() -> None:
    text = "That sounds like a cyst." + SOURCE
    [finding] = the_reviewer().findings(text)

    assert "sounds like a cyst" in text[finding.start : finding.end]
    assert finding.why
    assert finding.instead


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300), st.text(max_size=100))
def test_any_text_at_all_can_be_reviewed(text: str, question: str) -> None:
    for finding in the_reviewer().findings(text, question):
        assert 0 <= finding.start <= finding.end <= len(text)
