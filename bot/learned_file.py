"""Reads `learned.json`, and makes it anew from our own sentences."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import regex

from bot.core.screen import Label
from bot.core.screen_learned import Bounds, Kinds, Learned
from bot.yamlfile import BadFiles, Problem

NAME = "learned.json"
# The word lists whose words count as one kind of word.
_KINDS = (
    *("i", "kin", "body", "symptom", "disease", "test", "result", "medicine", "means", "ending", "violence"),
    *("haste", "visit", "care", "asking", "modal"),
)
_ONE_WORD = regex.compile(r"[\p{L}'-]+\*?")


def kinds(words: Mapping[str, Sequence[str]]) -> Kinds:
    """The kinds of words, after the lists of that name."""
    return Kinds(
        {
            name: [entry.replace("'", "") for entry in words.get(name, ()) if _ONE_WORD.fullmatch(entry)]
            for name in _KINDS
        }
    )


def load_learned(folder: Path, words: Mapping[str, Sequence[str]]) -> Learned:
    """Raises BadFiles where the file is missing or is not what the training writes."""
    path = folder / NAME
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return _learned(data, kinds(words))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"cannot be read ({type(error).__name__}): run `askhour guardrails train`"
        raise BadFiles([Problem(path, 0, "", message)]) from error


def _learned(data: Mapping[str, Any], kinds: Kinds) -> Learned:
    labels = tuple(Label(name) for name in data["labels"])
    bounds = data["bounds"]
    weights = {
        sign: tuple(float(weight) / 1000 for weight in column) for sign, column in data["weights"].items()
    }
    if any(len(column) != len(labels) for column in weights.values()):
        raise ValueError("a sign has too many weights or too few")
    return Learned(
        labels=labels,
        base=tuple(map(float, data["base"])),
        weights=weights,
        bounds=Bounds(
            alarm={Label(name): float(bound) for name, bound in bounds["alarm"].items()},
            personal=float(bounds["personal"]),
            guess=float(bounds["guess"]),
            keep=float(bounds["keep"]),
            lift=float(bounds["lift"]),
        ),
        kinds=kinds,
    )
