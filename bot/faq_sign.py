"""Signing FAQ entries: a person's act, written into the files so that their history shows it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction

from bot import faq, faq_check, faq_files
from bot.core import signing
from bot.core.entry import Status
from bot.core.signing import Standing
from bot.faq import Placed
from bot.flows import rights
from bot.models import AuditEvent


class CannotSign(Exception):
    """Nothing was signed; `reasons` say why and what to do."""

    def __init__(self, *reasons: str) -> None:
        self.reasons = reasons
        super().__init__("nothing was signed:\n" + "\n".join(reasons))


def sign(folder: Path, read: Mapping[str, str], *, who: User, rules: Path, now: datetime) -> list[str]:
    """Signs the entries for good, all or none, and returns their ids.

    `read` maps each entry's id to the hash of what the person has read: if the entry is no longer that, it
    is not signed. `rules` are the guardrails, whose outgoing rules the answers must pass. Raises CannotSign,
    MayNot, BadFiles or CannotWrite.
    """
    rights.need(who, "review_faq")
    name = full_name(who)
    with faq_files.alone(folder):
        entries = {placed.entry.id: placed for placed in faq.read(folder).entries()}
        faq.load(folder)
        reasons = list(_reasons(read, entries, folder, rules, now))
        if reasons:
            raise CannotSign(*reasons)
        pages = faq_files.Pages(folder)
        for one, digest in read.items():
            values = {"reviewed_by": name, "reviewed_on": now.date(), "signed_hash": digest}
            faq_files.set_signature(pages.entry(one), values | {"status": str(Status.SIGNED)})
        with transaction.atomic():
            for one, digest in read.items():
                _note(entries[one], digest, who=who, now=now)
            faq_files.write(pages.rewritten())
    return list(read)


def full_name(who: User) -> str:
    """The name that stands under a signature. Raises CannotSign: it is never made up."""
    name = who.get_full_name().strip()
    if not name:
        raise CannotSign(
            f"the account {who} has no full name, and a signature needs one:"
            f' askhour staff name {who} "First Last"'
        )
    return name


def _reasons(
    read: Mapping[str, str], entries: Mapping[str, Placed], folder: Path, rules: Path, now: datetime
) -> Iterator[str]:
    if not read:
        yield "no entry was named"
    known = {one: entries[one] for one in read if one in entries}
    for one in read.keys() - known.keys():
        yield f"there is no entry {one}: mend the spelling"
    for one, placed in known.items():
        if signing.digest(placed.entry) != read[one]:
            yield f"{one} changed since you read it: read it again"
        elif signing.standing(placed.entry, now.date()) is Standing.SIGNED:
            entry = placed.entry
            yield f"{one} is signed already, by {entry.reviewed_by} on {entry.reviewed_on}"
    yield from map(str, faq_check.check_entries(folder, rules, set(known), today=now.date()))


def _note(placed: Placed, digest: str, *, who: User, now: datetime) -> None:
    AuditEvent.objects.create(
        at=now,
        who=str(who),
        what="faq entry",
        which=placed.entry.id[:40],
        old=signing.standing(placed.entry, now.date()).name.casefold(),
        new="signed",
        why=f"signed_hash {digest}",
    )
