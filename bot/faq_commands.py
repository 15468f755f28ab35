"""The commands `askhour faq …` for those who write, check and sign the FAQ. Thin; heavy imports come late."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.core.entry import Entry
    from bot.faq import Faq

As = Annotated[str, typer.Option("--as", envvar="ASKHOUR_USER", help="Your account's name.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def add_to(app: typer.Typer) -> None:
    app.command("check")(check)
    app.command("sign")(sign)
    app.command("sheet")(sheet)
    app.command("diff")(diff)
    app.command("stale")(stale)
    app.add_typer(phrasings, name="phrasings")


def _today() -> date:
    return datetime.now(UTC).date()


def check(as_json: AsJson = False) -> None:
    """Check the FAQ: shape, length, grade, sources, facts, dates, signatures, likeness, outgoing rules."""
    import json

    from bot import config, faq_check

    content = config.find_content()
    problems = faq_check.check_all(content.faq, content.guardrails, today=_today())
    if as_json:
        rows = [
            {"file": str(one.path), "line": one.line, "key": one.key, "problem": one.message}
            for one in problems
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        for problem in problems:
            typer.echo(str(problem))
        typer.echo(f"{len(problems)} problems" if problems else f"all well: {content.faq}", err=True)
    raise typer.Exit(1 if problems else 0)


def sign(
    entries: Annotated[list[str], typer.Argument(help="The ids of entries that you have read.")],
    who: As,
    yes: Yes = False,
) -> None:
    """Sign FAQ entries with your name: from then on a session may post them by itself."""
    from bot import clock, config, environment, service

    with service.installation():
        from bot import faq, faq_sign, staff
        from bot.core import signing

        if (environment.data_folder() / clock.FILE).exists():
            raise faq_sign.CannotSign("ASKHOUR_DATA is a play's: its people must not sign")
        content = config.find_content()
        person = staff.find(who)
        name = faq_sign.full_name(person)
        known = faq.load(content.faq)
        if unknown := [one for one in entries if one not in known.entries]:
            raise faq_sign.CannotSign(*(f"there is no entry {one}: mend the spelling" for one in unknown))
        for one in entries:
            _show(known, known.entries[one])
        if not yes and not typer.confirm(f"Sign {', '.join(entries)} as {name}?"):
            raise typer.Exit(1)
        read = {one: signing.digest(known.entries[one]) for one in entries}
        now = datetime.now(UTC)
        done = faq_sign.sign(content.faq, read, who=person, rules=content.guardrails, now=now)
        typer.echo(f"signed by {name}: {', '.join(done)}")
        typer.echo("Commit the changed files, so that their history shows it.")


def _show(known: "Faq", entry: "Entry") -> None:
    """All that is signed, on the terminal."""
    typer.echo(f"\n{entry.id}: {entry.question}")
    for text in (*entry.answers, *entry.answers_es, entry.more):
        typer.echo(f"  - {text}" if text else "  (no longer version)")
    for one in entry.facts:
        fact = known.facts.get(one)
        typer.echo(f"  fact {one}: {f'{fact.text} ({fact.status})' if fact else 'unknown'}")
    for source in known.sources_of(entry):
        typer.echo(f"  source {source.name}: {source.url} {source.note}".rstrip())
    typer.echo(f"  asked as: {'; '.join(entry.wordings()[1:])}")
    typer.echo(f"  {entry.handling}, for {entry.jurisdiction}, to be read again by {entry.review_by}")


def sheet(
    topics: Annotated[
        list[str] | None, typer.Argument(help="Names of files, such as 02-appointment.")
    ] = None,
    out: Annotated[Path, typer.Option(help="The folder for the pages.")] = Path("sheets"),
) -> None:
    """Write a review sheet for each topic, to be read, printed and signed."""
    from bot import config, faq, faq_sheet

    known = faq.load(config.find_content().faq)
    for path in faq_sheet.write(known, topics or [], out, today=_today()):
        typer.echo(str(path))


def diff(
    old: Annotated[str, typer.Argument(help="A folder, or a revision such as v0.1 or HEAD~3.")],
    new: Annotated[str, typer.Argument(help="The same; else the folder as it is now.")] = "",
    out: Annotated[Path | None, typer.Option(help="Write it here, as Markdown.")] = None,
) -> None:
    """What changed in the answers, word by word, and which signatures were lost."""
    from bot import config, faq, faq_history
    from bot.core import faq_changes

    folder = config.find_content().faq
    with faq_history.version(old, folder) as one, faq_history.version(new or str(folder), folder) as two:
        found = faq_changes.difference(faq.load(one).entries, faq.load(two).entries)
    text = faq_changes.changelog(found, f"Answers: from {old} to {new or 'now'}")
    if out is None:
        typer.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
        typer.echo(f"written: {out}")


AHEAD = 60  # days of sessions that `stale` looks at


def stale(
    before: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A day, instead of the planned sessions.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List what has to be read again before the next sessions, or is past its day already."""
    import json

    from bot import config, faq
    from bot.core import faq_changes

    content, now = config.find_content(), datetime.now(UTC)
    days = [(before.date(), "the day that you gave")] if before else [(now.date(), "today"), *_sessions(now)]
    if len(days) == 1 and before is None:
        typer.echo(f"no session is planned in the next {AHEAD} days: only today counts", err=True)
    placed = {one.entry.id: one for one in faq.read(content.faq).entries()}
    found = faq_changes.due(faq.load(content.faq).entries.values(), days)
    rows = [(placed[one.entry.id], one) for one in found]
    if as_json:
        shown = [
            {
                "entry": one.entry.id,
                "review_by": str(one.entry.review_by),
                "day": str(one.day),
                "for": one.what,
            }
            for one in found
        ]
        typer.echo(json.dumps(shown, ensure_ascii=False, indent=1))
    else:
        for place, one in rows:
            typer.echo(str(place.problem(f"read it again before {one.day} ({one.what})", "review_by")))
    typer.echo(f"{len(found)} entries to be read again", err=True)
    raise typer.Exit(1 if found else 0)


def _sessions(now: datetime) -> list[tuple[date, str]]:
    """The days of the sessions that are planned, by UTC, as `review_by` is read."""
    from bot import config
    from bot.core.occurrences import occurrences

    until = now + timedelta(days=AHEAD)
    return [
        (one.closes.astimezone(UTC).date(), one.slug)
        for name, plan in config.read_plans(config.find_content()).items()
        for one in occurrences(name, plan, since=now, until=until)
    ]


phrasings = typer.Typer(help="How people ask, as a table for a spreadsheet.", no_args_is_help=True)


@phrasings.command("export")
def phrasings_export(
    file: Annotated[Path, typer.Argument(help="The table to write, such as asked.csv.")],
) -> None:
    """Write all phrasings into a table."""
    from bot import config, faq_phrasings

    count = faq_phrasings.export(config.find_content().faq, file)
    typer.echo(f"{count} phrasings in {file}")


@phrasings.command("import")
def phrasings_import(
    file: Annotated[Path, typer.Argument(help="The table, saved as CSV UTF-8.")],
    yes: Yes = False,
) -> None:
    """Show what a table would change in the FAQ, ask, and write it."""
    from bot import config, faq_files, faq_phrasings

    folder = config.find_content().faq
    found = faq_phrasings.plan(folder, file, today=_today())
    for edit in found.edits:
        for row in edit.added:
            typer.echo(f"{edit.entry} {edit.key} + {row.phrasing}")
        for text in edit.removed:
            typer.echo(f"{edit.entry} {edit.key} - {text}")
    for entry in found.unsigned:
        typer.echo(f"{entry.id}: the signature of {entry.reviewed_by} ends")
    if not found.edits:
        typer.echo("nothing to change")
        return
    if not yes and not typer.confirm("Write this?"):
        raise typer.Exit(1)
    with faq_files.alone(folder):
        faq_files.write(found.files)
    typer.echo(f"written: {', '.join(str(one.path) for one in found.files)}")
