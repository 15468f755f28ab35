"""The commands `askhour host …` and `askhour alerts …`: what the run sheet does, on the command line."""

import time
from collections.abc import Callable
from datetime import datetime
from types import ModuleType
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from bot.core.alerts import Alert
    from bot.flows.alerts import Channel
    from bot.models import CueRow, Session

host = typer.Typer(help="The running hour: the run sheet, and the stop.", no_args_is_help=True)
alerts = typer.Typer(help="What the organiser is told, and how.", no_args_is_help=True)

As = Annotated[str, typer.Option("--as", envvar="ASKHOUR_USER", help="Your account's name.")]
Slug = Annotated[str, typer.Option("--session", help="The session; else the one that is on or comes next.")]
Why = Annotated[str, typer.Option(help="The reason, for the audit.")]
Cue = Annotated[int, typer.Argument(help="The cue's number, as `askhour host show` prints it.")]


class NoSuch(Exception):
    """There is no such session or cue; the message says what there is."""


@host.command()
def show(session: Slug = "") -> None:
    """The clock, the cues with their numbers, what is left, what is wrong."""
    from bot import service

    with service.installation():
        for line in _shown(_session(session)):
            typer.echo(service.printable(line))


@host.command()
def stop(who: As, why: Why = "", yes: Annotated[bool, typer.Option("--yes")] = False) -> None:
    """Stop everything: nothing leaves until somebody lifts it. Asks once."""
    from bot import service

    if not yes:
        typer.confirm("Stop everything? Nothing leaves until a person lifts it", abort=True)
    with service.installation():
        from bot.flows import stopping

        count = stopping.stop(who=str(_organiser(who)), now=_now(), why=why)
        typer.echo("stopped" if count else "it is stopped already")


@host.command()
def lift(who: As, why: Why = "") -> None:
    """Let posts leave again after a stop."""
    from bot import service

    with service.installation():
        from bot.flows import stopping

        count = stopping.lift(who=str(_organiser(who)), now=_now(), why=why)
        typer.echo("posts leave again" if count else "nothing is stopped")


@host.command()
def pause(who: As, session: Slug = "", why: Why = "by hand") -> None:
    """Only signposts leave, and cues wait, until it is resumed."""
    _on_session(
        who, session, lambda s, person: _hosting().pause(s, who=str(person), now=_now(), why=why), "paused"
    )


@host.command()
def resume(who: As, session: Slug = "") -> None:
    """Go on after a pause."""
    _on_session(
        who, session, lambda s, person: _hosting().resume(s, who=str(person), now=_now()), "it goes on"
    )


@host.command()
def longer(minutes: Annotated[int, typer.Argument(help="5 or 10")], who: As, session: Slug = "") -> None:
    """Make the hour longer: what is to come moves, and so does the end."""
    from bot import service

    with service.installation():
        from bot.flows import runsheet

        found = _session(session)
        runsheet.extend(found, minutes, _organiser(who), now=_now())
        typer.echo(f"it ends at {found.closes_at:%H:%M} UTC")


@host.command()
def hold(cue: Cue, who: As, why: Why = "") -> None:
    """Keep a cue until somebody lets it go."""
    _on_cue(cue, who, lambda row, person: _sheet().hold(row, person, now=_now(), why=why), "held")


@host.command()
def go(cue: Cue, who: As) -> None:
    """Let a held cue go."""
    _on_cue(cue, who, lambda row, person: _sheet().let_go(row, person, now=_now()), "let go")


@host.command()
def skip(cue: Cue, who: As, why: Why = "") -> None:
    """Leave a cue out."""
    _on_cue(cue, who, lambda row, person: _sheet().skip(row, person, now=_now(), why=why), "skipped")


@host.command()
def send(cue: Cue, who: As) -> None:
    """Post a cue now."""
    _on_cue(cue, who, lambda row, person: _sheet().send_now(row, person, now=_now()), "on its way")


@host.command()
def swap(
    cue: Cue, spare: Annotated[int, typer.Argument(help="The spare's number, from 1.", min=1)], who: As
) -> None:
    """Put a spare prompt in a prompt's place."""
    _on_cue(cue, who, lambda row, person: _sheet().swap(row, spare - 1, person, now=_now()), "swapped")


@host.command()
def edit(
    cue: Cue,
    text: str,
    who: As,
    override: Annotated[str, typer.Option(help="Why a warning may be passed over.")] = "",
) -> None:
    """Change a cue's text before it goes. You approve it by this."""
    from bot import config, guardrails, service

    with service.installation():
        from bot.flows import runsheet

        reviewer = guardrails.load_reviewer(config.find_content().guardrails)
        runsheet.edit(_cue(cue), text, _organiser(who), reviewer, now=_now(), override=override)
        typer.echo("changed")


@alerts.command("list")
def alerts_list() -> None:
    """What goes on now, and through which channels it was told."""
    from bot import service

    with service.installation():
        from bot.flows import alerts as flows

        for row in flows.open_alerts():
            told = ", ".join(f"{one.channel}: {one.state} {one.trouble}".strip() for one in row.notices.all())
            typer.echo(
                f"{row.raised_at:%H:%M:%S}  {row.kind}: {row.text} {row.what_to_do} [{told or 'page only'}]"
            )


@alerts.command()
def test(who: As) -> None:
    """Send a test through each channel, and say whether it got through."""
    from bot import service

    with service.installation():
        from bot import channels
        from bot.flows import alerts as flows

        found = channels.configured()
        if not found:
            raise service.CannotRun("no channel is set up: see docs/running.md, “Alerts”")
        alert = flows.test_alert(str(_organiser(who)), now=_now())
        failed = [line for channel in found if (line := _tried(channel, alert))]
        if failed:
            raise service.CannotRun("; ".join(failed))


def _tried(channel: "Channel", alert: "Alert") -> str:
    """What went wrong, or nothing."""
    from bot.channels import address
    from bot.flows.alerts import ChannelFailed, message

    try:
        channel.send(message(alert, address()))
    except ChannelFailed as error:
        return f"{channel.name}: {error}"
    typer.echo(f"{channel.name}: sent")
    return ""


@alerts.command()
def watch() -> None:
    """Watch from a process of its own, so that somebody is told even when askhour itself has died."""
    from bot import clock, config, environment, service

    with service.installation():
        from bot import channels
        from bot.watch import EVERY, Watch

        settings = config.read_settings(config.find_content())
        found = channels.configured()
        watch = Watch(
            limits=settings.alerts,
            clock=clock.of(environment.data_folder()),
            channels=found,
            address=channels.address(),
        )
        typer.echo(
            f"watching, with {', '.join(one.name for one in found) or 'no channel'}. Stop with Ctrl-C."
        )
        while True:
            for job in watch.jobs():
                job()
            time.sleep(EVERY)


def _on_session(who: str, slug: str, act: "Callable[[Session, User], object]", done: str) -> None:
    from bot import service

    with service.installation():
        act(_session(slug), _organiser(who))
        typer.echo(done)


def _on_cue(number: int, who: str, act: "Callable[[CueRow, User], object]", done: str) -> None:
    from bot import service

    with service.installation():
        act(_cue(number), _organiser(who))
        typer.echo(done)


def _hosting() -> ModuleType:
    from bot.flows import host as hosting

    return hosting


def _sheet() -> ModuleType:
    from bot.flows import runsheet

    return runsheet


def _organiser(name: str) -> "User":
    from bot import staff
    from bot.flows import rights

    person = staff.find(name)
    rights.need(person, "host_sessions")
    return person


def _session(slug: str) -> "Session":
    from bot.flows import sheet
    from bot.models import Session

    found = Session.objects.filter(slug=slug).first() if slug else sheet.newest()
    if found is None:
        known = ", ".join(Session.objects.values_list("slug", flat=True)) or "none"
        raise NoSuch(f"there is no session {slug!r}; there are: {known}")
    return found


def _cue(number: int) -> "CueRow":
    from bot.models import CueRow

    row = CueRow.objects.select_related("session__host").filter(pk=number).first()
    if row is None:
        raise NoSuch(f"there is no cue {number}: see `askhour host show`")
    return row


def _now() -> datetime:
    from bot import clock, environment

    return clock.of(environment.data_folder())()


def _shown(session: "Session") -> list[str]:
    from zoneinfo import ZoneInfo

    from bot import clock, config
    from bot.flows import alerts as flows
    from bot.flows import gaps, sheet, stopping

    now, settings = _now(), config.read_settings(config.find_content())
    found, zone = sheet.read(session, settings.pacing, now=now), ZoneInfo(session.zone)
    lines = [
        f"{session.title} ({session.slug}): {session.state}, {now.astimezone(zone):%H:%M:%S} {session.zone}"
    ]
    lines += [
        f"STOPPED by {one.stopped_by}: nothing leaves as @{one.handle}" for one in stopping.stopped_hosts()
    ]
    lines += [f"{row.kind.upper()}: {row.text} {row.what_to_do}" for row in flows.open_alerts()]
    lines += [f"gap since {gap.since:%H:%M} UTC: {gap.why}" for gap in gaps.that_matter()]
    lines += [found.over_running] if found.over_running else []
    lines += [found.posts.text, found.money.text]
    lines += [
        f"{cue.pk:>5}  {cue.due_at.astimezone(zone):%H:%M}  {cue.kind:<8} {cue.state:<8} {cue.text}"
        for cue in session.cues.all()
    ]
    lines += [f"spare {i}: {spare['text']}" for i, spare in enumerate(session.spares, 1)]
    parts = sheet.parts(settings.alerts, now=clock.system_clock())
    lines += [f"part {part.name}: DOWN for {part.age} s" for part in parts if part.down]
    return lines
