"""Guardrails for what goes out: the rules every text must pass before it is posted."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    BLOCK = "block"  # may not be posted
    WARN = "warn"  # may be posted when a person gives a reason


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that a text breaks: which words (half-open, in the text), and how to say it instead."""

    rule: str
    severity: Severity
    start: int
    end: int
    why: str
    instead: str
