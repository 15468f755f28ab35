"""The go / no-go page."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from bot import config, staff, texts
from bot.console.desk import Desk
from bot.core.preflight import DoctorSaid
from bot.flows import host, preflight
from bot.models import Override, Session, Tick
from bot.staff import Role
from tests.console.conftest import client_at
from tests.flows.test_preflight import GATE
from tests.hour import OPENS, PLAN, Hour

CONTENT = config.find_content(Path(__file__).parents[2])


@pytest.fixture(scope="module")
def read_texts() -> texts.Texts:
    return texts.read(CONTENT)


@pytest.fixture
def desk(hour: Hour, read_texts: texts.Texts) -> Desk:
    def look(handle: str) -> DoctorSaid:
        preflight.keep_look(hour.host, [{"level": "ok", "what": handle, "why": ""}], now=hour.time())
        return preflight.said(hour.time(), [])

    return Desk(read_texts, hour.time, second_factor=False, content=CONTENT, look=look)


@pytest.fixture
def organiser(desk: Desk) -> Client:
    return signed_in(desk, Role.ORGANISER)


def signed_in(desk: Desk, role: Role) -> Client:
    client = client_at(desk)
    client.force_login(staff.add(f"a-{role}", role), backend="sesame.backends.ModelBackend")
    return client


def page(client: Client) -> str:
    return client.get(reverse("preflight", args=["test-hour"])).content.decode()


def press(client: Client, what: str, **given: str) -> int:
    return client.post(reverse("preflight-act", args=["test-hour", what]), given).status_code


def test_every_post_is_shown_as_it_will_leave_with_weight_price_and_the_plans_time(organiser: Client) -> None:
    shown = page(organiser)
    for text in (PLAN.welcome, PLAN.prompts[0].text, PLAN.closing):
        assert text in shown
    assert "Wed 03 Feb 19:00 · open" in shown
    assert f"{len(PLAN.closing)} of 280 · $0.015" in shown


def test_red_is_a_no_go_until_an_organiser_passes_over_it_with_a_reason(organiser: Client) -> None:
    Session.objects.update(budget_usd="0.01")
    assert "No-go." in page(organiser)
    assert press(organiser, "override", key="budget", why=" ") == 422
    assert press(organiser, "override", key="budget", why="the network pays") == 302
    shown = page(organiser)
    assert "Passed over by a-organiser" in shown
    assert "the network pays" in shown
    assert Override.objects.get().key == "budget"


def test_a_viewer_sees_the_page_and_no_buttons(desk: Desk) -> None:
    viewer = signed_in(desk, Role.VIEWER)
    assert "Pass over it" not in page(viewer)
    assert press(viewer, "override", key="budget", why="because") == 403
    assert not Override.objects.exists()


def test_points_of_the_checklist_are_ticked_and_taken_back(organiser: Client) -> None:
    assert press(organiser, "tick", key="hashtag") == 302
    assert Tick.objects.get().who == "a-organiser"
    assert "ticked by a-organiser" in page(organiser)
    press(organiser, "untick", key="hashtag")
    assert not Tick.objects.exists()
    assert press(organiser, "tick", key="weather") == 404
    assert press(organiser, "dance") == 404


def test_the_doctor_looks_when_asked(organiser: Client) -> None:
    assert "the doctor has not looked yet" in page(organiser)
    press(organiser, "look")
    assert "in order (" in page(organiser)


def test_while_the_opening_is_held_the_queues_page_says_why(organiser: Client, hour: Hour) -> None:
    hour.time.now = OPENS
    Session.objects.update(budget_usd="0.01")
    host.run_due_cues(now=OPENS, gate=GATE)
    shown = organiser.get(reverse("status")).content.decode()
    assert "The session does not open" in shown
    assert reverse("preflight", args=["test-hour"]) in shown


def test_plans_and_coming_sessions_are_listed_with_times_in_each_zone(organiser: Client, hour: Hour) -> None:
    hour.time.now = OPENS.replace(year=2026)
    shown = organiser.get(reverse("plans")).content.decode()
    assert "A test hour" in shown
    assert "demo: Mammograms without fear" in shown
    assert "Thu 03 Dec 14:00" in shown  # in New York
    assert "draft" in shown


def test_a_rehearsed_session_is_not_held_and_the_page_says_so(desk: Desk) -> None:
    rehearsed = replace(desk, texts=desk.texts.on_stage(desk.texts.settings.timing))
    Session.objects.update(approved_by="")
    assert "A rehearsal opens all the same" in page(signed_in(rehearsed, Role.VIEWER))
