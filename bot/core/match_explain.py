"""Why the matcher said what it said, in words that a clinician understands.

One object for everybody who asks: the item's page and `askhour faq match`.
"""

import math
from dataclasses import dataclass

from bot.core.match import Candidate, Match

#: What clinicians see instead of a number.
BANDS = ((0.98, "sure"), (0.85, "likely"), (0.5, "possible"), (0.0, "doubtful"))
NEARNESS = ((0.8, "very near"), (0.55, "near"), (0.3, "somewhat near"), (-math.inf, "far off"))
LEAD = (
    (0.25, "far ahead of the next"),
    (0.1, "ahead of the next"),
    (0.0, "only just ahead"),
    (-math.inf, "behind another"),
)


@dataclass(frozen=True, slots=True)
class Ranked:
    """An entry that may answer the question."""

    entry_id: str
    band: str
    probability: float
    wording: str  # of the FAQ: the one that came nearest
    shared: tuple[str, ...]  # the question's words with a subject that the wording has too
    missing: tuple[str, ...]
    nearness: float
    lead: float
    near: str  # the signals in words
    ahead: str
    alike: float = 0.0  # the wording, read nearer to its words; 0 without an encoder


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the matcher found, and what it makes of it. `gate` is why the best may not be sent."""

    ranked: tuple[Ranked, ...]
    gate: str
    automatic: bool  # as far as the matcher is concerned: the guardrails have their say besides
    verdict: str


def band(probability: float) -> str:
    return next(name for least, name in BANDS if probability >= least)


def explain(match: Match, *, sure_enough: float, sure_from: float, most: int = 5) -> Explanation:
    """`sure_enough` is what the organiser asks for, `sure_from` what is shown (core/match_trust.py)."""
    automatic, verdict = _verdict(match, sure_enough, sure_from)
    return Explanation(tuple(map(_ranked, match.ranked[:most])), match.gate, automatic, verdict)


def _ranked(one: Candidate) -> Ranked:
    return Ranked(
        one.entry_id,
        band(one.probability),
        one.probability,
        one.wording,
        one.shared,
        one.missing,
        one.signals.nearness,
        one.signals.lead,
        next(name for least, name in NEARNESS if one.signals.nearness >= least),
        next(name for least, name in LEAD if one.signals.lead >= least),
        one.signals.early,
    )


def _verdict(match: Match, sure_enough: float, sure_from: float) -> tuple[bool, str]:
    if match.best is None or match.gate:
        return False, f"A clinician decides: {match.gate}."
    if match.best.verbatim:
        return True, "A wording of this entry: may be answered automatically."
    if match.best.probability >= sure_enough and math.isinf(sure_from):
        return False, (
            "A clinician decides: how often the matcher is right here is not shown yet "
            "(askhour faq evaluate). In a rehearsal it would be answered automatically."
        )
    if match.best.probability < max(sure_enough, min(sure_from, 1.0)):
        return False, "A clinician decides: no FAQ entry is near enough to be sure."
    return True, "Near enough to be answered automatically."
