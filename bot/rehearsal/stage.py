"""Sets the stage: a simulated X, a clock that may run fast, and the bot itself, all real but X."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from bot import clock as clocks
from bot import environment
from bot.clock import Clock, FastClock
from bot.core.delivery import Timing
from bot.core.plan import Plan
from bot.core.states import SessionState
from bot.flows import host as hosting
from bot.flows import report
from bot.models import Session
from bot.rehearsal.player import Player
from bot.rehearsal.script import Script
from bot.rounds import Rounds
from bot.texts import Texts
from bot.x.simulator import Chaos, Server, SimulatorAdapter, World, serve
from bot.x.tweepy_x import Keys, TweepyX

#: On this machine a call takes milliseconds and the index has no lag. Seconds of the real clock.
WIRE = Timing(fresh=2, call=6, landing=0, index_lag=1, look_again=1)
INDEX_LAG, LANDING = 120, 30  # seconds: the worst of the simulated X
HOLD = 1.0  # seconds of the real clock that a request hangs which never gets its answer
LEAD = timedelta(minutes=6)  # before the session opens: room for an announcement


def wire(failures: str, speed: float) -> Timing:
    """The waits for X. Where it fails, it is late by the session's clock, not by this machine's."""
    if failures == "none":
        return WIRE
    lag = max(WIRE.index_lag, INDEX_LAG / speed)
    return replace(WIRE, landing=max(1, LANDING / speed), index_lag=lag)


@dataclass(frozen=True, slots=True)
class Stage:
    world: World
    server: Server
    session: Session
    clock: Clock
    rounds: Rounds
    player: Player
    speed: float
    people: bool

    def play(self) -> None:
        """One round: the patients first, then the bot."""
        self.player.play(self.clock())
        self.rounds()

    def fresh_session(self) -> Session:
        return Session.objects.select_related("host").get(pk=self.session.pk)

    def over(self) -> bool:
        state = self.fresh_session().state
        return state in (SessionState.CLOSED, SessionState.CANCELLED) and self.player.done

    def broken_promises(self) -> list[str]:
        """What was promised and not kept, as the bot's own rows and as X itself see it."""
        session = self.fresh_session()
        within = timedelta(seconds=10 * self.speed)
        return [*report.broken_promises(session, alert_within=within), *self._seen_on_x()]

    def _seen_on_x(self) -> Iterator[str]:
        host = self.world.account(self.session.host.handle)
        targets = [post.replied_to for post in self.world.timeline(host) if post.replied_to]
        theirs = [post.chain[0] for post in targets if post.author is not host]
        for post_id in {one for one in theirs if theirs.count(one) > 1}:
            yield f"on X, post {post_id} has {theirs.count(post_id)} replies from us"
        known = set(self.session.questions.values_list("post_id", flat=True))
        for post in self.world.standing():
            reached = post.author is host or host not in post.explicit or post.chain[0] in known
            if not reached and post.created_at < self.session.closes_at:
                yield f"post {post.id} mentioned us and never reached us"


@contextmanager
def stage(
    plan: Plan,
    slug: str,
    texts: Texts,
    script: Script,
    *,
    speed: float,
    people: bool,
    port: int = 0,
) -> Iterator[Stage]:
    """A session that is about to begin. `people`: somebody takes part, so waits for people stay long.

    Raises PortInUseError when the simulator's port is taken.
    """
    clock = FastClock(plan.opens - LEAD, speed)
    clocks.leave(clock, environment.data_folder())
    seed = plan.title if script.seed is None else script.seed
    world = World(now=clock, rng=random.Random(seed))  # noqa: S311 - a play, repeatable
    world.settings.hold = HOLD
    world.chaos = Chaos.level(script.failures)
    world.chaos.begin(clock())
    account = world.add_account(plan.host, name=plan.title, verified=True)
    with serve(world, port) as server:
        keys = world.credentials(account)
        x = TweepyX(
            Keys(
                keys["consumer_key"],
                keys["consumer_secret"],
                keys["access_token"],
                keys["access_token_secret"],
            ),
            adapter=SimulatorAdapter(server.url, timeout=(1, 5)),
            clock=clock,
        )
        session = hosting.put(plan, slug, now=clock())
        rounds = Rounds(
            texts=texts.on_stage(wire(script.failures, speed).at_speed(speed, people=people)),
            x={plan.host: x},
            clock=clock,
            grace=hosting.GRACE if people else timedelta(minutes=2),
        )
        rounds.introduce()
        player = Player(world, account, script.lines, plan.opens)
        yield Stage(world, server, session, clock, rounds, player, speed, people)
