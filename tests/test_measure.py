"""`askhour faq …` as a person uses it, and what an installation keeps of labelled questions."""

import json
import math
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import config, matching, measure, proof, texts
from bot.cli import app
from bot.core import match_explain
from bot.core.delivery import Timing
from bot.core.match_trust import Labelled

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("ASKHOUR_DATA", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def run(*words: str) -> str:
    result = CliRunner().invoke(app, ["faq", *words])
    assert result.exit_code == 0, result.output
    return result.output


def test_a_clinician_sees_the_ranking_the_wording_and_what_held_it() -> None:
    shown = run("match", "how much radiation is in a ct scan")
    assert "dose" in shown
    assert any(f"{name} (" in shown for name in ("likely", "possible"))
    assert "A clinician decides: it names a test that the FAQ's question does not: ct." in shown


def test_the_very_words_of_the_faq_may_go_out() -> None:
    assert "A wording of this entry" in run("match", "Does a mammogram hurt?")


def test_a_question_about_nothing_we_know_is_told() -> None:
    assert "nothing in the FAQ is like it" in run("match", "🌹")


@pytest.mark.parametrize(
    ("probability", "name"), [(0.99, "sure"), (0.9, "likely"), (0.6, "possible"), (0, "doubtful")]
)
def test_a_probability_is_shown_as_a_band(probability: float, name: str) -> None:
    assert match_explain.band(probability) == name


def test_what_the_synonyms_are_worth_can_be_seen() -> None:
    """Fewer of the right entries come first without them."""

    def first(*options: str) -> int:
        line = next(line for line in run("evaluate", *options).splitlines() if line.startswith("│ all "))
        return int(line.split("│")[3].strip().removesuffix("%"))

    assert first("--without-synonyms") < first()


def test_labels_are_kept_for_the_matcher_in_use_only() -> None:
    refused = CliRunner().invoke(app, ["faq", "evaluate", "--keep", "--without-synonyms"])
    assert refused.exit_code == 2


def test_the_faq_is_tried_topic_by_topic_and_says_what_is_missing(here: Path) -> None:
    page = here / "report.html"
    shown = run("evaluate", "--report", str(page))
    assert "Taken for one another" in shown
    assert "more labelled questions are missing" in shown
    assert page.read_text().count("<svg") == 3
    assert "<script" not in page.read_text()


def test_labelled_questions_count_and_only_scores_are_kept(here: Path) -> None:
    file = here / "labelled.jsonl"
    asked = [
        {"text": "will a mammogram hurt me much", "entry": "pain"},
        {"text": "what do mammograms cost the hospital", "entry": None},
    ]
    file.write_text("\n".join(json.dumps(one) for one in asked) + "\n")
    assert "2 labelled questions" in run("evaluate", "--labelled", str(file), "--keep")
    kept = proof.kept()
    assert kept is not None
    assert {one.right for one in kept.labelled} == {True, False}
    assert "mammogram" not in proof.file().read_text()


def test_a_line_that_is_no_labelled_question_is_told(here: Path) -> None:
    file = here / "labelled.jsonl"
    file.write_text('{"text": "a", "entry": null}\n{"text": "a"}\n')
    with pytest.raises(proof.BadLabels, match=r"line 2: entry"):
        proof.read_questions(file)


def test_nothing_is_shown_without_labelled_questions_of_this_level(here: Path) -> None:
    assert math.isinf(proof.sure_from("words", 50))
    proof.keep("words", [Labelled(0.9, right=True)] * 300)
    assert proof.sure_from("words", 50) == 0.9
    assert math.isinf(proof.sure_from("meaning", 50))
    proof.file().write_text("half a fi")
    assert math.isinf(proof.sure_from("words", 50))


def test_for_real_the_promise_must_be_shown_and_in_a_rehearsal_it_need_not() -> None:
    read = texts.read(config.find_content(ROOT))
    assert read.judge().sure_from == math.inf
    assert read.on_stage(Timing()).judge().sure_from is None
    proof.keep(read.index.version, [Labelled(0.97, right=True)] * 300)
    assert read.judge().sure_from == 0.97


def test_which_level_is_used_is_said() -> None:
    assert matching.level().startswith("matching by words alone")
    assert "matching by words alone" in run("match", "does it hurt")


def test_the_hint_names_the_extra_in_its_brackets(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They look like markup to rich, which would leave them out."""
    monkeypatch.setattr(matching, "level", lambda: "pip install 'askhour[semantic]'")
    measure.show_match("does a mammogram hurt?")
    assert "askhour[semantic]" in capsys.readouterr().out
