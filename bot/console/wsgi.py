"""Serves the pages from a thread of this process."""

import errno
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.wsgi import get_wsgi_application
from waitress import wasyncore
from waitress.server import create_server

from bot.console.desk import KEY, Desk

Start = Callable[..., Any]


class PageAddressTaken(OSError):
    """Another program listens there; the message says what to do."""


def application(desk: Desk) -> Callable[[dict[str, Any], Start], Iterable[bytes]]:
    django = get_wsgi_application()

    def handle(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        environ[KEY] = desk.at()
        return django(environ, start_response)

    return handle


@contextmanager
def served(desk: Desk, *, host: str, port: int) -> Iterator[str]:
    """Serves until the block ends; yields the address. Raises PageAddressTaken."""
    sockets: dict[int, object] = {}
    try:
        server = create_server(
            application(desk),
            map=sockets,
            host=host,
            port=port,
            threads=4,
            ident="",
            clear_untrusted_proxy_headers=True,
        )
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise PageAddressTaken(
            f"port {port} on {host} is taken: choose another with --port, or 0 for any"
        ) from None
    thread = threading.Thread(target=server.run, name="pages", daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.effective_port}"
    finally:
        # In the loop's own thread: it ends when no socket is left, and browsers keep theirs open.
        server.trigger.pull_trigger(lambda: wasyncore.close_all(sockets, ignore_all=True))
        thread.join(timeout=5)
        server.task_dispatcher.shutdown()
