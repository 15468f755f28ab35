"""The run sheet on the command line: real processes beside this one."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot import staff
from bot.flows import outbox
from bot.models import CueRow, HostAccount, Outgoing, Session
from tests.hour import ASKS, Hour
from tests.rehearsal.test_kill import ROOT, database_url

Askhour = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def askhour(hour: Hour) -> Askhour:
    """`askhour …` in a process of its own, with the same database. By the machine's clock."""
    staff.add("mo", staff.Role.ORGANISER)
    staff.add("li", staff.Role.CLINICIAN)
    environment = {**os.environ, "ASKHOUR_DATABASE_URL": database_url(), "ASKHOUR_USER": "mo"}

    def run(*words: str, who: str = "mo") -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "bot.cli", *words],
            cwd=ROOT, env={**environment, "ASKHOUR_USER": who}, capture_output=True, text=True, timeout=90,
            check=False,
        )  # fmt: skip

    return run


def test_a_stop_from_another_process_holds_here_until_it_is_lifted(hour: Hour, askhour: Askhour) -> None:
    question = hour.is_open().takes_in(ASKS)
    hour.time.passes(seconds=30)
    assert "stopped" in askhour("host", "stop", "--yes", "--why", "a wrong answer").stdout
    assert not outbox.deliver_next(hour.host, hour.sender, hour.time)
    assert "STOPPED by mo" in askhour("host", "show").stdout
    assert HostAccount.objects.get().stopped_because == "a wrong answer"
    assert "posts leave again" in askhour("host", "lift").stdout
    hour.sends()
    assert Outgoing.objects.get(question=question).state == "sent"


def test_the_run_sheet_is_worked_from_the_command_line(hour: Hour, askhour: Askhour) -> None:
    hour.is_open()
    cue = CueRow.objects.get(kind="prompt")
    closes = Session.objects.get().closes_at
    assert "held" in askhour("host", "hold", str(cue.pk)).stdout
    assert "changed" in askhour("host", "edit", str(cue.pk), "T1: What helps?").stdout
    assert "it ends at" in askhour("host", "longer", "10").stdout
    shown = askhour("host", "show").stdout
    assert "T1: What helps?" in shown
    assert "held" in shown
    assert Session.objects.get().closes_at == closes + timedelta(minutes=10)
    assert "skipped" in askhour("host", "skip", str(cue.pk)).stdout


def test_who_may_not_host_and_what_is_not_there_is_said_in_one_line(hour: Hour, askhour: Askhour) -> None:
    for words, who, says in (
        (("host", "stop", "--yes"), "li", "host_sessions"),
        (("host", "skip", "999"), "mo", "there is no cue 999"),
        (("alerts", "test"), "mo", "no channel is set up"),
    ):
        done = askhour(*words, who=who)
        assert done.returncode == 1
        assert says in done.stderr
        assert "Traceback" not in done.stderr
    assert HostAccount.objects.get().stopped_at is None
