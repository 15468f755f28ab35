"""Tells whether a post is mainly in another language than the session's.

By script first, then by the small words that every sentence needs. No model: a post that is too
short to tell counts as ours, because the other checks hold what they do not understand.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import regex

from bot.core.screen import Evidence, Label, Post

_WORD = regex.compile(r"(?<![\w@#])\p{L}[\p{L}\p{M}'-]*")
_SENTENCE = regex.compile(r"[^.!?¿]+")
_LATIN = regex.compile(r"\p{Latin}")
_LETTER = regex.compile(r"\p{L}")
_OURS_AT_LEAST = 0.34  # the share of words that we know in a post of ours
_FEW = 3  # words; too few to judge by what we do not know


@dataclass(frozen=True, slots=True)
class OtherLanguage:
    ours: frozenset[str]  # small words of the session's language
    known: frozenset[str]  # any other word that our rules know
    stems: tuple[str, ...]  # and how such words begin
    others: Mapping[str, frozenset[str]]  # small words by language

    def __call__(self, post: Post) -> Iterator[Evidence]:
        reason = self._reason(post.folded.text, post.meant.text)
        if reason:
            end = len(post.raw)
            yield Evidence("language.other", Label.OTHER_LANGUAGE, 0, end, reason)

    def _reason(self, text: str, meant: str) -> str:
        letters = len(_LETTER.findall(text))
        if 3 * (letters - len(_LATIN.findall(text))) > letters:
            return "Written in another script."
        for sentence in _SENTENCE.findall(text):
            if language := self._looks_like(_WORD.findall(sentence)):
                return f"Looks like {language}."
        words = _WORD.findall(meant)
        known = sum(word in self.ours or word in self.known or word.startswith(self.stems) for word in words)
        if len(words) >= _FEW and known < _OURS_AT_LEAST * len(words):
            return "Few of its words are known here."
        return ""

    def _looks_like(self, words: list[str]) -> str:
        """The language whose small words outnumber ours in a sentence."""
        ours = sum(word in self.ours for word in words)
        accents = sum(not word.isascii() and word not in self.known for word in words)
        for language, small in self.others.items():
            theirs = sum(word in small and word not in self.ours for word in words)
            if theirs and theirs + accents >= 2 and theirs + accents > ours:
                return language
        return ""
