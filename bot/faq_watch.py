"""Reads the FAQ anew when its files change, while the hour goes on.

What comes out is used as a whole or not at all: a file with a mistake leaves the old set in place.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from bot.clock import Clock
from bot.config import Content
from bot.texts import Texts
from bot.yamlfile import BadFiles

log = structlog.get_logger()

EVERY = 2.0  # seconds between two looks

Fingerprint = tuple[tuple[str, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why the folder as it is now is not in use: each problem with its file and line."""

    since: datetime
    problems: tuple[str, ...]


def fingerprint(folder: Path) -> Fingerprint:
    """Changes with any file of the folder: by name, time, size or place on the disk."""
    found = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            stat = path.stat()
        except OSError:
            continue  # it is being replaced: the next look tells
        found.append((path.name, stat.st_mtime_ns, stat.st_size, stat.st_ino))
    return tuple(found)


class Watch:
    """Holds what is in use. One thread looks; any thread may read `texts` and `trouble`."""

    def __init__(
        self,
        texts: Texts,
        content: Content,
        clock: Clock,
        *,
        seen: Fingerprint,
        put: Callable[[Texts], None] = lambda _: None,
    ) -> None:
        """`seen` is the folder's fingerprint from before `texts` were read; `put` is told of each new set."""
        self.texts = texts
        self.trouble: Trouble | None = None
        self._content = content
        self._clock = clock
        self._put = put
        self._read = seen
        self._last = seen

    def __call__(self) -> None:
        """One look. Never raises: the thread must live.

        A folder that changed since the look before is left to settle, for somebody may be writing it.
        """
        now = fingerprint(self._content.faq)
        settled, self._last = now == self._last, now
        if settled and now != self._read:
            self._read = now
            self._read_anew()

    def _read_anew(self) -> None:
        try:
            new = self.texts.with_faq(self._content)
        except BadFiles as bad:
            self._stays(tuple(map(str, bad.problems)))
        except Exception as error:  # nobody foresaw it, and it must not end the hour
            log.error("the FAQ could not be read anew", exc_info=error)
            self._stays(("the FAQ could not be read anew; the log says more",))
        else:
            self.texts = new  # in one assignment: whoever asks has the old set or the new one, whole
            self.trouble = None
            self._put(new)
            log.info("the FAQ was read anew", entries=len(new.faq.entries))

    def _stays(self, problems: tuple[str, ...]) -> None:
        since = self.trouble.since if self.trouble else self._clock()
        self.trouble = Trouble(since, problems)
        log.warning("the FAQ stays as it was", problems=len(problems))
