"""The demo's live view: the clock, the run sheet, what comes in and what goes out."""

import shutil
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from bot import config, runtime, staff, texts
from bot.console.desk import Desk
from bot.console.wsgi import served
from bot.core.plan import Plan
from bot.core.states import CueState
from bot.flows import report
from bot.models import Session
from bot.rehearsal import sheet
from bot.rehearsal.script import Ending, Script
from bot.rehearsal.stage import Stage, stage
from bot.rehearsal.summary import summary
from bot.watch import EVERY, Watch

BANNER = "Demo: X is simulated, and no clinician has signed these answers. Do not rely on them."
REHEARSAL = "Rehearsal: X is simulated, the patients are invented, and nothing leaves this machine."
REFRESH = 0.5  # seconds
ROUND_EVERY = 0.2


def demo(plan: Plan, content: config.Content, script: Script, *, speed: float, port: int, data: Path) -> int:
    """Hosts until Ctrl-C. The exit code is 0 unless a promise was broken."""
    console = Console()
    with stage(plan, "demo", texts.read(content), script, speed=speed, people=True) as play:
        _host(play, content, console, banner=BANNER, port=port, data=data)
        broken = play.broken_promises() if play.over() else []
        console.print(summary(play))
    for promise in broken:
        console.print(f"[bold red]broken promise:[/] {escape(promise)}")
    return 1 if broken else 0


def rehearsal(
    plan: Plan,
    slug: str,
    content: config.Content,
    script: Script,
    *,
    speed: float,
    port: int,
    data: Path,
    ending: Ending,
) -> int:
    """Hosts until the session is closed, or Ctrl-C; then the score sheet. 1 when something was unsafe."""
    console = Console()
    with stage(plan, slug, texts.read(content), script, speed=speed, people=True) as play:
        _host(play, content, console, banner=REHEARSAL, port=port, data=data, to_the_end=True)
        return sheet.tell(play, console, ending)


def _host(
    play: Stage,
    content: config.Content,
    console: Console,
    *,
    banner: str,
    port: int,
    data: Path,
    to_the_end: bool = False,
) -> None:
    desk = Desk(
        play.rounds.texts,
        play.clock,
        banner,
        second_factor=False,
        content=own_copy(content, data),
        score=lambda: sheet.of(play, over=False),
    )
    person = staff.add("you", staff.Role.ORGANISER)
    with served(desk, host="127.0.0.1", port=port) as address:
        head = _head(staff.link(person, address), play.server.url, data)
        alarms = Watch(limits=desk.texts.settings.alerts, clock=play.clock)
        with runtime.Engine(play.play, every=ROUND_EVERY), runtime.Engine(alarms.looks, every=EVERY):
            _watch(play, head, console, to_the_end=to_the_end)


def own_copy(content: config.Content, data: Path) -> config.Content:
    """Plans that may be changed in a play: the real ones stay as they are."""
    for folder in ("sessions", "rehearsals"):
        shutil.copytree(content.config / folder, data / "config" / folder, dirs_exist_ok=True)
    return config.Content(content.faq, data / "config")


def _watch(play: Stage, head: str, console: Console, *, to_the_end: bool) -> None:
    """Redraws until Ctrl-C, or until it is over."""
    if not console.is_terminal:
        console.print(head)
        _tell(play, console, to_the_end=to_the_end)
        return
    with Live(console=console, refresh_per_second=4, screen=False) as view:
        try:
            while not (to_the_end and play.over()):
                view.update(Group(head, _picture(play)))
                time.sleep(REFRESH)
        except KeyboardInterrupt:
            return


def _tell(play: Stage, console: Console, *, to_the_end: bool) -> None:
    """Without a terminal: one line for each thing that happens."""
    told: set[str] = set()
    try:
        while not (to_the_end and play.over()):
            for line in reversed(report.latest_events(play.session, 50)):
                if line not in told:
                    told.add(line)
                    console.print(escape(line), highlight=False)
            time.sleep(REFRESH)
    except KeyboardInterrupt:
        return


def _head(link: str, x: str, data: Path) -> str:
    return (
        f"[bold]The clinicians' page[/] (this link signs you in once):\n  {link}\n"
        f"The simulated X: {x}\n"
        f"The queue on the command line: ASKHOUR_DATA={data} askhour queue list\n"
        "Stop with Ctrl-C."
    )


def _picture(play: Stage) -> Group:
    session = play.fresh_session()
    now = play.clock()
    tally = report.tally(session)
    numbers = Table.grid(padding=(0, 3))
    numbers.add_row("in", "answered", "queued", "signposted", "left", "posts sent", "spent")
    numbers.add_row(
        *(str(n) for n in (tally.questions, tally.answered, tally.queued, tally.signposted)),
        str(tally.left),
        str(tally.posts_sent),
        f"${tally.spent} of ${session.budget_usd}",
        style="bold",
    )
    title = f"{escape(session.title)}  ·  {_wall(now, session)}  ·  {session.state}"
    events = "\n".join(escape(line) for line in report.latest_events(session, 5))
    return Group(
        Panel(numbers, title=title),
        Panel(_run_sheet(session), title="Run sheet"),
        Panel(events or "nothing yet", title="What happened"),
    )


def _wall(now: datetime, session: Session) -> str:
    return f"{now.astimezone(ZoneInfo(session.zone)):%H:%M:%S} {session.zone}"


def _run_sheet(session: Session) -> Table:
    sheet = Table.grid(padding=(0, 2))
    for _ in range(3):
        sheet.add_column(no_wrap=True)
    sheet.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
    upcoming = True
    for cue in session.cues.all():
        mark = {CueState.DONE: "✓", CueState.SKIPPED: "–"}.get(CueState(cue.state), " ")
        is_next = cue.state == CueState.WAITING and upcoming
        upcoming = upcoming and not is_next
        style = "bold" if is_next else "dim" if mark.strip() else ""
        row = ("→" if is_next else mark, cue.wall_time[-5:], cue.kind, escape(cue.text))
        sheet.add_row(*row, style=style)
    return sheet
