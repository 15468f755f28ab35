"""The product's own code, in the shape in which outside measurements call it. Nothing else is here."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from bot import config, guardrails
from bot.core.review import Reviewer, Severity
from bot.core.screen import Screen
from bot.matching import Vocabulary, load_vocabulary

Ranked = list[tuple[str, float]]


def match(faq: Sequence[Mapping[str, Any]], queries: Sequence[str]) -> list[Ranked]:
    """For each question the entries that may answer it, best first, with the probability of each.

    `faq` holds `faq_id`, `question` and `paraphrases`. A gate that forbids an automatic answer is
    not shown here: this measures the matcher, triage comes after it.
    """
    wordings = {str(e["faq_id"]): [e["question"], *e.get("paraphrases", ())] for e in faq}
    index = _vocabulary().index(wordings)
    return [[(found.entry_id, found.probability) for found in index.match(query).ranked] for query in queries]


def screen(texts: Sequence[str]) -> list[set[str]]:
    """The labels of each post; exactly {"general"} may be answered automatically."""
    return [{str(label) for label in _screen()(text).labels} for text in texts]


def review(texts: Sequence[str]) -> list[set[str]]:
    """The outgoing rules that stop each text; none, when it may be posted (perhaps with a warning)."""
    found = (_reviewer().findings(text) for text in texts)
    return [{finding.rule for finding in each if finding.severity is Severity.BLOCK} for each in found]


@cache
def _vocabulary() -> Vocabulary:
    return load_vocabulary(config.find_content().config / "synonyms.yaml")


@cache
def _screen() -> Screen:
    return guardrails.load_screen(config.find_content().guardrails)


@cache
def _reviewer() -> Reviewer:
    return guardrails.load_reviewer(config.find_content().guardrails)
