"""Folds a post into the one plain form that every check reads, and finds the way back.

People write in full-width letters, with zero-width characters, in capitals, with Cyrillic letters
that look Latin. Folding undoes this once, for all rules; `origin` leads back from the folded
text to the text as it was posted, so that the console can mark what a person really wrote.
"""

import unicodedata
from dataclasses import dataclass

import regex

MAX_LENGTH = 25_000  # the longest post that X knows; the caller refuses what is longer
_MAX_MARKS = 4  # combining marks kept per letter: more is decoration, and slow to sort

_QUOTES = str.maketrans(
    {
        "‘": "'",
        "’": "'",
        "‛": "'",
        "ʼ": "'",
        "`": "'",
        "´": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "–": "-",
        "—": "-",
    }
)
_GONE = regex.compile(r"[\p{Cf}\p{Variation_Selector}\u00ad\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0]")
_LOOKALIKES = dict(
    zip(
        "асеорхуѕіјԁһӏɡвкмнтαονρικτυχεβηɑ",
        "aceopxysijdhlgbkmhtaovpiktuxebna",
        strict=True,
    )
)
_WORD = regex.compile(r"\w+")
_LATIN = regex.compile(r"\p{Latin}")


@dataclass(frozen=True, slots=True)
class Folded:
    """The plain form of a text. `origin[i]` is where character `i` began in the text as posted.

    `origin` is one longer than `text`: the last place stands for the end.
    """

    text: str
    origin: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the posted text from which `text[start:end]` came."""
        first = self.origin[start]
        return first, max(first, self.origin[end])


def fold(text: str, *, keep_case: bool = False) -> Folded:
    """Plain text, in lower case unless told otherwise, in time that grows with its length only."""
    pieces = _plain_letters(text)
    if not keep_case:
        pieces = [(small, place) for char, place in pieces for small in char.lower()]
    pieces = _without_lookalikes(pieces)
    return _joined(_squeezed(pieces), len(text))


def _plain_letters(text: str) -> list[tuple[str, int]]:
    """Each visible letter in its plain form (NFKC), with its place."""
    pieces: list[tuple[str, int]] = []
    cluster, place = "", 0
    for i, char in enumerate(text):
        if char.isascii():
            pieces += _plain(cluster, place)
            cluster = ""
            pieces.append((char, i))
        elif _GONE.match(char):
            continue
        elif unicodedata.combining(char) and cluster:
            cluster += char if len(cluster) <= _MAX_MARKS else ""
        elif unicodedata.combining(char) and pieces and pieces[-1][0].isalpha():
            letter, place = pieces.pop()
            cluster = letter + char
        else:
            pieces += _plain(cluster, place)
            cluster, place = char, i
    return pieces + _plain(cluster, place)


def _plain(cluster: str, place: int) -> list[tuple[str, int]]:
    plain = unicodedata.normalize("NFKC", cluster).translate(_QUOTES)
    return [(char, place) for char in plain if not _GONE.match(char)]


def _without_lookalikes(pieces: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Cyrillic and Greek letters that look Latin become Latin, where the word or the post is Latin.

    A word that mixes the scripts is a disguise. So is a word of nothing but look-alikes in a Latin
    post; honest Russian has other letters too.
    """
    text = "".join(char for char, _ in pieces)
    if text.isascii():
        return pieces
    latin_post = 2 * len(_LATIN.findall(text)) > sum(map(str.isalpha, text))
    folded = list(pieces)
    for word in _WORD.finditer(text):
        letters = [char for char in word[0] if char.isalpha()]
        disguised = any(map(_LATIN.match, letters)) or (latin_post and all(c in _LOOKALIKES for c in letters))
        if disguised:
            for i in range(*word.span()):
                folded[i] = (_LOOKALIKES.get(pieces[i][0], pieces[i][0]), pieces[i][1])
    return folded


def _squeezed(pieces: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """One space for any white space, and no letter more than twice in a row ("sooooo")."""
    kept: list[tuple[str, int]] = []
    for written, place in pieces:
        char = " " if written.isspace() else written
        last = [c for c, _ in kept[-2:]]
        if (char == " " and last[-1:] in ([" "], [])) or (last == [char, char] and char.isalpha()):
            continue
        kept.append((char, place))
    while kept and kept[-1][0] == " ":
        kept.pop()
    return kept


def _joined(pieces: list[tuple[str, int]], end: int) -> Folded:
    return Folded("".join(char for char, _ in pieces), (*(place for _, place in pieces), end))
