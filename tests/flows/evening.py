"""A whole hour with everybody in it, played in made time against the simulated X.

The bot is the real one: its rounds, its rules, its FAQ, its push sources, the client library, the
database. The clock moves ten seconds a step, and as much as a call would really take when X hangs.
"""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Event
from typing import Any

import requests

from bot import config, extras, staff, texts
from bot.config import HashtagBy
from bot.core.delivery import Timing
from bot.core.plan import Plan, Prompt
from bot.core.states import FINISHED_SESSIONS, OPEN_ITEMS, PENDING_OUTGOING, OutgoingState
from bot.flows import by_hand, gaps, host, outbox, queue
from bot.models import Gap, Outgoing, QueueItem, Session
from bot.rounds import Rounds
from bot.x.push import Outside
from bot.x.simulator import Account, Post, SimulatorAdapter, World, serve
from bot.x.tweepy_x import Keys, TweepyX
from tests.hour import OPENS, Time

STEP = timedelta(seconds=10)
PATIENCE = timedelta(hours=4)  # after which an hour that is not over has got stuck
CLIENT_GIVES_UP = 15.0  # seconds of the clock that a hanging call takes

PLAN = Plan(
    title="A bad evening",
    hashtag="#TestHour",
    host="testhost",
    zone="UTC",
    start=OPENS.replace(tzinfo=None),
    length_minutes=60,
    budget_usd=20,
    welcome="Welcome. Ask @testhost about mammograms.",
    prompts=tuple(Prompt(minute=m, text=f"T{n}: Minute {m}?") for n, m in enumerate((5, 15, 22, 35, 50), 1)),
    closing="Goodbye, and thank you.",
    approved_by="Dr Test",
)
PERSONAL = "I found a lump in my left breast, should I be worried"


class Unhurried(SimulatorAdapter):
    """Gives up on a hanging call at once, and lets the clock show how long it really took."""

    def __init__(self, url: str, time: Time) -> None:
        super().__init__(url, timeout=(2, 0.4))
        self._time = time

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        try:
            return super().send(request, *args, **kwargs)
        except requests.Timeout:
            self._time.passes(seconds=CLIENT_GIVES_UP)
            raise


class Pause(Event):
    """Waits on the made clock."""

    time: Time

    def wait(self, timeout: float | None = None) -> bool:
        until = self.time() + timedelta(seconds=timeout or 0)
        while not self.is_set() and self.time() < until:
            super().wait(0.002)
        return self.is_set()


@dataclass
class Evening:
    time: Time
    world: World
    account: Account
    rounds: Rounds
    session: Session
    rng: random.Random
    to_come: list[tuple[datetime, str, str, str]] = field(default_factory=list)  # at, who, how, text
    asked: dict[str, Post] = field(default_factory=dict)  # by who asked it
    written: int = 0

    def will_ask(self, who: str, text: str, *, how: str = "mention") -> None:
        at = OPENS + timedelta(seconds=self.rng.uniform(10, 58 * 60))
        self.to_come.append((at, who, how, text))
        self.to_come.sort()

    def plays(self) -> None:
        """Until nothing is left to do."""
        while not self._is_over():
            assert self.time() < OPENS + PATIENCE, "the hour does not come to an end"
            self._people_post()
            self.rounds()
            self._the_panel_answers()
            self._the_organiser_looks()
            self.time.now += STEP

    def _is_over(self) -> bool:
        self.session.refresh_from_db()
        pending = Outgoing.objects.filter(state__in=(*PENDING_OUTGOING, OutgoingState.HELD))
        return self.session.state in FINISHED_SESSIONS and not pending.exists()

    def _people_post(self) -> None:
        while self.to_come and self.to_come[0][0] <= self.time():
            _, who, how, text = self.to_come.pop(0)
            if how == "delete":
                self.world.delete(self.asked.pop(who))
            elif how == "edit":
                self.asked[who] = self.world.edit(self.asked[who], text)
            else:
                self.asked[who] = self._post(who, how, text)

    def _post(self, who: str, how: str, text: str) -> Post:
        person = self.world.find_account(who) or self.world.add_account(who)
        if how == "reply" and (ours := self.world.timeline(self.account)):
            return self.world.reply(person, to=ours[0], text=text)
        tail = " #TestHour" if how == "hashtag" else ""
        return self.world.post(person, f"{text}{tail}" if tail else f"@testhost {text}")

    def _the_panel_answers(self) -> None:
        """One answer a step, by whoever is free."""
        item = QueueItem.objects.filter(state__in=OPEN_ITEMS).first()
        if item is None:
            return
        who = staff.add("mo", staff.Role.CLINICIAN)
        timing, now = self.rounds.texts.settings.timing, self.time()
        claimed = queue.claim(item.pk, who, timing, now=now)
        self.written += 1
        text = f"Everybody's own team knows their history: ask them. Source: NHS. ({self.written})"
        try:
            reviewer = self.rounds.texts.reviewer
            rules = queue.Rules(reviewer, timing)
            queue.answer(item.pk, who, claimed.fence, text, rules, now=now, override="a test")
        except queue.MayNotLeave:
            queue.dismiss(item.pk, who, claimed.fence, "not for us", now=now)

    def _the_organiser_looks(self) -> None:
        """Posts by hand what X does not take from us, and looks on X for what is held."""
        who = staff.add("organiser", staff.Role.ORGANISER)
        for row in Outgoing.objects.filter(state=OutgoingState.BY_HAND, opened_at=None):
            by_hand.opened(row, who, now=self.time())
            self.world.reply(self.account, to=row.in_reply_to, text=row.text)
        for row in Outgoing.objects.filter(state=OutgoingState.HELD).select_related("question__item"):
            again = "twice sent" in row.reason or "earlier attempt" in row.reason
            act = outbox.try_again if again else outbox.give_up
            act(row, who=str(who), now=self.time())

    def replies(self) -> Counter[str]:
        """How many replies of ours each person's post has, for those that have any."""
        targets = (post.replied_to for post in self.world.timeline(self.account))
        return Counter(post.author.handle for post in targets if post and post.author is not self.account)

    def cue_texts(self) -> Counter[str]:
        wanted = {cue.text for cue in self.session.cues.all()}
        return Counter(post.body for post in self.world.timeline(self.account) if post.body in wanted)

    def gaps_left(self) -> list[Gap]:
        """Holes in the hour itself."""
        return list(gaps.open_ones(self.session.host).filter(since__lt=self.session.closes_at))


@contextmanager
def evening(*, seed: int, hashtag_by: HashtagBy, activity: bool) -> Iterator[Evening]:
    time = Time()
    rng = random.Random(seed)
    world = World(now=time, rng=random.Random(seed))
    world.settings.hold = 5
    world.settings.private_events_need_oauth2 = False  # we sign in as OAuth 1.0a here
    account = world.add_account("testhost", verified=True)
    content = config.find_content()
    read = texts.read(content).on_stage(Timing())
    read = replace(
        read,
        settings=replace(
            read.settings,
            intake=replace(read.settings.intake, hashtag_by=hashtag_by, activity=activity),
        ),
    )
    pause = type("MadePause", (Pause,), {"time": time})
    with serve(world) as server:
        given = world.credentials(account)
        keys = Keys(given["consumer_key"], "s", given["access_token"], "s")
        x = TweepyX(keys, adapter=Unhurried(server.url, time), clock=time)
        outside = Outside(
            now=time,
            adapter=SimulatorAdapter(server.url, timeout=(2, 5)),
            ticks=lambda: (time() - OPENS).total_seconds(),  # noqa: PLW0108 - time passes
            waiting=pause,
            timeouts=(2, 5),
        )
        pushes = extras.sources(read.settings.intake, keys, given["bearer_token"], outside=outside)
        session = host.put(PLAN, "evening", now=time())
        rounds = Rounds(texts=read, x={"testhost": x}, clock=time, pushes=pushes)
        rounds.introduce()
        with closing(pushes):
            yield Evening(time, world, account, rounds, session, rng)
