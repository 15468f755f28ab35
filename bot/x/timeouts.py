"""Gives every call to X a time-out: tweepy gives none, and would wait for ever."""

from typing import Any

import requests
from requests.adapters import HTTPAdapter


class WithTimeouts(HTTPAdapter):
    """Mount it on a session. `timeout` is in seconds: to connect, to read."""

    def __init__(self, *, timeout: tuple[float, float] = (5, 15)) -> None:
        self._timeout = timeout
        super().__init__()

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs["timeout"] = kwargs.get("timeout") or self._timeout
        return super().send(request, *args, **kwargs)
