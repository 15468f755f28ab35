"""Measures the clinicians' pages in a busy session: part of `make bench`. Nothing fails here.

1,500 questions wait; each page is asked for again and again, as twenty clinicians' browsers do.
"""

import gzip
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from rich.console import Console
from rich.table import Table

from bot import config, runtime

ROOT = Path(__file__).parents[1]
NOW = datetime(2027, 2, 3, 19, 30, tzinfo=UTC)
WAITING = 1500
TIMES = 200


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="askhour-bench-") as folder:
        runtime.start_django(data=Path(folder), https=False)
        Console().print(_measured())


def _measured() -> Table:
    from django.conf import settings  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from bot import staff, texts  # noqa: PLC0415
    from bot.console.desk import KEY, Desk  # noqa: PLC0415

    settings.ALLOWED_HOSTS = ["testserver"]
    desk = Desk(texts.read(config.find_content(ROOT)), lambda: NOW, second_factor=False)
    first = _many_questions()
    client = Client(**cast(dict[str, Any], {KEY: desk}))
    client.force_login(staff.add("mo", staff.Role.ORGANISER), backend="sesame.backends.ModelBackend")
    client.post(f"/items/{first}/claim")
    draft = {"text": "A new lump should be seen by a doctor soon. Source: NHS.", "fence": "1"}
    table = Table(
        "page", "median", "95 %", "sent (gzip)", "promised", title=f"{WAITING:,} questions wait, one core"
    )
    pages: tuple[tuple[str, Callable[[], Any]], ...] = (
        ("the queue", lambda: client.get("/")),
        ("its rows, asked for every 2 s", lambda: client.get("/rows?shown=1,2,3,4,5")),
        ("how the session stands", lambda: client.get("/status")),
        ("a question", lambda: client.get(f"/items/{first}")),
        ("a draft, saved and checked", lambda: client.post(f"/items/{first}/check", draft)),
    )
    for name, ask in pages:
        times, size = [], 0
        for _ in range(TIMES):
            begin = time.perf_counter()
            answer = ask()
            times.append((time.perf_counter() - begin) * 1000)
            assert answer.status_code in (200, 204), (name, answer.status_code)
            size = len(gzip.compress(answer.content))
        middle, high = statistics.median(times), statistics.quantiles(times, n=20)[-1]
        table.add_row(
            name, f"{middle:.1f} ms", f"{high:.1f} ms", f"{size / 1000:.1f} KB", "95 % ≤ 100 ms, ≤ 150 KB"
        )
    return table


def _many_questions() -> int:
    """A session in which they wait; returns one of them."""
    from bot.flows import host  # noqa: PLC0415
    from bot.models import Question, QueueItem, Session  # noqa: PLC0415

    plan = config.read_plan(config.find_plan(config.find_content(ROOT), "demo"))
    session = host.put(plan, "bench", now=NOW)
    Session.objects.update(state="open")
    items = [
        QueueItem(session=session, priority=2, reason="is about one person", created_at=NOW)
        for _ in range(WAITING)
    ]
    QueueItem.objects.bulk_create(items)
    Question.objects.bulk_create(
        Question(
            host=session.host, session=session, item=item,
            post_id=str(10**18 + n), version_id=str(10**18 + n), author_id=str(n),
            text=f"@mammohour question {n}: " + "should I worry about it? " * 8,
            posted_at=NOW, received_at=NOW, state="queued", route="reply",
        )
        for n, item in enumerate(QueueItem.objects.all())
    )  # fmt: skip
    return QueueItem.objects.values_list("pk", flat=True)[0]


if __name__ == "__main__":
    main()
