"""The commands `askhour plan check`, `tick` and `override`, and plans that change while askhour runs."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot import config, plan_check, staff, texts
from bot.core.series import Series
from bot.flows import preflight
from bot.models import Override, Session, Tick
from bot.rounds import Rounds
from bot.service import CannotRun
from bot.staff import Role
from tests.hour import OPENS, PLAN, Hour

ROOT = Path(__file__).parents[1]


def told(name: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, object]]:
    capsys.readouterr()
    code = plan_check.run(name, as_json=True, look=False)
    return code, json.loads(capsys.readouterr().out)


def test_a_session_with_red_items_ends_with_1_and_names_each_post(
    hour: Hour, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = told("test-hour", capsys)
    assert code == 1
    assert said["go"] is False
    posts = said["posts"]
    assert isinstance(posts, list)
    assert [post["text"] for post in posts] == [PLAN.welcome, PLAN.prompts[0].text, PLAN.closing]


def test_it_is_a_go_when_everything_red_is_mended_or_passed_over(
    hour: Hour, capsys: pytest.CaptureFixture[str]
) -> None:
    staff.add("ana", Role.CLINICIAN)
    staff.add("mo", Role.ORGANISER)
    Session.objects.update(budget_usd="0.01")
    assert told("test-hour", capsys)[0] == 1
    plan_check.override("test-hour", "budget", "the network pays", who="mo")
    assert told("test-hour", capsys)[0] == 0
    assert Override.objects.get().who == "mo"


def test_points_are_ticked_on_the_command_line(hour: Hour) -> None:
    staff.add("mo", Role.ORGANISER)
    plan_check.tick("test-hour", "hashtag", done=True, who="mo")
    assert Tick.objects.get().key == "hashtag"
    with pytest.raises(CannotRun, match="hashtag, announced"):
        plan_check.tick("test-hour", "weather", done=True, who="mo")
    with pytest.raises(CannotRun, match="test-hour"):
        plan_check.tick("other", "hashtag", done=True, who="mo")
    with pytest.raises(preflight.NoReason):
        plan_check.override("test-hour", "budget", " ", who="mo")


def test_the_next_session_of_a_plan_that_is_not_put_yet_is_checked_as_well(
    transactional_db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = told("demo", capsys)
    assert code == 1  # a draft
    assert not Session.objects.exists()
    assert said["session"] == "demo"


def test_a_running_askhour_puts_the_sessions_of_plans_that_change(hour: Hour) -> None:
    read = texts.read(config.find_content(ROOT))
    plans = {"weekly": replace(PLAN, series=Series(rrule="FREQ=WEEKLY", weeks_ahead=2))}
    rounds = Rounds(texts=read, x={}, clock=hour.time, plans=lambda: plans)
    hour.time.now = OPENS - timedelta(days=1)
    rounds()
    made = Session.objects.filter(plan_name="weekly")
    assert made.count() == 2
    plans["weekly"] = replace(plans["weekly"], title="A new title")
    hour.time.passes(seconds=30)
    rounds()
    assert set(made.values_list("title", flat=True)) == {PLAN.title}
    hour.time.passes(seconds=31)
    rounds()
    assert set(made.values_list("title", flat=True)) == {"A new title"}
