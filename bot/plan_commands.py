"""The commands `askhour plan`. Each imports what it needs when it runs, so that `--help` is fast."""

import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Plans: what is coming up, and is it ready.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="A plan: its name in config/sessions, or a file.")]

As = Annotated[str, typer.Option("--as", envvar="ASKHOUR_USER", help="Your account's name.")]


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


@app.command()
def tick(
    session: Annotated[str, typer.Argument(help="A session's name.")],
    point: Annotated[str, typer.Argument(help="hashtag, announced, briefed or rehearsed.")],
    who: As,
    undo: Annotated[bool, typer.Option("--undo", help="Take the tick back.")] = False,
) -> None:
    """Tick a point of the checklist."""
    from bot import runtime

    runtime.start_django()
    from bot import plan_check

    plan_check.tick(session, point, done=not undo, who=who)


@app.command()
def override(
    session: Annotated[str, typer.Argument(help="A session's name.")],
    item: Annotated[str, typer.Argument(help="The red item's key, as `askhour plan check --json` has it.")],
    why: Annotated[str, typer.Argument(help="Why it may be passed over. The reason is kept.")],
    who: As,
) -> None:
    """Let a session open in spite of a red item."""
    from bot import runtime

    runtime.start_django()
    from bot import plan_check

    plan_check.override(session, item, why, who=who)


def rehearse(
    session: Name = "demo",
    posts: Annotated[
        Path | None, typer.Option(help="JSON lines with text, and perhaps author and at: play these.")
    ] = None,
    scenario: Annotated[
        str,
        typer.Option(help="A scenario of config/rehearsals, or a file; typical unless you say otherwise."),
    ] = "",
    speed: Annotated[
        float | None, typer.Option(min=1, max=120, help="10 unless you say otherwise; headless 60.")
    ] = None,
    headless: Annotated[bool, typer.Option("--headless", help="No page, no panel.")] = False,
    sheet: Annotated[Path | None, typer.Option(help="Write the score sheet here as a page.")] = None,
    report: Annotated[
        Path | None, typer.Option(help="With --posts: what became of each, as JSON lines.")
    ] = None,
    port: Annotated[
        int, typer.Option(help="Where the page listens on this machine; 0: anywhere free.")
    ] = 8400,
) -> None:
    """Practise a session against the simulated X: the panel at the real page, then a score sheet."""
    from bot.rehearsal import show

    if posts is not None and (scenario or sheet):
        raise typer.BadParameter("either --posts, or --scenario with --sheet")
    if report is not None and posts is None:
        raise typer.BadParameter("--report goes with --posts")
    if posts is not None:
        sys.exit(show.rehearse(session, posts, speed=speed or 60, report_to=report))
    pace = speed or (60 if headless else 10)
    wanted = scenario or "typical"
    sys.exit(show.practise(session, wanted, speed=pace, headless=headless, port=port, sheet=sheet))
