"""The positive notion of a general question: one answer for everybody, and nobody in particular.

A post is general only if it asks something, about our subject, and every word in it that speaks
of a person stands in a phrase that we know to be harmless ("should I wear", "can you explain").
What is left over speaks of somebody: with a word of health it is personal, else merely held.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from bot.core.screen import Evidence, Label, Post
from bot.core.screen_pattern import Pattern

Span = tuple[int, int]

_ELONGATED = regex.compile(r"(\p{L})\1\1", regex.IGNORECASE)  # a word we may misread
_WORDS = regex.compile(r"\p{L}{2,}")
_FEWEST = 2  # words; fewer say too little to take anyone's word for it
_SENTENCE = regex.compile(r"(?:[^.!?]|(?<=\w)[.](?=\w))+[.!?]*")


@dataclass(frozen=True, slots=True)
class SomebodysHealth:
    """Finds posts that speak of a person and of health, whatever the words between."""

    person: Pattern
    health: Pattern
    harmless: Sequence[Pattern]

    def __call__(self, post: Post) -> Iterator[Evidence]:
        if not self.health.find(post.meant.text):
            return
        for start, end in self.persons(post):
            yield Evidence(
                "personal.speaks_of_somebody",
                Label.PERSONAL,
                *post.meant.span(start, end),
                "Speaks of a person in a post about health.",
            )

    def persons(self, post: Post) -> list[Span]:
        """Where somebody is spoken of outside the harmless phrases."""
        text = post.meant.text
        persons = [p for p in self.person.find(text) if not self._is_country(p, post)]
        if not persons:
            return []
        harmless = self.harmless_places(text)
        return [p for p in persons if not any(_within(p, h) for h in harmless)]

    @staticmethod
    def _is_country(place: Span, post: Post) -> bool:
        """`US` beside small letters is a country, not us."""
        start, end = post.meant.span(*place)
        return post.raw[start:end].strip() == "US" and not post.raw.isupper()

    def harmless_places(self, text: str) -> list[Span]:
        return [place for pattern in self.harmless for place in pattern.find(text)]


@dataclass(frozen=True, slots=True)
class GeneralQuestion:
    """Finds the shape of a general question, and nobody in it."""

    asks: Sequence[Pattern]
    topic: Pattern
    unsure: Sequence[Pattern]
    somebody: SomebodysHealth

    def __call__(self, post: Post) -> Iterator[Evidence]:
        text = post.meant.text
        asked = [place for pattern in self.asks for place in pattern.find(text)]
        if _ELONGATED.search(post.raw):
            return
        if not asked or not self.topic.find(text) or self.somebody.persons(post):
            return
        if not all(self._is_harmless(sentence, asked, text) for sentence in _sentences(text)):
            return
        if any(pattern.find(text) for pattern in self.unsure):
            return
        yield Evidence(
            "general.question",
            Label.GENERAL,
            *post.meant.span(*asked[0]),
            "Asks for information that is the same for everybody.",
        )

    def is_doubtful(self, post: Post) -> bool:
        """Whether something in the post forbids to take it for general on anyone else's word."""
        text = post.meant.text
        return bool(
            _ELONGATED.search(post.raw)
            or len(_WORDS.findall(text)) < _FEWEST
            or self.somebody.persons(post)
            or any(pattern.find(text) for pattern in self.unsure)
        )

    def knows_its_persons(self, post: Post) -> bool:
        """Whether the post speaks of a person, and only in the harmless phrases."""
        return bool(self.somebody.person.find(post.meant.text)) and not self.somebody.persons(post)

    def _is_harmless(self, sentence: Span, asked: Sequence[Span], text: str) -> bool:
        """A sentence asks, or is a known phrase, or says nothing of health."""
        start, end = sentence
        if not self.somebody.health.find(text[start:end]):
            return True
        known = (*asked, *self.somebody.harmless_places(text))
        return any(begin < end and start < stop for begin, stop in known)


def _sentences(text: str) -> Iterator[Span]:
    return (match.span() for match in _SENTENCE.finditer(text))


def _within(inner: Span, outer: Span) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]
