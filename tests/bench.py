"""Measures what we promise about speed: `make bench`. A benchmark, not a test: nothing fails here.

`make bench ARGS=--quick` leaves out the demo's hour.
"""

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot import config, guardrails, matching
from bot.core.triage import Asked, Moment, Policy, decide

ROOT = Path(__file__).parents[1]
MOMENT = Moment(taking_questions=True, open=True, today=date(2027, 1, 1))


def questions() -> list[str]:
    """The demo's posts and the training questions: everyday lengths, all kinds."""
    from bot.rehearsal.script import read_scenario  # noqa: PLC0415

    content = config.find_content(ROOT)
    lines = read_scenario(content.rehearsals / "demo.yaml")
    return [line.text for line in lines] * 5


def large_faq(entries: int) -> dict[str, list[str]]:
    """The FAQ's own wordings, repeated with a number in each until there are enough entries."""
    from bot import faq  # noqa: PLC0415

    known = list(faq.load(config.find_content(ROOT).faq).entries.values())
    return {
        f"{known[n % len(known)].id}-{n}": [
            f"{wording} {n}" if n >= len(known) else wording for wording in known[n % len(known)].wordings()
        ]
        for n in range(entries)
    }


def per_call(act: Callable[[str], object], texts: list[str]) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds, after a warm-up."""
    for text in texts[:20]:
        act(text)
    times = []
    for text in texts:
        begin = time.perf_counter()
        act(text)
        times.append((time.perf_counter() - begin) * 1000)
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


def main() -> None:
    content = config.find_content(ROOT)
    screen = guardrails.load_screen(content.guardrails)
    words = matching.load_vocabulary(content.config / "synonyms.yaml")
    index = words.index(large_faq(1000))
    reader = matching.installed_reader()
    by_meaning = words.index(large_faq(1000), reader) if reader else None
    texts = questions()

    def whole(text: str) -> object:
        asked = Asked(summoned=True)
        return decide(asked, screen(text), index.match(text), {}, policy=Policy(), moment=MOMENT)

    table = Table("what", "median", "95 %", "promised", title="1,000 FAQ entries of 7 wordings, one core")
    for name, act, promised in (
        ("screen", screen, "≤ 3 ms"),
        ("match", index.match, ""),
        ("match, by meaning", by_meaning.match if by_meaning else None, "median ≤ 5 ms"),
        ("screen, match and triage", whole, "median < 5 ms"),
    ):
        if act is None:
            continue
        middle, high = per_call(act, texts)
        table.add_row(name, f"{middle:.2f} ms", f"{high:.2f} ms", promised)
    middle, high = per_call(lambda _: _run("--help"), texts[:25])
    table.add_row("askhour --help", f"{middle:.0f} ms", f"{high:.0f} ms", "< 500 ms")
    if "--quick" not in sys.argv:
        begin = time.perf_counter()
        _run("demo", "--headless", "--speed", "60")
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        table.add_row("demo at speed 60", f"{time.perf_counter() - begin:.0f} s", "", "about 70 s")
        table.add_row("its memory", f"{memory:.0f} MB", "", "< 200 MB")
    Console().print(table)


def _run(*words: str) -> None:
    command = [sys.executable, "-m", "bot.cli", *words]
    subprocess.run(command, cwd=ROOT, env=dict(os.environ), check=True, stdout=subprocess.DEVNULL)  # noqa: S603


if __name__ == "__main__":
    main()
