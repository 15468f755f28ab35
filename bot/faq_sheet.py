"""The review sheet of a topic: all that somebody who signs has to see, on a page or on paper."""

import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.core import signing
from bot.core.entry import Entry
from bot.core.grade import reading_grade
from bot.core.signing import Standing
from bot.core.weigh import MAX_WEIGHT, weighted_length
from bot.faq import Fact, Faq, Source
from bot.faq_check import MAX_GRADE, without_sources
from bot.yamlfile import BadFiles, Problem

STYLE = Path(__file__).parent / "console" / "static" / "askhour.css"


@dataclass(frozen=True, slots=True)
class Wording:
    """A text that patients may see. `weight` is its length as X counts it; Spanish has no grade."""

    text: str
    language: str
    weight: int
    grade: float | None

    @property
    def too_long(self) -> bool:
        return self.weight > MAX_WEIGHT

    @property
    def hard(self) -> bool:
        return self.grade is not None and self.grade > MAX_GRADE


@dataclass(frozen=True, slots=True)
class Row:
    """An entry as it is to be read. `digest` says which words were read."""

    entry: Entry
    standing: Standing
    digest: str
    wordings: tuple[Wording, ...]
    more: Wording | None
    facts: tuple[tuple[str, Fact | None], ...]
    sources: tuple[Source, ...]

    @property
    def may_be_signed(self) -> bool:
        return self.standing in (Standing.DRAFT, Standing.CHANGED)


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    topic: str
    today: date
    rows: tuple[Row, ...]

    @property
    def tally(self) -> dict[str, int]:
        """How many entries stand how, none left out."""
        return {str(one): sum(row.standing is one for row in self.rows) for one in Standing}


def sheet(known: Faq, name: str, *, today: date) -> Sheet:
    """Raises KeyError when there is no such topic."""
    topic = dict(zip(known.names, known.topics, strict=True))[name]
    rows = tuple(_row(known, entry, today) for entry in topic.entries)
    return Sheet(name, topic.topic, today, rows)


def sheets(known: Faq, *, today: date) -> list[Sheet]:
    return [sheet(known, name, today=today) for name in known.names]


def _row(known: Faq, entry: Entry, today: date) -> Row:
    return Row(
        entry=entry,
        standing=signing.standing(entry, today),
        digest=signing.digest(entry),
        wordings=tuple(_wordings(entry)),
        more=_wording(entry.more, "en") if entry.more else None,
        facts=tuple((one, known.facts.get(one)) for one in entry.facts),
        sources=known.sources_of(entry),
    )


def _wordings(entry: Entry) -> Iterator[Wording]:
    yield from (_wording(text, "en") for text in entry.answers)
    yield from (_wording(text, "es") for text in entry.answers_es)


def _wording(text: str, language: str) -> Wording:
    grade = reading_grade(without_sources(text)) if language == "en" else None
    return Wording(text, language, weighted_length(text), grade)


def write(known: Faq, topics: list[str], out: Path, *, today: date) -> list[Path]:
    """Writes the sheets as HTML files into `out`, with the style that prints them; returns the files.

    Raises BadFiles for a topic that is not there.
    """
    names = topics or list(known.names)
    unknown = [name for name in names if name not in known.names]
    if unknown:
        there = ", ".join(known.names)
        raise BadFiles(
            Problem(out, 0, "", f"there is no topic {name}; there are: {there}") for name in unknown
        )
    out.mkdir(parents=True, exist_ok=True)
    shutil.copy(STYLE, out / STYLE.name)
    written = []
    for name in names:
        path = out / f"{name}.html"
        path.write_text(page(sheet(known, name, today=today)), encoding="utf-8")
        written.append(path)
    return written


def page(one: Sheet) -> str:
    """The sheet as a file of its own, without the console around it. Needs no installation."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bot.settings")
    # Nothing is signed with it here, and a sheet must not leave a key behind.
    os.environ.setdefault("ASKHOUR_SECRET_KEY", secrets.token_urlsafe(48))
    import django  # noqa: PLC0415 - only sheets in files need it
    from django.template.loader import render_to_string  # noqa: PLC0415

    django.setup()
    return render_to_string("faq_sheet_file.html", {"sheet": one, "style": STYLE.name})
