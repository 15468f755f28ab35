"""One round of the bot: everything that is due now, part by part.

A part that fails is logged and tried again in the next round; it never takes the others with it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.db import close_old_connections

from bot import zones
from bot.clock import Clock, system_clock
from bot.config import HashtagBy
from bot.core.plan import Plan
from bot.core.states import FINISHED_SESSIONS
from bot.flows import (
    authors,
    by_hand,
    clocks,
    deciding,
    host,
    intake,
    money,
    outbox,
    outcomes,
    planning,
    push,
    search,
)
from bot.flows.farewell import After
from bot.jumps import Jump
from bot.models import Heartbeat, HostAccount, Session
from bot.pushes import Pushes
from bot.texts import Texts
from bot.x.port import X, XError

log = structlog.get_logger()

POSTS_PER_ROUND = 5  # then the other parts get their turn

PLANS_EVERY = 60  # seconds

#: A rule of the stream works after 20 seconds; a session is announced up to a week before.
EXTRAS_BEFORE = timedelta(minutes=10)


class WrongAccount(Exception):
    """The keys belong to another account than the plan's host."""


@dataclass(slots=True)
class Rounds:
    """The parts in the order in which a post goes through them. `x` holds each host's account."""

    texts: Texts
    x: Mapping[str, X]
    clock: Clock
    pushes: Pushes = field(default_factory=Pushes)
    grace: timedelta = host.GRACE
    plans: Callable[[], Mapping[str, Plan]] | None = None  # read again and again: people change them
    gate: host.Gate | None = None
    machine_clock: Clock = system_clock
    jumps: Callable[[], Jump | None] = lambda: None  # a play's clock is its own
    _last: dict[str, datetime] = field(default_factory=dict)
    _beats: dict[str, tuple[datetime, str]] = field(default_factory=dict)

    def plan(self) -> None:
        """Puts the sessions that are coming up. Raises what reading the plans raises."""
        if self.plans is not None:
            planning.put_ahead(self.plans(), now=self.clock(), tzdata=zones.version())

    def use(self, texts: Texts) -> None:
        """From the next part on. Another thread may say so: it is one assignment."""
        self.texts = texts

    def introduce(self) -> None:
        """Learns each host account's id. Raises WrongAccount, or XError when X cannot be asked."""
        if self.clock is self.machine_clock:
            clocks.set_back_while_away(now=self.clock())
        for handle, x in self.x.items():
            me = x.me()
            if me.handle.casefold() != handle.casefold():
                raise WrongAccount(f"the keys are those of @{me.handle}, the plan's host is @{handle}")
            HostAccount.objects.filter(handle=handle).update(x_id=me.id)
            for account in HostAccount.objects.filter(handle=handle):
                intake.came_back(account, now=self.clock())

    def __call__(self) -> None:
        """Everything that is due. Never raises: the scheduler's thread must live."""
        close_old_connections()
        try:
            self._part("clock", self._look_at_the_clock)
            if self.plans is not None and self._due("plans", PLANS_EVERY):
                self._part("plans", self.plan)
            self._part("cues", self._cues)
            for account in HostAccount.objects.filter(handle__in=self.x):
                self._host(account, self.x[account.handle])
            self._part("closing", self._closing)
            self._part("learning", self._learn)
            self._part("forgetting", authors.forget)
        except Exception as error:  # the list of hosts itself could not be read
            log.error("a round failed", part="round", exc_info=error)
        finally:
            close_old_connections()

    def _learn(self) -> None:
        texts = self.texts
        outcomes.learn_from_closed(texts.faq.entries, texts.grouper.same, now=self.clock())

    def _look_at_the_clock(self) -> None:
        """Before anything that is due by it."""
        jump = self.jumps()
        if jump is None:
            return
        now = self.clock()
        if jump.slept:
            clocks.slept(jump.slept, now=now)
        if jump.moved > timedelta():
            clocks.set_forward(jump.moved, now=now)
        if jump.moved < timedelta():
            clocks.set_back(-jump.moved, now=now)

    def _cues(self) -> None:
        host.run_due_cues(now=self.clock(), gate=self.gate, policy=self.texts.settings.hosting.late)

    def _closing(self) -> None:
        wanted = self.texts.settings.hosting
        after = After(days=wanted.after_hours_days, thanks=wanted.thanks)
        host.close_finished(now=self.clock(), grace=self.grace, after=after)

    def _host(self, account: HostAccount, x: X) -> None:
        sender = self.texts.sender(x)
        timing = self.texts.settings.timing
        every = self.texts.settings.intake
        if self._due(f"poll {account.pk}", every.poll_every):
            self._part("intake", lambda: self._poll(account, x))
        self._part("extras", lambda: self._extras(account, x))
        judge = self.texts.judge()
        self._part("deciding", lambda: deciding.decide_received(judge, now=self.clock()))
        self._part("recovery", lambda: outbox.recover_intents(account, timing, now=self.clock()))
        self._part("looking", lambda: outbox.settle_unknown(account, sender, now=self.clock()))
        self._part("sending", lambda: self._send(account, sender))
        if every.names:
            self._part("names", lambda: authors.introduce(account, x, self.texts.prices, now=self.clock()))
        if self._due(f"deletions {account.pk}", every.look_for_deletions_every):
            prices = self.texts.prices
            self._part("deletions", lambda: intake.follow_deletions(account, x, prices, now=self.clock()))
        if self._due(f"by hand {account.pk}", every.look_for_posts_by_hand_every):
            self._part("by hand", lambda: by_hand.look_for(account, sender, now=self.clock()))

    def _poll(self, account: HostAccount, x: X) -> None:
        # Only while somebody may ask: outside sessions there is nothing to read, and nothing to pay.
        if not Session.objects.filter(host=account).exclude(state__in=FINISHED_SESSIONS).exists():
            return
        poll = intake.poll_mentions(account, x, self.texts.prices, now=self.clock())
        self._tell(poll, account)

    def _extras(self, account: HostAccount, x: X) -> None:
        """Reads what costs five times as much, while there is a session and money for it."""
        now, prices, wanted = self.clock(), self.texts.prices, self.texts.settings.intake
        session = intake.session_for(account)
        if session is not None and now < session.opens_at - EXTRAS_BEFORE:
            session = None
        searches = session is not None and self._due(f"search {account.pk}", wanted.search_every)
        if not (searches or self.pushes.wanted):
            return  # then nobody needs to add up what was spent
        if session is not None and money.nearly_spent(session, wanted.spare_from):
            session = None
        for source in self.pushes.of(account, session, now=now):
            self._tell(push.take(account, source, prices, now=now), account)
        if session is None or not searches:
            return
        if wanted.hashtag_by is HashtagBy.SEARCH:
            self._tell(search.read_hashtag(session, x, prices, now=now), account)
        self._tell(search.repair(account, x, prices, now=now), account)

    def _tell(self, poll: intake.Poll, account: HostAccount) -> None:
        if poll.trouble:
            log.warning("intake is in trouble", host=account.pk, trouble=poll.trouble)

    def _send(self, account: HostAccount, sender: outbox.Sender) -> None:
        for _ in range(POSTS_PER_ROUND):
            if not outbox.deliver_next(account, sender, self.clock):
                return

    def _due(self, name: str, seconds: float) -> bool:
        now = self.clock()
        last = self._last.get(name)
        # A last time in the future is one of a clock that was set back since.
        if last is not None and timedelta() <= now - last < timedelta(seconds=seconds):
            return False
        self._last[name] = now
        return True

    def _part(self, name: str, do: Callable[[], object]) -> None:
        trouble = ""
        try:
            do()
        except XError as error:
            trouble = str(error)
            log.warning("X did not do what we asked", part=name, trouble=trouble)
        except Exception as error:
            trouble = type(error).__name__
            log.error("a part failed", part=name, exc_info=error)
        self._sign_of_life(name, trouble)

    def _sign_of_life(self, name: str, trouble: str) -> None:
        """At most each two seconds, and at once when something changed: SQLite is synced for each."""
        now = self.machine_clock()
        at, told = self._beats.get(name, (None, ""))
        if at is not None and told == trouble and abs(now - at) < timedelta(seconds=2):
            return
        self._beats[name] = (now, trouble)
        Heartbeat.objects.update_or_create(part=name, defaults={"at": now, "trouble": trouble})
