"""The commands `askhour plan`. Each imports what it needs when it runs, so that `--help` is fast."""

import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Plans: what is coming up, and is it ready.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="A plan: its name in config/sessions, or a file.")]


@app.command()
def preview(
    name: Name,
    zone: Annotated[
        list[str] | None,
        typer.Option(help="A zone of the audience, such as Asia/Tokyo; several if you like."),
    ] = None,
    count: Annotated[int, typer.Option(min=1, max=100, help="How many sessions.")] = 6,
    ics: Annotated[Path | None, typer.Option(help="Write them here as a calendar file as well.")] = None,
) -> None:
    """Show the next sessions in the audience's zones: clashes, changes of clocks, holidays, nights."""
    from bot import planner

    sys.exit(planner.preview(name, zones=zone or (), count=count, ics=ics))


@app.command()
def check(
    session: Annotated[str, typer.Argument(help="A session's name, or a plan's: then its next session.")],
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    look: Annotated[
        bool, typer.Option("--look/--no-look", help="Let the doctor look at the account on X. It is free.")
    ] = True,
) -> None:
    """Go or no-go: every post as it will leave, and what must be mended first. Ends with 1 on red."""
    from bot import runtime

    runtime.start_django()
    from bot import plan_check

    sys.exit(plan_check.run(session, as_json=as_json, look=look))
