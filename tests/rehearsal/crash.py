"""A sender that dies between X's answer and our record of it. Run by test_kill as a process of its own."""

import os
import signal
import sys
from datetime import datetime

from bot import runtime

runtime.start_django()

from bot.core.delivery import Pacing, Timing  # noqa: E402
from bot.core.review import Reviewer  # noqa: E402
from bot.flows import outbox  # noqa: E402
from bot.flows.outbox import Sender  # noqa: E402
from bot.models import HostAccount  # noqa: E402
from bot.x.simulator import SimulatorAdapter  # noqa: E402
from bot.x.tweepy_x import Keys, TweepyX  # noqa: E402
from tests.hour import PRICES  # noqa: E402


class Deadly(TweepyX):
    """X has the post; the process is gone before it can say so."""

    def post(self, text: str, *, in_reply_to: str = "") -> str:
        super().post(text, in_reply_to=in_reply_to)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("unreachable")


url, token, now = sys.argv[1:]
x = Deadly(Keys("app-of-testhost", "s", token, "s"), adapter=SimulatorAdapter(url))
sender = Sender(x=x, reviewer=Reviewer(()), prices=PRICES, timing=Timing(), pacing=Pacing())
outbox.deliver_next(HostAccount.objects.get(), sender, lambda: datetime.fromisoformat(now))
