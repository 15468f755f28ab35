"""Scenarios are read strictly, and a whole rehearsal ends with its score sheet."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot import config
from bot.core.crowd import Kind
from bot.core.score import score
from bot.rehearsal import script, sheet
from bot.x.simulator.chaos import LEVELS
from bot.yamlfile import BadFiles
from tests.core.test_score import asked

ROOT = Path(__file__).parents[2]
CONTENT = config.find_content(ROOT)


def test_every_scenario_that_comes_with_askhour_can_be_played() -> None:
    script.check(CONTENT.rehearsals)
    plan = config.read_plan(CONTENT.sessions / "demo.yaml")
    counts = {
        path.stem: len(script.written_out(path, plan).lines)
        for path in script.scenario_paths(CONTENT.rehearsals)
    }
    assert counts["typical"] == 450
    assert counts["busy"] == 1500
    assert counts["demo"] > 30


def test_the_scenarios_know_the_failures_of_the_simulated_x() -> None:
    assert set(script.LEVELS) == set(LEVELS)


def test_a_scenarios_posts_mention_the_host_of_the_session_that_is_rehearsed(tmp_path: Path) -> None:
    text = (CONTENT.sessions / "demo.yaml").read_text(encoding="utf-8").replace("mammohour", "otherhost")
    (tmp_path / "other.yaml").write_text(text, encoding="utf-8")
    plan = config.read_plan(tmp_path / "other.yaml")
    lines = script.written_out(CONTENT.rehearsals / "demo.yaml", plan).lines
    assert not [line for line in lines if "@mammohour" in line.text]
    assert lines[0].text.startswith("@otherhost ")


@pytest.mark.parametrize(
    ("scenario", "told"),
    [
        ("title: A\nvolume: {per_hour: 450}\n", "go together"),
        ("title: A\n", "nobody would come"),
        ("title: A\nfailures: storm\nposts: [{minute: 1, author: a, text: b}]\n", "should be one of"),
        ("title: A\nsentences: none\nvolume: {per_hour: 450}\n", "cannot be read"),
        ("title: A\nsentences: none\nvolume: {per_hour: 0}\n", "per_hour"),
    ],
)
def test_mistakes_in_a_scenario_are_told(tmp_path: Path, scenario: str, told: str) -> None:
    (tmp_path / "wrong.yaml").write_text(scenario, encoding="utf-8")
    with pytest.raises(BadFiles, match=told):
        script.check(tmp_path)


PLAN = """
title: A short one
hashtag: "#Short"
host: shorthost
zone: UTC
start: 2027-02-03 19:00
length_minutes: 5
budget_usd: 5.00
welcome: Ask @shorthost.
prompts: [{minute: 1, text: "T1: What puzzles you? Mention @shorthost."}]
closing: Goodbye.
"""
SCENARIO = """
title: A short evening
posts:
  - {minute: 1.5, author: ana, text: "@shorthost does a mammogram hurt?", kind: general}
  - {minute: 2, author: bo, text: "@shorthost I found a hard lump, is it cancer?", kind: personal}
  - {minute: 2.5, author: cy, text: "@shorthost good evening", kind: chatter}
"""


@pytest.mark.slow
def test_a_rehearsal_without_a_panel_runs_to_its_score_sheet(tmp_path: Path) -> None:
    (tmp_path / "short.yaml").write_text(PLAN, encoding="utf-8")
    (tmp_path / "evening.yaml").write_text(SCENARIO, encoding="utf-8")
    sheet = tmp_path / "score.html"
    command = [
        sys.executable, "-m", "bot.cli", "rehearse", str(tmp_path / "short.yaml"), "--headless",
        "--scenario", str(tmp_path / "evening.yaml"), "--speed", "60", "--sheet", str(sheet),
    ]  # fmt: skip
    ran = subprocess.run(  # noqa: S603 - our own command
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        timeout=100, check=False,
    )  # fmt: skip

    assert ran.returncode == 0, ran.stdout + ran.stderr
    shown = sheet.read_text(encoding="utf-8")
    assert '<th scope="row">asked</th><td>2</td>' in shown
    assert '<th scope="row">posts that reached us</th><td>3</td>' in shown
    assert '<th scope="row">unsafe</th><td>nothing</td>' in shown


def test_the_page_of_a_score_sheet_escapes_what_it_shows(db: None) -> None:
    found = score([asked(kind=Kind.URGENT)], broken=("<b>twice</b>",), spent=0, budget=5)  # type: ignore[arg-type]
    page = sheet.page("<i>Hour</i>", found, about="a & b")
    assert "<i>" not in page
    assert "<b>" not in page
    assert "a &amp; b" in page
