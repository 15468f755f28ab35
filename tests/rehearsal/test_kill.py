"""kill -9 between X's answer and our record: the restart finds the post and nobody is answered twice."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from django.db import connection

from bot.core.states import OutgoingState, QuestionState
from bot.models import Outgoing
from bot.x.simulator import serve
from tests.entry import ENTRY
from tests.hour import ASKS, Hour

ROOT = Path(__file__).parents[2]


def database_url() -> str:
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    return "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**settings)


def test_a_sender_killed_after_the_call_leaves_no_duplicate_and_no_loss(hour: Hour) -> None:
    question = hour.is_open().takes_in(ASKS)
    hour.time.passes(seconds=21)
    with serve(hour.world) as server:
        environment = {
            **os.environ,
            "ASKHOUR_DATABASE_URL": database_url(),
            "DJANGO_SETTINGS_MODULE": "bot.settings",
        }
        died = subprocess.run(  # noqa: S603 - our own script
            [sys.executable, "-m", "tests.rehearsal.crash", server.url, "token-of-testhost",
             hour.time().isoformat()],
            cwd=ROOT, env=environment, check=False, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
    assert died.returncode == -signal.SIGKILL, died.stderr
    row = Outgoing.objects.get(question=question)
    assert row.state == OutgoingState.INTENT
    assert hour.replies_to(question) == [ENTRY.answers[0]]

    hour.time.passes(minutes=3)  # and then everything is started again
    hour.settles()
    hour.sends()

    row.refresh_from_db()
    question.refresh_from_db()
    assert (row.state, question.state) == (OutgoingState.SENT, QuestionState.ANSWERED)
    assert hour.replies_to(question) == [ENTRY.answers[0]]
