"""A session of calls to X that keeps to its limits: a call that X would refuse is not made."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import requests

from bot.core.limits import Limits, route_of


class MustWait(requests.RequestException):
    """X would refuse this call before `until` (UTC)."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"X's rate limit, until {until:%H:%M:%S} UTC")
        self.until = until


class LimitedSession(requests.Session):
    """`clock` is the one that X's reset times are on: the real one, or a simulated X's."""

    def __init__(self, limits: Limits, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._limits, self._clock = limits, clock

    def request(  # type: ignore[override]  # tweepy calls it with names only
        self, method: str, url: str, **kwargs: Any
    ) -> requests.Response:
        """Raises MustWait instead of making a call for which there is no room."""
        route = route_of(method, urlsplit(url).path)
        until = self._limits.not_before(route, self._clock())
        if until is not None:
            raise MustWait(until)
        self._limits.called(route, self._clock())
        answer = super().request(method, url, **kwargs)
        self._limits.told(route, answer.status_code, answer.headers, self._clock())
        return answer
