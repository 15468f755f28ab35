"""Loads the guardrails that clinicians write in `config/guardrails`, and runs their examples.

Every rule carries sentences on which it must fire, and others on which it must stay quiet. `check`
runs them all, so that a change to a word list that breaks a rule elsewhere is seen at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import regex

from bot import yamlfile
from bot.core.identifiers import check_identifiers
from bot.core.review import Reviewer, Wording
from bot.core.screen import Check, Post, Rule, Screen
from bot.core.screen_general import GeneralQuestion, SomebodysHealth
from bot.core.screen_language import OtherLanguage
from bot.core.screen_learned import Learned
from bot.core.screen_pattern import BadPatternError, Pattern, Words, compiled
from bot.core.screen_spelling import Spelling
from bot.core.signpost import Signpost
from bot.core.text import fold
from bot.core.weigh import MAX_WEIGHT, has_url, weighted_length
from bot.guardrail_files import (
    GeneralFile,
    LanguagesFile,
    OutgoingFile,
    RuleFile,
    SignpostFile,
    WordsFile,
)
from bot.learned_file import load_learned
from bot.sentences import load_sentences
from bot.yamlfile import BadFiles, Key, Loaded, Problem, lines

_PLAIN_WORD = regex.compile(r"[\p{L}'-]+")

RULE_FILES = (
    "crisis",
    "crisis_veiled",
    "emergency",
    "emergency_signs",
    "personal",
    "abuse_spam",
    "misinfo_promo",
    "not_question",
)


def load_screen(folder: Path) -> Screen:
    """Raises BadFiles with every problem that stops a rule from being built."""
    words = load_words(folder)
    return _screen(folder, words, _ruled(folder, words), load_learned(folder, words))


def load_rules(folder: Path) -> Screen:
    """The rules alone, without what was learned: for comparison, and to learn from."""
    words = load_words(folder)
    return _screen(folder, words, _ruled(folder, words), None)


def _ruled(folder: Path, words: Words) -> Mapping[str, list[Rule]]:
    """The rules of each file. Most of the time that a start takes goes into building their patterns."""
    ruled = yamlfile.together([_RuleTask(folder / f"{name}.yaml", words) for name in RULE_FILES])
    return dict(zip(RULE_FILES, ruled, strict=True))


def _screen(folder: Path, words: Words, ruled: Mapping[str, list[Rule]], learned: Learned | None) -> Screen:
    rules = [rule for file in ruled.values() for rule in file]
    somebody, general = _general(folder / "general.yaml", words)
    checks: list[Check] = [*rules, check_identifiers, somebody, _other_language(folder, words)]
    second = (
        replace(learned, against=general.is_doubtful, harmless=general.knows_its_persons) if learned else None
    )
    return Screen(checks, general, load_spelling(folder), second)


def load_reviewer(folder: Path) -> Reviewer:
    words = load_words(folder)
    loaded = yamlfile.load(folder / "outgoing.yaml")
    file = yamlfile.shaped(loaded, OutgoingFile)
    wordings = []
    for i, entry in enumerate(file.rules):
        key: Key = ("rules", i)
        wordings.append(
            Wording(
                rule=entry.rule,
                severity=entry.severity,
                why=entry.why,
                instead=entry.instead,
                when=_patterns(loaded, (*key, "when"), entry.when, words),
                unless=_patterns(loaded, (*key, "unless"), entry.unless, words),
            )
        )
    return Reviewer(wordings)


def load_signposts(folder: Path) -> tuple[Signpost, ...]:
    """The fixed texts. Raises BadFiles for one that could not be posted."""
    loaded = yamlfile.load(folder / "signposts.yaml")
    file = yamlfile.shaped(loaded, SignpostFile)
    problems = [
        loaded.problem(("signposts", i, "text"), message)
        for i, signpost in enumerate(file.signposts)
        for message in _unpostable(signpost.text)
    ]
    if problems:
        raise BadFiles(problems)
    return tuple(file.signposts)


def check(folder: Path) -> list[Problem]:
    """All that is wrong: files that do not load, examples that come out wrong."""
    try:
        words = load_words(folder)
        ruled = _ruled(folder, words)
        screen, reviewer = _screen(folder, words, ruled, load_learned(folder, words)), load_reviewer(folder)
        load_signposts(folder)
    except BadFiles as bad:
        return list(bad.problems)
    problems: list[Problem] = []
    spelling = load_spelling(folder)
    for name, rules in ruled.items():
        problems += _wrong_rules(folder / f"{name}.yaml", rules, spelling)
    problems += _wrong_general(folder / "general.yaml", screen)
    problems += _wrong_outgoing(folder / "outgoing.yaml", reviewer)
    return problems


@dataclass(frozen=True, slots=True)
class _RuleTask:
    """Loading one file of rules, for `yamlfile.together`."""

    path: Path
    words: Words

    def __call__(self) -> list[Rule]:
        loaded = yamlfile.load(self.path)
        file = yamlfile.shaped(loaded, RuleFile)
        return [
            Rule(
                id=entry.id,
                label=file.label,
                why=entry.why,
                when=_patterns(loaded, ("rules", i, "when"), entry.when, self.words),
                unless=_patterns(loaded, ("rules", i, "unless"), entry.unless, self.words),
                fires=tuple(lines(entry.fires)),
                stays_quiet=tuple(lines(entry.stays_quiet)),
            )
            for i, entry in enumerate(file.rules)
        ]


def _patterns(loaded: Loaded, key: Key, text: str, words: Words) -> tuple[Pattern, ...]:
    try:
        return tuple(compiled(line, words) for line in lines(text))
    except BadPatternError as bad:
        raise BadFiles([loaded.problem(key, str(bad))]) from None


@cache
def _words_file(path: Path, _changed: float) -> WordsFile:
    return yamlfile.read(path, WordsFile)


def _file(folder: Path) -> WordsFile:
    path = folder / "words.yaml"
    return _words_file(path, path.stat().st_mtime if path.exists() else 0)


def _entries(text: str) -> list[str]:
    return [entry.strip() for entry in regex.split(r",\s+", text) if entry.strip(" ,")]


def load_words(folder: Path) -> Words:
    return {name: _entries(text) for name, text in _file(folder).lists.items()}


def _plain(entries: Sequence[str]) -> set[str]:
    """The whole words in a list, without the notation around them."""
    return {
        word for entry in entries for word in _PLAIN_WORD.findall(regex.sub(r"\{\w+\}|\S+\*", " ", entry))
    }


def _known(folder: Path) -> set[str]:
    known = _plain(_entries(_file(folder).correct))
    for entries in load_words(folder).values():
        known |= _plain(entries)
    return known


def load_spelling(folder: Path) -> Spelling:
    file, words = _file(folder), load_words(folder)
    meant = {wrong: right for right, wrongs in file.spellings.items() for wrong in _entries(wrongs)}
    watched = _plain(_entries(file.more_watched))
    for name in _entries(file.watched):
        watched |= _plain(words[name])
    languages = yamlfile.read(folder / "languages.yaml", LanguagesFile)
    known = _known(folder) | set(languages.ours.split())
    for other in languages.others.values():
        known |= set(other.split())
    written = [text for name in (*RULE_FILES, "general") for text in _texts(folder, name)]
    known |= set(_PLAIN_WORD.findall(" ".join(written).lower()))
    stems = regex.findall(r"([\p{L}-]{3,})\*", " ".join([*written, *file.lists.values()]))
    return Spelling(meant, watched, known, set(stems))


def _texts(folder: Path, name: str) -> Iterator[str]:
    """All that is written in a file: patterns and examples are words that we know."""

    def walk(data: object) -> Iterator[str]:
        match data:
            case str():
                yield data
            case dict():
                for value in data.values():
                    yield from walk(value)
            case list():
                for value in data:
                    yield from walk(value)

    return walk(yamlfile.load(folder / f"{name}.yaml").data)


def _other_language(folder: Path, words: Words) -> OtherLanguage:
    file = yamlfile.read(folder / "languages.yaml", LanguagesFile)
    stems = tuple(
        stem for entries in words.values() for stem in regex.findall(r"([\p{L}-]{3,})\*", " ".join(entries))
    )
    return OtherLanguage(
        ours=frozenset(file.ours.split()),
        known=frozenset(_known(folder) | _written_in_english(folder)),
        stems=stems,
        others={name: frozenset(small.split()) for name, small in file.others.items()},
    )


def _written_in_english(folder: Path) -> set[str]:
    """The words of our own sentences, as far as those are in the session's language."""
    texts = [s.text for s in load_sentences(folder) if not s.held_out and "other_language" not in s.labels]
    return set(_PLAIN_WORD.findall(" ".join(texts).lower()))


def _general(path: Path, words: Words) -> tuple[SomebodysHealth, GeneralQuestion]:
    loaded = yamlfile.load(path)
    file = yamlfile.shaped(loaded, GeneralFile)
    made = {
        name: _patterns(loaded, (name,), getattr(file, name), words)
        for name in ("asks", "topic", "person", "health", "harmless", "unsure")
    }
    somebody = SomebodysHealth(made["person"][0], made["health"][0], made["harmless"])
    return somebody, GeneralQuestion(made["asks"], made["topic"][0], made["unsure"], somebody)


def _unpostable(text: str) -> Iterator[str]:
    if weighted_length(text) > MAX_WEIGHT:
        yield f"is longer than {MAX_WEIGHT} characters as X counts them"
    if has_url(text):
        yield "contains a link: say where to find it in words"
    if "@" in text:
        yield "contains an @"


def _wrong_rules(path: Path, rules: Sequence[Rule], spelling: Spelling) -> Iterator[Problem]:
    loaded = yamlfile.load(path)
    for i, rule in enumerate(rules):
        for example in (*rule.fires, *rule.stays_quiet):
            folded = fold(example)
            fired = any(rule(Post(example, folded, spelling.mend(folded))))
            if fired != (example in rule.fires):
                key = "fires" if example in rule.fires else "stays_quiet"
                verb = "does not fire on" if key == "fires" else "fires on"
                yield loaded.problem(("rules", i, key), f"{rule.id} {verb}: {example}")


def _wrong_general(path: Path, screen: Screen) -> Iterator[Problem]:
    loaded = yamlfile.load(path)
    file = yamlfile.shaped(loaded, GeneralFile)
    for example in lines(file.fires):
        verdict = screen(example)
        if not verdict.may_be_answered:
            reasons = ", ".join(sorted({e.rule for e in verdict.evidence})) or "no sign of a question"
            yield loaded.problem(("fires",), f"is held ({reasons}): {example}")
    for example in lines(file.stays_quiet):
        if screen(example).may_be_answered:
            yield loaded.problem(("stays_quiet",), f"might be answered automatically: {example}")


def _wrong_outgoing(path: Path, reviewer: Reviewer) -> Iterator[Problem]:
    loaded = yamlfile.load(path)
    for i, entry in enumerate(yamlfile.shaped(loaded, OutgoingFile).rules):
        for example in lines(entry.fires):
            if entry.rule not in {f.rule for f in reviewer.findings(example)}:
                yield loaded.problem(("rules", i, "fires"), f"{entry.rule} does not fire on: {example}")
        for example in lines(entry.stays_quiet):
            if entry.rule in {f.rule for f in reviewer.findings(example)}:
                yield loaded.problem(("rules", i, "stays_quiet"), f"{entry.rule} fires on: {example}")
