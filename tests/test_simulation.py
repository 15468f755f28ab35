"""The simulation of sessions: it measures on questions that are never added, and sees what they bring."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from bot import simulation
from bot.core.match import Index
from bot.simulation import Asked, LabelledSet

THINGS = {"park": "car spot", "eat": "food drink", "wear": "dress gown", "pay": "bill cost"}
WAYS = ("where is the {}", "tell me of {} please", "{} before the visit", "any rule about {}", "{} for mum")


def known() -> LabelledSet:
    """Each entry knows one word for its subject; people use two others as well."""
    asked = [
        Asked(way.format(word), frozenset({entry}))
        for entry, words in THINGS.items()
        for word in words.split()
        for way in WAYS
    ]
    strange = [Asked(f"is the {word} machine loud", frozenset()) for word in "blue green old new red".split()]
    return LabelledSet(
        {entry: (f"can i {entry} there", f"{entry} or not") for entry in THINGS}, (*asked, *strange)
    )


def test_the_right_entry_comes_first_more_often_from_session_to_session() -> None:
    steps = simulation.simulate(known(), Index, sessions=3, runs=2)
    assert [step.sessions for step in steps] == [0, 1, 2, 3]
    assert steps[0].phrasings == 0
    assert steps[-1].first > steps[0].first + 0.2
    assert len({step.coverage[0.95].asked for step in steps}) == 1


def test_what_measures_is_never_added() -> None:
    seen: list[set[str]] = []

    def build(wordings: Mapping[str, Sequence[str]]) -> Index:
        seen.append({text for texts in wordings.values() for text in texts})
        return Index(wordings)

    simulation.simulate(known(), build, sessions=4, runs=1)
    added = seen[-1] - seen[0]
    texts = {one.text for one in known().asked}
    assert added <= texts
    assert 0 < len(added) <= len(texts) / 2


def test_the_command_tells_and_draws_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKHOUR_MODELS", str(tmp_path / "none"))
    faq = [{"faq_id": e, "question": q, "paraphrases": rest} for e, (q, *rest) in known().wordings.items()]
    queries: list[dict[str, object]] = [
        {"query": one.text, "gold_all": sorted(one.entries)} for one in known().asked
    ]
    queries.append({"query": "who disputes this", "gold_all": ["eat"], "disputed": True})
    for name, rows in (("faq", faq), ("queries", queries)):
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    chart = tmp_path / "chart.svg"
    told = list(simulation.command(tmp_path, sessions=2, runs=1, chart=chart))
    assert told[0].startswith("words alone, 1 runs")
    assert "after 2 sessions" in told[3]
    drawn = chart.read_text(encoding="utf-8")
    assert 'role="img" aria-label="Answered at 95% precision, by words alone: before the first' in drawn


def test_a_folder_that_is_no_set_is_told(tmp_path: Path) -> None:
    with pytest.raises(simulation.BadSet, match="no set of labelled questions"):
        simulation.read(tmp_path)
