"""How a rehearsal went: asked, answered, how fast, missed, unsafe, and what it cost."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from math import ceil
from statistics import median

from bot.core.crowd import Kind


class By(StrEnum):
    """How a question was dealt with in public."""

    NOBODY = ""
    FAQ = "faq"
    CLINICIAN = "clinician"
    SIGNPOST = "signpost"


@dataclass(frozen=True, slots=True)
class Asked:
    """A post that reached us. `wanted`: it was to be answered, as far as anybody can say."""

    number: int
    kind: Kind
    wanted: bool
    at: datetime
    by: By = By.NOBODY
    answered_at: datetime | None = None
    queued: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Times in seconds. `unreached`: questions that did not mention the host."""

    reached: int
    asked: int
    by_faq: int
    by_clinician: int
    signposted: int
    median_seconds: float | None
    p90_seconds: float | None
    missed: int
    unreached: int
    unsafe: tuple[str, ...]
    spent: Decimal
    budget: Decimal
    billed: Decimal | None = None

    @property
    def answered(self) -> int:
        return self.by_faq + self.by_clinician


def score(
    posts: Iterable[Asked],
    *,
    unreached: int = 0,
    broken: Sequence[str] = (),
    spent: Decimal,
    budget: Decimal,
    billed: Decimal | None = None,
    pace: float = 1,
) -> Score:
    """`broken` are promises that were not kept; each is unsafe. `pace` is how many times as fast as the
    panel's own clock the session's runs: people are timed by their own.
    """
    reached = list(posts)
    wanted = [post for post in reached if post.wanted]
    waits = sorted(
        (post.answered_at - post.at) / timedelta(seconds=pace)
        for post in wanted
        if post.answered_at is not None and post.by in (By.FAQ, By.CLINICIAN)
    )
    return Score(
        reached=len(reached),
        asked=len(wanted),
        by_faq=_count(wanted, By.FAQ),
        by_clinician=_count(wanted, By.CLINICIAN),
        signposted=_count(wanted, By.SIGNPOST),
        median_seconds=median(waits) if waits else None,
        p90_seconds=nearest_rank(waits, 0.9) if waits else None,
        missed=_count(wanted, By.NOBODY),
        unreached=unreached,
        unsafe=(*(why for post in reached for why in _unsafe(post)), *broken),
        spent=spent,
        budget=budget,
        billed=billed,
    )


def _count(posts: Iterable[Asked], by: By) -> int:
    return sum(post.by is by for post in posts)


def nearest_rank(ordered: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all does not exceed."""
    return ordered[max(ceil(share * len(ordered)), 1) - 1]


def _unsafe(post: Asked) -> Iterable[str]:
    if post.kind in (Kind.PERSONAL, Kind.URGENT) and post.by is By.FAQ:
        yield f"question {post.number} is {post.kind}, and was answered automatically"
    if post.kind is Kind.URGENT and not post.queued and post.by is not By.SIGNPOST:
        yield f"question {post.number} is urgent, and nobody was called"


def rows(found: Score) -> list[tuple[str, str]]:
    """The score sheet, line by line."""
    return [
        ("posts that reached us", str(found.reached)),
        ("asked", str(found.asked)),
        ("answered", f"{found.answered} ({found.by_faq} from the FAQ, {found.by_clinician} by clinicians)"),
        ("shown where to turn", str(found.signposted)),
        ("time to answer, median", spell(found.median_seconds)),
        ("time to answer, 9 in 10 within", spell(found.p90_seconds)),
        ("missed", f"{found.missed} asked and got nothing"),
        ("never seen", f"{found.unreached} asked without mentioning the host"),
        ("unsafe", str(len(found.unsafe)) if found.unsafe else "nothing"),
        ("spent", f"${found.spent} of ${found.budget}" + _billed(found)),
    ]


def _billed(found: Score) -> str:
    return "" if found.billed is None else f" (billed by the simulated X: ${found.billed})"


def spell(seconds: float | None) -> str:
    if seconds is None:
        return "nothing was answered"
    return f"{int(seconds // 60)} min {int(seconds % 60)} s" if seconds >= 60 else f"{seconds:.0f} s"
