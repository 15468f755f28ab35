"""The FAQ is read anew while the hour goes on: whole, or not at all."""

import os
import threading
from pathlib import Path

import pytest

from bot import config, staff, texts
from bot.config import Content
from bot.console.desk import Desk
from bot.faq_watch import Watch, fingerprint
from bot.texts import Texts
from tests.console.conftest import client_at
from tests.hour import Time
from tests.test_faq import FACTS, OTHER, SOURCES, TOPIC

ROOT = Path(__file__).parents[1]
FILE = "01-appointment.yaml"


@pytest.fixture(scope="module")
def everything() -> Texts:
    return texts.read(config.find_content(ROOT))


@pytest.fixture
def content(tmp_path: Path) -> Content:
    folder = tmp_path / "faq"
    folder.mkdir()
    for name, text in (("sources.yaml", SOURCES), ("facts.yaml", FACTS), (FILE, TOPIC)):
        (folder / name).write_text(text, encoding="utf-8")
    return Content(folder, ROOT / "config")


@pytest.fixture
def watch(everything: Texts, content: Content, time: Time) -> Watch:
    small = everything.with_faq(content)
    return Watch(small, content, time, seen=fingerprint(content.faq))


def writes(content: Content, text: str, name: str = FILE) -> None:
    (content.faq / name).write_text(text, encoding="utf-8")


def looks(watch: Watch, times: int = 2) -> None:
    """Twice: a change is left to settle for one look."""
    for _ in range(times):
        watch()


def answers(watch: Watch) -> set[str]:
    return {text for entry in watch.texts.faq.entries.values() for text in entry.answers}


def test_nothing_is_read_while_nothing_changes(watch: Watch) -> None:
    before = watch.texts
    looks(watch, 5)
    assert watch.texts is before


def test_a_changed_answer_and_a_new_entry_are_used(watch: Watch, content: Content) -> None:
    writes(content, TOPIC.replace("over in seconds", "soon over") + OTHER)
    looks(watch)
    assert any("soon over" in text for text in answers(watch))
    best = watch.texts.judge().match("when am i done").best
    assert best is not None
    assert best.entry_id == "fast"
    assert watch.trouble is None


def test_a_file_that_is_being_written_is_left_to_settle(watch: Watch, content: Content) -> None:
    before = watch.texts
    for part in ("topic: [", TOPIC[:200], TOPIC + OTHER):
        writes(content, part)
        looks(watch, 1)
        assert watch.texts is before
        assert watch.trouble is None
    looks(watch, 1)
    assert "fast" in watch.texts.faq.entries


def test_a_change_of_nothing_but_the_time_or_the_size_is_seen(watch: Watch, content: Content) -> None:
    seen = fingerprint(content.faq)
    os.utime(content.faq / FILE, ns=(1, 1))
    assert fingerprint(content.faq) != seen
    again = fingerprint(content.faq)
    (content.faq / FILE).write_text(TOPIC + "\n", encoding="utf-8")
    os.utime(content.faq / FILE, ns=(1, 1))
    assert fingerprint(content.faq) != again


def test_a_broken_file_keeps_the_old_set_and_is_told_until_it_is_mended(
    watch: Watch, content: Content, time: Time
) -> None:
    before, since = watch.texts, time.now
    writes(content, TOPIC.replace("handling: auto", "handling: maybe"))
    looks(watch)
    assert watch.texts is before
    assert watch.trouble is not None
    assert watch.trouble.since == since
    [problem] = watch.trouble.problems
    assert problem.startswith(f"{content.faq / FILE}:18: entries[1].handling: should be")

    time.passes(minutes=3)
    writes(content, "topic: [")
    looks(watch)
    assert watch.trouble.since == since  # it has been broken all the time
    assert "not valid YAML" in watch.trouble.problems[0]

    writes(content, TOPIC.replace("over in seconds", "soon over"))
    looks(watch)
    assert watch.trouble is None
    assert any("soon over" in text for text in answers(watch))


def test_a_folder_that_is_gone_keeps_the_old_set(watch: Watch, content: Content) -> None:
    before = watch.texts
    content.faq.rename(content.faq.with_name("elsewhere"))
    looks(watch)
    assert watch.texts is before
    assert watch.trouble is not None
    content.faq.with_name("elsewhere").rename(content.faq)
    looks(watch)
    assert watch.trouble is None


def test_questions_are_matched_all_through_a_change(watch: Watch, content: Content) -> None:
    """Whoever matches has one set, whole: what is found is in it, and its answer is one of that set."""
    found: list[tuple[bool, bool]] = []
    stop = threading.Event()

    def match() -> None:
        while not stop.is_set():
            judge = watch.texts.judge()
            best = judge.match("does the squeeze hurt").best
            known = best is not None and best.entry_id in judge.entries
            odd = "odd" in judge.entries[best.entry_id].answers[0] if best and known else False
            found.append((known, odd == (len(judge.entries) == 2)))

    threads = [threading.Thread(target=match) for _ in range(3)]
    for thread in threads:
        thread.start()
    for turn in range(20):
        odd = TOPIC.replace("over in seconds", "over, odd") + OTHER
        writes(content, odd if turn % 2 else TOPIC)
        if turn % 5 == 4:
            writes(content, "topic: [")
        looks(watch)
    stop.set()
    for thread in threads:
        thread.join(timeout=10)
    assert len(found) > 20
    assert set(found) == {(True, True)}


def test_what_the_rounds_use_is_replaced_in_the_same_moment(
    everything: Texts, content: Content, time: Time
) -> None:
    used: list[Texts] = []
    watch = Watch(everything, content, time, seen=(), put=used.append)
    looks(watch)
    assert used == [watch.texts]
    assert watch.texts is not everything


@pytest.mark.django_db
def test_the_banner_says_on_the_page_which_line_is_wrong_and_since_when(
    watch: Watch, content: Content, time: Time
) -> None:
    desk = Desk(watch.texts, time, second_factor=False, content=content, watch=watch)

    def page(where: str) -> str:
        client = client_at(desk.at())
        client.force_login(staff.add("ada", staff.Role.CLINICIAN), backend="sesame.backends.ModelBackend")
        return client.get(where).content.decode()

    assert "cannot be used as it is" not in page("/faq")
    writes(content, TOPIC.replace("handling: auto", "handling: <b>"))
    looks(watch)
    for where in ("/", "/faq", "/faq-trouble", "/accounts/2fa/"):
        assert f"{FILE}:18: entries[1].handling" in page(where), where
        assert "since 18:59:00 UTC" in page(where)
        assert "<b>" not in page(where)
    writes(content, TOPIC)
    looks(watch)
    assert "cannot be used as it is" not in page("/faq-trouble")
