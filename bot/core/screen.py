"""Guardrails for what comes in: which of nine classes a post belongs to, and why."""

from dataclasses import dataclass
from enum import StrEnum


class Label(StrEnum):
    """What a post is. Labels belong to a post, never to a person (X's health clause)."""

    CRISIS = "crisis"
    EMERGENCY = "emergency"
    IDENTIFIER = "identifier"
    PERSONAL = "personal"
    ABUSE_SPAM = "abuse_spam"
    MISINFO_PROMO = "misinfo_promo"
    OTHER_LANGUAGE = "other_language"
    NOT_QUESTION = "not_question"
    GENERAL = "general"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a label was given: the rule, and where in the text as it was posted (half-open)."""

    rule: str
    label: Label
    start: int
    end: int
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    labels: frozenset[Label]
    evidence: tuple[Evidence, ...] = ()

    @property
    def may_be_answered(self) -> bool:
        """True only for a post that is a general question and nothing else."""
        return self.labels == {Label.GENERAL}
