"""One FAQ entry: a question, how people ask it, and the approved answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import ClassVar


class Handling(StrEnum):
    """What may happen when an entry matches."""

    AUTO = "auto"  # may be answered automatically
    AUTO_SIGNPOST = "auto_signpost"  # the answer itself says where to turn; may be automatic
    CLINICIAN = "clinician"  # never automatic: offered to the clinician as a draft


class Status(StrEnum):
    DRAFT = "draft"  # no clinician has signed; only the demo and rehearsals may post it
    SIGNED = "signed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One FAQ entry as a clinician signs it.

    `answers` are whole posts, interchangeable wordings of the same content, at most 280 weighted
    characters each and without a URL (a link costs $0.20, X's price list 2026-08-13): the source is
    named in words. `facts` names the facts that it rests on, `sources` the keys of faq/sources.yaml.
    `signed_hash` is the hash of what was signed (core/signing); any change to it ends the signature.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    id: str
    question: str
    phrasings: tuple[str, ...]
    answers: tuple[str, ...]
    sources: tuple[str, ...]
    facts: tuple[str, ...]
    handling: Handling
    jurisdiction: str
    review_by: date
    changes_if: str
    status: Status = Status.DRAFT
    reviewed_by: str = ""
    reviewed_on: date | None = None
    signed_hash: str = ""
    more: str = ""
    phrasings_es: tuple[str, ...] = field(default=())
    answers_es: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        problems = []
        if not self.question.rstrip().endswith("?"):
            problems.append("`question` should be a question and end with '?'")
        if not self.phrasings:
            problems.append("`phrasings` is empty: write how people ask this, in their words")
        if len(self.answers) < 2:
            problems.append("`answers` needs two wordings: X refuses identical posts")
        if self.status is Status.SIGNED and not (self.reviewed_by and self.reviewed_on):
            problems.append("a signed entry needs `reviewed_by` and `reviewed_on`")
        if self.status is Status.DRAFT and (self.reviewed_by or self.reviewed_on or self.signed_hash):
            problems.append(
                "a draft has no reviewer yet: leave `reviewed_by`, `reviewed_on` and `signed_hash` out"
            )
        if problems:
            raise ValueError("; ".join(problems))

    def wordings(self) -> tuple[str, ...]:
        """Every way that this question may be put, the plain question first."""
        return (self.question, *self.phrasings, *self.phrasings_es)

    def expired(self, today: date) -> bool:
        return today > self.review_by
