"""What to do with what is late. A machine that slept, or an X that was down, must not end in a burst."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from bot.core.plan import CueKind


class Late(StrEnum):
    """What becomes of a cue that is later than its kind may be."""

    POST = "post"
    SKIP = "skip"
    ASK = "ask"  # it is held, and a person decides


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """More than `minutes` late: `then`."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    minutes: int
    then: Late

    def __post_init__(self) -> None:
        if self.minutes < 1:
            raise ValueError("`minutes` should be 1 or more")


@dataclass(frozen=True, slots=True, kw_only=True)
class LatePolicy:
    """A rule for each kind. The closing post always goes out: an hour that began must end."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    announce: Rule = Rule(minutes=30, then=Late.SKIP)
    open: Rule = Rule(minutes=240, then=Late.POST)
    prompt: Rule = Rule(minutes=5, then=Late.SKIP)
    remind: Rule = Rule(minutes=5, then=Late.SKIP)

    def rule(self, kind: str) -> Rule | None:
        return None if kind == CueKind.CLOSE else getattr(self, CueKind(kind).value)


@dataclass(frozen=True, slots=True)
class Verdict:
    do: Late
    why: str = ""


def judge(
    kind: str,
    due: datetime,
    now: datetime,
    policy: LatePolicy,
    *,
    closes: datetime,
    newest_due: datetime,
    spare: timedelta = timedelta(),
) -> Verdict:
    """Whether a cue that is due may go out. `newest_due` is of the latest cue of its kind that is due by
    now: of several that piled up only that one goes out. `spare` is how much later than the rule it may
    be, for a post that was put into the outbox in time and waited there.
    """
    if kind == CueKind.OPEN and now >= closes:
        return Verdict(Late.SKIP, "the session's time was over before it could open")
    rule = policy.rule(kind)
    if rule is None:
        return Verdict(Late.POST)
    if newest_due > due:
        return Verdict(Late.SKIP, "a newer one is due: of several only the newest goes out")
    if now - due > timedelta(minutes=rule.minutes) + spare:
        minutes = int((now - due).total_seconds() // 60)
        return Verdict(rule.then, f"{minutes} min late: more than the {rule.minutes} min allowed")
    return Verdict(Late.POST)
