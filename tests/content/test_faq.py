"""The real FAQ folder: what clinicians sign and patients read."""

from datetime import date
from pathlib import Path

from bot import faq, faq_check
from bot.core.entry import Handling, Status
from bot.faq import Known

FOLDER = Path(__file__).parents[2] / "faq"
WRITTEN = date(2026, 11, 25)  # not today: a date that has passed is no reason to stop a build


def test_the_faq_has_no_problems() -> None:
    rules = FOLDER.parent / "config" / "guardrails"
    assert list(map(str, faq_check.check_all(FOLDER, rules, today=WRITTEN))) == []


def test_every_fact_has_its_source_unless_it_is_from_memory_or_a_rule_of_ours() -> None:
    facts = faq.load(FOLDER).facts.values()
    assert len(facts) >= 272
    assert [
        fact.id for fact in facts if fact.status in (Known.VERIFIED, Known.SECONDARY) and not fact.sources
    ] == []


def test_the_most_asked_questions_have_an_entry() -> None:
    entries = faq.load(FOLDER).entries
    asked_most = {"pain", "what-happens", "deodorant", "results-when-us", "callback-why", "dose"}
    assert len(entries) >= 24
    assert asked_most <= entries.keys()


def test_no_answer_rests_on_what_is_only_remembered() -> None:
    known = faq.load(FOLDER)
    assert [
        (entry.id, fact)
        for entry in known.entries.values()
        for fact in entry.facts
        if known.facts[fact].status is Known.MEMORY
    ] == []


def test_questions_that_no_confirmed_fact_answers_are_for_clinicians() -> None:
    """Their entries say what we do and where to ask, or a neighbour's fact: too little to go out alone."""
    known = faq.load(FOLDER)
    confirmed = {fact.id.split("/")[0] for fact in known.facts.values() if fact.status is not Known.MEMORY}
    unconfirmed = [
        entry
        for entry in known.entries.values()
        if f"{entry.id}/1" in known.facts and entry.id not in confirmed
    ]
    assert {"why-compress", "report-terms"} <= {entry.id for entry in unconfirmed}
    assert [entry.id for entry in unconfirmed if entry.handling is not Handling.CLINICIAN] == []


def test_the_sixty_most_asked_questions_are_answered_in_spanish_too() -> None:
    spanish = [entry.id for entry in faq.load(FOLDER).entries.values() if entry.answers_es]
    assert len(spanish) >= 60


def test_every_entry_has_a_longer_version_for_the_web_page() -> None:
    short = [entry.id for entry in faq.load(FOLDER).entries.values() if not entry.more]
    assert short == []


def test_nothing_is_signed_before_a_clinician_signs_it() -> None:
    """A signature is a person's act: no file of ours may come with one."""
    entries = faq.load(FOLDER).entries.values()
    assert {entry.status for entry in entries} == {Status.DRAFT}
    assert not any(entry.reviewed_by or entry.reviewed_on for entry in entries)
