"""What differs between two texts, word by word: so that nobody's words are lost when two people write."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum


class Kind(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Part:
    kind: Kind
    text: str


def changes(old: str, new: str) -> tuple[Part, ...]:
    """How `old` became `new`. Without the removed parts it reads `new`, without the added ones `old`."""
    one, two = _words(old), _words(new)
    found: list[Part] = []
    for tag, i, j, k, m in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Part(Kind.SAME, "".join(one[i:j])))
            continue
        if i < j:
            found.append(Part(Kind.REMOVED, "".join(one[i:j])))
        if k < m:
            found.append(Part(Kind.ADDED, "".join(two[k:m])))
    return tuple(found)


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|[^\s]+", text)
