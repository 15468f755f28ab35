"""kill -9 at every failpoint of a whole hour, then a restart: nobody is answered twice, nothing is lost.

The hour has one question for each way: an automatic answer, a signpost, a clinician. The simulated X is
served by this process and outlives the bot; the database is the one that Django is set to.
"""

import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

import pytest
from django.core.management import call_command
from django.db import connection, connections

from bot.core.money import Charge
from bot.core.states import CueState, ItemState, OutgoingState, QuestionState, SessionState
from bot.flows import host
from bot.models import Alert, CueRow, HostAccount, Outgoing, Question, QueueItem, Session, Spend
from bot.x.simulator import Account, Post, World, serve
from tests.entry import ENTRY
from tests.hour import ASKS, OPENS, PLAN, Time

ROOT = Path(__file__).parents[2]
#: Shared out among so many tests, so that all cores have work.
PARTS = 12
#: After the opening, in seconds: read and decide, answer, prompt, close, and the end of the grace.
ROUNDS = (0, 25, 5 * 60 + 1, 60 * 60 + 1, 76 * 60)
#: So much later the bot is up again, and then it does a round each so many seconds.
RESTART, EVERY = 2, 65
#: Two looks, one more attempt and two looks at that take some nine minutes.
ROUNDS_TO_SETTLE = 16
#: So many pairs of kills are tried, the second in the recovery from the first.
PAIRS = 84 if os.environ.get("CI") else 24


def database_url() -> str:
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    return "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**settings)


@dataclass(frozen=True, slots=True)
class Life:
    """What one process passed, and whether it was killed."""

    names: list[str]
    killed: bool


@dataclass
class Bot:
    """The process that forks one life for each order."""

    orders: IO[str]
    answers: IO[str]

    def lives(self, url: str, keys: list[str], now: datetime, *, fatal: int = 0) -> Life:
        order = {"url": url, "keys": keys, "now": now.isoformat(), "fatal": fatal}
        print(json.dumps(order), file=self.orders, flush=True)
        answer = json.loads(self.answers.readline())
        assert answer["status"] in (0, -signal.SIGKILL), "the bot failed: see its traceback above"
        return Life(answer["names"], answer["status"] != 0)


@pytest.fixture(scope="module")
def bot(django_db_setup: None, django_db_blocker: Any) -> Iterator[Bot]:
    with django_db_blocker.unblock():
        url = database_url()
    environment = {**os.environ, "ASKHOUR_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "bot.settings"}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.rehearsal.crash"],
        cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Bot(process.stdin, process.stdout)
        process.stdin.close()


@dataclass
class Stage:
    """One hour from its opening to its end, with a bot that may be killed in it."""

    bot: Bot
    time: Time
    world: World
    account: Account
    keys: list[str]
    url: str
    asked: dict[str, Post] = field(default_factory=dict)
    killed_in: list[str] = field(default_factory=list)

    def plays(self, *kills: int) -> list[str]:
        """Kills the bot at the failpoints with these numbers, the first one counted from the start and
        each next one from the restart. Returns the names of all that it passed.
        """
        deadly, names = list(kills), list[str]()
        for seconds in ROUNDS:
            self.time.now = max(self.time.now, OPENS + timedelta(seconds=seconds))
            names += self._round(deadly)
            for _ in range(ROUNDS_TO_SETTLE):
                if not self._unsettled():
                    break
                self.time.passes(seconds=EVERY)
                names += self._round(deadly)
            assert not self._unsettled(), f"no end is in sight after {self.killed_in}"
        return names

    def _round(self, deadly: list[int]) -> list[str]:
        names: list[str] = []
        while True:
            fatal = deadly[0] if deadly else 0
            life = self.bot.lives(self.url, self.keys, self.time(), fatal=fatal)
            names += life.names
            if not life.killed:
                if deadly:
                    deadly[0] -= len(life.names)
                return names
            self.killed_in.append(life.names[-1])
            deadly.pop(0)
            self.time.passes(seconds=RESTART)

    def _unsettled(self) -> bool:
        """Whether the bot has begun something whose end it does not know."""
        return Outgoing.objects.filter(state__in=(OutgoingState.INTENT, OutgoingState.UNKNOWN)).exists()


@contextmanager
def stage(bot: Bot) -> Iterator[Stage]:
    """An empty database, an empty X, a session, and three people who ask."""
    # The permissions that come with a migration are of no use here, and take longer than the hour.
    call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
    time = Time()
    world = World(now=time, rng=random.Random(1))
    account = world.add_account("testhost", verified=True)
    host.put(PLAN, "test-hour", now=time())
    HostAccount.objects.update(x_id=account.id)
    found = world.credentials(account)
    keys = [
        found[name] for name in ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
    ]
    with serve(world) as server:
        it = Stage(bot, time, world, account, keys, server.url)
        for who, text in (("ana", ASKS), ("bo", "I am in crisis"), ("cy", "is my lump bad?")):
            it.asked[who] = world.post(world.add_account(who), f"@testhost {text}")
        yield it
    connections.close_all()


def check(it: Stage) -> None:
    """What must be so at the end, whatever was killed."""
    replies = {who: [reply.body for reply in it.world.replies_to(post)] for who, post in it.asked.items()}
    held = Outgoing.objects.filter(state=OutgoingState.HELD)
    for who, expected in (("ana", [ENTRY.answers[0]]), ("bo", ["Please call for help."]), ("cy", [])):
        in_front_of_a_person = (
            len(it.killed_in) > 1 and held.filter(question__post_id=it.asked[who].id).exists()
        )
        assert replies[who] == expected or (in_front_of_a_person and not replies[who])
    own = [post.body for post in it.world.timeline(it.account) if post.replied_to is None]
    due = Counter([PLAN.welcome, PLAN.prompts[0].text, PLAN.closing])
    assert Counter(own) + Counter(held.filter(question=None).values_list("text", flat=True)) == due
    assert not CueRow.objects.exclude(state=CueState.DONE).exists()

    outcomes = dict(Question.objects.values_list("post_id", "state"))
    assert outcomes.keys() == {post.id for post in it.asked.values()}
    assert outcomes[it.asked["ana"].id] == QuestionState.ANSWERED or replies["ana"] == []
    assert outcomes[it.asked["bo"].id] == QuestionState.SIGNPOSTED
    assert outcomes[it.asked["cy"].id] == QuestionState.QUEUED
    after_hours = QueueItem.objects.filter(state=ItemState.WAITING, promised_for__isnull=False)
    assert after_hours.count() == QueueItem.objects.count() == 2
    assert Session.objects.get().state == SessionState.CLOSED
    assert Alert.objects.filter(kind="crisis").count() == 1
    check_posts_are_recorded(it)
    check_money(it)


def check_posts_are_recorded(it: Stage) -> None:
    recorded = set(Outgoing.objects.exclude(post_id="").values_list("post_id", flat=True))
    assert recorded == {post.id for post in it.world.timeline(it.account)}


#: Our charge for what X calls so.
CHARGES = {
    "post_create": Charge.POST,
    "post_create_url": Charge.POST_WITH_URL,
    "post_create_summoned": Charge.REPLY_SUMMONED,
    "owned_read": Charge.OWNED_READ,
    "post_read": Charge.POST_READ,
}


def check_money(it: Stage) -> None:
    """What X charged is what we wrote down."""
    charged = Counter(CHARGES[entry.item] for entry in it.world.ledger.entries if entry.item in CHARGES)
    booked: Counter[Charge] = Counter()
    for charge, count in Spend.objects.values_list("charge", "count"):
        booked[Charge(charge)] += count
    assert booked == charged


def listed(bot: Bot) -> list[str]:
    """The failpoints of an hour in which nobody is killed."""
    with stage(bot) as it:
        names = it.plays()
        check(it)
    return names


def played(bot: Bot, *kills: int) -> None:
    with stage(bot) as it:
        it.plays(*kills)
        try:
            check(it)
        except AssertionError as error:
            error.add_note(f"killed at {kills}: {it.killed_in}")
            raise


@pytest.mark.slow
@pytest.mark.timeout(300)  # many small commits: a slow disk must not look like a fault
@pytest.mark.parametrize("part", range(PARTS))
def test_killed_at_any_failpoint_it_answers_once_and_loses_nothing(
    part: int, bot: Bot, transactional_db: None
) -> None:
    names = listed(bot)
    for number in range(part + 1, len(names) + 1, PARTS):
        played(bot, number)


@pytest.mark.slow
@pytest.mark.timeout(300)  # many small commits: a slow disk must not look like a fault
@pytest.mark.parametrize("part", range(PARTS))
def test_killed_again_in_the_recovery_it_answers_once_and_loses_nothing(
    part: int, bot: Bot, transactional_db: None
) -> None:
    total = len(listed(bot))
    chance = random.Random(part)
    for _ in range(PAIRS // PARTS):
        played(bot, chance.randint(1, total), chance.randint(1, 45))


def test_the_failpoints_are_where_it_matters(bot: Bot, transactional_db: None) -> None:
    """A list that has lost its failpoints would prove nothing."""
    names = Counter(listed(bot))
    print("\n".join(f"{count:3} {name}" for name, count in names.items()))
    for name in (
        "host.run_due_cues: before a commit", "intake.receive: after a commit",
        "deciding.decide_one: after a commit", "alerts.tell: before a commit",
        "host.close_finished: before a commit", "host.close_finished: after a commit",
        "outbox.deliver_next: before a commit", "outbox._call: before post", "outbox._call: after post",
        "outbox._sent: before a commit", "outbox._sent: after a commit",
        "intake.follow_deletions: after lookup",
    ):  # fmt: skip
        assert names[name] > 0, name
