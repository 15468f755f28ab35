"""One signed FAQ entry, for tests that need one."""

from dataclasses import replace
from datetime import date

from bot.core import signing
from bot.core.entry import Entry, Handling, Status

DRAFT = Entry(
    id="gown",
    question="What should people wear to a mammogram?",
    phrasings=("what clothes for a mammogram", "do i wear a dress to the mammogram"),
    answers=("A top and a skirt help. Source: A.", "Two pieces are handy. Source: A."),
    sources=("A",),
    facts=("gown/1",),
    handling=Handling.AUTO,
    jurisdiction="any",
    review_by=date(2027, 5, 1),
    changes_if="never",
)


def signed(entry: Entry) -> Entry:
    """The entry as it stands, signed anew."""
    draft = replace(entry, status=Status.DRAFT, reviewed_by="", reviewed_on=None, signed_hash="")
    return signing.signed(draft, by="Dr Sign", on=date(2027, 1, 1))


ENTRY = signed(DRAFT)
