"""The sending of posts as a discrete-event model: senders that crash and stand still, an X that loses,
delays and doubts. Time is in whole milliseconds, chance comes from a seed, nothing else comes in.

What is decided is asked of `core.delivery`; what is done mirrors `flows.outbox` step by step, and each
step says which function it mirrors. Between two steps anything may happen: the process dies, its machine
stands still for longer than any lease, another process acts. A `yield` is such a place.

Not in the model: pacing, undo and the rest after lost calls (they only delay), the budget and the
outgoing rules (they only hold back), what a person does with a post that is held, and a clock that stands
still together with its machine: with such a clock the freshness of an intent cannot be told.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from heapq import heappop, heappush

from bot.core.delivery import Seen, Timing, after_look, found_on_timeline

TIMING = Timing()


def _ms(seconds: float) -> int:
    return int(seconds * 1000)


FRESH, CALL, LANDING = _ms(TIMING.fresh), _ms(TIMING.call), _ms(TIMING.landing)
INDEX_LAG, LOOK_AGAIN, LEASE = _ms(TIMING.index_lag), _ms(TIMING.look_again), _ms(TIMING.lease)
SETTLE = _ms(TIMING.settle.total_seconds())
STANDSTILL = 900_000  # now and then X's index lags by far more than we allow for
UNTOLD_WAIT = 60_000
LOOK_BACK = 60_000  # settle_unknown reads so far back before the first intent
SKEW = 20_000  # how far a sender's clock may be off, either way …
WRONG_CLOCK = 600_000  # … and now and then
MAX_STEPS = 3_000  # a schedule that is not quiet by then never will be

READY, INTENT, UNKNOWN, SENT, HELD, REFUSED = "ready", "intent", "unknown", "sent", "held", "refused"
FINAL = frozenset({SENT, HELD, REFUSED})

Steps = Iterator[int]  # each value: for how long this step takes when nothing goes wrong


@dataclass(frozen=True, slots=True)
class Design:
    """The layers against answering twice, each of which can be left out."""

    intent: bool = True  # 1: committed before the call
    fresh: bool = True  # 2: looked at again directly before the call
    settle: bool = True  # 3: a wait before each look …
    look: bool = True  # … at our own timeline; without it, what is unknown is simply sent again
    duplicate: str = "look"  # 4: X's refusal of a text; also `refused` (a failure), `dodge` (another text)
    x_refuses: bool = True  # X does refuse a text that is out
    # A process that comes back late can tell a newer attempt from its own:
    fenced_calls: bool = True  # when it records what became of its call
    fenced_looks: bool = True  # when it concludes from a look at the timeline
    #: "Refused for good" is not believed after an attempt of unknown outcome: that one may be out.
    doubts_second_refusal: bool = True


class TooLate(Exception):
    """moves.TooLate: the conditional UPDATE changed nothing."""


class Row:
    """A row of Outgoing."""

    __slots__ = (
        "attempts", "fence", "first_intent_at", "in_reply_to", "intent_at", "look_at", "looks", "not_before",
        "post_id", "state", "text",
    )  # fmt: skip

    def __init__(self, text: str, in_reply_to: str) -> None:
        self.text, self.in_reply_to = text, in_reply_to
        self.state, self.post_id = READY, ""
        self.attempts = self.fence = self.looks = 0
        self.intent_at = self.first_intent_at = self.look_at = self.not_before = 0

    def intend(self, now: int) -> None:
        """outbox._intend: counted, with a fence number of its own, dated."""
        self.attempts += 1
        self.fence += 1
        self.intent_at = now
        self.first_intent_at = self.first_intent_at or now


class Call:
    """One POST on its way to X. It goes on when the sender is dead."""

    __slots__ = ("answer", "fate", "row", "stale", "text")

    def __init__(self, row: int, text: str, fate: str, *, stale: bool) -> None:
        self.row, self.text, self.fate, self.stale = row, text, fate, stale
        self.answer = ""

    def happens(self, s: "Schedule") -> None:
        arrives(s, self)


class Visible:
    """A post on X."""

    __slots__ = ("call", "landed", "seen", "visible")

    def __init__(self, call: Call, seen: Seen, landed: int, visible: int) -> None:
        self.call, self.seen, self.landed, self.visible = call, seen, landed, visible


#: What may become of a call, and how often. `late` and `silent` and `lost` end in a time-out or a reset.
FATES = ["ok"] * 8 + ["late"] * 5 + ["silent"] * 3 + ["lost"] * 3
FATES += ["error", "error_done", "limited", "refused", "odd"]
UNSURE = ""  # no answer at all
TEXTS = ("Bring nothing special.", "It takes twenty minutes.")


@dataclass(slots=True)
class Outcome:
    """What a schedule ended in; all lists hold row numbers."""

    duplicates: list[int]
    lost: list[int]
    #: Rows that went wrong with a post whose call left after its freshness: the machine stood still
    #: between the look at the clock and the wire, where no program can look again.
    residual: list[int]
    states: list[str]
    steps: int

    @property
    def good(self) -> bool:
        return not (self.duplicates or self.lost)


class Schedule:
    """One run of the world, from the first step until everything is quiet."""

    __slots__ = (
        "chance", "count", "design", "events", "now", "posts", "rows", "shut", "steps", "trouble",
    )  # fmt: skip

    def __init__(self, seed: int, design: Design) -> None:
        self.chance = random.Random(seed).random
        self.design = design
        self.now = self.count = self.steps = self.shut = 0
        self.events: list[tuple[int, int, Sender | Call | Landing]] = []
        self.posts: list[Visible] = []
        chance = self.chance
        self.rows = [Row(TEXTS[0], "1" if chance() < 0.8 else "")]
        if chance() < 0.15:
            self.rows.append(Row(TEXTS[1], "2" if chance() < 0.8 else ""))
        #: At which step what goes wrong.
        self.trouble = {int(chance() * 16): chance() for _ in range(int(chance() * 4))}

    def at(self, time: int, what: "Sender | Call | Landing") -> None:
        self.count += 1
        heappush(self.events, (time, self.count, what))

    def upto(self, limit: int) -> int:
        """Some time up to the limit; the limit itself and none at all are as likely as all between."""
        point = self.chance() * 3
        return int(point * limit) if point < 1 else limit if point < 2 else 0

    def run(self) -> Outcome:
        self.at(0, Sender(self))
        if self.chance() < 0.5:
            self.at(self.upto(200_000), Sender(self))
        self.until_quiet()
        return self.outcome()

    def until_quiet(self) -> None:
        events = self.events
        while events and self.steps < MAX_STEPS:
            self.now, _, what = heappop(events)
            what.happens(self)

    def outcome(self) -> Outcome:
        states = [row.state for row in self.rows]
        result = Outcome([], [], [], states, self.steps)
        for number, row in enumerate(self.rows):
            visible = [post for post in self.posts if post.call.row == number]
            stale = any(post.call.stale for post in visible)
            if len(visible) > 1:
                (result.residual if stale else result.duplicates).append(number)
            elif not _accounted_for(row, visible):
                (result.residual if stale else result.lost).append(number)
        return result


def _accounted_for(row: Row, visible: list[Visible]) -> bool:
    """Sent and recorded, or in front of a person who is not told something wrong about it.

    `held` says: look on X. `refused` says that it is not out, and a person will write another answer.
    """
    if row.state == SENT:
        return any(post.seen.id == row.post_id for post in visible)
    return row.state == HELD or (row.state == REFUSED and not visible)


class Landing:
    """A post that X took and shows only now."""

    __slots__ = ("call",)

    def __init__(self, call: Call) -> None:
        self.call = call

    def happens(self, s: Schedule) -> None:
        lands(s, self.call)


def lands(s: Schedule, call: Call) -> None:
    seen = Seen(str(100 + len(s.posts)), call.text, s.rows[call.row].in_reply_to)
    lag = INDEX_LAG if s.chance() < 0.95 else STANDSTILL
    s.posts.append(Visible(call, seen, s.now, s.now + s.upto(lag)))


def arrives(s: Schedule, call: Call) -> None:
    """X takes the call, or does not. A text is refused once it is out, and not while it is landing:
    X does not say how it looks, and this is the reading that is worse for us.
    """
    fate = call.fate
    if fate == "lost":
        return
    if fate in ("error", "limited", "refused", "odd"):
        call.answer = fate
    elif s.design.x_refuses and any(post.call.text == call.text for post in s.posts):
        call.answer = "duplicate" if fate in ("ok", "error_done") else UNSURE
    elif fate == "late":
        s.at(s.now + s.upto(LANDING), Landing(call))
    else:
        lands(s, call)
        call.answer = {"ok": str(99 + len(s.posts)), "error_done": "error", "silent": UNSURE}[fate]


class Sender:
    """A process that does round after round, and is started anew when it dies."""

    __slots__ = ("clock", "life")

    def __init__(self, s: Schedule) -> None:
        off = SKEW if s.chance() < 0.8 else WRONG_CLOCK
        self.clock = int((s.chance() - 0.5) * 2 * off)
        self.life = rounds(s, self.clock)

    def happens(self, s: Schedule) -> None:
        s.steps = step = s.steps + 1
        for wait in self.life:
            trouble = s.trouble.get(step)
            if trouble is None:
                s.at(s.now + wait, self)
            elif trouble < 0.4:  # killed, and started again by whoever watches over it
                self.life = rounds(s, self.clock)
                s.at(s.now + s.upto(40_000), self)
            else:  # stands still
                s.at(s.now + wait + s.upto(LEASE + 60_000), self)
            return


def rounds(s: Schedule, clock: int) -> Steps:
    """rounds.Rounds._host: each part for itself; what one raises does not take the next with it."""
    while True:
        wake = _next_thing(s, s.now + clock)
        if wake is None:
            return  # nothing is left to do, for good
        if wake > 0:
            yield wake + int(s.chance() * 3_000)
        for part in (recover_intents, settle_unknown, deliver_next):
            try:
                yield from part(s, clock)
            except TooLate:
                yield 1_000  # the next round tries again


def _next_thing(s: Schedule, now: int) -> int | None:
    """In how many ms there is something to do; idle rounds change nothing and are left out."""
    times = [_due(row, s.shut) for row in s.rows if row.state not in FINAL]
    return min(times) - now if times else None


def _due(row: Row, shut: int) -> int:
    if row.state == READY:
        return max(row.not_before, shut)
    return row.look_at if row.state == UNKNOWN else row.intent_at + FRESH + CALL + 1


def move(s: Schedule, row: Row, old: str, new: str, fence: int) -> None:
    """moves.move: one conditional UPDATE."""
    if row.state != old:
        raise TooLate
    looks = old == UNKNOWN and new != SENT
    if row.fence != fence and (s.design.fenced_looks if looks else s.design.fenced_calls):
        raise TooLate
    row.state = new


def undone(s: Schedule, row: Row, old: str, fence: int) -> None:
    """outbox._undone: the call certainly did nothing, and is not counted."""
    move(s, row, old, READY, fence)
    row.attempts -= 1


def deliver_next(s: Schedule, clock: int) -> Steps:
    """outbox.deliver_next."""
    design, now = s.design, s.now + clock
    # outbox._next: the most urgent that is ready
    row = next((row for row in s.rows if row.state == READY and row.not_before <= now), None)
    if row is None or s.shut > now:
        return
    fence = row.fence
    yield 5  # outbox._obstacle reads
    if design.intent:
        move(s, row, READY, INTENT, fence)  # durable before the call
        row.intend(now)
        fence = row.fence
        yield 5  # "a machine may stand still right here for a minute"
        if design.fresh and s.now + clock - now > FRESH:
            undone(s, row, INTENT, fence)
            return
    checked = s.now
    yield 1  # from the clock to the wire
    call = Call(
        s.rows.index(row), row.text, FATES[int(s.chance() * len(FATES))], stale=s.now - checked > FRESH
    )
    takes = s.upto(CALL)
    s.at(s.now + (takes if s.chance() < 0.5 else s.upto(takes)), call)
    yield takes + 1  # X.post: no longer than the call may take
    if not design.intent:
        row.intend(now)
        fence = row.fence
    came_in_time = call.answer if s.chance() < 0.9 else UNSURE
    yield 2  # X has answered, and nothing is written yet
    record(s, row, came_in_time, fence, clock)


def record(s: Schedule, row: Row, answer: str, fence: int, clock: int) -> None:
    """outbox._sent and outbox._failed, each one transaction."""
    old = INTENT if s.design.intent else READY
    if answer.isdigit():
        move(s, row, old, SENT, fence)
        row.post_id = answer
    elif answer == "limited":
        undone(s, row, old, fence)
        s.shut = s.now + clock + max(UNTOLD_WAIT, s.upto(900_000))  # outbox._shut
    elif answer == "odd" and row.attempts < 2:
        move(s, row, old, READY, fence)
        row.not_before = s.now + clock + UNTOLD_WAIT
    elif answer in ("refused", "odd") or (answer == "duplicate" and s.design.duplicate == "refused"):
        again = row.looks > 0 and answer != "duplicate"  # an earlier attempt was looked for in vain
        move(s, row, old, HELD if again and s.design.doubts_second_refusal else REFUSED, fence)
    elif answer == "duplicate" and s.design.duplicate == "dodge":
        move(s, row, old, READY, fence)
        row.text += " "
    else:
        unknown(s, row, old, row.intent_at, fence)


def unknown(s: Schedule, row: Row, old: str, intent_at: int, fence: int) -> None:
    move(s, row, old, UNKNOWN, fence)
    row.looks = 0
    row.look_at = intent_at + SETTLE if s.design.settle else intent_at


def recover_intents(s: Schedule, clock: int) -> Steps:
    """outbox.recover_intents."""
    stale = s.now + clock - FRESH - CALL
    found = [(r, r.intent_at, r.fence) for r in s.rows if r.state == INTENT and r.intent_at < stale]
    for row, intent_at, fence in found:
        yield 5
        try:
            unknown(s, row, INTENT, intent_at, fence)
        except TooLate:
            continue


def settle_unknown(s: Schedule, clock: int) -> Steps:
    """outbox.settle_unknown."""
    design, now = s.design, s.now + clock
    found = [
        (r, r.first_intent_at, r.attempts, r.fence, r.looks)
        for r in s.rows
        if r.state == UNKNOWN and r.look_at <= now
    ]
    if not found:
        return
    since = min(first for _, first, _, _, _ in found) - LOOK_BACK
    yield s.upto(CALL)  # X.own_posts is on its way
    if s.chance() < 0.15:
        return  # XError: that is no look
    timeline = [p.seen for p in s.posts if p.visible <= s.now and p.landed >= since]
    yield 5  # outbox.book is a transaction of its own
    for row, _, attempts, fence, looks in found:
        if not design.look:
            move(s, row, UNKNOWN, READY if attempts < 2 else HELD, fence)
            continue
        taken = frozenset(r.post_id for r in s.rows if r.post_id)
        yield 2
        conclude(s, row, timeline, taken, attempts, fence, looks + 1, now)


def conclude(
    s: Schedule,
    row: Row,
    timeline: list[Seen],
    taken: frozenset[str],
    attempts: int,
    fence: int,
    looks: int,
    now: int,
) -> None:
    """outbox._conclude."""
    post_id = found_on_timeline(
        timeline,
        text=row.text,
        in_reply_to=row.in_reply_to,
        own_thread=not row.in_reply_to,
        taken=taken,
    )
    match after_look(found=bool(post_id), looks=looks, attempts=attempts):
        case "sent":
            move(s, row, UNKNOWN, SENT, fence)
            row.post_id = post_id
        case "look":
            with suppress(TooLate):
                move(s, row, UNKNOWN, UNKNOWN, fence)
                row.looks, row.look_at = looks, now + (LOOK_AGAIN if s.design.settle else 0)
        case "ready":
            move(s, row, UNKNOWN, READY, fence)
        case _:
            move(s, row, UNKNOWN, HELD, fence)


def play(seed: int, design: Design) -> Outcome:
    return Schedule(seed, design).run()


def first(seeds: range, design: Design, wanted: Callable[[Outcome], bool]) -> int | None:
    """The first seed whose outcome is wanted."""
    return next((seed for seed in seeds if wanted(play(seed, design))), None)
