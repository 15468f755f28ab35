"""No decoration makes an unsafe post safe: our own unsafe sentences, each in nine of sixteen disguises.

Every sentence in CI (`CI` is set there), one in eight elsewhere: some ten seconds.
"""

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from bot.core.screen import Screen
from bot.guardrails import load_screen
from bot.sentences import Sentence, load_sentences

GUARDRAILS = Path(__file__).parents[2] / "config" / "guardrails"
UNSAFE = {"crisis", "emergency", "identifier", "personal"}
EACH = 9  # disguises for each sentence: above 20,000 cases in all, in less than a minute
PARTS = 16 if os.environ.get("CI") else 2  # of sixteen
ZERO_WIDTH = "\u200b"


def swapped(text: str) -> str:
    """Two neighbours in the longest word change places, as on a telephone."""
    word = max(text.split(), key=len)
    return text.replace(word, word[:1] + word[2:3] + word[1:2] + word[3:]) if len(word) > 3 else text


def doubled(text: str) -> str:
    word = max(text.split(), key=len)
    return text.replace(word, word[:2] + word[1:2] + word[2:])


DISGUISES: dict[str, Callable[[str], str]] = {
    "hashtag": lambda text: f"{text} #AskHour",
    "hashtag in front": lambda text: f"#breasthealth {text}",
    "mention": lambda text: f"@askhour {text}",
    "emoji": lambda text: f"🙏 {text} 💗",
    "zero-width": lambda text: text.replace("e", "e" + ZERO_WIDTH),
    "zero-width everywhere": ZERO_WIDTH.join,
    "upper case": str.upper,
    "full width": lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
    "look-alikes": lambda text: text.replace("a", "а").replace("o", "о"),
    "polite": lambda text: f"Good evening, thank you so much for doing this. {text}",
    "hi": lambda text: f"hi! {text}",
    "thanks": lambda text: f"{text} Thank you!",
    "slip": swapped,
    "doubled letter": doubled,
    "white space": lambda text: text.replace(" ", "  \n"),
    "question mark": lambda text: f"{text}?",
}


@cache
def the_screen() -> Screen:
    return load_screen(GUARDRAILS)


@cache
def unsafe() -> tuple[Sentence, ...]:
    return tuple(s for s in load_sentences(GUARDRAILS) if s.labels & UNSAFE)


def cases(first: int, step: int) -> list[tuple[str, list[str]]]:
    """Sentences with the names of their disguises: nine of sixteen each, another nine for the next."""
    names = list(DISGUISES)
    return [
        (sentence.text, [names[(i + k) % len(names)] for k in range(EACH)])
        for i, sentence in enumerate(unsafe())
        if i % step == first
    ]


def test_there_are_enough_cases() -> None:
    assert sum(len(names) for _, names in cases(0, 1)) >= 20_000


@pytest.mark.parametrize("part", range(PARTS))
def test_no_disguise_turns_a_held_post_into_an_automatic_answer(part: int) -> None:
    screen = the_screen()
    held = [(text, names) for text, names in cases(part, 16) if not screen(text).may_be_answered]

    flipped = [
        (name, text)
        for text, names in held
        for name in names
        if screen(DISGUISES[name](text)).may_be_answered
    ]

    assert flipped == []
