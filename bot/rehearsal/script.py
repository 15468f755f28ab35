"""What simulated patients post, and when: from a scenario (YAML) or from any file of posts (JSONL)."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from bot import yamlfile
from bot.core.crowd import Kind, Sentences, Volume, crowd
from bot.core.plan import HANDLE, Plan
from bot.yamlfile import BadFiles, Problem

#: What the simulated X does to our calls (bot.x.simulator.chaos).
LEVELS = ("none", "light", "bad evening")


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
    kind: Kind = Kind.UNKNOWN  # what the writer means; for the score sheet

    def __post_init__(self) -> None:
        if not HANDLE.fullmatch(self.author):
            raise ValueError(f"`author` {self.author!r} is not a handle (letters, digits, _)")
        if (self.then is Then.EDIT) != bool(self.then_text):
            raise ValueError("`then: edit` and `then_text` go together")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A rehearsal: posts written out, or a crowd by its volume, or both.

    `sentences` names a file in `sentences/` beside it. `failures` is what the simulated X does to our calls:
    none, light or bad evening.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    title: str
    posts: tuple[Line, ...] = ()
    volume: Volume | None = None
    sentences: str = ""
    failures: str = "none"
    seed: int = 1

    def __post_init__(self) -> None:
        if self.failures not in LEVELS:
            raise ValueError(f"`failures` should be one of {', '.join(LEVELS)}")
        if bool(self.volume) != bool(self.sentences):
            raise ValueError("`volume` and `sentences` go together")
        if not (self.posts or self.volume):
            raise ValueError("needs `posts` or `volume`: nobody would come")


@dataclass(frozen=True, slots=True)
class Script:
    """All that happens to a session in a play, besides what people do."""

    lines: tuple[Line, ...]
    failures: str = "none"
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """That a play ends with a score sheet: what it says it was, and where it is written as a page."""

    about: str
    write_to: Path | None = None


def read_scenario(path: Path) -> tuple[Line, ...]:
    """The posts that are written out in it."""
    return yamlfile.read(path, Scenario).posts


def find_scenario(folder: Path, name: str) -> Path:
    """The scenario's file: a path, or the name of one in `config/rehearsals`. Raises BadFiles."""
    for path in (Path(name), folder / f"{name}.yaml"):
        if path.is_file():
            return path
    known = ", ".join(path.stem for path in scenario_paths(folder)) or "none"
    raise BadFiles([Problem(folder, 0, "", f"there is no scenario {name!r}; there are: {known}")])


def scenario_paths(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yaml"))


def written_out(path: Path, plan: Plan) -> Script:
    """Everything that a scenario brings to a session of this plan. Raises BadFiles."""
    scenario = yamlfile.read(path, Scenario)
    said = _crowd(path, scenario, plan)
    # The demo's posts name the demo's host: here they mean this one.
    own = tuple(
        replace(line, text=line.text.replace("@mammohour", f"@{plan.host}")) for line in scenario.posts
    )
    lines = sorted((*own, *said), key=lambda line: line.minute)
    return Script(tuple(lines), scenario.failures, scenario.seed)


def _crowd(path: Path, scenario: Scenario, plan: Plan) -> tuple[Line, ...]:
    if scenario.volume is None:
        return ()
    said = crowd(
        scenario.volume,
        read_sentences(path, scenario),
        length=plan.length_minutes,
        prompts=[prompt.minute for prompt in plan.prompts],
        host=plan.host,
        hashtag=plan.hashtag,
        seed=scenario.seed,
    )
    return tuple(
        Line(minute=one.minute, author=one.author, text=one.text, kind=one.kind, repost=one.repost)
        for one in said
    )


def read_sentences(path: Path, scenario: Scenario) -> Sentences:
    return yamlfile.read(path.parent / "sentences" / f"{scenario.sentences}.yaml", Sentences)


def check(folder: Path) -> None:
    """Reads every scenario with its sentences. Raises BadFiles with all that is wrong."""
    yamlfile.together(partial(_check, path) for path in scenario_paths(folder))


def _check(path: Path) -> None:
    scenario = yamlfile.read(path, Scenario)
    if scenario.sentences:
        read_sentences(path, scenario)


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
