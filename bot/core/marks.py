"""Cuts a post into stretches, so that a page can mark what the guardrails saw and hide what
identifies somebody.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.screen import Label

HIDDEN = "▇▇▇"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some text and, where the guardrails saw something, what and why."""

    text: str
    label: str = ""
    why: str = ""


def stretches(text: str, evidence: Iterable[Mapping[str, Any]]) -> list[Stretch]:
    """The post in order. Where findings overlap the first one to begin counts; what shows who
    somebody is is replaced, not marked.
    """
    cut: list[Stretch] = []
    at = 0
    for found in sorted(evidence, key=lambda e: (e["start"], -e["end"])):
        start, end = max(found["start"], at), min(found["end"], len(text))
        if start >= end:
            continue
        if start > at:
            cut.append(Stretch(text[at:start]))
        hide = found["label"] == Label.IDENTIFIER
        cut.append(Stretch(HIDDEN if hide else text[start:end], found["label"], found["why"]))
        at = end
    if at < len(text):
        cut.append(Stretch(text[at:]))
    return cut


def masked(text: str, evidence: Iterable[Mapping[str, Any]]) -> str:
    """The post with what shows who somebody is taken out: for lists, logs and the command line."""
    only = [found for found in evidence if found["label"] == Label.IDENTIFIER]
    return "".join(stretch.text for stretch in stretches(text, only))
