"""The positive notion of a general question: one answer for everybody, and nobody in particular.

A post is general only if it asks something, about our subject, and every word in it that speaks of
a person stands in a phrase that we know to be harmless ("should I wear", "can you explain"). What is
left over speaks of somebody: with a word of health in the post it is personal, else merely held.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.core.screen import Evidence, Label, Post
from bot.core.screen_pattern import Pattern

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class SomebodysHealth:
    """Finds posts that speak of a person and of health, whatever the words between."""

    person: Pattern
    health: Pattern
    harmless: Sequence[Pattern]

    def __call__(self, post: Post) -> Iterator[Evidence]:
        text = post.meant.text
        if not self.health.find(text):
            return
        for start, end in self.persons(text):
            yield Evidence(
                "personal.speaks_of_somebody",
                Label.PERSONAL,
                *post.meant.span(start, end),
                "Speaks of a person in a post about health.",
            )

    def persons(self, text: str) -> list[Span]:
        """Where somebody is spoken of outside the harmless phrases."""
        persons = self.person.find(text)
        if not persons:
            return []
        harmless = [place for pattern in self.harmless for place in pattern.find(text)]
        return [p for p in persons if not any(_within(p, h) for h in harmless)]


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
        if not asked or not self.topic.find(text) or self.somebody.persons(text):
            return
        if any(pattern.find(text) for pattern in self.unsure):
            return
        yield Evidence(
            "general.question",
            Label.GENERAL,
            *post.meant.span(*asked[0]),
            "Asks for information that is the same for everybody.",
        )


def _within(inner: Span, outer: Span) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]
