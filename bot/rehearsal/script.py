"""What simulated patients post, and when: from a scenario (YAML) or from any file of posts (JSONL)."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar

from bot import yamlfile
from bot.core.plan import HANDLE, Plan
from bot.yamlfile import BadFiles, Problem


class Then(StrEnum):
    """What the author does with the post two minutes later."""

    NOTHING = "nothing"
    DELETE = "delete"
    EDIT = "edit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One post: at `minute` of the hour (0 is the start), by `author` (a handle without @)."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    minute: float
    author: str
    text: str
    reply_to_prompt: int = 0  # 1 is T1; 0 is a post of its own
    repost: bool = False  # repeats the author's earlier line with the same text
    then: Then = Then.NOTHING
    then_text: str = ""

    def __post_init__(self) -> None:
        if not HANDLE.fullmatch(self.author):
            raise ValueError(f"`author` {self.author!r} is not a handle (letters, digits, _)")
        if (self.then is Then.EDIT) != bool(self.then_text):
            raise ValueError("`then: edit` and `then_text` go together")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    title: str
    posts: tuple[Line, ...]


def read_scenario(path: Path) -> tuple[Line, ...]:
    return yamlfile.read(path, Scenario).posts


def read_posts(path: Path, plan: Plan) -> tuple[Line, ...]:
    """A file with one JSON object a line: `text`, and perhaps `author` and `at`.

    `at` is a minute of the hour, or a time with its offset; posts without it are spread over the
    first nine tenths of the hour. Other keys are passed over. A post that does not mention the host
    gets the mention in front, as the announcement asks. Raises BadFiles with every bad line.
    """
    rows = list(_rows(path))
    step = plan.length_minutes * 0.9 / max(len(rows), 1)
    lines, problems = [], []
    for index, (number, row) in enumerate(rows):
        try:
            lines.append(_line(row, index, step, plan))
        except (ValueError, TypeError) as error:
            problems.append(Problem(path, number, "", str(error)))
    if problems or not lines:
        raise BadFiles(problems or [Problem(path, 0, "", "no posts in this file")])
    return tuple(sorted(lines, key=lambda line: line.minute))


def _rows(path: Path) -> Iterator[tuple[int, Any]]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadFiles([Problem(path, 0, "", f"cannot be read: {error}")]) from None
    # Not splitlines(): a post may hold U+2028, which ends no line of a JSONL file.
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except json.JSONDecodeError as error:
                yield number, error


def _line(row: Any, index: int, step: float, plan: Plan) -> Line:
    if isinstance(row, json.JSONDecodeError):
        raise ValueError(f"not JSON: {row.msg}")  # noqa: TRY004 - the type of the row is not at fault
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise ValueError('should be an object with "text": "…"')  # noqa: TRY004 - told with its line, as all the others
    text = row["text"]
    if f"@{plan.host}".casefold() not in text.casefold():
        text = f"@{plan.host} {text}"
    author = str(row.get("author") or f"patient{index + 1}")
    return Line(minute=_minute(row.get("at"), index * step, plan), author=author, text=text)


def _minute(at: object, otherwise: float, plan: Plan) -> float:
    match at:
        case None:
            return otherwise
        case int() | float():
            return float(at)
        case str():
            moment = datetime.fromisoformat(at)
            if moment.tzinfo is None:
                raise ValueError(f'"at" {at!r} needs an offset, such as +00:00')
            return (moment - plan.opens) / timedelta(minutes=1)
    raise ValueError('"at" should be a minute of the hour or a time')
