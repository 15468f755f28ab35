"""A rehearsal that is started from the page: a process of its own, without our secrets, ended with us."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from django.test import Client
from django.urls import reverse

from bot import config, staff
from bot.console.desk import Desk
from bot.rehearsal.starter import HANDED_ON, Busy, Starter
from bot.texts import Texts
from tests.console.conftest import NOW, client_at

PATIENCE = 100.0  # seconds; it reads the whole FAQ and all rules first


@pytest.fixture
def starter(tmp_path: Path) -> Iterator[Starter]:
    found = Starter(tmp_path / "rehearsal.txt")
    yield found
    found.close()


def comes_up(starter: Starter) -> str:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        link = starter.link()
        assert link is not None, starter.output.read_text(encoding="utf-8")
        if link:
            return link
        time.sleep(0.5)
    raise AssertionError(starter.output.read_text(encoding="utf-8"))


@pytest.mark.slow
def test_it_runs_beside_us_one_at_a_time_and_ends_with_us(starter: Starter) -> None:
    assert starter.link() is None
    starter.start("demo", "typical", 60)
    link = comes_up(starter)
    with pytest.raises(Busy, match="end it first"):
        starter.start("demo", "typical", 60)
    page = requests.get(link, timeout=30)
    assert 'class="banner"' in page.text  # a play's page, and we are signed in
    assert "Sign out" in page.text
    starter.close()
    assert starter.link() is None
    with pytest.raises(requests.ConnectionError):
        requests.get(link, timeout=5)


def test_it_gets_none_of_our_secrets() -> None:
    assert not [name for name in HANDED_ON if "KEY" in name or "SECRET" in name or "DATABASE" in name]
    assert not [name for name in HANDED_ON if name.startswith("ASKHOUR_X")]


class Pressed:
    """Notes what the page asks for."""

    def __init__(self) -> None:
        self.started: list[tuple[str, str, int]] = []

    def start(self, plan: str, scenario: str, speed: int) -> None:
        if self.started:
            raise ValueError("a rehearsal runs already: end it first")
        self.started.append((plan, scenario, speed))

    def link(self) -> str | None:
        return "http://127.0.0.1:9/sign-in?key=abc" if self.started else None

    def close(self) -> None:
        self.started.clear()


@pytest.fixture
def pressed() -> Pressed:
    return Pressed()


@pytest.fixture
def organiser(pressed: Pressed, db: None) -> Client:
    content = config.find_content(Path(__file__).parents[1])
    desk = Desk(_nothing(), lambda: NOW, second_factor=False, content=content, rehearsals=pressed)
    client = client_at(desk)
    client.force_login(staff.add("mo", staff.Role.ORGANISER), backend="sesame.backends.ModelBackend")
    return client


def _nothing() -> Texts:
    return None  # type: ignore[return-value]


def test_an_organiser_starts_one_gets_its_link_and_ends_it(organiser: Client, pressed: Pressed) -> None:
    start, end = (reverse("rehearsal-act", args=[what]) for what in ("start", "end"))
    given = {"plan": "demo", "scenario": "busy", "speed": "10"}
    organiser.post(start, given)
    assert pressed.started == [("demo", "busy", 10)]
    page = organiser.get(reverse("rehearsals"))
    assert "sign-in?key=abc" in page.content.decode()
    assert page.headers["cache-control"] == "no-store"
    assert "end it first" in organiser.post(start, given, follow=True).content.decode()
    organiser.post(end)
    assert pressed.started == []


@pytest.mark.parametrize(
    "wrong", [{"plan": "../../etc/passwd"}, {"scenario": "x; rm"}, {"speed": "1000"}, {"speed": ""}]
)
def test_only_what_the_lists_offer_is_started(
    organiser: Client, pressed: Pressed, wrong: dict[str, str]
) -> None:
    given = {"plan": "demo", "scenario": "busy", "speed": "10"} | wrong
    said = organiser.post(reverse("rehearsal-act", args=["start"]), given, follow=True).content.decode()
    assert "from the lists" in said
    assert pressed.started == []


def test_a_viewer_sees_no_link(organiser: Client, pressed: Pressed) -> None:
    pressed.started.append(("demo", "busy", 10))
    organiser.force_login(staff.add("vera", staff.Role.VIEWER), backend="sesame.backends.ModelBackend")
    assert "sign-in?key" not in organiser.get(reverse("rehearsals")).content.decode()
