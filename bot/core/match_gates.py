"""Why likeness must not be trusted: small words and names that turn a question into another one.

"Can I have a mammogram before my period" and "after my period" share all words but one. Where such
a word differs, no likeness is enough, and a clinician looks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import regex
from rapidfuzz import fuzz, process

from bot.core.match_words import NEGATIONS, Synonyms, content, plain_words, stem

FEWEST_WORDS = 2  # that say what it is about; fewer cannot be understood safely
LEAST_LEAD = 0.04  # over the next entry
LONG = 6  # letters from which a mistyped name is recognised
SPELT_ALIKE = 85.0  # of 100

_NUMBER = regex.compile(r"\d+")
_SMALL = "two three four five six seven eight nine ten eleven twelve"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_NUMBER_WORDS = {word: str(number) for number, word in enumerate(_SMALL.split(), start=2)} | {
    word: str(number) for number, word in zip(range(20, 100, 10), _TENS.split(), strict=True)
}

#: Words that say which of two things comes first: swapped sides are another question.
_RELATIONS = """
    before after cause causing caused than from instead without replace become into
    spread feed affect help antes despues causa
"""
RELATIONS = frozenset(_RELATIONS.split())

#: Words that point at something said elsewhere.
POINTING = frozenset({"it", "its", "this", "that", "these", "those", "they", "them", "eso", "esto"})

Name = tuple[str, ...]  # one or more stems


@dataclass(frozen=True, slots=True)
class Apart:
    """Things that must not be taken for one another: `meanings`, each with its names."""

    what: str
    meanings: tuple[frozenset[Name], ...]
    first_names: tuple[str, ...]  # of each meaning, to be shown
    long_names: tuple[str, ...]  # stems that are recognised when mistyped
    single_names: frozenset[str]  # stems that are names by themselves

    @classmethod
    def of(cls, what: str, meanings: Iterable[Sequence[str]], synonyms: Synonyms) -> "Apart":
        """`meanings` as people write them; several words may be one name."""
        lists = list(meanings)
        read = tuple(frozenset(stems(text, synonyms) for text in names) for names in lists)
        alone = {name[0] for names in read for name in names if len(name) == 1}
        long_names = sorted(name for name in alone if len(name) >= LONG)
        return cls(what, read, tuple(names[0] for names in lists), tuple(long_names), frozenset(alone))

    def named_in(self, names: frozenset[Name]) -> frozenset[int]:
        """Which of the meanings are among the names."""
        return frozenset(i for i, known in enumerate(self.meanings) if known & names)


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and the wording that comes nearest, as words, with all wordings of its entry."""

    asked: tuple[str, ...]
    wording: tuple[str, ...]
    entry: Sequence[tuple[str, ...]]
    lead: float


def gate(pair: Pair, apart: Sequence[Apart] = ()) -> str:
    """Why the nearest entry must not be taken for the answer, or nothing."""
    known = [name for kind in apart for name in kind.long_names]
    asked = names_in(well_spelt(pair.asked, known))
    wording = names_in(well_spelt(pair.wording, known))
    checks = (
        too_few_words(pair),
        negation_differs(pair),
        something_else_is_denied(pair),
        numbers_differ(pair),
        *(names_differ(asked, wording, pair.entry, kind) for kind in apart),
        sides_are_swapped(pair),
        one_word_is_another(pair, frozenset().union(*(kind.single_names for kind in apart))),
        next_is_too_near(pair),
    )
    return next(filter(None, checks), "")


def things_differ(asked: Sequence[str], other: Sequence[str], apart: Sequence[Apart]) -> bool:
    """Whether a question names something that another does not, or has another number, side or word."""
    known = [name for kind in apart for name in kind.long_names]
    names, others = (names_in(well_spelt(words, known)) for words in (asked, other))
    pair = Pair(tuple(asked), tuple(other), [tuple(other)], 1.0)
    named = any(kind.named_in(names) - kind.named_in(others) for kind in apart)
    checks = (negation_differs, numbers_differ, sides_are_swapped, one_word_is_another)
    return named or any(check(pair) for check in checks)


def too_few_words(pair: Pair) -> str:
    """ "Does it hurt?" has one word that says something; what "it" is, nobody knows.

    "What is DCIS?" has one too, but is whole: it passes if a clinician wrote just that.
    """
    whole = pair.asked == pair.wording and not POINTING & set(pair.asked)
    if len(content(pair.asked)) >= FEWEST_WORDS or whole:
        return ""
    return "too few words to be sure what is asked"


def negation_differs(pair: Pair) -> str:
    asked, wording = (sum(w in NEGATIONS for w in words) for words in (pair.asked, pair.wording))
    return "one of the two has a 'not' that the other has not" if asked != wording else ""


def something_else_is_denied(pair: Pair) -> str:
    """ "Who do not use a wheelchair" and "who use a wheelchair or cannot stand" both have a 'not'."""
    asked, wording = _denied(pair.asked), _denied(pair.wording)
    if not asked or not wording or asked & wording:
        return ""
    return "the 'not' in it is about something else"


def _denied(words: Sequence[str]) -> set[str]:
    """The first word with a subject after each negation."""
    places = [place for place, word in enumerate(words) if word in NEGATIONS]
    following = (content(words[place + 1 :]) for place in places)
    return {stem(rest[0]) for rest in following if rest}


def one_word_is_another(pair: Pair, checked: frozenset[str] = frozenset()) -> str:
    """The same question but for one word, in whose place stands one that the entry never uses.

    "Does HRT cause breast pain" is not "does HRT cause breast cancer". What means the same belongs in the
    synonyms or in the entry's wordings. `checked` words are names that have a check of their own.
    """
    asked, wording = (
        {stem(word) for word in content(words) if not numbers([word])} for words in (pair.asked, pair.wording)
    )
    new, gone = asked - wording, wording - asked
    if len(new) != 1 or len(gone) != 1 or not asked & wording:
        return ""
    (word,) = new
    known = {stem(other) for words in pair.entry for other in words}
    mistyped = len(word) >= LONG and any(fuzz.ratio(word, other) >= SPELT_ALIKE for other in known)
    if word in known or word in checked or mistyped:
        return ""
    return f"the FAQ's question has another word in the place of '{word}'"


def numbers_differ(pair: Pair) -> str:
    asked, wording = numbers(pair.asked), numbers(pair.wording)
    if asked == wording:
        return ""
    return "the numbers in it are not those of the FAQ's question"


def numbers(words: Sequence[str]) -> frozenset[str]:
    """The numbers in a question, an age with its unit too ("45yo"), small ones also as words."""
    digits = (found[0].lstrip("0") for word in words if (found := _NUMBER.match(word)))
    return frozenset(digits) | {_NUMBER_WORDS[word] for word in words if word in _NUMBER_WORDS}


def names_differ(
    asked: frozenset[Name],
    wording: frozenset[Name],
    entry: Sequence[Sequence[str]],
    apart: Apart,
) -> str:
    """Something is named that the wording does not name.

    A wording that names nothing of the kind leaves it to the entry's other wordings.
    """
    named = apart.named_in(asked)
    if not named:
        return ""
    allowed = apart.named_in(wording) or apart.named_in(frozenset().union(*map(names_in, entry)))
    if named <= allowed:
        return ""
    name = apart.first_names[min(named - allowed)]
    return f"it names {apart.what} that the FAQ's question does not: {name}"


def sides_are_swapped(pair: Pair) -> str:
    """The same words around "before", "causes", "than", but the other way round."""
    for relation in RELATIONS & set(pair.asked) & set(pair.wording):
        before, after = _around(relation, pair.asked)
        was_before, was_after = _around(relation, pair.wording)
        crossed = before & was_after or after & was_before
        if crossed and not (before & was_before or after & was_after):
            return f"what stands before and after '{relation}' is swapped"
    return ""


def next_is_too_near(pair: Pair) -> str:
    return "another entry is as near" if pair.lead < LEAST_LEAD else ""


def stems(text: str, synonyms: Synonyms) -> Name:
    return tuple(stem(word) for word in synonyms.fold(plain_words(text)))


def well_spelt(words: Sequence[str], known: Sequence[str]) -> list[str]:
    """The words, with mistyped names put right: "utrasound" must not pass for no test at all."""
    return [_known_as(stem(word), known) for word in words]


def _known_as(word: str, known: Sequence[str]) -> str:
    if len(word) < LONG or word in known:
        return word
    found = process.extractOne(word, known, scorer=fuzz.ratio, score_cutoff=SPELT_ALIKE)
    return found[0] if found else word


def names_in(words: Sequence[str]) -> frozenset[Name]:
    """Every run of one to three words, as stems: what might be a name."""
    read = [stem(word) for word in words]
    return frozenset(
        tuple(read[start : start + length]) for length in (1, 2, 3) for start in range(len(read) - length + 1)
    )


def _around(word: str, words: Sequence[str]) -> tuple[set[str], set[str]]:
    place = words.index(word)
    return {stem(w) for w in content(words[:place])}, {stem(w) for w in content(words[place + 1 :])}
