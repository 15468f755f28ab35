"""What comes in over HTTP and what goes out, without HTTP."""

import json
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qsl

from bot.x.simulator.connections import Connection
from bot.x.simulator.problems import invalid


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    body: bytes = b""
    authorization: str = ""

    def json(self) -> Any:
        try:
            return json.loads(self.body or b"null")
        except ValueError as error:
            raise invalid("the body is not JSON") from error

    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(errors="replace"), keep_blank_values=True))


class Feed(Protocol):
    """What a stream tells of: what happened since it was opened and not told yet."""

    def lines(self) -> list[bytes]: ...


@dataclass(frozen=True, slots=True)
class Opened:
    """A stream that X has let in. `drops` is how many X had dropped by then."""

    connection: Connection
    feed: Feed
    drops: int
    late_headers: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes over the wire; `hangs` and `resets` mean that nothing does."""

    status: int = 200
    body: dict[str, Any] | str = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False
    resets: bool = False
    stream: Opened | None = None
