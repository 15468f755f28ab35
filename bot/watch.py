"""Looks for what must be told, and tells it: in threads of their own, so that no post waits for a mail."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from django.db import close_old_connections

from bot.clock import Clock, system_clock
from bot.core.alerts import Limits
from bot.flows import alerts
from bot.flows.alerts import Channel, Times
from bot.flows.sheet import TELLING
from bot.models import Heartbeat

log = structlog.get_logger()

EVERY = 1.0  # seconds: with the rounds' own half a second an alert is under way within two


@dataclass(slots=True)
class Watch:
    """`looks` finds what is new; `tells` sends it through one channel. Each may have a thread."""

    limits: Limits
    clock: Clock
    channels: tuple[Channel, ...] = ()
    address: str = ""
    machine_clock: Clock = system_clock
    _began: datetime | None = field(default=None)

    def jobs(self) -> list[Callable[[], None]]:
        """What to call each second: the look, and one for each channel, so that none waits for another."""
        return [self.looks, *(self._teller(channel) for channel in self.channels)]

    def looks(self) -> None:
        self._safely("watch", self._scan)

    def tells(self, channel: Channel) -> None:
        now = self.machine_clock
        self._safely(
            f"{TELLING}{channel.name}"[:20], lambda: alerts.deliver(channel, self.address, now=now())
        )

    def _teller(self, channel: Channel) -> Callable[[], None]:
        return lambda: self.tells(channel)

    def _scan(self) -> None:
        machine = self.machine_clock()
        self._began = min(self._began or machine, machine)
        alerts.scan(self.limits, Times(now=self.clock(), machine=machine, began=self._began))

    def _safely(self, part: str, do: Callable[[], object]) -> None:
        close_old_connections()
        trouble = ""
        try:
            do()
        except Exception as error:
            trouble = type(error).__name__
            log.error("a part failed", part=part, exc_info=error)
        try:
            Heartbeat.objects.update_or_create(
                part=part, defaults={"at": self.machine_clock(), "trouble": trouble}
            )
        except Exception as error:
            log.error("a part failed", part=part, exc_info=error)
        finally:
            close_old_connections()
