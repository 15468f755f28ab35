"""The commands `askhour faq …` for those who write, check and sign the FAQ. Thin; heavy imports come late."""

from datetime import UTC, date, datetime
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
    from bot import config, service

    with service.installation():
        from bot import faq, faq_sign, staff
        from bot.core import signing

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
