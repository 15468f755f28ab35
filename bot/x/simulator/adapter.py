"""How a client library that knows only X's address reaches the simulator."""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests

from bot.x.timeouts import WithTimeouts


class SimulatorAdapter(WithTimeouts):
    """Mount it on `https://api.twitter.com` of a session; also brings the timeout tweepy lacks."""

    def __init__(self, url: str, *, timeout: tuple[float, float] = (3.05, 30.0)) -> None:
        self._base = urlsplit(url)
        super().__init__(timeout=timeout)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        asked = urlsplit(request.url or "")
        request.url = urlunsplit((self._base.scheme, self._base.netloc, asked.path, asked.query, ""))
        return super().send(request, *args, **kwargs)
