"""Places where a process may die: around each call to X, around each commit. No hook in the bot: the
seams to X and to the database are wrapped from outside.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection

from bot.x.port import Page, Person, Post
from bot.x.tweepy_x import TweepyX

T = TypeVar("T")

#: Makes the moves that others ask for: the asker is what a failpoint is named by.
HELPERS = {"bot.flows.moves", "bot.flows.gaps"}
WRITES = ("INSERT", "UPDATE", "DELETE")


class Failpoints:
    """Counts and names the places that are passed; at the `fatal`-th the process kills itself."""

    def __init__(self, tell: Callable[[str], object], *, fatal: int = 0) -> None:
        self._tell, self._fatal, self._passed = tell, fatal, 0

    def __call__(self, what: str) -> None:
        self._passed += 1
        self._tell(f"{asker()}: {what}")
        if self._passed == self._fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def around_commits(self) -> AbstractContextManager[None]:
        """Until the end of the process for outer transactions; statements outside one, in the context."""
        commit = connection.commit

        def commits() -> None:
            self("before a commit")
            commit()
            self("after a commit")

        connection.commit = commits  # type: ignore[method-assign]
        return connection.execute_wrapper(self._statement)

    def _statement(self, execute: Callable[..., Any], sql: str, *arguments: Any) -> Any:
        alone = not connection.in_atomic_block and sql.startswith(WRITES)
        if alone:
            self("before a statement that commits itself")
        result = execute(sql, *arguments)
        if alone:
            self("after a statement that commits itself")
        return result


def asker() -> str:
    """The innermost function of the flows that is at work."""
    frame = sys._getframe(2)
    while frame is not None:
        module = str(frame.f_globals.get("__name__"))
        if module.startswith("bot.flows.") and module not in HELPERS:
            return f"{module.removeprefix('bot.flows.')}.{frame.f_code.co_name}"
        if frame.f_back is None:
            break
        frame = frame.f_back
    return "start"


class MortalX(TweepyX):
    """The real client with a failpoint before and after each call."""

    failpoints: Failpoints

    def me(self) -> Person:
        known = self._me is not None
        return super().me() if known else self._around("me", super().me)

    def post(self, text: str, *, in_reply_to: str = "") -> str:
        whole = super().post
        return self._around("post", lambda: whole(text, in_reply_to=in_reply_to))

    def mentions(self, *, since_id: str = "") -> Iterator[Page]:
        for page in super().mentions(since_id=since_id):
            self.failpoints("after a page of mentions")
            yield page
        self.failpoints("after the last page of mentions")

    def own_posts(self, *, since: datetime) -> Sequence[Post]:
        whole = super().own_posts
        return self._around("own_posts", lambda: whole(since=since))

    def lookup(self, ids: Sequence[str]) -> dict[str, Post]:
        whole = super().lookup
        return self._around("lookup", lambda: whole(ids))

    def _around(self, name: str, call: Callable[[], T]) -> T:
        self.failpoints(f"before {name}")
        result = call()
        self.failpoints(f"after {name}")
        return result
