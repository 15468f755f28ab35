"""Reading the FAQ folder, and every check that it goes through before a clinician reads it."""

from datetime import date
from pathlib import Path

import pytest

from bot import faq, faq_check
from bot.core import signing
from bot.core.entry import Handling
from bot.core.grade import reading_grade, syllables
from bot.yamlfile import BadFiles, Problem

TODAY = date(2026, 11, 25)
RULES = Path(__file__).parents[1] / "config" / "guardrails"

SOURCES = """\
sources:
  - id: NHSMAM
    name: "NHS"
    title: "Breast screening"
    url: "https://www.nhs.uk/tests-and-treatments/breast-screening-mammogram/"
    date: "2025"
    jurisdiction: UK-England
"""

FACTS = """\
facts:
  - id: pain/1
    text: "A mammogram may hurt for some seconds."
    status: verified
    sources: [NHSMAM]
  - id: pain/2
    text: "The pain is soon over."
    status: memory
    sources: []
"""

TOPIC = """\
topic: "The appointment"
entries:
  - id: pain
    question: "Does a mammogram hurt?"
    phrasings:
      - will it hurt
      - is it sore
      - how bad is the pain
      - does the squeeze hurt
      - scared it hurts
      - mamogram pain
    answers:
      - "A mammogram hurts some people and not others. It is over in seconds. Source: NHS."
      - "Some find the squeeze sore, and some do not feel much. It is short. Source: NHS."
    more: "It hurts some people and not others."
    sources: [NHSMAM]
    facts: [pain/1]
    handling: auto
    jurisdiction: any
    review_by: 2027-05-31
    changes_if: "A new study comes out."
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small FAQ with nothing wrong."""
    (tmp_path / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    (tmp_path / "01-appointment.yaml").write_text(TOPIC, encoding="utf-8")
    return tmp_path


def mistake(folder: Path, old: str, new: str, *, file: str = "01-appointment.yaml") -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def only_problem(folder: Path) -> Problem:
    [problem] = faq_check.check(folder, today=TODAY)
    return problem


def line_of(folder: Path, words: str, *, file: str = "01-appointment.yaml") -> int:
    lines = (folder / file).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if words in line)


def test_a_sound_folder_has_no_problems(folder: Path) -> None:
    assert faq_check.check(folder, today=TODAY) == []


def test_entries_and_sources_are_found_by_id(folder: Path) -> None:
    loaded = faq.load(folder)
    entry = loaded.entries["pain"]
    assert entry.handling is Handling.AUTO
    assert [source.name for source in loaded.sources_of(entry)] == ["NHS"]
    assert [topic.topic for topic in loaded.topics] == ["The appointment"]


def test_topics_come_in_the_order_of_their_files(folder: Path) -> None:
    first = TOPIC.replace("The appointment", "Basics").replace("id: pain", "id: other")
    (folder / "00-basics.yaml").write_text(first, encoding="utf-8")
    assert [topic.topic for topic in faq.load(folder).topics] == ["Basics", "The appointment"]


def test_loading_tells_of_every_problem_in_all_files_at_once(folder: Path) -> None:
    mistake(folder, "handling: auto", "handling: maybe")
    mistake(folder, "changes_if:", "change_if:")
    mistake(folder, "    title:", "    titel:", file="sources.yaml")
    with pytest.raises(BadFiles) as bad:
        faq.load(folder)
    places = {(problem.path.name, problem.key) for problem in bad.value.problems}
    assert {
        ("01-appointment.yaml", "entries[1].handling"),
        ("01-appointment.yaml", "entries[1].change_if"),
        ("sources.yaml", "sources[1].titel"),
    } <= places


def test_an_empty_folder_is_no_faq(tmp_path: Path) -> None:
    with pytest.raises(BadFiles, match="no topic file here"):
        faq.load(tmp_path)


def test_a_file_that_cannot_be_read_does_not_hide_the_problems_of_the_others(folder: Path) -> None:
    (folder / "02-broken.yaml").write_text("topic: [", encoding="utf-8")
    mistake(folder, "[pain/1]", "[pain]")
    broken = [problem.path.name for problem in faq_check.check(folder, today=TODAY)]
    assert broken == ["01-appointment.yaml", "02-broken.yaml"]


def test_an_id_may_be_used_once_in_all_files(folder: Path) -> None:
    second = TOPIC
    for words in (
        "Does a mammogram",
        "will it",
        "is it",
        "how bad",
        "does the",
        "scared",
        "mamogram",
    ):
        second = second.replace(words, f"well {words}", 1)
    (folder / "02-more.yaml").write_text(second, encoding="utf-8")
    problem = only_problem(folder)
    assert (problem.path.name, problem.key) == ("02-more.yaml", "entries[1].id")
    assert "01-appointment.yaml, line 3" in problem.message
    with pytest.raises(BadFiles, match="this id is taken"):
        faq.load(folder)


def test_a_source_may_stand_once(folder: Path) -> None:
    again = SOURCES.removeprefix("sources:\n")
    (folder / "sources.yaml").write_text(SOURCES + again, encoding="utf-8")
    assert "NHSMAM stands twice" in only_problem(folder).message


def test_an_unknown_source_is_named(folder: Path) -> None:
    mistake(folder, "[NHSMAM]", "[NHSMAM, NHSMAN]")
    problem = only_problem(folder)
    assert problem.key == "entries[1].sources[2]"
    assert "unknown source NHSMAN" in problem.message
    with pytest.raises(BadFiles, match="unknown source NHSMAN"):
        faq.load(folder)


def test_a_source_that_no_entry_uses_is_to_be_deleted(folder: Path) -> None:
    extra = SOURCES.removeprefix("sources:\n").replace("NHSMAM", "OTHER")
    (folder / "sources.yaml").write_text(SOURCES + extra, encoding="utf-8")
    problem = only_problem(folder)
    assert problem.line == line_of(folder, "id: OTHER", file="sources.yaml")
    assert "no entry uses the source OTHER" in problem.message


@pytest.mark.parametrize(
    ("old", "new", "key", "message"),
    [
        (
            "over in seconds",
            "short. " * 40 + "Done",
            "answers[1]",
            "characters as X counts, at most",
        ),
        ("over in seconds", "on nhs.uk too", "answers[1]", "contains a web address"),
        ("over in seconds", "done by @nhs", "answers[1]", "contains @"),
        ("Source: NHS.", "", "answers[1]", "should end with its source: 'Source: NAME.'"),
        ("Source: NHS.", "Source: WHO.", "answers[1]", "names 'WHO' as its source"),
        ("NHS.", "NHS. Be well.", "answers[1]", "as its source, but `sources` has NHS"),
        ("will it hurt", "Is it sore?", "phrasings[2]", "already stands in the entry pain"),
        ("      - scared it hurts\n", "", "phrasings", "5 here, at least 6 needed"),
        ("[pain/1]", "[pain]", "facts[1]", "'pain' should be a topic and the number"),
        ("[pain/1]", "[]", "facts", "0 here, at least 1 needed"),
        ("2027-05-31", "2026-11-24", "review_by", "passed on 2026-11-24: reread the answer"),
        ("2027-05-31", "2027-11-27", "review_by", "more than a year ahead"),
        (
            "It hurts some people and not others.",
            "Mammographic compression necessitates considerable discomfort universally.",
            "more",
            "at most 8: shorter sentences and words",
        ),
        (
            "Some find the squeeze sore, and some do not feel much. It is short",
            "A mammogram hurts some people and not the others. It is over in seconds",
            "answers[2]",
            "% like answers[1]: say it in other words",
        ),
        (
            "Some find the squeeze sore, and some do not feel much. It is short",
            "A mammogram hurts some people and not others. It is over in seconds",
            "answers[2]",
            "100 % like answers[1]",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_to_do(
    folder: Path, old: str, new: str, key: str, message: str
) -> None:
    mistake(folder, old, new)
    problem = only_problem(folder)
    assert problem.key == f"entries[1].{key}"
    assert message in problem.message
    assert problem.message.endswith("(entry pain)")
    assert problem.line > 2


def test_a_post_may_have_280_characters_and_no_more(folder: Path) -> None:
    answer = "A mammogram hurts some people and not others. It is over in seconds. Source: NHS."
    longest = answer.replace(".", "." + "!" * (280 - len(answer)), 1)
    mistake(folder, answer, longest)
    assert faq_check.check(folder, today=TODAY) == []
    mistake(folder, longest, longest.replace("!", "!!", 1))
    assert only_problem(folder).message.startswith("281 characters")


def test_the_same_phrasing_in_two_entries_is_told_at_the_second(folder: Path) -> None:
    other = TOPIC.split("entries:\n")[1].replace("id: pain", "id: sore")
    for words in ("Does a mammogram", "will it", "is it", "how bad", "does the", "mamogram pain"):
        other = other.replace(words, f"well {words}", 1)
    other = other.replace("scared it hurts", "Scared it hurts!!")
    (folder / "01-appointment.yaml").write_text(TOPIC + other, encoding="utf-8")
    problem = only_problem(folder)
    assert problem.key == "entries[2].phrasings[5]"
    assert "already stands in the entry pain" in problem.message


SPANISH = """\
    phrasings_es: [duele, me va a doler, duele mucho]
    answers_es:
      - "A unas personas les duele y a otras no. Dura segundos. Fuente: NHS."
      - "El dolor cambia de una a otra. Pasa muy pronto. Fuente: NHS."
"""


def test_spanish_passes_when_it_is_complete(folder: Path) -> None:
    mistake(folder, "    more:", SPANISH + "    more:")
    assert faq_check.check(folder, today=TODAY) == []


@pytest.mark.parametrize(
    ("old", "new", "key", "message"),
    [
        (", duele mucho", "", "phrasings_es", "2 here, at least 3 needed"),
        (
            '      - "El dolor cambia de una a otra. Pasa muy pronto. Fuente: NHS."\n',
            "",
            "answers_es",
            "1 here, at least 2 needed",
        ),
        ("Pasa muy pronto. Fuente: NHS.", "Pasa muy pronto.", "answers_es[2]", "'Fuente: NAME.'"),
    ],
)
def test_spanish_that_is_begun_has_to_be_finished(
    folder: Path, old: str, new: str, key: str, message: str
) -> None:
    mistake(folder, "    more:", SPANISH.replace(old, new) + "    more:")
    problem = only_problem(folder)
    assert problem.key == f"entries[1].{key}"
    assert message in problem.message


@pytest.mark.parametrize(
    ("word", "beats"),
    [("NHS", 3), ("2027", 1), ("breast", 1), ("radiologist", 5), ("images", 3), ("table", 2)],
)
def test_syllables_are_counted_as_they_are_spoken(word: str, beats: int) -> None:
    assert syllables(word) == beats


def test_short_words_and_sentences_are_easier_to_read() -> None:
    easy = reading_grade("The test is short. It may hurt. It is over soon.")
    hard = reading_grade("The examination necessitates considerable preparation beforehand.")
    assert easy < 3
    assert hard > 12
    assert reading_grade("") == 0


def test_a_decimal_point_does_not_end_a_sentence() -> None:
    assert reading_grade("It is 0.4 of that.") == reading_grade("It is 04 of that.")


OTHER = """\
  - id: fast
    question: "How long does a mammogram take?"
    phrasings:
      - how long does it take
      - is it quick
      - how many minutes is it
      - do i need the whole day off
      - when am i done
      - mamogram time
    answers:
      - "A visit takes about half an hour, and the picture itself some minutes. Source: NHS."
      - "Plan for some 30 minutes. The X-ray is the short part of it. Source: NHS."
    sources: [NHSMAM]
    facts: [pain/1]
    handling: auto
    jurisdiction: any
    review_by: 2027-05-31
    changes_if: "A new machine."
"""


@pytest.mark.parametrize(
    ("own", "others", "score"),
    [
        ("how bad is the pain", "how bad is that pain", "92 % like"),
        ("does the squeeze hurt", "hurt the squeeze does", "100 % like"),
        ("mamogram pain", "mammogram pain", "96 % like"),
    ],
)
def test_a_phrasing_that_is_nearly_one_of_another_entry_is_told(
    folder: Path, own: str, others: str, score: str
) -> None:
    """With both, nobody could tell which of the two is asked for."""
    changed = OTHER.replace("do i need the whole day off", others)
    (folder / "01-appointment.yaml").write_text(TOPIC + changed, encoding="utf-8")
    problem = only_problem(folder)
    assert problem.line == line_of(folder, f"- {others}")
    assert problem.message.startswith(score)
    assert f"entry pain (01-appointment.yaml, line {line_of(folder, f'- {own}')})" in problem.message


def test_phrasings_that_differ_in_a_number_ask_for_different_things(folder: Path) -> None:
    mistake(folder, "how bad is the pain", "what does bi-rads 3 mean to me")
    changed = OTHER.replace("do i need the whole day off", "what does bi-rads 0 mean to me")
    (folder / "02-more.yaml").write_text("topic: More\nentries:\n" + changed, encoding="utf-8")
    assert faq_check.check(folder, today=TODAY) == []


@pytest.mark.parametrize(
    ("old", "new", "key", "message"),
    [
        ("[pain/1]", "[pain/1, pain/9]", "facts[2]", "there is no fact pain/9 in facts.yaml"),
        ("[pain/1]", "[pain/2]", "facts", "rests on facts from memory alone: find a source"),
        (
            '"Some find',
            '"Dear Ann Smith: some find',
            "answers[2]",
            "the outgoing rules stop",
        ),
    ],
)
def test_what_an_answer_rests_on_and_says_is_checked(
    folder: Path, old: str, new: str, key: str, message: str
) -> None:
    mistake(folder, old, new)
    [problem] = faq_check.check_all(folder, RULES, today=TODAY)
    assert problem.key == f"entries[1].{key}"
    assert message in problem.message


def test_a_fact_from_memory_may_stand_beside_one_that_was_looked_up(folder: Path) -> None:
    mistake(folder, "[pain/1]", "[pain/1, pain/2]")
    assert faq_check.check(folder, today=TODAY) == []


def test_an_entry_names_a_source_of_each_of_its_facts(folder: Path) -> None:
    mistake(folder, "    sources: [NHSMAM]", "    sources: [ELSE]", file="facts.yaml")
    assert "pain/1 comes from ELSE: add one of these to `sources`" in only_problem(folder).message


def test_without_its_facts_no_answer_is_sound(folder: Path) -> None:
    (folder / "facts.yaml").unlink()
    assert "there is no fact pain/1 in facts.yaml" in only_problem(folder).message


def test_rules_that_cannot_be_read_are_a_problem_and_hide_no_other(folder: Path, tmp_path: Path) -> None:
    mistake(folder, "[pain/1]", "[pain]")
    found = faq_check.check_all(folder, tmp_path / "nowhere", today=TODAY)
    assert {problem.path.name for problem in found} >= {"01-appointment.yaml", "words.yaml"}


def test_what_is_asked_most_is_answered_in_spanish_too(folder: Path) -> None:
    (folder / "most-asked.yaml").write_text("entries: [pain]\n", encoding="utf-8")
    problem = only_problem(folder)
    assert (problem.path.name, problem.line) == ("01-appointment.yaml", line_of(folder, "id: pain"))
    assert "is asked often, but has no Spanish" in problem.message
    mistake(folder, "    more:", SPANISH + "    more:")
    assert faq_check.check(folder, today=TODAY) == []


def test_the_list_of_what_is_asked_most_names_entries_that_exist(folder: Path) -> None:
    (folder / "most-asked.yaml").write_text("entries:\n  - panic\n", encoding="utf-8")
    problem = only_problem(folder)
    assert (problem.path.name, problem.line) == ("most-asked.yaml", 2)


SIGNED = """\
    status: signed
    reviewed_by: "Dr Ada Lovelace"
    reviewed_on: 2026-11-20
    signed_hash: "{digest}"
"""


def test_a_signature_that_no_longer_holds_is_told_with_whose_it_is(folder: Path) -> None:
    digest = signing.digest(faq.load(folder).entries["pain"])
    with (folder / "01-appointment.yaml").open("a", encoding="utf-8") as file:
        file.write(SIGNED.format(digest=digest))
    assert faq_check.check(folder, today=TODAY) == []
    mistake(folder, "- will it hurt", "- will this hurt")
    problem = only_problem(folder)
    assert problem.line == line_of(folder, "signed_hash")
    assert "not what Dr Ada Lovelace signed" in problem.message


def test_a_signature_is_not_from_tomorrow(folder: Path) -> None:
    digest = signing.digest(faq.load(folder).entries["pain"])
    signed = SIGNED.format(digest=digest).replace("2026-11-20", "2026-11-26")
    with (folder / "01-appointment.yaml").open("a", encoding="utf-8") as file:
        file.write(signed)
    assert "is in the future" in only_problem(folder).message
