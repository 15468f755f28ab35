"""The product's own code, in the shape in which outside measurements call it. Nothing else is here."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from bot import config, guardrails
from bot.core.review import Reviewer, Severity
from bot.core.screen import Screen
from bot.matching import Reader, Vocabulary, installed_reader, load_vocabulary

Ranked = list[tuple[str, float]]


def match(faq: Sequence[Mapping[str, Any]], queries: Sequence[str]) -> list[Ranked]:
    """For each question the entries that may answer it, best first, with the probability of each.

    With the encoder where `askhour models install` has put one.

    `faq` holds `faq_id`, `question` and `paraphrases`. A gate that forbids an automatic answer is
    not shown here: this measures the matcher, triage comes after it.
    """
    return _match(faq, queries, _reader())


def match_light(faq: Sequence[Mapping[str, Any]], queries: Sequence[str]) -> list[Ranked]:
    """As `match`, by words alone: what is used without the encoder."""
    return _match(faq, queries, None)


def _match(faq: Sequence[Mapping[str, Any]], queries: Sequence[str], reader: Reader | None) -> list[Ranked]:
    wordings = {str(e["faq_id"]): [e["question"], *e.get("paraphrases", ())] for e in faq}
    index = _vocabulary().index(wordings, reader)
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
def _reader() -> Reader | None:
    """Without the memory for wordings: a measurement leaves nothing in the installation."""
    reader = installed_reader()
    return Reader(reader.encode, reader.encode) if reader else None


@cache
def _screen() -> Screen:
    return guardrails.load_screen(config.find_content().guardrails)


@cache
def _reviewer() -> Reviewer:
    return guardrails.load_reviewer(config.find_content().guardrails)
