"""What a clinician's signature covers, and whether it still holds.

Everything of an entry is signed but the signature itself: what a patient may see, how people ask it, what may
happen with it, where it is true, what it rests on, and until when. So a change of a comma ends a signature.
"""

import json
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date
from enum import StrEnum
from hashlib import sha256

from bot.core.entry import Entry, Status

#: Who signed, when and what: written by signing, so no part of what is signed.
SIGNATURE = frozenset({"status", "reviewed_by", "reviewed_on", "signed_hash"})


class Standing(StrEnum):
    """What a signature is worth today, in the words of the page."""

    DRAFT = "not signed"
    SIGNED = "signed"
    CHANGED = "changed since it was signed"
    EXPIRED = "signed, but past its review-by date"


def digest(entry: Entry) -> str:
    """The hash (SHA-256, hexadecimal) of what is signed.

    Keys that are left out or empty are not in it, so that a new kind of key ends no signature.
    """
    text = json.dumps(dict(_signed(entry)), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def _signed(entry: Entry) -> Iterator[tuple[str, str | list[str]]]:
    for name in (field.name for field in fields(entry) if field.name not in SIGNATURE):
        value = getattr(entry, name)
        if value:
            yield name, list(value) if isinstance(value, tuple) else str(value)


def signed(entry: Entry, *, by: str, on: date) -> Entry:
    """The entry with a signature. `by` is the person's whole name."""
    return replace(entry, status=Status.SIGNED, reviewed_by=by, reviewed_on=on, signed_hash=digest(entry))


def holds(entry: Entry) -> bool:
    """Whether the entry is, word for word, what was signed."""
    return entry.status is Status.SIGNED and entry.signed_hash == digest(entry)


def standing(entry: Entry, today: date) -> Standing:
    if entry.status is not Status.SIGNED:
        return Standing.DRAFT
    if not holds(entry):
        return Standing.CHANGED
    return Standing.EXPIRED if entry.expired(today) else Standing.SIGNED
