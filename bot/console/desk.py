"""What the pages need besides the database. Handed in with each request, so that there is no global."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest

from bot.clock import Clock, system_clock
from bot.config import Content
from bot.core.score import Score
from bot.planner import Look
from bot.texts import Texts

KEY = "askhour.desk"


@dataclass(frozen=True, slots=True)
class Desk:
    """`banner` stands on every page: that this is a demo, for one.

    Whoever may change anything must show a `second_factor`; only a demo does without. `content` says
    where the plans are, `look` lets X's doctor look at a host's account,
    `score` tells how a play goes.
    """

    texts: Texts
    clock: Clock
    banner: str = ""
    second_factor: bool = True
    content: Content | None = None
    look: Look | None = None
    machine_clock: Clock = system_clock  # by which the parts give signs of life
    score: Callable[[], Score] | None = None


def desk_of(request: HttpRequest) -> Desk:
    return cast(Desk, request.META[KEY])
