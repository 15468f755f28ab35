"""`askhour faq simulate`: what an FAQ gains as clinicians add phrasings, session by session.

Runs on a folder with labelled questions and keeps nothing of them. What a clinician would type is not
in such a set: another person's question about the same thing stands in for it, for as long as this runs.
"""

import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot import charts, config, matching
from bot.core.coverage import Coverage, cross_fitted, threshold
from bot.core.match import Index, Match
from bot.core.match_school import remembering
from bot.core.match_trust import Labelled

PRECISIONS = (0.9, 0.95, 0.975)
DRAWN = 0.95  # and what would be answered at this precision reaches no clinician in the sessions


class BadSet(Exception):
    """The folder cannot be used; says what is missing."""


@dataclass(frozen=True, slots=True)
class Asked:
    text: str
    entries: frozenset[str]  # that answer it; empty when none does


@dataclass(frozen=True, slots=True)
class LabelledSet:
    wordings: Mapping[str, tuple[str, ...]]
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """After so many sessions, added up over all runs."""

    sessions: int
    coverage: Mapping[float, Coverage]  # at each precision
    phrasings: float  # that clinicians have added by then, in one run
    first: float  # share of the answerable questions whose entry came first


@dataclass(frozen=True, slots=True)
class Try:
    """How the measured questions were matched after so many sessions of one run."""

    phrasings: int
    first: float
    ones: Mapping[str, Labelled]


Build = Callable[[Mapping[str, Sequence[str]]], Index]


def read(folder: Path) -> LabelledSet:
    """`faq.jsonl` with faq_id, question and paraphrases, `queries.jsonl` with query and gold_all.

    Questions whose label is marked as disputed are left out. Raises BadSet.
    """
    try:
        faq, queries = (_rows(folder / name) for name in ("faq.jsonl", "queries.jsonl"))
        wordings = {str(row["faq_id"]): (row["question"], *row.get("paraphrases", ())) for row in faq}
        asked = tuple(
            Asked(row["query"], frozenset(row["gold_all"])) for row in queries if not row.get("disputed")
        )
    except (OSError, ValueError, KeyError) as error:
        raise BadSet(f"{folder} is no set of labelled questions: {error!r}") from None
    return LabelledSet(wordings, asked)


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def command(folder: Path, *, sessions: int, runs: int, chart: Path | None) -> Iterator[str]:
    """Says how each level of the matcher gains, and draws it."""
    known = read(folder)
    vocabulary = matching.load_vocabulary(config.find_content().config / "synonyms.yaml")
    readers: dict[str, matching.Reader | None] = {"words alone": None}
    if reader := matching.installed_reader():
        encode = remembering(reader.encode)  # of this process only: nothing is kept
        readers["words and meaning"] = matching.Reader(encode, encode)
    pictures = []
    for level, one in readers.items():
        yield f"{level}, {runs} runs: answered (and of these right)"

        def build(wordings: Mapping[str, Sequence[str]], one: matching.Reader | None = one) -> Index:
            return vocabulary.index(wordings, one)

        steps = simulate(known, build, sessions=sessions, runs=runs)
        yield from map(_told, steps)
        pictures.append(_picture(level, steps))
    if chart:
        chart.write_text(charts.stacked(pictures), encoding="utf-8")
        yield f"chart in {chart}"


def _told(step: Step) -> str:
    shares = "; ".join(
        f"at {wanted:.1%} {found.share:.1%} ({found.precision:.1%})"
        for wanted, found in step.coverage.items()
    )
    return (
        f"  after {step.sessions} sessions, {step.phrasings:.0f} phrasings: {shares}; "
        f"the right entry first: {step.first:.1%}"
    )


def _picture(level: str, steps: Sequence[Step]) -> tuple[str, list[tuple[str, float]]]:
    named = [
        ("before the first" if not s.sessions else f"after session {s.sessions}", s.coverage[DRAWN].share)
        for s in steps
    ]
    return f"Answered at {DRAWN:.0%} precision, by {level}", named


def simulate(known: LabelledSet, build: Build, *, sessions: int, runs: int) -> list[Step]:
    """Half of the questions are asked in the sessions, the other half measures and is never added."""
    tried = [_run(known, build, sessions=sessions, seed=seed) for seed in range(runs)]
    return [_step(number, of_all) for number, of_all in enumerate(zip(*tried, strict=True))]


def _step(number: int, tries: Sequence[Try]) -> Step:
    questions: defaultdict[str, list[Labelled]] = defaultdict(list)
    for one in tries:
        for text, labelled in one.ones.items():
            questions[text].append(labelled)
    return Step(
        number,
        {wanted: cross_fitted([*questions.values()], wanted) for wanted in PRECISIONS},
        sum(one.phrasings for one in tries) / len(tries),
        sum(one.first for one in tries) / len(tries),
    )


def _run(known: LabelledSet, build: Build, *, sessions: int, seed: int) -> list[Try]:
    order = list(known.asked)
    random.Random(seed).shuffle(order)  # noqa: S311 - no secret
    measured, asked = order[::2], order[1::2]
    wordings = {entry: list(texts) for entry, texts in known.wordings.items()}
    started = sum(map(len, wordings.values()))
    tries = []
    for number in range(sessions + 1):
        index = build(wordings)
        matches = [index.match(one.text) for one in measured]
        ones = {one.text: _labelled(one, match) for one, match in zip(measured, matches, strict=True)}
        added = sum(map(len, wordings.values())) - started
        tries.append(Try(added, _first(measured, matches), ones))
        _teach(wordings, asked[number::sessions], index, threshold([*ones.values()], DRAWN))
    return tries


def _labelled(asked: Asked, match: Match) -> Labelled:
    """Held by a gate, a question is never answered automatically."""
    if match.best is None or match.gate:
        return Labelled(-1.0, False)
    return Labelled(match.best.probability, match.best.entry_id in asked.entries)


def _first(measured: Sequence[Asked], matches: Sequence[Match]) -> float:
    pairs = [(one, match) for one, match in zip(measured, matches, strict=True) if one.entries]
    return sum(bool(m.best and m.best.entry_id in one.entries) for one, m in pairs) / max(len(pairs), 1)


def _teach(wordings: dict[str, list[str]], asked: Sequence[Asked], index: Index, least: float) -> None:
    """What reached a clinician and has an entry: one phrasing for each entry, as a busy hour allows."""
    taught: set[str] = set()
    for one in asked:
        match = index.match(one.text)
        automatic = match.best is not None and not match.gate and match.best.probability >= least
        for entry in sorted(one.entries & wordings.keys() - taught)[:1]:
            if not automatic:
                wordings[entry].append(one.text)
                taught.add(entry)
