"""A mail server and a webhook on this machine, which keep what they get."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

import requests
from requests.adapters import HTTPAdapter


@dataclass
class Box:
    """What came in; `answers` is how the server answers, one call after the other, and well after that."""

    got: list[str] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    port: int = 0

    def answer(self) -> int:
        return self.answers.pop(0) if self.answers else 0


class _Mail(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        box = cast(Any, self.server).box
        self._say("220 here")
        for line in iter(self.rfile.readline, b""):
            verb = line.strip().upper()
            if verb == b"DATA":
                self._data(box)
            elif verb == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 well")

    def _data(self, box: Box) -> None:
        self._say("354 go on")
        lines = list(iter(lambda: self.rfile.readline().decode().rstrip("\r\n"), "."))
        code = box.answer()
        if code:
            self._say(f"{code} no")
            return
        box.got.append("\n".join(lines))
        self._say("250 kept")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class _Hook(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        box = cast(Any, self.server).box
        text = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["text"]
        code = box.answer() or 200
        if code == 200:
            box.got.append(text)
        self.send_response(code)
        if code == 302:
            self.send_header("Location", "http://127.0.0.1:1/inside")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


class _Threads(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextmanager
def _serving(server: Any) -> Iterator[Box]:
    server.box = Box(port=server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.box
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def mail_server() -> Any:
    return _serving(_Threads(("127.0.0.1", 0), _Mail))


def hook_server() -> Any:
    return _serving(ThreadingHTTPServer(("127.0.0.1", 0), _Hook))


class _Here(HTTPAdapter):
    """Brings what is for https://hooks.example to the server on this machine: the wire, not the library."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._port = port

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        assert request.url
        request.url = request.url.replace("https://hooks.example", f"http://127.0.0.1:{self._port}")
        return super().send(request, *args, **kwargs)


def session_to(port: int) -> requests.Session:
    session = requests.Session()
    session.mount("https://hooks.example", _Here(port))
    return session
