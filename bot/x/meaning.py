"""What an answer of X means for us: whether to stop, to wait, to look, or to give up.

X's texts changed at least once in 2026 and its hosts vary, so a row matches on the status and on a part
of what X says (bodies as operators reported them from February to October 2026).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.x.port import (
    NotSummoned,
    OddlyRefused,
    PostDelayed,
    PostDuplicate,
    PostGone,
    PostRefused,
    PostUnsure,
    XClosed,
    XError,
    XUnavailable,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A failed answer as it came over the wire."""

    status: int
    body: str
    headers: Mapping[str, str]

    @property
    def problem(self) -> Mapping[str, Any]:
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def words(self) -> str:
        """Everything that X says about the problem, in one lower-case string."""
        problem = self.problem
        said = [
            problem.get("detail"),
            problem.get("title"),
            problem.get("type"),
            problem.get("reason"),
        ]
        said += [e.get("message") for e in problem.get("errors") or () if isinstance(e, dict)]
        return " ".join(str(word) for word in said if word).casefold()


Kind = type[PostRefused] | type[PostUnsure] | type[PostDelayed] | type[XClosed]

#: (part of what X says with a 403, what it means, what we tell people). The first row that fits counts.
FORBIDDEN: tuple[tuple[str, Kind, str], ...] = (
    ("where you are mentioned", NotSummoned, "the author did not mention us"),
    ("not been mentioned or otherwise engaged", NotSummoned, "the author did not mention us"),
    ("duplicate", PostDuplicate, "X says that this text is already out"),
    ("status update limit", PostDelayed, "the account's posts for this half hour are used up"),
    ("not permitted to perform", OddlyRefused, "X did not permit it, and gave no reason"),
    ("deleted or not visible", PostGone, "the post was deleted or is not visible to us"),
    ("restricted who can reply", PostRefused, "the author restricted who can reply"),
    ("one cashtag", PostRefused, "the text has more than one cashtag"),
    ("client-forbidden", XClosed, "the app is not enrolled for this: see X's developer console"),
    ("not-enrolled", XClosed, "the app is not enrolled for this: see X's developer console"),
    (
        "oauth1",
        XClosed,
        "the app's permissions do not allow posting: set Read and Write, new tokens",
    ),
)


def of_post(answer: Answer) -> XError:
    """What a failed POST or DELETE means. Whatever is not a plain no may be out."""
    words = answer.words
    match answer.status:
        case 401 | 402:
            return of_closed(answer)
        case 403:
            for part, kind, said in FORBIDDEN:
                if part in words:
                    return kind(said)
            return PostRefused(f"X refused it: {words[:200] or 'no reason given'}")
        case 404:
            return PostGone("the post is not there")
        case 429:
            return of_limit(answer)
        case status if 400 <= status < 500:
            return PostRefused(f"X did not accept it ({status}): {words[:200]}")
        case status:
            return PostUnsure(f"X answered {status}: it may be out all the same")


def of_read(answer: Answer) -> XError:
    """What a failed GET means. Nothing is lost by trying again, unless we must stop."""
    match answer.status:
        case 401 | 402:
            return of_closed(answer)
        case 403 if any(part in answer.words for part in ("client-forbidden", "not-enrolled")):
            return XClosed("the app is not enrolled for this: see X's developer console")
        case 429:
            return of_limit(answer)
        case status:
            return XUnavailable(f"X answered {status}: {answer.words[:200]}")


def of_closed(answer: Answer) -> XClosed:
    if answer.status == 402:
        return XClosed("X's credits are used up: buy credits in X's developer console")
    return XClosed("X does not accept our keys (401): check the tokens of the host account")


def of_limit(answer: Answer) -> XError:
    """A rate limit passes; a used-up cap looks like one and does not (xdk issue 25, 2026-02-07)."""
    if "usage-capped" in answer.words or "usagecapexceeded" in answer.words:
        return XClosed("X's monthly usage cap is used up: raise it in X's developer console")
    reset = answer.headers.get("x-rate-limit-reset", "")
    until = datetime.fromtimestamp(int(reset) + 1, UTC) if reset.isdigit() else None
    return PostDelayed("X's rate limit", until)
