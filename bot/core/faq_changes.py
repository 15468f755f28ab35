"""What became of the FAQ's answers between two versions, and what will have to be read again by when."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

from bot.core import signing
from bot.core.changes import Kind, changes
from bot.core.entry import Entry, Status
from bot.core.signing import SIGNATURE

#: What is told word by word, and what as a list.
TEXTS = ("question", "more", "changes_if")
ANSWERS = ("answers", "answers_es")
LISTS = ("phrasings", "phrasings_es", "sources", "facts")

_SPECIAL = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_[]<>~#|"})


@dataclass(frozen=True, slots=True)
class Difference:
    """Two versions of an FAQ, entry by entry, in the order of the newer one."""

    added: tuple[Entry, ...]
    removed: tuple[Entry, ...]
    changed: tuple[tuple[Entry, Entry], ...]
    lost: tuple[Entry, ...]  # signed before, and no longer: the words have changed, or the entry is gone

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def difference(old: Mapping[str, Entry], new: Mapping[str, Entry]) -> Difference:
    return Difference(
        added=tuple(entry for one, entry in new.items() if one not in old),
        removed=tuple(entry for one, entry in old.items() if one not in new),
        changed=tuple((old[one], entry) for one, entry in new.items() if one in old and old[one] != entry),
        lost=tuple(
            entry
            for one, entry in old.items()
            if signing.holds(entry) and not (one in new and signing.holds(new[one]))
        ),
    )


def changelog(found: Difference, title: str) -> str:
    """In Markdown, for people."""
    parts = [f"# {plain(title)}"]
    if not found:
        parts.append("No answer has changed.")
    if found.lost:
        rows = [f"- {entry.id}: {plain(entry.reviewed_by)}, {entry.reviewed_on}" for entry in found.lost]
        parts.append("## Signatures lost\n\n" + "\n".join(rows))
    for name, entries in (("Added", found.added), ("Removed", found.removed)):
        parts += [f"## {name}"] * bool(entries)
        for entry in entries:
            answers = "\n".join(f"- {plain(text)}" for text in (*entry.answers, *entry.answers_es))
            parts.append(f"### {_headed(entry)}\n\n{answers}")
    parts += ["## Changed"] * bool(found.changed)
    for before, after in found.changed:
        parts.append(f"### {_headed(after)}\n\n" + "\n".join(f"- {line}" for line in _lines(before, after)))
    return "\n\n".join(parts) + "\n"


def _headed(entry: Entry) -> str:
    stands = f"signed by {entry.reviewed_by}, {entry.reviewed_on}" if signing.holds(entry) else "not signed"
    return f"{plain(entry.question)} ({entry.id}, {plain(stands)})"


def _lines(old: Entry, new: Entry) -> Iterator[str]:
    """What changed in an entry. Its signature is told in the heading."""
    for name in (field.name for field in fields(Entry) if field.name not in SIGNATURE):
        before, after = getattr(old, name), getattr(new, name)
        if before == after:
            continue
        if name in TEXTS:
            yield f"{name}: {words(before, after)}"
        elif name in ANSWERS:
            yield from (f"{name}: {words(one, two)}" for one, two in pairs(before, after))
        elif name in LISTS:
            yield from (f"{name}: **{plain(one)}**" for one in after if one not in before)
            yield from (f"{name}: ~~{plain(one)}~~" for one in before if one not in after)
        else:
            yield f"{name}: ~~{plain(str(before))}~~ **{plain(str(after))}**"
    if old.status is Status.DRAFT and new.status is Status.SIGNED:
        yield f"signed by {plain(new.reviewed_by)} on {new.reviewed_on}"


def pairs(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What is in one list only, each beside what took its place; "" where nothing did."""
    gone = [text for text in old if text not in new]
    come = [text for text in new if text not in old]
    for place in range(max(len(gone), len(come))):
        yield gone[place] if place < len(gone) else "", come[place] if place < len(come) else ""


def words(old: str, new: str) -> str:
    """Word by word: what went is struck out, what came is bold."""
    marks = {Kind.SAME: "", Kind.REMOVED: "~~", Kind.ADDED: "**"}
    marked = "".join(_marked(part.text, marks[part.kind]) for part in changes(old, new))
    return marked.replace("~~**", "~~ **")


def _marked(text: str, mark: str) -> str:
    inner = text.strip()
    if not mark or not inner:
        return plain(text)
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{before}{mark}{plain(inner)}{mark}{after}"


def plain(text: str) -> str:
    """So that Markdown shows it as it is."""
    return text.translate(_SPECIAL)


@dataclass(frozen=True, slots=True)
class Due:
    """An entry that may not be answered by itself any more on `day`, which is `what`'s."""

    entry: Entry
    day: date
    what: str


def due(entries: Iterable[Entry], days: Iterable[tuple[date, str]]) -> list[Due]:
    """The entries that have to be read again before one of the `days`, each with the first of them."""
    ordered = sorted(days)
    found = []
    for entry in entries:
        first = next(((day, what) for day, what in ordered if entry.expired(day)), None)
        if first is not None:
            found.append(Due(entry, *first))
    return sorted(found, key=lambda one: (one.entry.review_by, one.day))
