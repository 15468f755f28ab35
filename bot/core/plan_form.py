"""A plan as a form has it: every value under its key as people say it, such as `prompts[1].text`.

The same shape is checked by the same rules as a file; here is only how the one becomes the other.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

ONE_LINE = (
    "title", "hashtag", "host", "zone", "start", "length_minutes", "budget_usd", "country",
    "expected_questions", "expected_replies",
)  # fmt: skip
LONG = ("welcome", "closing", "digest")
TICKS = ("links_allowed",)
SERIES = ("rrule", "until", "count", "exceptions", "weeks_ahead")
ROWS: Mapping[str, tuple[str, ...]] = {
    "panel": ("name", "account", "speciality", "country", "from_minute", "until_minute"),
    "audience": ("zone", "country"),
    "announcements": ("before", "text"),
    "prompts": ("minute", "text"),
    "reminders": ("minute", "text"),
    "spares": (),  # texts only
}
MOST_ROWS = 60

Flat = dict[str, str]


def flatten(data: Mapping[str, Any]) -> Flat:
    """Of a plan's plain data, as it stands in its file. What is not in a form is left out."""
    flat = {name: _said(data[name]) for name in (*ONE_LINE, *LONG, *TICKS) if name in data}
    series = data.get("series") or {}
    flat |= {f"series.{name}": _said(series[name]) for name in SERIES if name in series}
    for name, columns in ROWS.items():
        for number, row in enumerate(data.get(name) or (), 1):
            flat |= dict(_row(f"{name}[{number}]", row, columns))
    return {key: value for key, value in flat.items() if value}


def _row(place: str, row: Any, columns: Sequence[str]) -> Iterator[tuple[str, str]]:
    if not columns:
        yield place, _said(row)
        return
    for column in columns:
        value = row.get(column)
        if column == "before" and value is None and row.get("minutes_before") is not None:
            value = f"{row['minutes_before']}m"
        yield f"{place}.{column}", _said(value)


def _said(value: Any) -> str:
    if value is None or value is False:
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "true" if value is True else str(value)


def typed(posted: Mapping[str, str]) -> Flat:
    """What was typed, without empty fields; empty rows are closed up, so that numbers have no holes."""
    kept = {name: _clean(posted.get(name, "")) for name in (*ONE_LINE, *LONG, *TICKS)}
    kept |= {f"series.{name}": _clean(posted.get(f"series.{name}", "")) for name in SERIES}
    for name, columns in ROWS.items():
        number = 0
        for index in range(1, MOST_ROWS + 1):
            old = f"{name}[{index}]"
            places = [f".{column}" for column in columns] or [""]
            row = {place: _clean(posted.get(old + place, "")) for place in places}
            if any(row.values()):
                number += 1
                kept |= {f"{name}[{number}]{place}": value for place, value in row.items()}
    return {key: value for key, value in kept.items() if value}


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def count(flat: Mapping[str, str], name: str) -> int:
    """How many rows of a list there are."""
    numbers = [
        int(key.removeprefix(f"{name}[").partition("]")[0]) for key in flat if key.startswith(f"{name}[")
    ]
    return max(numbers, default=0)


def unflatten(flat: Mapping[str, str]) -> dict[str, Any]:
    """The plain data of a plan, all values still as they were typed."""
    data: dict[str, Any] = {name: flat[name] for name in (*ONE_LINE, *LONG, *TICKS) if name in flat}
    series: dict[str, Any] = {name: flat[f"series.{name}"] for name in SERIES if f"series.{name}" in flat}
    if "exceptions" in series:
        series["exceptions"] = series["exceptions"].replace(",", " ").split()
    if series:
        data["series"] = series
    for name, columns in ROWS.items():
        rows = [_filled(flat, f"{name}[{n}]", columns) for n in range(1, count(flat, name) + 1)]
        if rows or name == "prompts":
            data[name] = rows
    return data


def _filled(flat: Mapping[str, str], place: str, columns: Sequence[str]) -> Any:
    if not columns:
        return flat.get(place, "")
    return {column: flat[f"{place}.{column}"] for column in columns if f"{place}.{column}" in flat}


#: What a value that cannot be read is taken for, so that the rest of the form can be judged as well.
STAND_IN: Mapping[str, str] = {
    "title": "A title", "hashtag": "#Tag", "host": "host", "zone": "UTC", "start": "2030-01-01 12:00",
    "length_minutes": "60", "budget_usd": "5", "expected_questions": "1", "expected_replies": "1",
    "welcome": "Ask @host", "closing": "Bye", "rrule": "FREQ=DAILY", "name": "Somebody", "text": "A text",
    "minute": "1", "from_minute": "0", "before": "1d", "weeks_ahead": "8", "links_allowed": "true",
}  # fmt: skip
#: What depends on a value that could not be read: nothing true can be said about it yet.
DEPENDS = {"minute", "from_minute", "until_minute", "series.rrule", "series.until", "series.exceptions"}


def mended(flat: Mapping[str, str], unreadable: set[str]) -> Flat:
    """With a stand-in for each unreadable value, or without it where it may be left out."""
    rest = {key: value for key, value in flat.items() if key not in unreadable}
    names = {key: key.rpartition(".")[2] for key in unreadable}
    return rest | {key: STAND_IN[name] for key, name in names.items() if name in STAND_IN}


def can_be_said(key: str, unreadable: set[str]) -> bool:
    """Whether a rule's finding about `key` holds although some values could not be read."""
    if not unreadable:
        return True
    depends = key in DEPENDS or key.rpartition(".")[2] in DEPENDS
    return key not in unreadable and not depends
