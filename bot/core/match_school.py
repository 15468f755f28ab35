"""Makes lessons for the matcher from our own text: topics with entries, and questions without one.

Many small FAQs are put together from the topics, with few or many wordings for each entry; the
wordings that were left over are asked, and so are the wordings of entries that were left out. The
same seed gives the same lessons.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from bot.core.match_meaning import Encode, Finder, Vectors
from bot.core.match_sure import Lesson, Weights, learn, signals
from bot.core.match_words import GRAMMAR, plain_words, readable

SEED = 2026
FAQS = 300
FAQS_ENCODED = 120  # with an encoder, which takes its time; more change little
WORDINGS = (1, 1, 2, 3, 4, 8)  # how many wordings an entry has, one drawn for each FAQ
KEPT = (0.5, 0.7, 0.9)  # share of the entries that the FAQ has
TOPICS = (1, 1, 1, 2, 4, 8)
MISTYPED = 0.15
TOO_FAR = 0.7  # share of the misses left out: our wordings differ more than patients' do
LEFT_OUT = {True: 0.25, False: 0.12}  # chance that a word of grammar, or another, is missing

#: Beginnings that ask the same.
FRAMES = (
    ("how do i ", "how can i ", "what is the best way to ", "how would one ", "i want to "),
    ("can i ", "am i allowed to ", "is it ok to ", "may i ", "is it possible to "),
    ("what is ", "what does it mean, ", "can you explain ", "what exactly is "),
    ("why do ", "what is the reason that ", "how come ", "why would "),
    ("how long does ", "how much time does ", "how many minutes does "),
    ("how much is ", "how much does it cost, ", "what is the price of "),
    ("is there ", "do you have ", "can i find ", "i am looking for "),
    ("do i need ", "do i have ", "is it necessary ", "must i "),
    ("will i ", "am i going to ", "should i expect to "),
    ("are ", "is it true that ", "i heard that "),
)
CHATTER = (
    "",
    "",
    "",
    "",
    "",
    "",
    "hi",
    "please",
    "thanks",
    "quick question",
    "sorry to ask",
    "my mum asks",
)


@dataclass(frozen=True, slots=True)
class Topic:
    """Questions about one subject: `entries` with their wordings, and such as have no entry."""

    topic: str
    entries: tuple[tuple[str, ...], ...]
    no_entry: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    text: str
    place: int | None  # of its entry in the FAQ; None when it has none


def teach(topics: Sequence[Topic], encode: Encode | None = None, crowd: float = 0.0) -> Weights:
    """The matcher's weights, learned from the topics: for words alone, or with an encoder."""
    chance = Random(SEED)  # noqa: S311 - repeatable, not secret
    return learn(lessons(topics, chance, encode, crowd), crowd)


def remembering(encode: Encode) -> Encode:
    """The same encoder, asked about each text once: the lessons repeat themselves."""
    known: dict[str, Vectors] = {}

    def from_memory(texts: Sequence[str]) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(new, encode(new), strict=True))
        return np.array([known[text] for text in texts], dtype=np.float32)

    return from_memory


def lessons(
    topics: Sequence[Topic], chance: Random, encode: Encode | None = None, crowd: float = 0.0
) -> Iterator[Lesson]:
    for _ in range(FAQS_ENCODED if encode else FAQS):
        drawn = chance.sample(topics, min(chance.choice(TOPICS), len(topics)))
        faq, questions = small_faq(drawn, chance)
        if len(faq) < 2:
            continue
        vectors = encode([readable(text) for texts in faq for text in texts]) if encode else None
        finder = Finder([[plain_words(text) for text in texts] for texts in faq], vectors)
        texts = [mistyped(q.text, chance) if chance.random() < MISTYPED else q.text for q in questions]
        read = encode([readable(text) for text in texts]) if encode else None
        for number, (asked, text) in enumerate(zip(questions, texts, strict=True)):
            lesson = _asked(finder, asked, text, None if read is None else read[number], crowd)
            # Drawn in any case: one answer that comes out otherwise must not change all later lessons.
            too_far = chance.random() < TOO_FAR
            missed = asked.place is not None and not lesson.right
            if not (missed and too_far):
                yield lesson


def small_faq(topics: Sequence[Topic], chance: Random) -> tuple[list[Sequence[str]], list[Asked]]:
    """Entries with their wordings, and questions to put to them."""
    faq: list[Sequence[str]] = []
    questions: list[Asked] = []
    most, kept = chance.choice(WORDINGS), chance.choice(KEPT)
    for topic in topics:
        for entry in topic.entries:
            texts = chance.sample(entry, len(entry))
            if chance.random() < kept:
                count = min(most, len(texts) - 1)
                questions += [Asked(text, len(faq)) for text in texts[count : count + 2]]
                questions.append(Asked(reworded(texts[0], chance), len(faq)))
                faq.append(texts[:count])
            else:
                questions += [Asked(text, None) for text in texts[:2]]
        questions += [Asked(text, None) for text in chance.sample(topic.no_entry, 4)]
    return faq, questions


def _asked(finder: Finder, asked: Asked, text: str, vector: Vectors | None, crowd: float) -> Lesson:
    words = plain_words(text)
    entries = finder.near(words, vector).entries
    best = int(entries.argmax())
    found = signals(words, entries, best, crowd, finder.early(best, vector))
    return Lesson(found, right=best == asked.place)


def reworded(text: str, chance: Random) -> str:
    """Nearly the same question in other words, with some left out: an easy lesson."""
    text = text.rstrip("?").lower()
    for frame in chance.sample(FRAMES, len(FRAMES)):
        begins = next((begin for begin in frame if text.startswith(begin)), None)
        if begins is not None:
            text = chance.choice(frame) + text.removeprefix(begins)
            break
    words = [word for word in text.split() if chance.random() > LEFT_OUT[word in GRAMMAR]]
    before, after = chance.choice(CHATTER), chance.choice(CHATTER)
    return " ".join([before, *(words or [text]), after]).strip()


def mistyped(text: str, chance: Random) -> str:
    """The text as thumbs type it: a letter lost, doubled or swapped in one long word of five."""
    words = text.split()
    for i, word in enumerate(words):
        if len(word) > 4 and chance.random() < 0.2:
            k = chance.randrange(1, len(word) - 2)
            before, letter, after, rest = word[:k], word[k], word[k + 1], word[k + 2 :]
            slips = (after, letter + letter + after, after + letter)
            words[i] = before + chance.choice(slips) + rest
    return " ".join(words)
