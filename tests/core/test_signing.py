"""What a signature covers, and when it ends."""

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest

from bot.core import signing
from bot.core.entry import Entry, Handling, Status
from bot.core.signing import SIGNATURE, Standing
from tests.entry import DRAFT, ENTRY

CHANGES: dict[str, Any] = {
    "id": "robe",
    "question": "What should people wear for a mammogram?",
    "phrasings": (*DRAFT.phrasings, "is a gown given"),
    "answers": (DRAFT.answers[0], DRAFT.answers[1] + " "),
    "sources": ("A", "B"),
    "facts": ("gown/2",),
    "handling": Handling.AUTO_SIGNPOST,
    "jurisdiction": "US",
    "review_by": date(2027, 5, 2),
    "changes_if": "soon",
    "more": "Longer.",
    "phrasings_es": ("que me pongo",),
    "answers_es": ("Dos piezas. Fuente: A.", "Falda y blusa. Fuente: A."),
}


def test_every_key_of_an_entry_is_signed_but_the_signature_itself() -> None:
    assert {field.name for field in fields(Entry)} == CHANGES.keys() | SIGNATURE


@pytest.mark.parametrize("key", CHANGES)
def test_any_change_ends_the_signature(key: str) -> None:
    changed = replace(ENTRY, **{key: CHANGES[key]})
    assert signing.holds(ENTRY)
    assert not signing.holds(changed)
    assert signing.standing(changed, date(2027, 2, 1)) is Standing.CHANGED


def test_two_phrasings_are_not_one_with_a_comma_between() -> None:
    one = replace(DRAFT, phrasings=("a, b",))
    assert signing.digest(one) != signing.digest(replace(DRAFT, phrasings=("a", "b")))


def test_an_entry_may_be_answered_on_its_review_day_and_not_on_the_next() -> None:
    assert signing.standing(ENTRY, date(2027, 5, 1)) is Standing.SIGNED
    assert signing.standing(ENTRY, date(2027, 5, 2)) is Standing.EXPIRED


def test_a_draft_is_a_draft_whatever_its_dates() -> None:
    assert signing.standing(DRAFT, date(2030, 1, 1)) is Standing.DRAFT
    assert not signing.holds(DRAFT)


def test_the_hash_stays_the_same_over_the_years() -> None:
    """Signatures in files were made with it: whoever changes how it is made ends all of them."""
    assert signing.digest(DRAFT).startswith("b250ea1fed225bda")


def test_a_draft_with_a_hash_is_no_draft() -> None:
    with pytest.raises(ValueError, match="leave `reviewed_by`, `reviewed_on` and `signed_hash` out"):
        replace(DRAFT, signed_hash="a" * 64)
    assert ENTRY.status is Status.SIGNED
