"""Learns the second reader's weights from our own sentences: `askhour guardrails train`.

Logistic regression over the signs of `bot.core.screen_learned`, one label against the rest, solved by
Newton's method over the likeness of the sentences to each other. The outcome is a unique optimum,
rounded: the same sentences give the same file, byte for byte.
"""

import hashlib
import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.core.screen import Label
from bot.core.screen_learned import Kinds, signs
from bot.core.screen_spelling import Spelling
from bot.core.text import fold
from bot.sentences import Sentence, share

Numbers = npt.NDArray[np.float64]

LABELS = (Label.CRISIS, Label.EMERGENCY, Label.PERSONAL, Label.GENERAL)
URGENT = (Label.CRISIS, Label.EMERGENCY)
UNSAFE = frozenset({"crisis", "emergency", "identifier", "personal"})

_LETTERS_COUNT = 0.5  # runs of letters beside words
_STIFFNESS = 0.05  # how strongly weights are pulled to zero
_ROUNDS = 40
_SETTLED = 1e-6  # far below the thousandths that are written down
_FOLDS = 5
_LEAST = 2  # sentences in which a sign must stand
_UNIT = 1000  # weights are stored as whole thousandths
_SMALLEST = 25  # below this a weight is left out
# Shares of our sentences, in cross-validation, on which the second reader alone may be wrong.
_FALSE_ALARMS = 0.006
_GENERAL_CALLED_PERSONAL = 0.04
_GENERAL_GUESSED_PERSONAL = 0.12  # only of posts that are held anyway
_UNSAFE_KEPT = 0.05
_UNSAFE_LIFTED = 0.012


def learn(sentences: Sequence[Sentence], kinds: Kinds, spelling: Spelling) -> dict[str, Any]:
    """The content of `learned.json`. Only what is not held out is learned from."""
    taught = [sentence for sentence in sentences if not sentence.held_out]
    read = [list(signs(spelling.mend(fold(s.text)).text, kinds)) for s in taught]
    columns, present, size = _table(read)
    scaled = present * size
    likeness = (scaled @ scaled.T).astype(np.float64) + 1.0
    truth = {label: np.array([float(label in s.labels) for s in taught]) for label in LABELS}
    coefficients = np.stack([_solved(likeness, truth[label]) for label in LABELS])
    weights = np.rint(_UNIT * (coefficients @ scaled) * _per_sign(columns)).astype(int)
    return {
        "learned_from": fingerprint(sentences),
        "labels": [str(label) for label in LABELS],
        "base": [round(float(total), 4) for total in coefficients.sum(axis=1)],
        "bounds": _bounds(taught, likeness, truth),
        "weights": {
            sign: column.tolist()
            for sign, column in sorted(zip(columns, weights.T, strict=True), key=lambda pair: pair[0])
            if np.abs(column).max() >= _SMALLEST
        },
    }


def fingerprint(sentences: Sequence[Sentence]) -> str:
    """Tells whether the sentences are still those that were learned from (FAQ wordings left out)."""
    own = (f"{s.group}\t{sorted(s.labels)}\t{s.text}\n" for s in sentences if not s.from_faq)
    return hashlib.sha256("".join(own).encode()).hexdigest()[:16]


def written(learned: Mapping[str, Any]) -> str:
    """One sign a line, so that a change can be read."""
    weights = ",\n".join(
        f"{json.dumps(sign, ensure_ascii=False)}:{json.dumps(column, separators=(',', ':'))}"
        for sign, column in learned["weights"].items()
    )
    head = {key: value for key, value in learned.items() if key != "weights"}
    return json.dumps(head, indent=1)[:-2] + ',\n "weights": {\n' + weights + "\n}}\n"


def _table(read: Sequence[Sequence[str]]) -> tuple[list[str], Numbers, Numbers]:
    """The signs that stand in enough sentences; where each stands; what it counts there."""
    spread = Counter(sign for found in read for sign in found)
    columns = sorted(sign for sign, times in spread.items() if times >= _LEAST)
    number = {sign: i for i, sign in enumerate(columns)}
    present = np.zeros((len(read), len(columns)))
    size = np.zeros_like(present)
    runs = np.array([sign[0] == "c" for sign in columns])
    for row, found in enumerate(read):
        letters = sum(sign[0] == "c" for sign in found)
        size[row] = np.where(
            runs, math.sqrt(_LETTERS_COUNT / max(1, letters)), 1 / math.sqrt(max(1, len(found) - letters))
        )
        present[row, [number[sign] for sign in found if sign in number]] = 1
    return columns, present, size


def _per_sign(columns: Sequence[str]) -> Numbers:
    return np.array([math.sqrt(_LETTERS_COUNT) if sign[0] == "c" else 1.0 for sign in columns])


def _solved(likeness: Numbers, truth: Numbers) -> Numbers:
    """How much each sentence says for the label (kernel logistic regression)."""
    coefficients = np.zeros(len(truth))
    for _ in range(_ROUNDS):
        odds = likeness @ coefficients
        chance = 1 / (1 + np.exp(-odds))
        slope = np.maximum(chance * (1 - chance), 1e-9)
        target = odds + (truth - chance) / slope
        step = np.linalg.solve(likeness + np.diag(_STIFFNESS / slope), target)
        moved = float(np.abs(step - coefficients).max())
        coefficients = np.asarray(step, dtype=np.float64)
        if moved < _SETTLED:
            break
    return coefficients


def _bounds(taught: Sequence[Sentence], likeness: Numbers, truth: Mapping[Label, Numbers]) -> dict[str, Any]:
    """The odds from which the second reader is believed, from sentences that it had not seen."""
    part = np.array([math.floor(share("fold:" + s.group) * _FOLDS) for s in taught])
    unseen = {label: np.zeros(len(taught)) for label in LABELS}
    for label in LABELS:
        for fold_number in range(_FOLDS):
            out = part == fold_number
            known = np.ix_(~out, ~out)
            coefficients = _solved(likeness[known], truth[label][~out])
            unseen[label][out] = likeness[np.ix_(out, ~out)] @ coefficients
    urgent = truth[Label.CRISIS] + truth[Label.EMERGENCY] > 0
    unsafe = np.array([bool(s.labels & UNSAFE) for s in taught])
    general = truth[Label.GENERAL] > 0

    lead = unseen[Label.GENERAL] - np.max([unseen[x] for x in LABELS if x is not Label.GENERAL], axis=0)

    def reached_by(label: Label, by: npt.NDArray[np.bool_], part_of: float) -> float:
        return round(float(np.quantile(unseen[label][by], 1 - part_of)), 2)

    def led_by(part_of: float) -> float:
        return round(float(np.quantile(lead[unsafe], 1 - part_of)), 2)

    return {
        "alarm": {str(label): reached_by(label, ~urgent, _FALSE_ALARMS) for label in URGENT},
        "personal": reached_by(Label.PERSONAL, general, _GENERAL_CALLED_PERSONAL),
        "guess": reached_by(Label.PERSONAL, general, _GENERAL_GUESSED_PERSONAL),
        "keep": led_by(_UNSAFE_KEPT),
        "lift": led_by(_UNSAFE_LIFTED),
    }
