"""Near-duplicate questions: one item in the queue, one answer for everybody in it."""

import regex

from bot.core.text import fold

WORD = regex.compile(r"[@#]?\p{L}[\p{L}\p{M}\p{N}'-]*")

#: Words that say nothing about what is asked. Negations are not among them.
FILLER = frozenset(
    [
        "a",
        "an",
        "the",
        "is",
        "are",
        "was",
        "be",
        "been",
        "do",
        "does",
        "did",
        "i",
        "im",
        "i'm",
        "me",
        "my",
        "you",
        "your",
        "u",
        "ur",
        "it",
        "its",
        "it's",
        "to",
        "of",
        "for",
        "in",
        "on",
        "at",
        "and",
        "or",
        "so",
        "hi",
        "hello",
        "hey",
        "thanks",
        "thank",
        "thx",
        "please",
        "pls",
        "anyone",
        "know",
        "just",
        "really",
        "can",
        "could",
        "would",
        "will",
        "if",
        "with",
        "there",
        "this",
        "that",
        "have",
        "has",
        "had",
        "get",
        "got",
    ]
)


def words_of(text: str) -> frozenset[str]:
    """What a question asks about: its words without filler, mentions and hashtags."""
    return frozenset(
        word for word in WORD.findall(fold(text).text) if word[0] not in "@#" and word not in FILLER
    )


def ask_the_same(one: frozenset[str], other: frozenset[str], *, share: float = 0.8) -> bool:
    """True for two questions whose words are nearly the same.

    Two words in common are too few to tell; a "not" in only one of them makes two questions.
    """
    common = len(one & other)
    if common < 2 or (NEGATIONS & one) != (NEGATIONS & other):
        return False
    return common / len(one | other) >= share


NEGATIONS = frozenset({"no", "not", "never", "without", "don't", "dont", "can't", "cant", "nunca", "sin"})
