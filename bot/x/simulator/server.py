"""HTTP in front of a world."""

import errno
import json
import select
import socket
import socketserver
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from bot.x.simulator import api, control, page, signing_in, stream
from bot.x.simulator.wire import Answer, Opened, Request
from bot.x.simulator.world import World

POLL = 0.05  # seconds between looks at whether to stop


class PortInUseError(OSError):
    """Something else listens on the port; choose another, or 0 for any that is free."""


class Server(ThreadingHTTPServer):
    """Listens on this machine only: whoever reaches it may post as anybody."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, world: World, port: int) -> None:
        self.world = world
        self.stopping = Event()
        self._connections: set[socket.socket] = set()
        self._connections_lock = Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def server_bind(self) -> None:
        """Without the reverse look-up of the host's name, which may take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.port

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        with self._connections_lock:
            self._connections.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        with self._connections_lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A reader that went away is no error here; everything else is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def close_connections(self) -> None:
        """Wake the threads that wait for a next request, or that hold one back."""
        self.stopping.set()
        with self._connections_lock:
            for connection in self._connections:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def serve(world: World, port: int = 0) -> Iterator[Server]:
    """Answer until the block ends; open streams end with it."""
    try:
        server = Server(world, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortInUseError(error.errno, f"port {port} is taken by another program") from error
        raise
    thread = Thread(target=server.serve_forever, args=(POLL,), name="x-simulator", daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        server.shutdown()
        server.close_connections()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def do_PUT(self) -> None:
        self._handle()

    def do_DELETE(self) -> None:
        self._handle()

    def log_message(self, format: str, *args: Any) -> None:
        """Requests hold what people wrote: they are not logged."""

    def _handle(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length) if length else b""
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        world = self.server.world
        if parts.path.startswith("/control/"):
            status, answer = control.handle(world, self.command, parts.path, body, self._is_local())
            self._send(status, answer, {})
        elif parts.path == "/":
            shown = page.html_of(world, handle=query.get("handle", ""), watch="watch" in query)
            self._send(200, shown, {})
        elif parts.path == signing_in.PAGE:
            self._give(signing_in.page(world, query))
        else:
            token = self.headers.get("authorization", "")
            self._give(api.answer(world, Request(self.command, parts.path, query, body, token)))

    def _give(self, answer: Answer) -> None:
        if answer.hangs:
            self._hold()
        if answer.hangs or answer.resets:
            self._reset()
        elif answer.stream:
            self._stream(answer.stream, answer.headers)
        else:
            self._send(answer.status, answer.body, answer.headers)

    def _send(self, status: int, body: Any, headers: dict[str, str]) -> None:
        is_text = isinstance(body, str)
        content = body.encode() if is_text else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "text/html; charset=utf-8" if is_text else "application/json")
        self.send_header("content-length", str(len(content)))
        if is_text:
            self.send_header("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'")
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _stream(self, opened: Opened, headers: dict[str, str]) -> None:
        self.close_connection = True
        begun = False

        def send(data: bytes) -> None:
            nonlocal begun
            if not begun:
                begun = True
                self._stream_headers(headers)
            if data:
                self._chunk(data)

        world, stopping = self.server.world, self.server.stopping
        stream.run(world, opened, send=send, is_gone=self._is_gone, stopping=stopping)
        with suppress(OSError):
            send(b"")
            self.wfile.write(b"0\r\n\r\n")

    def _stream_headers(self, headers: dict[str, str]) -> None:
        self.send_response(200)
        self.send_header("content-type", "application/json; charset=utf-8")
        self.send_header("transfer-encoding", "chunked")
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def _hold(self) -> None:
        """Answer nothing until the caller gives up, or the server stops."""
        end = time.monotonic() + self.server.world.settings.hold
        while time.monotonic() < end and not self._is_gone() and not self.server.stopping.wait(POLL):
            pass

    def _is_gone(self) -> bool:
        try:
            readable, _, _ = select.select([self.connection], [], [], 0)
            return bool(readable) and not self.connection.recv(1, socket.MSG_PEEK)
        except (OSError, ValueError):
            return True

    def _reset(self) -> None:
        """Close so that the caller sees a reset and not a polite end."""
        self.close_connection = True
        with suppress(OSError):
            linger = (1).to_bytes(4, "little") + (0).to_bytes(4, "little")
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.close()

    def _is_local(self) -> bool:
        """A web page that somebody has open must not be able to drive the simulator."""
        host = self.headers.get("host", "").rpartition(":")[0]
        is_json = self.headers.get("content-type", "").startswith("application/json")
        return host in {"127.0.0.1", "localhost"} and (self.command == "GET" or is_json)
