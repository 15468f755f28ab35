"""How hard an English text is to read: the Flesch-Kincaid grade, in US school years.

A guide for writers, no more: it counts sentences, words and syllables and knows no meaning.
"""

import re

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")
_END = re.compile(r"[.!?]+(?=\s|$|[\"'”’)])")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT_E = re.compile(
    r"(?:[^aeiouylr]e|[aeiou]les?|re|[^aeiouydt]ed|[^aeiouysxzcghl]es)$"
    r"|[^aeiou]e(?=(?:ly|ful|less|ment|times|one|where)$)"
)
_TWO_BEATS = re.compile(r"(?<![tscx])i[aou]|(?<![tc])ie[nt]|ea$|ua(?!r)|[aeiouy]ing$")


def reading_grade(text: str) -> float:
    """The grade of `text`; 0 when there are no words in it."""
    words = _WORD.findall(text)
    if not words:
        return 0.0
    sentences = max(1, len(_END.findall(text.strip())))
    beats = sum(map(syllables, words))
    return max(0.0, 0.39 * len(words) / sentences + 11.8 * beats / len(words) - 15.59)


def syllables(word: str) -> int:
    """About how many; a number counts as one, an abbreviation (`NHS`) as its letters read out."""
    if not word[0].isalpha():
        return 1
    if word.isupper() and len(word) > 1:
        return len(word)
    word = word.lower()
    beats = len(_VOWELS.findall(word)) + len(_TWO_BEATS.findall(word))
    return max(1, beats - len(_SILENT_E.findall(word)))
