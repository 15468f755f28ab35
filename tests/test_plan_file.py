"""The form for plans: the same checks as for a file, all problems at once, and comments stay."""

from pathlib import Path

import pytest

from bot import config, plan_file
from bot.core import plan_form
from bot.core.plan_form import Flat
from bot.faq_files import CannotWrite
from bot.yamlfile import BadFiles

DEMO = config.find_content(Path(__file__).parents[1]).sessions / "demo.yaml"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "demo.yaml"
    text = DEMO.read_text(encoding="utf-8").replace('approved_by: ""', 'approved_by: "Dr Ana Ruiz"')
    file.write_text(text, encoding="utf-8")
    return file


def changed(path: Path, **changes: str) -> Flat:
    named = {key.replace("__", "."): value for key, value in changes.items()}
    return plan_form.typed(plan_file.read(path) | named)


def save(path: Path, flat: Flat) -> None:
    plan_file.save(path, flat, seen=plan_file.version(path))


def test_a_plan_goes_through_the_form_unchanged(path: Path) -> None:
    flat = plan_file.read(path)
    assert plan_form.typed(flat) == flat
    plan, problems = plan_file.examine(flat, approved_by="Dr Ana Ruiz")
    assert problems == {}
    assert plan is not None
    assert plan_file._plain(plan) == plan_file._plain(config.read_plan(path))


def test_saving_what_was_not_changed_changes_nothing(path: Path) -> None:
    before = path.read_text(encoding="utf-8")
    save(path, plan_file.read(path))
    assert config.read_plan(path).approved_by == "Dr Ana Ruiz"
    after = path.read_text(encoding="utf-8")
    assert [line for line in after.splitlines() if line.startswith("#")] == [
        line for line in before.splitlines() if line.startswith("#")
    ]


def test_what_is_changed_is_written_and_comments_stay(path: Path) -> None:
    save(path, changed(path, start="2027-01-05 19:00", series__rrule="FREQ=MONTHLY;BYDAY=1TU"))
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# The session that `make demo` hosts.")
    assert "# the clinician who approved every text below" in text
    plan = config.read_plan(path)
    assert plan.series is not None
    assert plan.series.rrule == "FREQ=MONTHLY;BYDAY=1TU"
    assert plan.approved_by == "Dr Ana Ruiz"  # no text has changed


def test_a_changed_text_makes_the_plan_a_draft_again(path: Path) -> None:
    save(path, changed(path, closing="Good night."))
    assert config.read_plan(path).approved_by == ""


def test_rows_are_added_changed_and_taken_out(path: Path) -> None:
    flat = changed(path) | {"spares[3]": "T7: A spare?", "reminders[1].minute": "27"}
    flat["spares[1]"] = ""
    flat["prompts[1].minute"] = flat["prompts[1].text"] = ""
    save(path, plan_form.typed(flat))
    plan = config.read_plan(path)
    assert [prompt.minute for prompt in plan.prompts] == [18, 33, 46]
    assert [spare[:3] for spare in plan.spares] == ["T6:", "T7:"]
    assert plan.reminders[0].minute == 27


def test_all_problems_are_told_at_once_by_field_those_of_shape_and_those_of_the_rules(path: Path) -> None:
    flat = changed(path, title="", length_minutes="an hour", hashtag="MammoHour", closing="x" * 281)
    flat["prompts[2].minute"] = "soon"
    flat["announcements[1].before"] = "a week"
    flat["series.exceptions"] = "2027-13-01"
    plan, problems = plan_file.examine(flat)
    assert plan is None
    assert {
        "title", "length_minutes", "hashtag", "closing", "prompts[2].minute", "announcements[1].before",
        "series.exceptions",
    } <= set(problems)  # fmt: skip


def test_the_form_and_a_file_find_the_same_problems(path: Path) -> None:
    wrong = changed(path, hashtag="no", host="@x", budget_usd="0", zone="Europe/London")
    _, of_form = plan_file.examine(wrong)
    text = path.read_text(encoding="utf-8")
    for old, new in (('"#MammoHour"', '"no"'), ("host: mammohour", 'host: "@x"'), ("5.00", "0.0")):
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadFiles) as bad:
        config.read_plan(path)
    of_file = {(problem.key, problem.message) for problem in bad.value.problems}
    assert {(key, message) for key, messages in of_form.items() for message in messages} == of_file


def test_a_new_plan_is_a_draft(path: Path) -> None:
    fresh = path.with_name("monthly.yaml")
    plan_file.save(fresh, plan_file.read(path), seen="")
    assert config.read_plan(fresh).approved_by == ""
    with pytest.raises(CannotWrite, match="somebody has changed"):
        plan_file.save(fresh, plan_file.read(path), seen="")


@pytest.mark.parametrize("name", ["Big", "a b", ".hidden", "-", "x" * 61])
def test_a_name_that_could_lead_elsewhere_is_refused(path: Path, name: str) -> None:
    with pytest.raises(CannotWrite, match="small letters"):
        plan_file.save(path.parent / f"{name}.yaml", {}, seen="")


def test_nothing_is_written_over_what_somebody_else_has_changed(path: Path) -> None:
    seen = plan_file.version(path)
    save(path, changed(path, title="Another title"))
    with pytest.raises(CannotWrite, match="meanwhile"):
        plan_file.save(path, changed(path, title="Mine"), seen=seen)
    assert config.read_plan(path).title == "Another title"


def test_a_plan_is_approved_as_it_was_read(path: Path) -> None:
    save(path, changed(path, closing="Good night."))
    seen = plan_file.version(path)
    plan_file.approve(path, "Dr Bo Li", seen=seen)
    assert config.read_plan(path).approved_by == "Dr Bo Li"
    with pytest.raises(CannotWrite, match="while you read"):
        plan_file.approve(path, "Dr Cy Oz", seen=seen)
