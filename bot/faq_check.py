"""Every check that the FAQ goes through before a clinician reads it. None sees whether an answer is true."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path

from rapidfuzz import fuzz

from bot import faq_likeness, guardrails
from bot.core import signing
from bot.core.entry import Entry, Status
from bot.core.grade import reading_grade
from bot.core.identifiers import identifiers
from bot.core.review import Finding, Reviewer
from bot.core.signing import Standing
from bot.core.weigh import MAX_WEIGHT, has_url, weighted_length
from bot.faq import FACTS, Fact, Found, Known, Placed, read
from bot.yamlfile import BadFiles, Key, Problem

MAX_GRADE = 8.0  # US plain language: 6th to 8th grade
MAX_LIKENESS = 90  # of 100; above it two wordings read as the same post
MAX_AGE = timedelta(days=366)  # an answer is reread at least once a year
AT_LEAST = {"phrasings": 6, "sources": 1, "facts": 1}
AT_LEAST_ES = {"phrasings_es": 3, "answers_es": 2}  # where there is any Spanish

#: What the outgoing rules say again of what is told better here.
SAID_HERE = frozenset({"too_long", "no_source", "reading_grade"})

_SAID = re.compile(r"\b(?:Sources?|Fuentes?): (?P<names>.+)\.$", re.DOTALL)
_FACT = re.compile(r"[a-z0-9-]+/[1-9]\d*")


def check(folder: Path, *, today: date, reviewer: Reviewer | None = None) -> list[Problem]:
    """Everything that should be mended before a clinician reads it, by file and line.

    `reviewer` holds the outgoing rules; without it the answers are not tried against them.
    """
    found = read(folder)
    problems = [
        *found.unusable(),
        *_unused_sources(found),
        *faq_likeness.problems(found),
        *_spanish_problems(found),
    ]
    names = {source.id: source.name for source in found.sources()}
    facts = {fact.id: fact for fact in found.facts()}
    for placed in found.entries():
        problems += _entry_problems(placed, names, today)
        problems += _signature_problems(placed, today)
        if not any(problem.path.name == FACTS for problem in found.problems):
            problems += _fact_problems(placed, facts)
        if reviewer is not None:
            problems += _outgoing_problems(placed, reviewer)
    return BadFiles(problems).problems


def check_all(folder: Path, rules: Path, *, today: date) -> list[Problem]:
    """`check` with the outgoing rules in `rules`; where those cannot be read, that is a problem too."""
    try:
        reviewer = guardrails.load_reviewer(rules)
    except BadFiles as bad:
        return BadFiles([*bad.problems, *check(folder, today=today)]).problems
    return check(folder, today=today, reviewer=reviewer)


def check_entries(folder: Path, rules: Path, ids: set[str], *, today: date) -> list[Problem]:
    """What stands in the way of signing these entries. That nobody has signed them yet does not.

    Raises BadFiles when the rules cannot be read.
    """
    reviewer = guardrails.load_reviewer(rules)
    found = read(folder)
    names = {source.id: source.name for source in found.sources()}
    facts = {fact.id: fact for fact in found.facts()}
    problems: list[Problem] = []
    for placed in found.entries():
        if placed.entry.id in ids:
            problems += _entry_problems(placed, names, today)
            problems += _fact_problems(placed, facts)
            problems += _outgoing_problems(placed, reviewer)
    return BadFiles(problems).problems


def _unused_sources(found: Found) -> Iterator[Problem]:
    if found.problems:
        return  # an entry that could not be read may use it
    used = {source for placed in found.entries() for source in placed.entry.sources}
    for index, source in enumerate(found.sources()):
        if source.id not in used:
            message = f"no entry uses the source {source.id}: delete it"
            yield found.source_file.problem(message, "sources", index, "id")


def _spanish_problems(found: Found) -> Iterator[Problem]:
    """The questions that are asked most should have Spanish."""
    entries = {placed.entry.id: placed for placed in found.entries()}
    for index, one in enumerate(found.most_asked.content.entries):
        placed = entries.get(one)
        if placed is None and not found.problems:
            message = f"there is no entry {one}: mend the spelling, or take it off the list"
            yield found.most_asked.problem(message, "entries", index)
        elif placed is not None and not placed.entry.answers_es:
            message = "is asked often, but has no Spanish: add `phrasings_es` and `answers_es`"
            yield placed.problem(message, "id")


def _entry_problems(placed: Placed, names: Mapping[str, str], today: date) -> Iterator[Problem]:
    yield from _count_problems(placed)
    yield from _date_problems(placed, today)
    for key, text in texts(placed.entry, "answers", "answers_es"):
        yield from _post_problems(placed, key, text)
        yield from _naming_problems(placed, key, text, names)
    for key, text in texts(placed.entry, "answers", "more"):
        grade = reading_grade(without_sources(text))
        if grade > MAX_GRADE:
            message = f"reading grade {grade:.1f}, at most {MAX_GRADE:g}: shorter sentences and words"
            yield placed.problem(message, *key)
    for kind in ("answers", "answers_es"):
        yield from _likeness_problems(placed, kind)


def _count_problems(placed: Placed) -> Iterator[Problem]:
    entry = placed.entry
    spanish = AT_LEAST_ES if entry.phrasings_es or entry.answers_es else {}
    for key, needed in (AT_LEAST | spanish).items():
        count = len(getattr(entry, key))
        if count < needed:
            yield placed.problem(f"{count} here, at least {needed} needed: add more", key)


def _date_problems(placed: Placed, today: date) -> Iterator[Problem]:
    entry = placed.entry
    if entry.expired(today):
        message = f"passed on {entry.review_by}: reread the answer, then set a later date"
        yield placed.problem(message, "review_by")
    elif entry.review_by > today + MAX_AGE:
        yield placed.problem("more than a year ahead: choose a nearer date", "review_by")
    if entry.reviewed_on and entry.reviewed_on > today:
        yield placed.problem("is in the future: write the day of the signature", "reviewed_on")
    if entry.reviewed_on and entry.reviewed_on > entry.review_by:
        yield placed.problem("is after `review_by`: sign again with a later date", "reviewed_on")


def _signature_problems(placed: Placed, today: date) -> Iterator[Problem]:
    entry = placed.entry
    if entry.status is Status.SIGNED and signing.standing(entry, today) is Standing.CHANGED:
        key = "signed_hash" if entry.signed_hash else "status"
        message = f"not what {entry.reviewed_by} signed: let a reviewer sign it again (askhour faq sign)"
        yield placed.problem(message, key)


def _post_problems(placed: Placed, key: Key, text: str) -> Iterator[Problem]:
    length = weighted_length(text)
    if length > MAX_WEIGHT:
        message = f"{length} characters as X counts, at most {MAX_WEIGHT}: shorten it"
        yield placed.problem(message, *key)
    if has_url(text):
        message = "contains a web address, and X charges for it: name the source in words"
        yield placed.problem(message, *key)
    if "@" in text:
        yield placed.problem("contains @, which would call on an account: leave it out", *key)


def _naming_problems(placed: Placed, key: Key, text: str, names: Mapping[str, str]) -> Iterator[Problem]:
    said = _SAID.search(text)
    if said is None:
        start = "Fuente" if key[0] == "answers_es" else "Source"
        yield placed.problem(f"should end with its source: '{start}: NAME.'", *key)
        return
    own = {names[source] for source in placed.entry.sources if source in names}
    for name in said["names"].split("; "):
        if name not in own:
            message = f"names {name!r} as its source, but `sources` has {', '.join(sorted(own))}"
            yield placed.problem(f"{message}: use one of these names, or add the source", *key)


def _likeness_problems(placed: Placed, kind: str) -> Iterator[Problem]:
    said = [(key, without_sources(text)) for key, text in texts(placed.entry, kind)]
    for ((_, i), one), (key, two) in combinations(said, 2):
        likeness = fuzz.ratio(one.casefold(), two.casefold())
        if likeness > MAX_LIKENESS:
            message = f"{likeness:.0f} % like {kind}[{int(i) + 1}]: say it in other words"
            yield placed.problem(message, *key)


def _fact_problems(placed: Placed, facts: Mapping[str, Fact]) -> Iterator[Problem]:
    entry = placed.entry
    for index, one in enumerate(entry.facts):
        fact = facts.get(one)
        if not _FACT.fullmatch(one):
            message = f"{one!r} should be a topic and the number of the fact, such as pain/1"
            yield placed.problem(message, "facts", index)
        elif fact is None:
            message = f"there is no fact {one} in {FACTS}: mend the spelling, or add the fact there"
            yield placed.problem(message, "facts", index)
        elif fact.sources and not set(fact.sources) & set(entry.sources):
            message = f"{one} comes from {', '.join(fact.sources)}: add one of these to `sources`"
            yield placed.problem(message, "facts", index)
    known = [facts[one] for one in entry.facts if one in facts]
    if known and all(fact.status is Known.MEMORY for fact in known):
        message = "rests on facts from memory alone: find a source for one, or take the entry out"
        yield placed.problem(message, "facts")


def _outgoing_problems(placed: Placed, reviewer: Reviewer) -> Iterator[Problem]:
    """What the outgoing rules would stop or warn of, whatever wording of the question is answered."""
    # Of a question only what identifies somebody matters to the rules: an answer must not repeat it.
    asked = ("", *(text for text in placed.entry.wordings() if any(identifiers(text))))
    for key, text in texts(placed.entry, "answers", "answers_es"):
        for finding in _once(finding for question in asked for finding in reviewer.findings(text, question)):
            words = text[finding.start : finding.end]
            message = f"the outgoing rules stop {words!r} ({finding.rule}): {finding.why} {finding.instead}"
            yield placed.problem(message, *key)


def _once(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in dict.fromkeys(findings) if finding.rule not in SAID_HERE]


def without_sources(text: str) -> str:
    """The text without its last words, which name the sources."""
    return _SAID.sub("", text)


def texts(entry: Entry, *kinds: str) -> Iterator[tuple[Key, str]]:
    """The texts of the entry under these keys, each with the key under which it stands."""
    for kind in kinds:
        value = getattr(entry, kind)
        if isinstance(value, str):
            yield (kind,), value
        else:
            yield from (((kind, index), text) for index, text in enumerate(value))
