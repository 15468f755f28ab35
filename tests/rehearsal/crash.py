"""A bot that dies on order. Run by test_kill as a process of its own.

Each line on stdin is an order for one life: a fresh fork does one round of the bot at the moment that
the order names, and kills itself at the failpoint that it names. What it passed comes back as a line.
Forks are cheap: the interpreter, Django and tweepy are loaded once.
"""

import json
import os
import sys
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import django

django.setup()

from django.db import connections  # noqa: E402

from bot.core.alerts import Limits  # noqa: E402
from bot.core.delivery import Pacing, Timing  # noqa: E402
from bot.core.entry import Status  # noqa: E402
from bot.core.match import Index  # noqa: E402
from bot.core.review import Reviewer  # noqa: E402
from bot.core.signpost import Signpost  # noqa: E402
from bot.core.triage import Policy  # noqa: E402
from bot.core.weigh import has_url  # noqa: E402
from bot.flows import alerts, deciding, host, intake, outbox  # noqa: E402
from bot.flows.deciding import Judge  # noqa: E402
from bot.flows.outbox import Sender  # noqa: E402
from bot.models import HostAccount  # noqa: E402
from bot.x.simulator import SimulatorAdapter  # noqa: E402
from bot.x.tweepy_x import Keys  # noqa: E402
from tests.entry import ENTRY  # noqa: E402
from tests.hour import PRICES, screen  # noqa: E402
from tests.rehearsal.failpoints import Failpoints, MortalX  # noqa: E402

JUDGE = Judge(
    screen=screen,
    match=Index({ENTRY.id: ENTRY.wordings()}).match,
    entries={ENTRY.id: ENTRY},
    signposts=(Signpost("crisis", "any", "Please call for help.", Status.SIGNED, "Dr Sign"),),
    policy=Policy(automatic_signposts=True),
    timing=Timing(),
)


@dataclass(frozen=True, slots=True)
class Order:
    url: str
    keys: tuple[str, str, str, str]
    now: str
    fatal: int = 0


def live(order: Order, tell: Failpoints) -> None:
    """One round, in the order of rounds.Rounds, and nothing that it would do outside the flows."""
    now = datetime.fromisoformat(order.now)
    x = MortalX(Keys(*order.keys), adapter=SimulatorAdapter(order.url), clock=lambda: now)
    x.failpoints = tell
    sender = Sender(x=x, reviewer=Reviewer(()), prices=PRICES, timing=Timing(), pacing=Pacing())
    with tell.around_commits():
        account = HostAccount.objects.get()
        intake.came_back(account, now=now)
        host.run_due_cues(now=now)
        intake.poll_mentions(account, x, PRICES, now=now)
        deciding.decide_received(JUDGE, now=now)
        alerts.scan(Limits(), alerts.Times(now=now, machine=now, began=now))
        outbox.recover_intents(account, sender.timing, now=now)
        outbox.settle_unknown(account, sender, now=now)
        while outbox.deliver_next(account, sender, lambda: now):
            pass
        intake.follow_deletions(account, x, PRICES, now=now)
        host.close_finished(now=now)


def serve_orders() -> None:
    """The parent stays without a connection to the database, so that no two lives share one."""
    for warm_up in (JUDGE.screen, JUDGE.match, has_url):  # what compiles itself when first used
        warm_up("What about a.example?")
    for line in sys.stdin:
        passed, writes = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(passed)
            _child(Order(**json.loads(line)), writes)
        os.close(writes)
        with os.fdopen(passed) as told:
            names = told.read().splitlines()
        _, status = os.waitpid(child, 0)
        print(json.dumps({"names": names, "status": os.waitstatus_to_exitcode(status)}), flush=True)


def _child(order: Order, writes: int) -> None:
    status: Any = 1
    try:
        live(order, Failpoints(lambda name: os.write(writes, f"{name}\n".encode()), fatal=order.fatal))
        connections.close_all()
        status = 0
    finally:
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    serve_orders()
