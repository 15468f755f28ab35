"""The commands with which the FAQ learns: `askhour faq apply`, and what past decisions say."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bot import clock, config, environment, faq_check, faq_files, faq_writer, runtime, service
from bot.core.match_trust import Labelled
from bot.faq_files import Check, Rewritten
from bot.faq_writer import CannotApply

NEXT = (
    "Read it (git diff), run `askhour check`, and send it in. Each entry needs a clinician's signature anew."
)


def apply_command(*, dry_run: bool) -> Iterator[str]:
    """Writes accepted proposals into the FAQ, and says what it did, line by line. Raises CannotApply."""
    content = config.find_content()
    folder = content.faq
    if folder.is_relative_to(config.PACKAGED):
        raise CannotApply([f"{folder} belongs to the installed askhour: name your own folder in ASKHOUR_FAQ"])
    with service.installation():
        now = clock.of(environment.data_folder())()
        files, count = apply(folder, checks(content.guardrails, now), now=now, dry_run=dry_run)
        yield from _told(files, count, dry_run=dry_run)


def checks(guardrails: Path, now: datetime) -> Check:
    """All that `askhour check` asks of an FAQ, its answers against the outgoing rules included."""
    return lambda folder: faq_check.check_all(folder, guardrails, today=now.date())


def apply(
    folder: Path, check: Check, *, now: datetime, dry_run: bool = False
) -> tuple[Sequence[Rewritten], int]:
    """All accepted proposals or none: what is marked as applied stands in the files, and the other way
    round. A crash in between leaves phrasings that are there already when it is run again.
    """
    from django.db import transaction  # noqa: PLC0415 - Django is started by now

    from bot.flows import learn  # noqa: PLC0415

    written: Sequence[Rewritten] = ()
    try:
        with faq_files.alone(folder), transaction.atomic():
            rows = learn.accepted()
            files = faq_writer.rewrite(folder, [learn.change_of(row) for row in rows], check)
            if not dry_run:
                learn.applied(rows, now=now)
                faq_files.write(files)
                written = files
    except BaseException:
        faq_files.write([replace(one, old=one.new, new=one.old) for one in written])
        raise
    return files, len(rows)


def decisions(level: str) -> list[Labelled]:
    """What this installation's clinicians made of the matcher's suggestions; none without one."""
    if not environment.value("DATABASE_URL") and not (environment.data_folder() / "askhour.sqlite3").exists():
        return []
    runtime.start_django()
    from bot.flows import outcomes  # noqa: PLC0415

    return outcomes.decided(level)


def _told(files: Sequence[Rewritten], count: int, *, dry_run: bool) -> Iterator[str]:
    if not count:
        yield "Nothing to write: no accepted proposal waits. Reviewers accept on the page “Proposals”."
        return
    for one in files:
        old, new = one.old.splitlines(), one.new.splitlines()
        if dry_run:
            yield from difflib.unified_diff(old, new, f"a/{one.path.name}", f"b/{one.path.name}", lineterm="")
        else:
            yield f"{one.path}: {len(new) - len(old):+d} lines"
    said = "would be written" if dry_run else "written"
    yield f"proposals {said}: {count}; files: {len(files)}."
    if not dry_run:
        yield NEXT
