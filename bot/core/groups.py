"""Near-duplicate questions: one item in the queue, one answer for everybody in it."""

from bot.core.match_words import NEGATIONS, plain_words

#: Words that say nothing about what is asked. Question words are not among them ("how" and "why" tell
#: questions apart), and neither are negations.
FILLER = frozenset(
    "a an the is are was be been do does did i im m me my you your u ur it its s to of for in on at and or so"
    " hi hello hey thanks thank thx please pls anyone know just really can could would will if with there"
    " this that have has had get got".split()
)


def words_of(text: str) -> frozenset[str]:
    """What a question asks about: its words without filler, mentions and the hashtags at its end."""
    return frozenset(plain_words(text)) - FILLER


def ask_the_same(one: frozenset[str], other: frozenset[str], *, share: float = 0.8) -> bool:
    """True for two questions whose words are nearly the same.

    Two words in common are too few to tell; a "not" in only one of them makes two questions.
    """
    common = len(one & other)
    if common < 2 or (NEGATIONS & one) != (NEGATIONS & other):
        return False
    return common / len(one | other) >= share
