"""What a sender must wait for and may conclude: the rules of the outbox, without the outbox.

X has no idempotency key, so a time-out may mean that the post is out. Four layers keep a person from
being answered twice: an intent committed before the call; the intent still fresh at the call; a wait
(`settle`) and a look at our own timeline before anything is sent again; and X's own refusal of
duplicate text, which is a reason to look, never a plain failure. Measured: docs/decisions/0004.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from html import unescape
from typing import ClassVar

import regex

LINK = regex.compile(r"https?://\S+|\b[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,}\S*")


class Urgency(IntEnum):
    """The order of the outbox: the smaller, the sooner."""

    SAFETY = 0
    HOST = 1  # prompts and the like: few, and soon too late to make sense
    CLINICIAN = 2
    AUTOMATIC = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long the outbox waits, in seconds of the clock that the session runs on."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    undo: float = 20  # an automatic answer can be stopped for so long
    undo_typed: float = 15  # and a clinician's for so long
    fresh: float = 5  # an intent older than this is not acted upon
    call: float = 20  # the longest that a call to X may take
    landing: float = 30  # a post may appear so long after a call that failed
    index_lag: float = 120  # and our timeline may show it so much later
    look_again: float = 60  # between two looks
    lease: float = 300  # a clinician's claim
    answer_within: float = 300  # what a question should wait for a clinician, at most
    urgent_within: float = 60  # and a crisis or an emergency

    @property
    def settle(self) -> timedelta:
        """How long after an intent our timeline can be believed."""
        return timedelta(seconds=self.fresh + self.call + self.landing + self.index_lag)

    def at_speed(self, speed: float, *, people: bool) -> "Timing":
        """The same waits on a clock that runs `speed` times as fast.

        The wire is no faster for it, so what waits for X is stretched; what waits for people is
        stretched only when people take part.
        """
        human = speed if people else 1
        return Timing(
            undo=self.undo * human,
            undo_typed=self.undo_typed * human,
            lease=self.lease * human,
            answer_within=self.answer_within * human,
            urgent_within=self.urgent_within * human,
            fresh=self.fresh * speed,
            call=self.call * speed,
            landing=self.landing * speed,
            index_lag=self.index_lag * speed,
            look_again=self.look_again * speed,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pacing:
    """How many posts may leave. X's account cap of 2,400 a day comes in half-hour slices."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    per_30_min: int = 45
    per_15_min: int = 100  # X's limit for POST /2/tweets per user
    kept_for_safety: int = 5  # of per_30_min: nothing else may use these
    kept_for_people: int = 10  # and these only what a person wrote for the hour

    def __post_init__(self) -> None:
        if self.kept_for_safety + self.kept_for_people >= self.per_30_min:
            raise ValueError("`kept_for_safety` and `kept_for_people` leave nothing of `per_30_min`")
        if self.per_15_min > 100:
            raise ValueError("`per_15_min` should be at most 100: X accepts no more")

    def wait(self, sent: Sequence[datetime], now: datetime, urgency: Urgency) -> timedelta:
        """How long the next post must wait, given when the last ones left."""
        kept = {
            Urgency.SAFETY: 0,
            Urgency.HOST: self.kept_for_safety,
            Urgency.CLINICIAN: self.kept_for_safety,
        }.get(urgency, self.kept_for_safety + self.kept_for_people)
        waits = [
            _until_room(sent, now, timedelta(minutes=30), self.per_30_min - kept),
            _until_room(sent, now, timedelta(minutes=15), self.per_15_min),
        ]
        return max(waits)


def rest(lost_calls: int) -> timedelta:
    """How long to send nothing after so many calls in a row whose outcome is unknown.

    One is an accident. With two X is down: each further post would only become one more to look for.
    """
    if lost_calls < 2:
        return timedelta()
    return timedelta(seconds=min(30 * 2 ** min(lost_calls - 2, 4), 300))


def _until_room(sent: Sequence[datetime], now: datetime, window: timedelta, allowance: int) -> timedelta:
    recent = sorted(at for at in sent if at > now - window)
    if len(recent) < allowance:
        return timedelta()
    return recent[len(recent) - allowance] + window - now


@dataclass(frozen=True, slots=True)
class Seen:
    """A post of ours as our own timeline shows it."""

    id: str
    text: str
    replied_to: str = ""


def found_on_timeline(
    timeline: Iterable[Seen],
    *,
    text: str,
    in_reply_to: str,
    own_thread: bool,
    taken: frozenset[str],
) -> str:
    """The id of the post that our call made, if it is there. `taken` are ids of other rows of ours.

    A reply to a question is known by what it replies to: whatever it says, that person has been
    answered. A post of our own, alone or in our own thread, is known by its text.
    """
    for post in timeline:
        if post.id in taken or post.replied_to != in_reply_to:
            continue
        if (in_reply_to and not own_thread) or alike(post.text, text):
            return post.id
    return ""


def alike(one: str, other: str) -> bool:
    """True for two texts that X would show the same, links and leading mentions aside.

    X turns links into t.co ones and escapes `&`, `<` and `>`: both sides are brought to one form.
    """
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    text = regex.sub(r"^(?:@\w+\s+)+", "", unescape(text))
    return " ".join(LINK.sub(" link ", text).split()).casefold()


def after_look(*, found: bool, looks: int, attempts: int) -> str:
    """What to do with an unknown outcome after the `looks`-th complete look at our timeline.

    Returns `sent`, `look` (again, later), `ready` (send once more) or `held` (a person decides).
    """
    if found:
        return "sent"
    if looks < 2:
        return "look"
    return "ready" if attempts < 2 else "held"
