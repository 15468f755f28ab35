"""Reads a question as words: folded, synonyms resolved, text-speak written out."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

import regex

from bot.core.text import fold

_AWAY = regex.compile(r"https?://\S+|@\w+")
_LABELS = regex.compile(r"(?:\s*#\w+)+\s*$")  # hashtags at the end label a post; inside they are words
_NAME_WITH_NUMBER = regex.compile(r"(?<=\p{L})-(?=\d)")  # "BRCA-1" is one name
_HUMP = regex.compile(r"(?<=\p{Ll})(?=\p{Lu})")  # #BreastScreening is two words
_HASHTAG = regex.compile(r"#\w+")
_BARE = regex.compile(r"[A-Za-z0-9 ,.?!]*")  # nothing to take out or to write out
_ACCENT = regex.compile(r"\p{Mn}")
_STRETCHED = regex.compile(r"(.)\1{2,}")
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_SHORTENED = regex.compile(r"'(?:s|re|ve|ll|d|m)\b|(?<=\p{L})'(?=\p{L})")

_GRAMMAR = """
    a an the and or but if of to in on at by for from with as is are was were be been being am do
    does did doing have has had having can could will would shall should may might must i me my
    mine we us our you your it its he she they them their his her him this that these those there
    here what which who whom when where why how so just also than then too very any some about into
    up out get got please tell know want need like s t ll re ve d m hi hello hey thanks thank
    really anyone someone going que el la los las un una unos de del en y o a al es son me mi se lo
    te tu con para por como cuando donde cual hay si ya su le nos yo tengo puedo puede
"""
_TEXT_SPEAK = """
    u you, r are, ur your, pls please, plz please, bc because, cuz because, b4 before, w with, wat
    what, wats what, whats what, hows how, abt about, appt appointment, wk week, wks week, mins
    minute, thx thanks, ppl people, wd would, gonna going, im i, ive i, theyre they, theres there,
    yr year, yrs year, q que, xq porque, dont do not, doesnt does not, didnt did not, cant can not,
    cannot can not, couldnt could not, wont will not, wouldnt would not, isnt is not, arent are not,
    wasnt was not, werent were not, shouldnt should not, havent have not, hasnt has not
"""

REMEMBERED = 65_536  # words whose stem is known still: a question is stemmed some hundred times

#: Words that carry grammar rather than a subject. They count, but for less: "how" and "why" tell
#: questions apart.
GRAMMAR = frozenset(_GRAMMAR.split())
NEGATIONS = frozenset({"not", "no", "never", "without", "nunca", "sin", "neither", "nor"})

_SPANISH = """
    el la los las un una unos unas de del en y o al es son mi mis se lo le les te tu tus con para por como
    cuando donde cual hay ya su sus nos yo que muy mas pero porque esta este esto estoy soy tengo tiene
    puedo puede pueden debo quiero necesito hacer hago hace cada cuanto cuantos cuanta cuantas quien sin
    sobre entre desde hasta antes despues duele tener ser tambien han va voy significa sirve salio
"""
#: The small words of Spanish, and such as are small words of English too.
SPANISH = frozenset(_SPANISH.split())
IN_BOTH_LANGUAGES = frozenset({"me", "no", "si", "a", "he"})
ENGLISH = GRAMMAR - SPANISH - IN_BOTH_LANGUAGES

#: How people type on a phone: each word with the words that it stands for. This is not an affair
#: of one FAQ, so it is not in its synonyms.
TEXT_SPEAK = {first: rest for first, *rest in map(str.split, _TEXT_SPEAK.split(","))}


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Word sequences that stand for one word. Longer ones win."""

    stands_for: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    longest: Mapping[str, int] = field(default_factory=dict)  # sequence that a word begins

    @classmethod
    def of(cls, words: Mapping[str, str]) -> "Synonyms":
        """From "breast x-ray" -> "mammogram" and the like, as people write them."""
        read = {plain_words(phrase): word for phrase, word in words.items()}
        longest: dict[str, int] = {}
        for sequence in read:
            longest[sequence[0]] = max(len(sequence), longest.get(sequence[0], 0))
        return cls(read, longest)

    def fold(self, words: Sequence[str]) -> tuple[str, ...]:
        folded: list[str] = []
        start = 0
        while start < len(words):
            word, length = self._at(words, start)
            folded.append(word)
            start += length
        return tuple(folded)

    def _at(self, words: Sequence[str], start: int) -> tuple[str, int]:
        """What stands at `start`, and how many words it takes."""
        for length in range(self.longest.get(words[start], 0), 0, -1):
            word = self.stands_for.get(tuple(words[start : start + length]))
            if word is not None:
                return word, length
        return words[start], 1


def plain_words(text: str) -> tuple[str, ...]:
    """The words of a post without mentions, links and the hashtags at its end."""
    if not _BARE.fullmatch(text):
        text = _spelt_out(text)
    text = _STRETCHED.sub(r"\1\1", text.lower())
    words: list[str] = []
    for word in _WORD.findall(text):
        words += TEXT_SPEAK.get(word, (word,))
    return tuple(words)


def spanish(words: Sequence[str]) -> bool:
    """Whether the small words are those of Spanish, at least two and more than of English."""
    theirs = sum(word in SPANISH for word in words)
    ours = sum(word in ENGLISH for word in words)
    shared = 0 if ours else sum(word in IN_BOTH_LANGUAGES for word in words)
    return theirs > 0 and theirs + shared > max(1, ours)


def readable(text: str) -> str:
    """The post as a sentence, for whoever reads it whole: without mentions, links and labels."""
    text = _AWAY.sub(" ", text)
    text = _LABELS.sub("", text) or text
    text = _HASHTAG.sub(lambda tag: _HUMP.sub(" ", tag[0][1:]), text)
    return " ".join(text.split())


def _spelt_out(text: str) -> str:
    """The text in plain letters, with what is no word taken out and contractions written out."""
    text = _AWAY.sub(" ", text)
    text = _LABELS.sub("", text) or text
    text = _HASHTAG.sub(lambda tag: _HUMP.sub(" ", tag[0]), text)
    text = text.lower() if text.isascii() else _without_accents(fold(text).text)
    return _NAME_WITH_NUMBER.sub("", _SHORTENED.sub("", text))


@lru_cache(maxsize=REMEMBERED)
def stem(word: str) -> str:
    """Takes off an English ending, so that "scans", "scanned" and "scanning" are one word."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "ches", "shes", "xes")):
        word = word[:-2]
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    if len(word) > 5 and word.endswith("ing"):
        word = word[:-3]
    elif len(word) > 4 and word.endswith("ed") and not word.endswith("eed"):
        word = word[:-2]
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "lsz":
        word = word[:-1]
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


def letter_groups(word: str) -> list[str]:
    """Every run of two to five letters, with the word's ends marked: what survives a typo."""
    marked = f"<{word[:40]}>"
    return [marked[i : i + n] for n in (2, 3, 4, 5) for i in range(len(marked) - n + 1)]


def pairs(stems: Sequence[str]) -> list[tuple[str, str]]:
    """Neighbours, the first word with the beginning: order is part of what is asked."""
    return list(pairwise(["^", *stems]))


def content(words: Sequence[str]) -> list[str]:
    """The words that say what it is about, each once."""
    return [w for w in dict.fromkeys(words) if w not in GRAMMAR and w not in NEGATIONS]


def _without_accents(text: str) -> str:
    return _ACCENT.sub("", unicodedata.normalize("NFD", text))
