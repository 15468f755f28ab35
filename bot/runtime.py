"""Keeps everything going. The only module that knows APScheduler.

APScheduler is a clock and no more: with its SQL store a locked file ends its thread without a word,
and two processes run a job twice (docs/decisions/0003). What is due is read from our own rows.
"""

import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from apscheduler.schedulers.background import BackgroundScheduler

from bot import environment

GUARD_EVERY = 0.5  # seconds


def start_django(*, data: Path | None = None, https: bool | None = None) -> None:
    """Sets Django up and brings the database's tables up to date.

    Must come before anything that imports `bot.models`. With `data` everything is kept in that folder,
    whatever database the environment names: a play must not touch an installation.
    """
    if data is not None:
        os.environ["ASKHOUR_DATA"] = str(data)
        os.environ.pop("ASKHOUR_DATABASE_URL", None)
    if https is not None:
        os.environ["ASKHOUR_HTTPS"] = "1" if https else "0"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bot.settings")
    import django
    from django.core.management import call_command

    environment.data_folder().mkdir(parents=True, exist_ok=True)
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


class Engine:
    """Calls a round again and again in a thread of its own, until it is stopped."""

    def __init__(self, rounds: Callable[[], None], *, every: float) -> None:
        """`every` is in seconds of the machine's clock."""
        self._every = timedelta(seconds=every)
        self._stopped = threading.Event()
        self._guard = threading.Thread(target=self._watch, name="clock guard", daemon=True)
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._job = self._scheduler.add_job(
            rounds, "interval", seconds=every, next_run_time=datetime.now(UTC)
        )

    def __enter__(self) -> "Engine":
        self._scheduler.start()
        self._guard.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Waits for the round that is under way: a call to X is never cut off by us."""
        self._stopped.set()
        self._guard.join()
        self._scheduler.shutdown(wait=True)

    def _watch(self) -> None:
        """APScheduler waits for a moment of the wall clock: one that is set back by an hour would stop it for
        that hour. This waits by the clock that nobody sets.
        """
        while not self._stopped.wait(GUARD_EVERY):
            due = self._job.next_run_time
            if due is not None and due - datetime.now(UTC) > self._every + timedelta(seconds=1):
                self._job.modify(next_run_time=datetime.now(UTC))
