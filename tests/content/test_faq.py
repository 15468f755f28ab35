"""The real FAQ folder: what clinicians sign and patients read."""

from datetime import date
from pathlib import Path

from bot import faq, guardrails
from bot.core.entry import Status
from bot.core.review import Severity

FOLDER = Path(__file__).parents[2] / "faq"
WRITTEN = date(2026, 11, 25)  # not today: a date that has passed is no reason to stop a build


def test_the_faq_has_no_problems() -> None:
    assert list(map(str, faq.check(FOLDER, today=WRITTEN))) == []


def test_the_most_asked_questions_have_an_entry() -> None:
    entries = faq.load(FOLDER).entries
    asked_most = {"pain", "what-happens", "deodorant", "results-when-us", "callback-why", "dose"}
    assert len(entries) >= 24
    assert asked_most <= entries.keys()


def test_the_fifteen_first_questions_are_answered_in_spanish_too() -> None:
    spanish = [entry.id for entry in faq.load(FOLDER).entries.values() if entry.answers_es]
    assert len(spanish) >= 15


def test_every_entry_has_a_longer_version_for_the_web_page() -> None:
    short = [entry.id for entry in faq.load(FOLDER).entries.values() if not entry.more]
    assert short == []


def test_nothing_is_signed_before_a_clinician_signs_it() -> None:
    """A signature is a person's act: no file of ours may come with one."""
    entries = faq.load(FOLDER).entries.values()
    assert {entry.status for entry in entries} == {Status.DRAFT}
    assert not any(entry.reviewed_by or entry.reviewed_on for entry in entries)


def test_the_outgoing_rules_stop_none_of_our_own_answers() -> None:
    """Whatever wording of the question it answers: else it would be held at the moment of sending."""
    reviewer = guardrails.load_reviewer(FOLDER.parent / "config" / "guardrails")
    for entry in faq.load(FOLDER).entries.values():
        for answer in (*entry.answers, *entry.answers_es):
            for asked in ("", *entry.phrasings):
                found = [f for f in reviewer.findings(answer, asked) if f.severity is Severity.BLOCK]
                assert not found, (entry.id, asked, found)
