"""Whatever people do and whatever breaks: once X shows everything and one poll has gone well, every
mention is stored, once, in its newest version. The real client reads it over HTTP from the simulated X.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from bot.flows import host, intake
from bot.models import HostAccount, Question, Session
from bot.x import tweepy_x
from bot.x.simulator import Account, Fault, Post, SimulatorAdapter, serve
from bot.x.simulator.chaos import Odds
from bot.x.tweepy_x import Keys, TweepyX
from tests.hour import PLAN, Hour

EXAMPLES = 40 if os.environ.get("CI") else 10
#: The smallest page that X gives, so that a few posts make several.
PAGE = 5
#: X may show a post so much later; what is later than the overlap is beyond the promise.
LATEST = int(intake.OVERLAP.total_seconds()) - 1

LAGS = st.sampled_from((0, 0, 0, 1, 60, 300, LATEST - 1, LATEST)) | st.integers(0, LATEST)
WAITS = st.sampled_from((1, 30, LATEST, LATEST + 1, 3_600)) | st.integers(1, 2_000)
WHICH = st.integers(0, 30)
STEPS = st.one_of(
    st.tuples(st.just("asks"), st.integers(1, 2 * PAGE + 2), LAGS),
    st.tuples(st.just("replies"), WHICH, LAGS),
    st.tuples(st.just("edits"), WHICH, LAGS),
    st.tuples(st.just("deletes"), WHICH, st.just(0)),
    st.tuples(st.just("waits"), WAITS, st.just(0)),
    st.tuples(st.just("reads"), st.just(0), st.just(0)),
    st.tuples(st.just("breaks"), st.integers(0, 3), st.just(0)),
    st.tuples(st.just("decides"), st.just(0), st.just(0)),
    st.tuples(st.just("restarts"), st.just(0), st.just(0)),
)
HISTORIES = st.lists(STEPS, min_size=8, max_size=25)


@dataclass
class History:
    """One host's mentions, and what was done with them."""

    hour: Hour
    url: str
    asker: Account
    posts: list[Post] = field(default_factory=list)

    def asks(self, number: int, lag: int) -> None:
        self._lags(lag)
        for _ in range(number):
            text = f"@{self.hour.account.handle} question {len(self.posts)}?"
            self.posts.append(self.hour.world.post(self.asker, text))
            self.hour.time.passes(seconds=0.01)

    def replies(self, which: int, lag: int) -> None:
        """To a post of the host or to a mention: both mention the host without typing it."""
        self._lags(lag)
        standing = [post for post in self.posts if not post.deleted]
        to = standing[which % len(standing)] if standing else self._hosts_own()
        self.posts.append(self.hour.world.reply(self.asker, to=to, text=f"And {len(self.posts)}?"))

    def edits(self, which: int, lag: int) -> None:
        self._lags(lag)
        standing = [number for number, post in enumerate(self.posts) if not post.deleted]
        if standing:
            number = standing[which % len(standing)]
            text = f"@{self.hour.account.handle} edited {self.hour.time()}?"
            self.posts[number] = self.hour.world.edit(self.posts[number], text)

    def deletes(self, which: int, _: int) -> None:
        if self.posts:
            self.hour.world.delete(self.posts[which % len(self.posts)])

    def waits(self, seconds: int, _: int) -> None:
        self.hour.time.passes(seconds=seconds)

    def reads(self, _: int, __: int) -> None:
        assert self.hour.reads().trouble == ""

    def breaks(self, pages: int, _: int) -> None:
        """The poll breaks after so many pages, if there are so many: then the cursor must stand."""
        before = self._cursor()
        chaos = self.hour.world.chaos
        chaos.reads.extend([None] * pages + [Fault.ERROR])  # type: ignore[arg-type]
        if self.hour.reads().trouble:
            assert self._cursor() == before
        chaos.reads.clear()

    def decides(self, _: int, __: int) -> None:
        self.hour.decides()

    def restarts(self, _: int, __: int) -> None:
        """All that the process knew is gone."""
        self.hour.x = client(self.hour, self.url)
        self.hour.host = HostAccount.objects.get(pk=self.hour.host.pk)

    def check(self) -> None:
        world, account = self.hour.world, self.hour.account
        visible = {
            post.key: post.id
            for post in world.indexed(account)
            if account in post.mentions and post.author is not account
        }
        stored = list(Question.objects.filter(host=self.hour.host).values_list("post_id", "version_id"))
        assert len(stored) == len({first for first, _ in stored})
        assert visible.items() <= dict(stored).items()

    def _lags(self, seconds: int) -> None:
        self.hour.world.chaos.odds = Odds(index_lag=(float(seconds), float(seconds)))

    def _hosts_own(self) -> Post:
        return self.hour.world.timeline(self.hour.account)[0]

    def _cursor(self) -> str:
        return HostAccount.objects.values_list("read_up_to", flat=True).get(pk=self.hour.host.pk)


def client(hour: Hour, url: str) -> TweepyX:
    keys = hour.world.credentials(hour.account)
    names = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
    return TweepyX(Keys(*(keys[name] for name in names)), adapter=SimulatorAdapter(url), clock=hour.time)


NUMBERS = count()


@contextmanager
def new_host(hour: Hour, url: str) -> Iterator[History]:
    """A host and a session of its own: what other examples have left is not its business."""
    number = next(NUMBERS)
    handle = f"host{number}"
    account = hour.world.add_account(handle, verified=True)
    session = host.put(replace(PLAN, host=handle), f"hour-{number}", now=hour.time())
    Session.objects.filter(pk=session.pk).update(state="open")
    HostAccount.objects.filter(handle=handle).update(x_id=account.id)
    own = HostAccount.objects.get(handle=handle)
    here = replace(hour, account=account, host=own, session=session)
    here.x = client(here, url)
    hour.world.post(account, "Welcome.")
    try:
        yield History(here, url, hour.world.add_account(f"asker{number}"))
    finally:
        hour.world.chaos.odds = Odds()
        hour.world.chaos.reads.clear()


@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),  # a history is short enough to be read as it is
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=HISTORIES)
@example([("asks", 1, 0), ("reads", 0, 0), ("edits", 0, 0)])  # a newer version of what we have
@example([("asks", 1, LATEST), ("asks", 1, 0), ("reads", 0, 0)])  # shown after one that is younger
@example([("asks", 12, 0), ("breaks", 1, 0)])  # broken between two pages: the older ones are unread
@example([("asks", 12, 0), ("breaks", 2, 0), ("waits", 3_600, 0), ("asks", 1, 0), ("restarts", 0, 0)])
@example([("asks", 2, 0), ("reads", 0, 0), ("decides", 0, 0), ("edits", 0, 60), ("replies", 1, 0)])
def run(hour: Hour, url: str, history: list[tuple[str, int, int]]) -> None:
    with new_host(hour, url) as it:
        for step, number, lag in history:
            getattr(it, step)(number, lag)
        it.waits(LATEST + 1, 0)
        it.reads(0, 0)
        it.check()


@pytest.mark.slow
@pytest.mark.timeout(300)  # many small commits: a slow disk must not look like a fault
def test_every_mention_is_stored_once_in_its_newest_version(
    hour: Hour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tweepy_x, "PAGE", PAGE)
    with serve(hour.world) as server:
        run(hour, server.url)
