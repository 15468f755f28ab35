"""Starts a rehearsal beside a running installation: a process of its own, which sees none of its secrets."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from bot.encoder import install

#: All that the process gets of our environment: no keys for X, no database, nothing that signs.
HANDED_ON = (
    "PATH", "HOME", "LANG", "TMPDIR", "PYTHONPATH", "VIRTUAL_ENV", "ASKHOUR_FAQ", "ASKHOUR_CONFIG",
)  # fmt: skip
LINK = re.compile(r"http://127\.0\.0\.1:\d+/sign-in\?key=[\w=-]+")
SPEEDS = (1, 10, 60)
ENDS_WITHIN = 10.0  # seconds that it gets to put its things away


class Busy(ValueError):
    """One rehearsal at a time: the message says what to do."""


@dataclass(slots=True)
class Starter:
    """`output` is where what the process prints is kept; it is written anew with each start."""

    output: Path
    port: int = 0  # anywhere free
    env: Mapping[str, str] = field(default_factory=lambda: os.environ)
    _process: subprocess.Popen[bytes] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self, plan: str, scenario: str, speed: int) -> None:
        """The names must be known ones. Raises Busy while one runs."""
        with self._lock:
            if self._runs():
                raise Busy("a rehearsal runs already: end it first")
            command = [sys.executable, "-m", "bot.cli", "rehearse", plan]
            command += ["--scenario", scenario, "--speed", str(speed), "--port", str(self.port)]
            handed_on = {name: self.env[name] for name in HANDED_ON if name in self.env}
            handed_on["ASKHOUR_MODELS"] = str(install.folder())
            with self.output.open("wb") as out:
                self._process = self._open(command, handed_on, out)

    @staticmethod
    def _open(command: list[str], env: dict[str, str], out: IO[bytes]) -> subprocess.Popen[bytes]:
        nothing = subprocess.DEVNULL
        return subprocess.Popen(  # noqa: S603 - our own program, with names that we know
            command,
            env=env | {"PYTHONUNBUFFERED": "1", "COLUMNS": "200"},
            stdin=nothing,
            stdout=out,
            stderr=subprocess.STDOUT,
        )

    def link(self) -> str | None:
        """Signs the first person in, once; empty while the rehearsal starts, None when none runs."""
        with self._lock:
            if not self._runs():
                return None
        found = LINK.search(self.output.read_text(encoding="utf-8", errors="replace"))
        return found[0] if found else ""

    def close(self) -> None:
        """Ends it, as Ctrl-C would."""
        with self._lock:
            if self._process is None:
                return
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(ENDS_WITHIN)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def _runs(self) -> bool:
        return self._process is not None and self._process.poll() is None
