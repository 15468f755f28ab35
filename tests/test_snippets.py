"""Half sentences for clinicians pass the same rules as all that leaves."""

from pathlib import Path

import pytest

from bot import config, guardrails, snippets
from bot.core.review import Reviewer
from bot.yamlfile import BadFiles

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def reviewer() -> Reviewer:
    return guardrails.load_reviewer(config.find_content(ROOT).guardrails)


def test_ours_may_all_leave(reviewer: Reviewer) -> None:
    assert len(snippets.load(ROOT / "config" / "snippets.yaml", reviewer)) >= 5


def test_none_are_needed(tmp_path: Path, reviewer: Reviewer) -> None:
    assert snippets.load(tmp_path / "snippets.yaml", reviewer) == ()


def test_all_that_could_not_leave_is_told_by_line(tmp_path: Path, reviewer: Reviewer) -> None:
    path = tmp_path / "snippets.yaml"
    path.write_text(
        "snippets:\n"
        "  - {id: a, name: A, text: You should stop your tamoxifen.}\n"
        "  - {id: a, name: B, text: General info only.}\n",
        encoding="utf-8",
    )
    with pytest.raises(BadFiles) as bad:
        snippets.load(path, reviewer)
    assert "snippets.yaml:2: snippets[1].text" in str(bad.value)
    assert "snippets.yaml:3: snippets[2].id: the id a stands twice" in str(bad.value)
