"""What clinicians propose for the FAQ: that it is their own wording, what is missing, what is alike."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import regex
from rapidfuzz import fuzz

from bot.core.match_words import plain_words

RUN = 7  # words in a row that nobody writes twice by chance
ALIKE = 90.0  # of 100, from which a sentence is the same one with a letter changed
FEWEST_WORDS = 4  # of such a sentence: "is it safe" is everybody's
SAME_ANSWER = 85.0  # of 100, from which an answer is an entry's wording, perhaps touched up

_ID = regex.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class Outcome(StrEnum):
    """Whether the entry that the matcher found was the right one."""

    RIGHT = "right"
    WRONG = "wrong"
    UNSAID = "unsaid"  # answered in other words or not at all, and nobody said why


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """A whole entry as it will stand in a topic file. Always a draft."""

    topic: str
    question: str
    answers: tuple[str, ...]
    more: str
    sources: tuple[str, ...]
    facts: tuple[str, ...]
    handling: str
    jurisdiction: str
    review_by: date | None
    changes_if: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an accepted proposal does to the FAQ's files: phrasings for an entry, or a new one."""

    proposal: int
    entry_id: str
    language: str  # of the phrasings, "en" or "es"; a new entry begins in English
    phrasings: tuple[str, ...]
    new: NewEntry | None = None


def lines(text: str) -> tuple[str, ...]:
    """The lines that say something, without spaces around them, each once."""
    return tuple(dict.fromkeys(filter(None, (" ".join(line.split()) for line in text.splitlines()))))


def copied(typed: str, posts: Iterable[str]) -> bool:
    """Whether the words are those of a post: the same, nearly the same, or seven of them in a row.

    X forbids to train on its content, so what the FAQ learns must be somebody's own wording.
    """
    words = plain_words(typed)
    said, runs = " ".join(words), _runs(words)
    for post in posts:
        asked = plain_words(post)
        if words and (words == asked or runs & _runs(asked)):
            return True
        if len(words) >= FEWEST_WORDS and fuzz.ratio(said, " ".join(asked)) >= ALIKE:
            return True
        if min(len(words), len(asked)) >= RUN and fuzz.partial_ratio(said, " ".join(asked)) >= ALIKE:
            return True
    return False


def _runs(words: Sequence[str]) -> set[tuple[str, ...]]:
    return {tuple(words[start : start + RUN]) for start in range(len(words) - RUN + 1)}


def missing(change: Change) -> list[str]:
    """What somebody has still to write before the proposal can be accepted."""
    new = change.new
    if new is None:
        wanted = {"the entry that it is for": change.entry_id, "how people ask it": change.phrasings}
        return [name for name, value in wanted.items() if not value]
    needed: dict[str, object] = {
        "the question": new.question,
        "how people ask it (6 lines or more)": len(change.phrasings) >= 6,
        "two wordings of the answer": len(new.answers) >= 2,
        "a name for the entry, such as rest-after-biopsy": _ID.fullmatch(change.entry_id),
        "the topic": new.topic,
        "a source": new.sources,
        "the facts that it rests on": new.facts,
        "when to read it again": new.review_by,
        "what would change it": new.changes_if,
    }
    found = [name for name, value in needed.items() if not value]
    if new.question and not new.question.endswith("?"):
        found.append("a question mark at the end of the question")
    return found


def is_wording_of(text: str, answers: Iterable[str]) -> bool:
    """Whether an answer is one of these, word for word or touched up."""
    plain = " ".join(text.casefold().split())
    return any(fuzz.ratio(plain, " ".join(one.casefold().split())) >= SAME_ANSWER for one in answers)


def nearest(text: str, known: Sequence[str]) -> str:
    """The wording that is spelt most like it, or nothing."""
    return max(known, key=lambda one: fuzz.ratio(text.casefold(), one.casefold()), default="")


def clusters(texts: Sequence[str], same: Callable[[str, Sequence[str]], int | None]) -> list[list[int]]:
    """The places of texts that say nearly the same, put together, in the order of the first of each.

    `same(text, others)` says which of the others, if any, means the same (`core/groups.Grouper.same`).
    """
    found: list[list[int]] = []
    cluster_of: dict[int, list[int]] = {}
    for place, text in enumerate(texts):
        like = same(text, texts[:place])
        cluster = cluster_of[like] if like is not None else []
        if like is None:
            found.append(cluster)
        cluster.append(place)
        cluster_of[place] = cluster
    return found
