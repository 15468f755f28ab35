"""What a clinician is told beside a question that must not be answered as asked."""

from bot.core.frames import frames
from bot.core.screen import Label
from bot.core.signpost import Signpost

TEXTS = [
    Signpost(occasion="personal", country="any", text="Please ask your own doctor."),
    Signpost(occasion="personal", country="UK", text="Please ask your GP."),
    Signpost(occasion="identifier", country="any", text="Please delete your post."),
]


def test_a_personal_question_comes_with_the_countrys_own_text_first() -> None:
    [frame] = frames(["personal"], TEXTS, "UK")

    assert "can't advise individuals" in frame.advice
    assert frame.texts == ("Please ask your GP.", "Please ask your own doctor.")


def test_what_shows_who_somebody_is_comes_with_a_request_to_delete_it() -> None:
    first, second = frames(["personal", "identifier"], TEXTS, "US")

    assert (first.label, first.texts) == (Label.IDENTIFIER, ("Please delete your post.",))
    assert second.label is Label.PERSONAL


def test_a_false_claim_is_offered_as_a_correction_by_the_host_and_gets_no_reply() -> None:
    [frame] = frames(["misinfo_promo"], TEXTS, "US")

    assert "correction" in frame.advice
    assert "Do not reply" in frame.advice
    assert frame.texts == ()


def test_a_general_question_needs_no_frame() -> None:
    assert frames(["general"], TEXTS, "US") == []
