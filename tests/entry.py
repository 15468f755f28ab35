"""One signed FAQ entry, for tests that need one."""

from datetime import date

from bot.core.entry import Entry, Handling, Status

ENTRY = Entry(
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
    status=Status.SIGNED,
    reviewed_by="Dr Sign",
    reviewed_on=date(2027, 1, 1),
)
