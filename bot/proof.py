"""The labelled questions of this installation: what the promise "at most 1 wrong in N" rests on.

Only a probability and right or wrong are kept, never a text: X forbids to keep posts for learning.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from pydantic import TypeAdapter, ValidationError

from bot import environment
from bot.core.match_trust import Labelled, trust


class BadLabels(Exception):
    """The file with labelled questions cannot be used; says the line."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A labelled question: its text with the right entry, or null when the FAQ has none."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    text: str
    entry: str | None


@dataclass(frozen=True, slots=True)
class Kept:
    level: str
    labelled: tuple[Labelled, ...]
    decided: tuple[Labelled, ...] = ()  # past decisions of this installation, as they were then

    @property
    def all(self) -> tuple[Labelled, ...]:
        return self.labelled + self.decided


def read_questions(path: Path) -> list[Asked]:
    """JSON lines with `text` and `entry`. Raises BadLabels."""
    shape = TypeAdapter(Asked)
    asked = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            asked.append(shape.validate_json(line))
        except ValidationError as error:
            reason = error.errors()[0]
            where = ".".join(str(part) for part in reason["loc"])
            raise BadLabels(f"{path}, line {number}: {where} {reason['msg']}".replace("  ", " ")) from None
    return asked


def file() -> Path:
    return environment.data_folder() / "matching-labelled.json"


def keep(level: str, labelled: Sequence[Labelled], decided: Sequence[Labelled] = ()) -> None:
    """From now on automatic answers rest on these."""
    path = file()
    path.parent.mkdir(parents=True, exist_ok=True)
    kinds = {"labelled": labelled, "decided": decided}
    rows = {kind: [[one.probability, one.right] for one in ones] for kind, ones in kinds.items()}
    new = path.with_suffix(".new")
    new.write_text(json.dumps({"level": level} | rows), encoding="utf-8")
    new.replace(path)


def kept() -> Kept | None:
    """What was kept. A file that cannot be read is as good as none: fewer automatic answers."""
    try:
        stored = json.loads(file().read_text(encoding="utf-8"))
        labelled, decided = (
            tuple(Labelled(float(p), bool(right)) for p, right in rows)
            for rows in (stored["labelled"], stored.get("decided", ()))
        )
        return Kept(str(stored["level"]), labelled, decided)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def sure_from(level: str, one_wrong_in: int) -> float:
    """The probability from which automatic answers keep the promise here; infinite when that is not shown.

    Probabilities of another level mean something else, so they do not count. Asked for in each round, so
    it is worked out again only when the file has changed.
    """
    try:
        changed = file().stat().st_mtime_ns
    except OSError:
        return math.inf
    return _sure_from(file(), changed, level, one_wrong_in)


@lru_cache(maxsize=4)
def _sure_from(_file: Path, _changed: int, level: str, one_wrong_in: int) -> float:
    known = kept()
    if known is None or known.level != level:
        return math.inf
    return trust(known.all, one_wrong_in=one_wrong_in).sure_from
