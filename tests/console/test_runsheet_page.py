"""The organiser's run sheet, through Django's own client."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from bot import config, staff, texts
from bot.console.desk import Desk
from bot.core.alerts import Limits
from bot.flows import alerts, stopping
from bot.flows.alerts import Times
from bot.models import Alert, CueRow, Gap, Heartbeat, HostAccount, Outgoing, Session
from bot.x.simulator import Post
from tests.console.conftest import client_at
from tests.hour import ASKS, OPENS, Hour


@pytest.fixture(scope="module")
def read_texts() -> texts.Texts:
    return texts.read(config.find_content(Path(__file__).parents[2]))


@pytest.fixture
def mo(transactional_db: None) -> User:
    return staff.add("mo", staff.Role.ORGANISER)


@pytest.fixture
def organiser(hour: Hour, mo: User, read_texts: texts.Texts) -> Client:
    client = client_at(Desk(read_texts, hour.time, second_factor=False, machine_clock=hour.time))
    client.force_login(mo, backend="sesame.backends.ModelBackend")
    hour.is_open()
    return client


def page(client: Client) -> str:
    return client.get("/run/test-hour").content.decode()


def prompt() -> CueRow:
    return CueRow.objects.get(kind="prompt")


def test_the_run_sheet_shows_the_clock_the_cues_and_what_is_left(organiser: Client) -> None:
    shown = page(organiser)
    for words in ("T1: What to wear?", "45 posts left in this half hour", "of $5.00 left", "Goodbye."):
        assert words in shown.replace("44 of 45", "45"), words
    assert organiser.get("/run").headers["Location"] == "/run/test-hour"


def test_every_act_works_without_javascript_and_once(organiser: Client) -> None:
    cue = prompt()
    for what, state in (("hold", "held"), ("go", "waiting"), ("skip", "skipped")):
        organiser.post(f"/run/cues/{cue.pk}/{what}", {"version": cue.version})
        assert prompt().state == state
    answer = organiser.post(f"/run/cues/{cue.pk}/send", {"version": cue.version}, follow=True)
    assert "Nothing was changed" in answer.content.decode()
    assert not Outgoing.objects.filter(cue=cue).exists()


def test_ten_more_minutes_from_two_pages_are_ten(organiser: Client) -> None:
    for _ in range(2):
        organiser.post("/run/test-hour/act/longer", {"seen": "0", "minutes": "10"})
    assert Session.objects.get().closes_at == OPENS + timedelta(minutes=70)


def test_an_edit_that_may_not_leave_comes_back_with_the_words_and_the_reason(organiser: Client) -> None:
    cue = prompt()
    typed = "You should take 400 mg of ibuprofen twice a day before it."
    answer = organiser.post(f"/run/cues/{cue.pk}/edit", {"version": cue.version, "text": typed})
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert typed in shown
    assert "may not leave" in shown
    assert prompt().text == "T1: What to wear?"

    organiser.post(f"/run/cues/{cue.pk}/edit", {"version": cue.version, "text": "T1: What helps?"})
    assert (prompt().text, prompt().approved_by) == ("T1: What helps?", "mo")


def test_stopping_asks_once_and_is_shown_until_it_is_lifted(organiser: Client) -> None:
    assert "Stop everything now" in organiser.get("/run/stop").content.decode()
    assert HostAccount.objects.get().stopped_at is None
    organiser.post("/run/stop/now", {"why": "a wrong answer"})
    assert "Everything is stopped since" in organiser.get("/").content.decode()
    shown = page(organiser)
    assert "Everything is stopped" in shown
    assert "a wrong answer" in shown
    organiser.post("/run/stop/lift")
    assert HostAccount.objects.get().stopped_at is None
    assert "Everything is stopped" not in page(organiser)


def test_what_is_over_running_is_said_before_the_next_cue(organiser: Client, hour: Hour) -> None:
    hour.time.now = OPENS + timedelta(minutes=5)
    hour.cues()
    hour.sends()
    posts: list[Post] = [hour.asks(f"is my lump bad? {n}", who=f"p{n}") for n in range(3)]
    hour.reads()
    hour.decides()
    assert "3 unanswered" not in page(organiser)
    hour.time.now = OPENS + timedelta(minutes=58)
    assert len(posts) == 3
    assert "T1: 3 unanswered, next cue in 2 min" in page(organiser)


def test_alarms_gaps_and_silent_parts_are_on_the_page(organiser: Client, hour: Hour) -> None:
    Heartbeat.objects.create(part="sending", at=hour.time() - timedelta(seconds=31))
    hour.takes_in("I am in crisis")
    Gap.objects.create(host=hour.host, kind="mentions", since=hour.time(), why="X was away")
    now = hour.time()
    alerts.scan(Limits(), Times(now=now, machine=now, began=now - timedelta(minutes=5)))
    shown = page(organiser)
    assert "a person must look now" in shown
    assert "sending: down" in shown
    assert "X was away" in shown
    assert "in crisis" not in shown  # no text of a post

    assert "Alarms on the run sheet: 1" in organiser.get("/status").content.decode()

    alert = Alert.objects.get(kind="crisis")
    organiser.post(f"/alerts/{alert.pk}/seen")
    assert "seen by mo" in page(organiser)


def test_a_clinician_sees_the_run_sheet_and_may_change_nothing(
    organiser: Client, read_texts: texts.Texts, hour: Hour
) -> None:
    client = client_at(Desk(read_texts, hour.time, second_factor=False, machine_clock=hour.time))
    client.force_login(staff.add("li", staff.Role.CLINICIAN), backend="sesame.backends.ModelBackend")
    assert "T1: What to wear?" in page(client)
    cue = prompt()
    for path in (
        "/run/stop/now", "/run/stop/lift", f"/run/cues/{cue.pk}/skip", "/run/test-hour/act/pause",
        "/alerts/test",
    ):  # fmt: skip
        assert client.post(path, {"version": cue.version}).status_code == 403, path
    assert stopping.stopped_hosts() == []
    assert prompt().state == "waiting"


def test_after_the_hour_the_drafts_wait_for_a_person_and_the_rest_has_a_day(
    organiser: Client, hour: Hour
) -> None:
    hour.takes_in(ASKS)
    waits = hour.takes_in("is my lump bad?", who="bo")
    hour.time.passes(seconds=30)
    hour.sends()
    hour.ends()
    waits.refresh_from_db()
    assert waits.state == "queued"
    shown = page(organiser)
    assert "1 wait for an answer, to be given by Friday 5 February 2027" in shown
    assert "#TestHour, most asked:" in shown
    before = len(hour.world.timeline(hour.account))

    farewell = Session.objects.get().farewells.get()
    for _ in range(2):
        organiser.post(f"/run/last-words/{farewell.pk}/approve", {"text": farewell.text})
    hour.sends()
    timeline = hour.world.timeline(hour.account)
    assert len(timeline) == before + 1
    assert timeline[-1].body == farewell.text
    assert Outgoing.objects.get(farewell=farewell).approved_by == "mo"
