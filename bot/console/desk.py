"""What the pages need besides the database. Handed in with each request, so that there is no global."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol, cast

from django.http import HttpRequest

from bot.clock import Clock, system_clock
from bot.config import Content
from bot.core.score import Score
from bot.faq_watch import Trouble, Watch
from bot.planner import Look
from bot.texts import Texts

KEY = "askhour.desk"


class Rehearsals(Protocol):
    """One rehearsal at a time, in a process of its own; see bot.rehearsal.starter."""

    def start(self, plan: str, scenario: str, speed: int) -> None:
        """Raises ValueError while one runs."""

    def link(self) -> str | None:
        """None while none runs; empty while it starts."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Desk:
    """`banner` stands on every page: that this is a demo, for one.

    Whoever may change anything must show a `second_factor`; only a demo does without. `content` says
    where the plans are, `look` lets X's doctor look at a host's account,
    `score` tells how a play goes. With a `watch` the FAQ may be read anew, and `trouble` says why it was not.
    """

    texts: Texts
    clock: Clock
    banner: str = ""
    second_factor: bool = True
    content: Content | None = None
    look: Look | None = None
    machine_clock: Clock = system_clock  # by which the parts give signs of life
    score: Callable[[], Score] | None = None
    rehearsals: Rehearsals | None = None  # what may start one; a play cannot
    watch: Watch | None = None
    trouble: Trouble | None = None

    def at(self) -> "Desk":
        """As it stands now: one request sees one FAQ from its beginning to its end."""
        if self.watch is None:
            return self
        return replace(self, texts=self.watch.texts, trouble=self.watch.trouble)


def desk_of(request: HttpRequest) -> Desk:
    return cast(Desk, request.META[KEY])


def everywhere(request: HttpRequest) -> dict[str, object]:
    """For Django's templates: what stands on every page."""
    desk = request.META.get(KEY)
    return {"faq_trouble": desk.trouble if isinstance(desk, Desk) else None}
