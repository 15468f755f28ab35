"""What becomes of a question: answered now, given to a clinician, signposted, or left alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from typing import ClassVar

from bot.core import signing
from bot.core.entry import Entry, Handling, Status
from bot.core.match import Match
from bot.core.screen import Label, Verdict


class Route(StrEnum):
    """How an answer can reach the person who asked (X's reply gate, changelog 2026-02-23)."""

    REPLY = "reply"  # they mentioned us: X lets us reply
    HOST_POST = "host_post"  # "Someone asked …" as our own post in the session's thread
    BY_HAND = "by_hand"  # a person posts it in X's own app


class Summons(StrEnum):
    """How a post called us."""

    TYPED = "typed"  # the author typed our name, or quoted one of our posts
    IMPLIED = "implied"  # the author replied to one of our posts, and X put our name in front
    NONE = "none"


class Implied(StrEnum):
    """What we make of a reply to one of our posts. X does not say whether it lets us answer there."""

    TRY = "try"  # until X has refused one
    YES = "yes"
    NO = "no"


class Priority(IntEnum):
    """The order of the queue: the smaller, the sooner."""

    SAFETY = 0
    PRIVACY = 1
    PERSONAL = 2
    ORDINARY = 3


class Outcome(StrEnum):
    ANSWER = "answer"
    ASK = "ask"
    SIGNPOST = "signpost"  # a fixed text goes out at once, and a clinician is asked as well
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Asked:
    """A post as far as triage needs it."""

    summoned: bool
    repost: bool = False
    opted_out: bool = False
    opts_out: bool = False
    thread_is_held: bool = False  # it replies to a question that is held for a person


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the organiser has allowed."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    automatic_answers: bool = True
    at_most_one_wrong_in: int = 50  # automatic answers
    automatic_signposts: bool = False  # crisis and emergency texts, sent without a person
    replies_to_us_summon: Implied = Implied.TRY
    drafts_may_be_sent: bool = False  # only the demo and rehearsals
    second_reader_for: tuple[str, ...] = ()  # urgencies and FAQ entries, see core/second

    def __post_init__(self) -> None:
        if self.at_most_one_wrong_in < 2:
            raise ValueError("`at_most_one_wrong_in` should be 2 or more")

    @property
    def sure_enough(self) -> float:
        return 1 - 1 / self.at_most_one_wrong_in


@dataclass(frozen=True, slots=True)
class Moment:
    """The session as it stands when the decision is made."""

    taking_questions: bool
    open: bool
    today: date
    jurisdiction: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do, and why in words that the clinician reads."""

    outcome: Outcome
    reason: str
    priority: Priority = Priority.ORDINARY
    entry_id: str = ""  # to answer with, or to suggest


#: The first of these that a post has decides where it goes.
URGENT: Mapping[Label, str] = {
    Label.CRISIS: "may be a crisis: a person is needed now",
    Label.EMERGENCY: "may be an emergency: a person is needed now",
}
HELD: Mapping[Label, tuple[Priority, str]] = {
    Label.IDENTIFIER: (Priority.PRIVACY, "shows who somebody is: do not quote it"),
    Label.PERSONAL: (Priority.PERSONAL, "is about one person: we cannot advise individuals"),
    Label.OTHER_LANGUAGE: (Priority.PERSONAL, "is in another language"),
    Label.MISINFO_PROMO: (
        Priority.ORDINARY,
        "claims or sells something: perhaps post a correction",
    ),
}
LEFT: Mapping[Label, str] = {
    Label.ABUSE_SPAM: "abuse or spam",
    Label.NOT_QUESTION: "not a question",
}


def decide(
    asked: Asked,
    verdict: Verdict,
    match: Match,
    entries: Mapping[str, Entry],
    *,
    policy: Policy,
    moment: Moment,
    sure_from: float | None = None,
) -> Decision:
    """What becomes of a question. Only an exactly general one is ever answered automatically.

    Safety comes before everything: a crisis is put before a person even when no session is open,
    when the author has opted out of replies, or when the post is also spam. `sure_from` is the
    probability from which answers are shown to be right often enough (`core/match_trust.py`); with None the
    matcher's word is taken for it, as in a rehearsal.
    """
    if asked.repost:
        return Decision(Outcome.LEAVE, "a repost: the original counts")
    best = match.best.entry_id if match.best else ""
    for label, reason in URGENT.items():
        if label in verdict.labels:
            signpost = policy.automatic_signposts and asked.summoned and not asked.opted_out
            outcome = Outcome.SIGNPOST if signpost else Outcome.ASK
            return Decision(outcome, reason, Priority.SAFETY)
    if asked.opts_out:
        return Decision(Outcome.LEAVE, "asked us to stop: we will not reply again")
    if asked.opted_out:
        return Decision(Outcome.LEAVE, "the author asked us not to reply")
    if not moment.taking_questions:
        return Decision(Outcome.LEAVE, "no session was taking questions")
    for label, (priority, reason) in HELD.items():
        if label in verdict.labels:
            return Decision(Outcome.ASK, reason, priority, best)
    for label, reason in LEFT.items():
        if label in verdict.labels:
            return Decision(Outcome.LEAVE, reason)
    if not verdict.may_be_answered:
        return Decision(Outcome.ASK, "the guardrails are not sure", Priority.PERSONAL, best)
    if asked.thread_is_held:
        reason = "replies to a question that waits for a clinician"
        return Decision(Outcome.ASK, reason, Priority.PERSONAL, best)
    held = why_not_automatic(asked, match, entries, policy=policy, moment=moment, sure_from=sure_from)
    if held:
        return Decision(Outcome.ASK, held, entry_id=best)
    return Decision(Outcome.ANSWER, "a general question that the FAQ answers", entry_id=best)


def why_not_automatic(
    asked: Asked,
    match: Match,
    entries: Mapping[str, Entry],
    *,
    policy: Policy,
    moment: Moment,
    sure_from: float | None = None,
) -> str:
    """Why a general question must wait for a clinician, or nothing when the FAQ may answer it."""
    entry = entries.get(match.best.entry_id) if match.best else None
    if entry is None or match.best is None:
        return "nothing in the FAQ is like it"
    if not policy.automatic_answers:
        return "automatic answers are switched off"
    if not moment.open:
        return "the session is not open: a clinician decides"
    if not asked.summoned:
        return "did not mention us: X would not accept an automatic reply"
    if match.gate:
        return match.gate
    if not match.best.verbatim and sure_from is not None and sure_from > 1:
        return "not a wording of the FAQ, and how often the matcher is right here is not shown yet"
    least = policy.sure_enough if sure_from is None or match.best.verbatim else sure_from
    if match.best.probability < least:
        return "no FAQ entry is near enough to be sure"
    return why_entry_is_held(entry, policy=policy, moment=moment)


def why_entry_is_held(entry: Entry, *, policy: Policy, moment: Moment) -> str:
    """Why an entry's answer may not go out by itself, or nothing."""
    if entry.handling is Handling.CLINICIAN:
        return "this topic is always answered by a clinician"
    if not policy.drafts_may_be_sent:
        if entry.status is not Status.SIGNED:
            return "no clinician has signed this FAQ entry yet"
        if not signing.holds(entry):
            return "this FAQ entry was changed after it was signed"
    if entry.expired(moment.today):
        return f"this FAQ entry was to be reviewed by {entry.review_by}"
    if moment.jurisdiction and entry.jurisdiction not in ("any", moment.jurisdiction):
        return f"this FAQ entry is for {entry.jurisdiction}, the session is for {moment.jurisdiction}"
    return ""


def may_reply(summons: Summons, implied: Implied, *, refused: bool) -> bool:
    """Whether X will take a reply, as far as we know. `refused`: it has refused an implied one."""
    if summons is Summons.IMPLIED:
        return implied is Implied.YES or (implied is Implied.TRY and not refused)
    return summons is Summons.TYPED


def route(*, summoned: bool, identifies_somebody: bool) -> Route:
    """How a clinician's answer will travel. What shows who somebody is is never quoted."""
    if summoned:
        return Route.REPLY
    return Route.BY_HAND if identifies_somebody else Route.HOST_POST


STOP_WORDS = frozenset(
    {"stop", "unsubscribe", "opt out", "optout", "no more", "alto", "basta", "no me escribas"}
)


def opts_out(folded: str) -> bool:
    """True when a post says nothing but that we should stop (mentions and marks left out)."""
    words = " ".join(w for w in folded.split() if not w.startswith(("@", "#")))
    return words.strip(" .!,;:-").casefold() in STOP_WORDS
