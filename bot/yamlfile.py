"""Reads our YAML files strictly: every problem at once, each with file, line and key.

PyYAML alone reads `19:00` as 1140, `no` as False and takes the last of two equal keys without a word.
Here a plain value is text unless it is a whole number, a decimal, `true`, `false` or `null`; equal
keys, anchors, tags and unknown keys are errors.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

T = TypeVar("T")
Key = tuple[str | int, ...]

MAX_BYTES = 2_000_000  # the largest FAQ file that we know of has 200 kB


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to mend in a file. `line` counts from 1; 0 means the file as a whole."""

    path: Path
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else f"{self.path}"
        return f"{place}: {self.key + ': ' if self.key else ''}{self.message}"


class BadFiles(Exception):
    """Files that cannot be used as they are; `problems` lists all that is wrong with them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems, key=lambda p: (str(p.path), p.line))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class Loaded:
    """The plain data of a file, and the line on which each key stands."""

    path: Path
    data: Any
    lines: dict[Key, int]

    def line(self, key: Key) -> int:
        """The line of `key`, or of the nearest key around it."""
        while key and key not in self.lines:
            key = key[:-1]
        return self.lines.get(key, 1)

    def problem(self, key: Key, message: str) -> Problem:
        return Problem(self.path, self.line(key), dotted(key), message)


def read(path: Path, shape: type[T]) -> T:
    """The file as a `shape` (a dataclass). Raises BadFiles with every problem in it."""
    return shaped(load(path), shape)


def shaped(loaded: Loaded, shape: type[T]) -> T:
    try:
        adapter: TypeAdapter[T] = _adapter(shape)  # type: ignore[arg-type]  # a class can be hashed
        return adapter.validate_python(loaded.data)
    except ValidationError as error:
        raise BadFiles(_explained(loaded, detail, shape) for detail in error.errors()) from None


def together(tasks: Iterable[Callable[[], T]]) -> list[T]:
    """Runs every task; raises one BadFiles with the problems of all that failed."""
    done, problems = [], []
    for task in tasks:
        try:
            done.append(task())
        except BadFiles as bad:
            problems += bad.problems
    if problems:
        raise BadFiles(problems)
    return done


def load(path: Path) -> Loaded:
    """Parses the file. Raises BadFiles when it is missing, too large or not strict YAML."""
    text = _text(path)
    builder = _Builder(path)
    try:
        node = yaml.compose(text, Loader=_Loader)
        data = builder.build(node, ()) if node is not None else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise BadFiles([Problem(path, line, "", f"not valid YAML: {error.problem}")]) from None
    except yaml.YAMLError as error:
        raise BadFiles([Problem(path, 0, "", f"not valid YAML: {error}")]) from None
    if data is None:
        raise BadFiles([Problem(path, 0, "", "the file is empty")])
    if builder.problems:
        raise BadFiles(builder.problems)
    return Loaded(path, data, builder.lines)


def dotted(key: Key) -> str:
    """`("prompts", 0, "text")` as a person would say it: `prompts[1].text`."""
    text = ""
    for part in key:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadFiles([Problem(path, 0, "", f"larger than {MAX_BYTES // 1_000_000} MB")])
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise BadFiles([Problem(path, 0, "", "not UTF-8 text: save it as UTF-8")]) from None
    except OSError as error:
        raise BadFiles([Problem(path, 0, "", f"cannot be read: {error.strerror}")]) from None


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)


def _explained(loaded: Loaded, detail: Any, shape: type[object]) -> Problem:
    key: Key = detail["loc"]
    match detail["type"]:
        case "unexpected_keyword_argument" | "extra_forbidden":
            return loaded.problem(key, f"unknown key{_did_you_mean(str(key[-1]), shape)}")
        case "missing" | "missing_argument":
            return loaded.problem(key, "is missing")
        case _:
            message = detail["msg"].removeprefix("Value error, ").replace("Input should be", "should be", 1)
            given = detail["input"]
            shown = f" (here: {given!r})" if isinstance(given, str | int | float) else ""
            return loaded.problem(key, message + ("" if detail["type"] == "value_error" else shown))


def _did_you_mean(word: str, shape: type[object]) -> str:
    names = {f.name for f in dataclasses.fields(shape)} if dataclasses.is_dataclass(shape) else set()
    near = get_close_matches(word, names, n=1)
    return f"; did you mean `{near[0]}`?" if near else ""


class _Loader(yaml.SafeLoader):
    """SafeLoader with our own idea of what a plain value means, and without anchors."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise yaml.MarkedYAMLError(
                problem="anchors and aliases (& and *) are not allowed: write the text out, "
                "and put text that begins with & or * into quotes",
                problem_mark=event.start_mark,
            )
        return super().compose_node(parent, index)


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"^(?:true|false)$", ["t", "f"]),
    ("null", r"^(?:null|~|)$", ["n", "~", ""]),
    ("int", r"^-?(?:0|[1-9][0-9]*)$", list("-0123456789")),
    ("float", r"^-?(?:0|[1-9][0-9]*)\.[0-9]+$", list("-0123456789")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), _first)


class _Builder:
    """Turns YAML nodes into plain data, remembers lines, collects what we refuse."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: dict[Key, int] = {}
        self.problems: list[Problem] = []

    def build(self, node: yaml.Node, key: Key) -> Any:
        self.lines.setdefault(key, node.start_mark.line + 1)
        if not node.tag.startswith("tag:yaml.org,2002:") or "python/" in node.tag:
            self._refuse(node.start_mark.line + 1, key, f"the tag {node.tag} is not allowed here")
            return None
        match node:
            case yaml.MappingNode():
                return self._mapping(node, key)
            case yaml.SequenceNode():
                return [self.build(item, (*key, i)) for i, item in enumerate(node.value)]
            case yaml.ScalarNode():
                return self._scalar(node, key)
        raise AssertionError(node)

    def _mapping(self, node: yaml.MappingNode, key: Key) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name_node, value in node.value:
            name = str(name_node.value)
            line = name_node.start_mark.line + 1
            if name in found:
                first = self.lines[(*key, name)]
                self._refuse(line, (*key, name), f"stands twice (first in line {first})")
                continue
            self.lines[(*key, name)] = line
            found[name] = self.build(value, (*key, name))
        return found

    def _scalar(self, node: yaml.ScalarNode, key: Key) -> Any:
        match node.tag.removeprefix("tag:yaml.org,2002:"):
            case "str":
                return node.value
            case "int":
                return int(node.value)
            case "float":
                return float(node.value)
            case "bool":
                return node.value == "true"
            case "null":
                return None
            case tag:
                self._refuse(node.start_mark.line + 1, key, f"the tag {tag} is not allowed here")
                return None

    def _refuse(self, line: int, key: Key, message: str) -> None:
        self.problems.append(Problem(self.path, line, dotted(key), message))


def lines(text: str) -> list[str]:
    """The entries of a block of text, one a line; empty lines do not count."""
    return [line.strip() for line in text.splitlines() if line.strip()]
