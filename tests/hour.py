"""A host on a simulated X, with the real client library in between."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User

from bot import staff
from bot.core.delivery import Pacing, Timing
from bot.core.match import Index
from bot.core.money import Charge, Prices
from bot.core.plan import Plan, Prompt
from bot.core.review import Reviewer
from bot.core.screen import Label, Verdict
from bot.core.signpost import Signpost
from bot.core.triage import Policy
from bot.flows import deciding, host, intake, outbox
from bot.flows.deciding import Judge
from bot.flows.outbox import Sender
from bot.models import HostAccount, Question, Session
from bot.x.simulator import Account, Post, SimulatorAdapter, World, serve
from bot.x.tweepy_x import Keys, TweepyX
from tests.entry import ENTRY

OPENS = datetime(2027, 2, 3, 19, 0, tzinfo=UTC)

PRICES = Prices(as_of=date(2026, 8, 13), source="test", usd={c: Decimal("0.010") for c in Charge})
PLAN = Plan(
    title="A test hour",
    hashtag="#TestHour",
    host="testhost",
    zone="UTC",
    start=OPENS.replace(tzinfo=None),
    length_minutes=60,
    budget_usd=5,
    welcome="Welcome. Ask @testhost.",
    prompts=(Prompt(minute=5, text="T1: What to wear?"),),
    closing="Goodbye.",
    approved_by="Dr Test",
)
ASKS = "What should people wear to a mammogram?"


def screen(text: str) -> Verdict:
    """A stand-in with plain rules: what these tests are about comes after the guardrails."""
    for word, label in (
        ("crisis", Label.CRISIS),
        ("my name is", Label.IDENTIFIER),
        ("my lump", Label.PERSONAL),
        ("thanks", Label.NOT_QUESTION),
    ):
        if word in text.lower():
            return Verdict(frozenset({label}))
    return Verdict(frozenset({Label.GENERAL} if text.endswith("?") else set()))


@dataclass
class Time:
    """The time, which passes only when a test says so."""

    now: datetime = OPENS - timedelta(minutes=1)

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **much: float) -> None:
        self.now += timedelta(**much)


@dataclass
class Hour:
    """A session, its host, its X, and what the tests make happen."""

    time: Time
    world: World
    account: Account
    x: TweepyX
    host: HostAccount
    session: Session
    judge: Judge
    sender: Sender
    people: dict[str, Account] = field(default_factory=dict)

    def asks(self, text: str, *, who: str = "ana") -> Post:
        return self.world.post(self.person(who), f"@testhost {text}")

    def person(self, who: str) -> Account:
        return self.people.setdefault(who, self.world.find_account(who) or self.world.add_account(who))

    def cues(self) -> None:
        host.run_due_cues(now=self.time())

    def reads(self) -> intake.Poll:
        self.host.refresh_from_db()
        return intake.poll_mentions(self.host, self.x, PRICES, now=self.time())

    def decides(self, judge: Judge | None = None) -> None:
        deciding.decide_received(judge or self.judge, now=self.time())

    def sends(self) -> None:
        self.host.refresh_from_db()
        while outbox.deliver_next(self.host, self.sender, self.time):
            pass

    def settles(self) -> int:
        outbox.recover_intents(self.host, self.sender.timing, now=self.time())
        return outbox.settle_unknown(self.host, self.sender, now=self.time())

    def takes_in(self, text: str, *, who: str = "ana") -> Question:
        """A question that was posted, read and decided."""
        post = self.asks(text, who=who)
        self.reads()
        self.decides()
        return self.question(post)

    def question(self, post: Post) -> Question:
        return Question.objects.get(host=self.host, post_id=post.chain[0])

    def replies_to(self, question: Question) -> list[str]:
        return [post.body for post in self.world.replies_to(question.version_id)]

    def is_open(self) -> "Hour":
        self.time.now = max(self.time.now, OPENS)
        self.cues()
        self.sends()
        self.session.refresh_from_db()
        return self

    def ends(self) -> None:
        """The closing post, and the end of the panel's grace."""
        self.time.now = self.session.closes_at
        self.cues()
        self.sends()
        self.time.now += host.GRACE
        host.close_finished(now=self.time())


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def hour(transactional_db: None, time: Time) -> Iterator[Hour]:
    world = World(now=time, rng=random.Random(1))
    world.settings.hold = 0.2  # seconds that a request is left hanging in these tests
    account = world.add_account("testhost", verified=True)
    with serve(world) as server:
        keys = world.credentials(account)
        x = TweepyX(
            Keys(keys["consumer_key"], "s", keys["access_token"], "s"),
            adapter=SimulatorAdapter(server.url, timeout=(5, 5)),
            clock=time,
        )
        session = host.put(PLAN, "test-hour", now=time())
        HostAccount.objects.filter(handle="testhost").update(x_id=account.id)
        judge = Judge(
            screen=screen,
            match=Index({ENTRY.id: ENTRY.wordings()}).match,
            entries={ENTRY.id: ENTRY},
            signposts=(Signpost("crisis", "any", "Please call for help."),),
            policy=Policy(),
            timing=Timing(),
        )
        sender = Sender(x=x, reviewer=Reviewer(()), prices=PRICES, timing=Timing(), pacing=Pacing())
        yield Hour(time, world, account, x, session.host, session, judge, sender)


@pytest.fixture
def clinician(transactional_db: None) -> Callable[[str], User]:
    return lambda name: staff.add(name, staff.Role.CLINICIAN)
