"""Checks and writes session plans for the form: the checks of a file, and the file keeps its comments.

Files are read by `config`, strictly; ruamel.yaml only ever writes.
"""

import hashlib
import io
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString as Quoted
from ruamel.yaml.scalarstring import LiteralScalarString as Literal

from bot import config, yamlfile
from bot.core import plan_form, plan_rules
from bot.core.plan import Plan
from bot.core.plan_form import ROWS, Flat
from bot.faq_files import CannotWrite, alone
from bot.yamlfile import BadFiles, Loaded, dotted

NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
WHOLE = {"length_minutes", "expected_questions", "expected_replies", "minute", "from_minute", "until_minute"}
WHOLE |= {"count", "weeks_ahead"}

#: By field.
Problems = dict[str, list[str]]


def examine(flat: Flat, *, approved_by: str = "") -> tuple[Plan | None, Problems]:
    """The plan that was typed, or every problem by its key: of shape, and by the rules for plans."""
    found: Problems = {}
    plan = _shaped(flat, found)
    unreadable = set(found)
    judged = plan or _shaped(plan_form.mended(flat, unreadable), {})
    for key, message in plan_rules.problems(judged) if judged else ():
        if plan_form.can_be_said(dotted(key), unreadable):
            found.setdefault(_field(dotted(key)), []).append(message)
    if found or plan is None:
        return None, found
    return replace(plan, approved_by=approved_by), {}


def _field(key: str) -> str:
    return key.replace("minutes_before", "before")


def _shaped(flat: Flat, found: Problems) -> Plan | None:
    try:
        return yamlfile.shaped(Loaded(Path("plan"), plan_form.unflatten(flat), {}), Plan)
    except BadFiles as bad:
        for problem in bad.problems:
            # Of a list of dates each has a number; in the form they share a field.
            key = "series.exceptions" if problem.key.startswith("series.exceptions") else problem.key
            found.setdefault(key, []).append(problem.message)
        return None


def version(path: Path) -> str:
    """Changes with the file; empty when there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:32] if path.is_file() else ""


def read(path: Path) -> Flat:
    """What the form shows of a file. Raises BadFiles when it is not YAML at all."""
    data = yamlfile.load(path).data
    return plan_form.flatten(data) if isinstance(data, dict) else {}


def save(path: Path, flat: Flat, *, seen: str) -> Plan:
    """Writes what `examine` found good. `seen` is the version that the person had before them.

    When any text has changed the plan is a draft again: who approved it had not read that. Raises
    CannotWrite, and BadFiles when what is there cannot be read.
    """
    with alone(path.parent):
        return _save(path, flat, seen)


def _save(path: Path, flat: Flat, seen: str) -> Plan:
    if not NAME.fullmatch(path.stem):
        raise CannotWrite("a plan's name has small letters, digits and hyphens only, at most 60")
    if version(path) != seen:
        raise CannotWrite(
            "somebody has changed this plan meanwhile: open it anew and enter your changes there"
        )
    before = config.read_plan(path) if path.is_file() else None
    plan, problems = examine(flat, approved_by=before.approved_by if before else "")
    if plan is None:
        raise CannotWrite(f"{len(problems)} fields are not right yet")
    if before is not None and list(plan_rules.texts(before)) != list(plan_rules.texts(plan)):
        plan = replace(plan, approved_by="")
    document = _document(path)
    _apply(document, read(path) if path.is_file() else {}, flat)
    if document.get("approved_by", "") != plan.approved_by or before is None:
        document["approved_by"] = Quoted(plan.approved_by)
    _write(path, document, plan)
    return plan


def approve(path: Path, by: str, *, seen: str) -> None:
    """Notes who has approved every text of the plan as they saw it. Raises CannotWrite, BadFiles."""
    with alone(path.parent):
        if version(path) != seen:
            raise CannotWrite("the plan was changed while you read it: read it again")
        plan, document = config.read_plan(path), _document(path)
        document["approved_by"] = Quoted(by)
        _write(path, document, replace(plan, approved_by=by))


def _yaml() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096  # never breaks a line that was not broken
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _document(path: Path) -> CommentedMap:
    found = _yaml().load(path.read_text(encoding="utf-8")) if path.is_file() else None
    return found if isinstance(found, CommentedMap) else CommentedMap()


def _apply(document: CommentedMap, old: Flat, new: Flat) -> None:
    """Only what differs is touched."""
    for name in (*plan_form.ONE_LINE, *plan_form.LONG, *plan_form.TICKS):
        _set(document, name, old.get(name, ""), new.get(name, ""))
    _apply_series(document, old, new)
    for name, columns in ROWS.items():
        _apply_rows(document, name, columns, old, new)


def _apply_series(document: CommentedMap, old: Flat, new: Flat) -> None:
    if not any(key.startswith("series.") for key in new):
        document.pop("series", None)
        return
    series = document.setdefault("series", CommentedMap())
    for name in plan_form.SERIES:
        _set(series, name, old.get(f"series.{name}", ""), new.get(f"series.{name}", ""))


def _apply_rows(document: CommentedMap, name: str, columns: tuple[str, ...], old: Flat, new: Flat) -> None:
    wanted, there = plan_form.count(new, name), plan_form.count(old, name)
    if not wanted:
        document.pop(name, None)
        if name == "prompts":
            document[name] = CommentedSeq()
        return
    rows = document.setdefault(name, CommentedSeq())
    del rows[wanted:]
    for number in range(1, wanted + 1):
        place = f"{name}[{number}]"
        if not columns:
            if number > there:
                rows.append(_value("text", new[place]))
            elif old.get(place) != new[place]:
                rows[number - 1] = _value("text", new[place])
            continue
        if number > there:
            rows.append(CommentedMap())
        row = rows[number - 1]
        for column in columns:
            key = f"{place}.{column}"
            before = "" if number > there else old.get(key, "")
            _set(row, column, before, new.get(key, ""))
        if "before" in row:
            row.pop("minutes_before", None)


def _set(into: CommentedMap, name: str, old: str, new: str) -> None:
    if old == new:
        return
    if new:
        into[name] = _value(name, new)
    else:
        into.pop(name, None)


def _value(name: str, text: str) -> Any:
    if name in WHOLE:
        return int(text)
    if name == "budget_usd":
        return float(text)
    if name == "links_allowed":
        return text == "true"
    if name == "until":
        return date.fromisoformat(text)
    if name == "exceptions":
        days = CommentedSeq(date.fromisoformat(day) for day in text.replace(",", " ").split())
        days.fa.set_flow_style()
        return days
    return Literal(text) if "\n" in text else Quoted(text)


def _write(path: Path, document: Mapping[str, Any], expected: Plan) -> None:
    """Read back strictly before it takes the old one's place: what is written is what was meant."""
    text = io.StringIO()
    _yaml().dump(document, text)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".plan-") as folder:
        fresh = Path(folder) / path.name
        fresh.write_text(text.getvalue(), encoding="utf-8")
        if _plain(config.read_plan(fresh)) != _plain(expected):
            raise CannotWrite("the file would not say what you typed: change it by hand, and tell us")
        os.replace(fresh, path)  # noqa: PTH105 - atomic, and over an existing file


def _plain(plan: Plan) -> Plan:
    """Without the two ways to say how long before."""
    return replace(plan, announcements=tuple(_before(a) for a in plan.announcements))


def _before(announcement: Any) -> Any:
    if announcement.minutes_before is None:
        return announcement
    return replace(announcement, before=f"{announcement.minutes_before}m", minutes_before=None)
