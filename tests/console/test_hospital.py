"""A hospital's sign-in (OpenID Connect): it opens accounts that were invited, and no others."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from bot import staff
from bot.environment import BadEnvironment, oidc
from bot.staff import Role
from tests.console.conftest import NOW

pytestmark = pytest.mark.django_db


class Hospital(BaseHTTPRequestHandler):
    """A provider that says about everybody what the test has written into `person`."""

    person: ClassVar[dict[str, object]] = {}

    def do_GET(self) -> None:
        here = f"http://{self.headers['host']}"
        if self.path == "/.well-known/openid-configuration":
            ends = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
            self._say({"issuer": here} | {f"{name}_endpoint": f"{here}/{end}" for name, end in ends.items()})
        else:
            self._say(self.person)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self._say({"access_token": "t", "token_type": "Bearer"})

    def _say(self, what: object) -> None:
        body = json.dumps(what).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hospital(settings: Any) -> Iterator[type[Hospital]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hospital)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    app = {
        "provider_id": "hospital", "name": "St Test", "client_id": "askhour", "secret": "s",
        "settings": {"server_url": f"http://127.0.0.1:{server.server_port}"},
    }  # fmt: skip
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    yield Hospital
    server.shutdown()
    server.server_close()


def comes_back(client: Client) -> None:
    """Presses the button, is sent to the hospital, and comes back with its code."""
    there = client.post(reverse("openid_connect_login", args=["hospital"])).headers["location"]
    state = parse_qs(urlsplit(there).query)["state"][0]
    client.get(reverse("openid_connect_callback", args=["hospital"]), {"code": "c", "state": state})


def test_it_opens_the_account_that_was_invited(client: Client, hospital: type[Hospital]) -> None:
    vera = staff.invite("vera", "Vera Vale", "vera@hospital.example", Role.VIEWER, who="root", now=NOW)
    hospital.person = {"sub": "1", "email": "vera@hospital.example", "email_verified": True}
    comes_back(client)
    assert client.session["_auth_user_id"] == str(vera.pk)


@pytest.mark.parametrize(
    "person",
    [
        {"sub": "2", "email": "nobody@hospital.example", "email_verified": True},
        {"sub": "3", "email": "vera@hospital.example", "email_verified": False},
    ],
    ids=["not invited", "an address that the hospital has not verified"],
)
def test_it_opens_nothing_else(client: Client, hospital: type[Hospital], person: dict[str, object]) -> None:
    staff.invite("vera", "Vera Vale", "vera@hospital.example", Role.VIEWER, who="root", now=NOW)
    hospital.person = person
    comes_back(client)
    assert "_auth_user_id" not in client.session


def test_whoever_may_answer_still_shows_a_second_factor(
    client: Client, hospital: type[Hospital], monkeypatch: pytest.MonkeyPatch
) -> None:
    staff.invite("ana", "Ana Alm", "ana@hospital.example", Role.ADMIN, who="root", now=NOW)
    hospital.person = {"sub": "4", "email": "ana@hospital.example", "email_verified": True}
    comes_back(client)
    assert client.get("/people").headers["location"] == reverse("second-factor")
    # Unless the hospital has asked for it, as we were told.
    monkeypatch.setenv("ASKHOUR_OIDC_HAS_SECOND_FACTOR", "1")
    assert client.get("/people").status_code == 200


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"ASKHOUR_OIDC_URL": "https://id.example"}, "ASKHOUR_OIDC_CLIENT_ID, ASKHOUR_OIDC_CLIENT_SECRET"),
        (
            {"ASKHOUR_OIDC_URL": "http://id.example", "ASKHOUR_OIDC_CLIENT_ID": "a"}
            | {"ASKHOUR_OIDC_CLIENT_SECRET": "b"},
            "https://",
        ),
    ],
)
def test_a_half_set_hospital_is_told_at_the_start(env: dict[str, str], said: str) -> None:
    with pytest.raises(BadEnvironment, match=said):
        oidc(env=env)


def test_without_one_there_is_none() -> None:
    assert oidc(env={}) == {}
