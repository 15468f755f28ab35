"""Which rules for time zones this machine goes by: governments change them, sometimes at short notice."""

import zoneinfo
from functools import cache
from pathlib import Path

import tzdata  # type: ignore[import-untyped]


@cache
def version() -> str:
    """Such as 2026f; empty where the machine does not tell. Constant while a process runs, as zones are."""
    for folder in map(Path, zoneinfo.TZPATH):
        if folder.is_dir():
            return _said_in(folder)
    return str(tzdata.IANA_VERSION)


def _said_in(folder: Path) -> str:
    for name in ("+VERSION", "tzdata.zi"):
        try:
            with (folder / name).open(encoding="utf-8") as file:
                return file.readline().removeprefix("# version").strip()[:20]
        except OSError:
            continue
    return ""
