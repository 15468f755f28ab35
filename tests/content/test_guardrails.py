"""The guardrail files that ship with the project."""

from pathlib import Path
from shutil import copytree

import pytest

from bot.guardrails import check, load_screen, load_signposts
from bot.yamlfile import BadFiles

RULES = Path(__file__).parents[2] / "config" / "guardrails"
COUNTRIES = {"US", "UK", "IE", "CA", "AU", "ES", "any"}


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A copy to break."""
    return copytree(RULES, tmp_path / "guardrails")


def test_every_example_comes_out_as_written() -> None:
    assert check(RULES) == []


@pytest.mark.parametrize("occasion", ["crisis", "emergency", "identifier", "personal"])
def test_every_occasion_has_a_text_for_every_country(occasion: str) -> None:
    countries = [s.country for s in load_signposts(RULES) if s.occasion == occasion]

    assert set(countries) == COUNTRIES
    assert len(countries) == len(COUNTRIES)


def test_no_signpost_claims_an_approval_that_nobody_gave() -> None:
    assert {(s.status, s.reviewer) for s in load_signposts(RULES)} == {("draft", "")}


def test_every_number_in_a_signpost_is_listed_for_confirmation() -> None:
    for signpost in load_signposts(RULES):
        left = signpost.text
        for number in sorted(signpost.confirm, key=len, reverse=True):
            left = left.replace(number, "")
        assert not any(map(str.isdigit, left.replace("press 2", "").replace("24-hour", ""))), left


def test_an_example_that_comes_out_wrong_is_reported_with_its_line(rules: Path) -> None:
    path = rules / "crisis.yaml"
    path.write_text(path.read_text().replace("    I wish I was dead\n", "    What a fine day\n"))

    [problem] = check(rules)

    assert problem.path == path
    assert problem.line > 0
    assert "What a fine day" in problem.message


def test_an_unknown_word_list_is_reported_with_file_and_line(rules: Path) -> None:
    path = rules / "emergency.yaml"
    path.write_text(path.read_text().replace("{breathless}\n", "{breathles}\n", 1))

    with pytest.raises(BadFiles) as bad:
        load_screen(rules)

    assert "breathles" in str(bad.value)
    assert bad.value.problems[0].line > 0


def test_a_missing_file_stops_the_screen_from_being_built(rules: Path) -> None:
    (rules / "crisis.yaml").unlink()

    with pytest.raises(BadFiles):
        load_screen(rules)
    assert check(rules)
