"""The form for plans in the page: who may, what comes back when something is wrong, and what is written."""

import shutil
from pathlib import Path
from typing import cast

import pytest
from django.test import Client
from django.urls import reverse

from bot import config, plan_file, staff
from bot.config import Content
from bot.console.desk import Desk
from bot.core.plan_form import Flat
from bot.staff import Role
from bot.texts import Texts
from tests.console.conftest import NOW, client_at

pytestmark = pytest.mark.django_db
REAL = config.find_content(Path(__file__).parents[2])


@pytest.fixture
def content(tmp_path: Path) -> Content:
    shutil.copytree(REAL.sessions, tmp_path / "sessions")
    return Content(REAL.faq, tmp_path)


def signed_in(content: Content, role: Role) -> Client:
    client = client_at(Desk(cast(Texts, None), lambda: NOW, second_factor=False, content=content))
    client.force_login(staff.add(f"a-{role}", role), backend="sesame.backends.ModelBackend")
    return client


@pytest.fixture
def organiser(content: Content) -> Client:
    return signed_in(content, Role.ORGANISER)


def demo(content: Content) -> Path:
    return content.sessions / "demo.yaml"


def typed(content: Content, **changes: str) -> Flat:
    return plan_file.read(demo(content)) | {"seen": plan_file.version(demo(content))} | changes


def test_a_plan_is_changed_and_its_comments_stay(organiser: Client, content: Content) -> None:
    answer = organiser.post(
        reverse("plan-edit", args=["demo"]), typed(content, title="An evening of questions")
    )
    assert answer.status_code == 302
    assert config.read_plan(demo(content)).title == "An evening of questions"
    assert demo(content).read_text(encoding="utf-8").startswith("# The session that")


def test_all_problems_stand_beside_their_fields_and_nothing_typed_is_lost(
    organiser: Client, content: Content
) -> None:
    before = demo(content).read_bytes()
    wrong = typed(content, zone="Europe/Berlim", length_minutes="an hour", closing="<b>x</b>" * 50)
    answer = organiser.post(reverse("plan-edit", args=["demo"]), wrong)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "is not a time zone" in shown
    assert "valid integer" in shown
    assert 'value="Europe/Berlim"' in shown
    assert 'value="an hour"' in shown
    assert "&lt;b&gt;x&lt;/b&gt;" in shown
    assert "<b>x</b>" not in shown
    assert demo(content).read_bytes() == before


def test_each_problem_on_the_page_is_tied_to_its_field(organiser: Client, content: Content) -> None:
    shown = organiser.post(reverse("plan-edit", args=["demo"]), typed(content, host="@x")).content.decode()
    field = shown.partition('id="host"')[2].partition("</div>")[0]
    assert 'aria-invalid="true"' in field
    assert "without @" in field


def test_a_new_plan_is_made_like_another_and_needs_a_name_of_its_own(
    organiser: Client, content: Content
) -> None:
    shown = organiser.get(reverse("plan-new"), {"like": "demo"}).content.decode()
    assert "Mammograms without fear" in shown
    for name in ("demo", "Not A Name", ""):
        answer = organiser.post(reverse("plan-new"), typed(content, name=name))
        assert answer.status_code == 422, name
    assert organiser.post(reverse("plan-new"), typed(content, name="monthly")).status_code == 302
    assert config.read_plan(content.sessions / "monthly.yaml").approved_by == ""


def test_what_somebody_else_changed_meanwhile_is_not_written_over(
    organiser: Client, content: Content
) -> None:
    mine = typed(content, title="Mine")
    organiser.post(reverse("plan-edit", args=["demo"]), typed(content, title="Theirs"))
    answer = organiser.post(reverse("plan-edit", args=["demo"]), mine)
    assert answer.status_code == 409
    assert 'value="Mine"' in answer.content.decode()
    assert config.read_plan(demo(content)).title == "Theirs"


def test_a_reviewer_reads_and_approves_and_may_not_change(content: Content, organiser: Client) -> None:
    reviewer = signed_in(content, Role.REVIEWER)
    assert "I approve all of them" in reviewer.get(reverse("plan-edit", args=["demo"])).content.decode()
    assert reviewer.post(reverse("plan-edit", args=["demo"]), typed(content)).status_code == 403
    seen = {"seen": plan_file.version(demo(content))}
    assert organiser.post(reverse("plan-approve", args=["demo"]), seen).status_code == 403
    reviewer.post(reverse("plan-approve", args=["demo"]), seen)
    assert config.read_plan(demo(content)).approved_by == "a-reviewer"

    organiser.post(reverse("plan-edit", args=["demo"]), typed(content, closing="Good night."))
    assert config.read_plan(demo(content)).approved_by == ""
    reviewer.post(reverse("plan-approve", args=["demo"]), seen)  # what they read is no longer there
    assert config.read_plan(demo(content)).approved_by == ""


@pytest.mark.parametrize("name", ["missing", "UPPER", "x" * 70])
def test_a_plan_that_is_not_there_is_not_found(organiser: Client, name: str) -> None:
    assert organiser.get(reverse("plan-edit", args=[name])).status_code == 404


def test_where_no_plans_are_known_there_is_no_form() -> None:
    client = client_at(Desk(cast(Texts, None), lambda: NOW, second_factor=False))
    client.force_login(staff.add("mo", Role.ORGANISER), backend="sesame.backends.ModelBackend")
    assert client.get(reverse("plan-new")).status_code == 404
