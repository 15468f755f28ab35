"""The calls of a push source: plain `requests`, with time-outs. No key is in any text that leaves here."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Event
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from bot.x.meaning import Answer
from bot.x.port import XError
from bot.x.push_answers import Ending, Next, is_duplicate, of_answer, of_sign_in
from bot.x.timeouts import WithTimeouts

HOST = "https://api.x.com"
READ = 65_536  # bytes at a time, and the most that is read of a refusal
CALL = (5.0, 15.0)  # seconds to connect, and to answer a call that is no stream


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What a push source needs of the world. `now` dates events; `ticks` counts real seconds.

    `timeouts` are to connect and to read: X sends a keep-alive every 20 s, so that 45 s without one is a
    dead connection. `room` is how many events may wait to be taken: then the connection is dropped.
    """

    now: Callable[[], datetime]
    adapter: HTTPAdapter | None = None
    ticks: Callable[[], float] = time.monotonic
    jitter: Callable[[], float] = random.random
    waiting: Callable[[], Event] = Event  # its `wait` is the only sleep, and `set` ends it
    timeouts: tuple[float, float] = (5.0, 45.0)
    room: int = 5_000


class Token(AuthBase):
    """Bearer authentication; asks for the token at each call. `repr` does not show it.

    `Token(lambda: bearer)` for the app; `Token(user_token.access_token)` for the host account.
    """

    def __init__(self, current: Callable[[], str]) -> None:
        self._current = current

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._current()}"
        return request

    def __repr__(self) -> str:
        return "Token(…)"


class Refused(Exception):
    """X did not do it."""

    def __init__(self, ending: Ending, *, duplicate: bool = False) -> None:
        super().__init__(ending.why)
        self.ending = ending
        self.duplicate = duplicate


class Wire:
    """One session with X, for one thread."""

    def __init__(self, bearer: str, outside: Outside) -> None:
        self._app = Token(lambda: bearer)
        self._timeouts = outside.timeouts
        self._session = requests.Session()
        self._session.mount(HOST, outside.adapter or WithTimeouts())
        # A compressed stream would wait in a buffer until there is enough of it.
        self._session.headers["Accept-Encoding"] = "identity"

    def call(
        self, method: str, path: str, *, json: Any = None, user: AuthBase | None = None
    ) -> dict[str, Any]:
        """The answer as an object. Raises Refused, or what `requests` raises."""
        with self._send(method, path, CALL, json=json, auth=user or self._app) as response:
            _check(response)
            try:
                answer = response.json()
            except ValueError:
                answer = None
        if not isinstance(answer, dict):
            raise Refused(Ending(Next.LATER, "X's answer is not an object"))
        return answer

    def open(self, path: str, params: dict[str, str]) -> requests.Response:
        """A stream that has begun. Raises Refused, or what `requests` raises."""
        response = self._send("GET", path, self._timeouts, params=params, auth=self._app)
        try:
            _check(response)
        except BaseException:
            response.close()
            raise
        return response

    def close(self) -> None:
        self._session.close()

    def _send(self, method: str, path: str, timeout: tuple[float, float], **kwargs: Any) -> requests.Response:
        try:
            return self._session.request(
                method, HOST + path, timeout=timeout, stream=True, allow_redirects=False, **kwargs
            )
        except XError as error:  # of whoever gives the token
            raise Refused(of_sign_in(error)) from error


def _check(response: requests.Response) -> None:
    if 200 <= response.status_code < 300:
        return
    body = next(response.iter_content(READ), b"").decode(errors="replace")
    answer = Answer(response.status_code, body, response.headers)
    raise Refused(of_answer(answer), duplicate=is_duplicate(answer))
