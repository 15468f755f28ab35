"""The commands `demo` and `rehearse`: set the stage, play, and tell what came of it."""

import json
import logging
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bot import config, environment, logs, runtime, service
from bot.core.plan import Plan
from bot.rehearsal import script as scripts
from bot.rehearsal.script import Ending, Script

if TYPE_CHECKING:
    from bot.rehearsal.stage import Stage

PACE = 0.1  # seconds between rounds


class RealKeys(environment.BadEnvironment):
    """Keys for the real X are set: a play does not start beside them."""


def demo(*, speed: float, headless: bool, port: int) -> int:
    """Hosts `config/sessions/demo.yaml`. The exit code is 0 when every promise was kept."""
    content = config.find_content()
    plan = config.read_plan(config.find_plan(content, "demo"))
    script = Script(scripts.read_scenario(content.rehearsals / "demo.yaml"))
    with _data() as data:
        if headless:
            return _headless(plan, "demo", content, script, speed=speed)
        from bot.rehearsal import live

        return live.demo(plan, content, script, speed=speed, port=port, data=data)


def rehearse(session: str, posts: Path, *, speed: float, report_to: Path | None) -> int:
    """Plays a file of posts, without a page."""
    content = config.find_content()
    path = config.find_plan(content, session)
    plan = config.read_plan(path)
    script = Script(scripts.read_posts(posts, plan))
    with _data():
        return _headless(plan, path.stem, content, script, speed=speed, report_to=report_to)


def practise(
    session: str, scenario: str, *, speed: float, headless: bool, port: int, sheet: Path | None
) -> int:
    """Plays a scenario, with the panel at the page or without, and tells how it went. The exit code is 1
    when something was unsafe.
    """
    content = config.find_content()
    path = config.find_plan(content, session)
    # Of a series, the first date: what is practised is the hour, not the calendar.
    plan = replace(config.read_plan(path), series=None)
    source = scripts.find_scenario(content.rehearsals, scenario)
    script = scripts.written_out(source, plan)
    about = f"{source.stem}, {len(script.lines)} posts, failures: {script.failures}, speed {speed:g}"
    if not headless:
        about += "; times to answer by the panel's own clock"
    ending = Ending(about, sheet)
    with _data() as data:
        if headless:
            return _headless(plan, path.stem, content, script, speed=speed, ending=ending)
        from bot.rehearsal import live

        return live.rehearsal(
            plan, path.stem, content, script, speed=speed, port=port, data=data, ending=ending
        )


@contextmanager
def _data() -> Iterator[Path]:
    """A data folder of its own for the play, gone afterwards."""
    if service.keys_are_set():
        raise RealKeys("keys for the real X are set (ASKHOUR_X_…): unset them for a demo")
    logs.configure(level=logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="askhour-") as folder:
        data = Path(folder)
        runtime.start_django(data=data, https=False)
        yield data


def _headless(
    plan: Plan,
    slug: str,
    content: config.Content,
    script: Script,
    *,
    speed: float,
    report_to: Path | None = None,
    ending: Ending | None = None,
) -> int:
    from bot import texts
    from bot.rehearsal import sheet
    from bot.rehearsal.stage import stage
    from bot.rehearsal.summary import per_label, summary

    console = Console()
    with ExitStack() as stack:
        play: Stage = stack.enter_context(
            stage(plan, slug, texts.read(content), script, speed=speed, people=False)
        )
        bar = stack.enter_context(_progress(console))
        task = bar.add_task(plan.title, total=(plan.closes - play.clock()).total_seconds())
        begin = play.clock()
        while not play.over():
            play.play()
            bar.update(task, completed=(play.clock() - begin).total_seconds())
            time.sleep(PACE)
        bar.stop()
        broken = play.broken_promises()
        console.print(summary(play))
        console.print(per_label(play.session))
        if report_to is not None:
            _write_report(play, report_to)
        if ending is not None:
            return sheet.tell(play, console, ending)
    for promise in broken:
        console.print(f"[bold red]broken promise:[/] {promise}", highlight=False)
    return 1 if broken else 0


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        redirect_stdout=False,
    )


def _write_report(play: "Stage", path: Path) -> None:
    from bot.rehearsal.summary import rows

    lines = [json.dumps(row, ensure_ascii=False) for row in rows(play)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
