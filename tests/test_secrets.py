"""No secret shows itself: each is planted as something that can be recognised, and then looked for."""

import json
import logging
import socket
import traceback
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from bot import config, doctor, environment, logs, vault
from bot.core import doctor as judging
from bot.environment import BadEnvironment
from bot.models import HostAccount, XToken
from bot.x import checkup, oauth2
from bot.x.oauth2 import App, Pair
from bot.x.port import XError
from bot.x.simulator import Fault, SimulatorAdapter
from bot.x.tweepy_x import TweepyX
from tests.hour import Time
from tests.signing import Signing, a_host
from tests.test_bad_input import askhour

CANARY = "c4n4ry"  # not the word itself: a traceback shows the lines of this file
OAUTH1 = environment.OAUTH1
OAUTH2 = ("X_CLIENT_SECRET",)
ALWAYS = ("X_BEARER_TOKEN", "SECRET_KEY", "TOKEN_KEY")
BY = ["environment", "file"]


def planted(name: str) -> str:
    return f"{CANARY}-{name}-{'x' * 32}"


def given(names: tuple[str, ...], by: str, folder: Path) -> dict[str, str]:
    """The environment of an installation with these secrets in it."""
    env = {"ASKHOUR_X_CLIENT_ID": "client-of-testhost"}
    for name in names:
        if by == "environment":
            env[f"ASKHOUR_{name}"] = planted(name)
        else:
            file = folder / name.lower()
            file.write_text(planted(name) + "\n", encoding="utf-8")
            env[f"ASKHOUR_{name}_FILE"] = str(file)
    return env


@pytest.fixture
def signing(transactional_db: None, time: Time) -> Iterator[Signing]:
    with a_host(time) as signing:
        yield signing


@pytest.fixture(autouse=True)
def as_chatty_as_can_be(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(level=logging.DEBUG)


@pytest.fixture(params=["refused by X", "time-out", "nobody there"])
def broken(request: pytest.FixtureRequest, signing: Signing) -> Iterator[SimulatorAdapter]:
    """The way to an X with which no call succeeds."""
    if request.param == "refused by X":
        yield signing.adapter()
        return
    silent = socket.create_server(("127.0.0.1", 0))  # takes connections and never answers
    address = f"http://127.0.0.1:{silent.getsockname()[1]}"
    if request.param == "nobody there":
        silent.close()
    yield SimulatorAdapter(address, timeout=(2, 0.2))
    silent.close()


def told(call: Callable[[], object]) -> str:
    """All that the failure of a call says, its whole traceback with it."""
    with pytest.raises((XError, BadEnvironment)) as failed:
        call()
    return "".join(traceback.format_exception(failed.value)) + repr(failed.value)


def store(pair: Pair, env: Mapping[str, str], time: Time) -> HostAccount:
    host, _ = HostAccount.objects.get_or_create(handle="testhost")
    vault.keep(host, pair, vault.seal(env=env), now=time())
    return host


@pytest.mark.parametrize("by", BY)
def test_oauth1_keys(
    by: str,
    tmp_path: Path,
    broken: SimulatorAdapter,
    signing: Signing,
    capsys: pytest.CaptureFixture[str],
) -> None:
    keys = vault.credentials("testhost", env=given(OAUTH1 + ALWAYS, by, tmp_path))
    x = TweepyX(keys, adapter=broken, clock=signing.time)
    said = repr(keys) + repr(x) + repr(x._client)
    said += told(x.me) + told(lambda: x.post("Hello.")) + told(lambda: x.lookup(["1"]))
    said += told(lambda: list(x.search("#TestHour", since=signing.time())))
    said += repr(checkup.look(x, bearer=planted("X_BEARER_TOKEN"), clock=signing.time, adapter=broken))
    captured = capsys.readouterr()
    assert CANARY not in said + captured.out + captured.err


@pytest.mark.parametrize("by", BY)
def test_oauth2_tokens_and_the_apps_secret(
    by: str,
    tmp_path: Path,
    broken: SimulatorAdapter,
    signing: Signing,
    capsys: pytest.CaptureFixture[str],
) -> None:
    env = given(OAUTH2 + ALWAYS, by, tmp_path)
    pair = Pair(planted("access"), planted("refresh"), signing.time() + timedelta(hours=2))
    store(pair, env, signing.time)
    token = vault.credentials("testhost", env=env, clock=signing.time, adapter=broken)
    x = TweepyX(token, adapter=broken, clock=signing.time)
    said = repr(pair) + repr(vault.app(env=env)) + repr(token) + repr(x) + repr(vault.seal(env=env))
    said += told(lambda: x.post("Hello."))
    signing.time.passes(hours=3)
    said += told(lambda: x.post("Hello.")) + told(x.me)
    said += repr(vault.seal(env=env).open("testhost", XToken.objects.get()))
    captured = capsys.readouterr()
    assert CANARY not in said + captured.out + captured.err


@pytest.mark.parametrize("fault", [Fault.ERROR, Fault.TIMEOUT_LANDED, None])
def test_tokens_that_x_gives(
    fault: Fault | None, signing: Signing, capsys: pytest.CaptureFixture[str]
) -> None:
    """Signing in, renewing and posting, with and without trouble: neither logs nor rows show a token."""
    signing.signs_in()
    signing.time.passes(minutes=111)
    if fault:
        with signing.trouble(fault):
            signing.token().access_token()
    else:
        signing.x().post("Hello.")
    pair = signing.stored()
    said = capsys.readouterr()
    rows = repr(list(XToken.objects.values())) + repr(list(HostAccount.objects.values()))
    for secret in (pair.access, pair.refresh, signing.app.client_secret):
        assert secret not in said.out + said.err + rows


@pytest.mark.parametrize("by", BY)
def test_the_database_holds_no_secret_in_plain_text(by: str, tmp_path: Path, signing: Signing) -> None:
    env = given(OAUTH1 + OAUTH2 + ALWAYS, by, tmp_path)
    store(Pair(planted("access"), planted("refresh"), signing.time()), env, signing.time)
    assert CANARY not in repr(list(XToken.objects.values()))
    if connection.vendor == "sqlite":
        file = Path(connection.settings_dict["NAME"])
        stored = b"".join(part.read_bytes() for part in file.parent.glob(f"{file.name}*"))
        assert b"testhost" in stored  # this is where it would be
        assert CANARY.encode() not in stored


@pytest.mark.parametrize("by", BY)
def test_what_the_doctor_knows_and_says(
    by: str, tmp_path: Path, broken: SimulatorAdapter, signing: Signing
) -> None:
    for names in (OAUTH1 + ALWAYS, OAUTH2 + ALWAYS, OAUTH1[:2] + ALWAYS):
        env = given(names, by, tmp_path)
        store(Pair(planted("access"), planted("refresh"), signing.time()), env, signing.time)
        facts = doctor.examine(
            "mammohour", content=config.find_content(), clock=signing.time, env=env, adapter=broken
        )
        assert CANARY not in repr(facts) + repr(judging.judge(facts))


@pytest.mark.parametrize("by", BY)
@pytest.mark.parametrize("how", ["--json", ""])
def test_the_command(by: str, how: str, tmp_path: Path) -> None:
    """With every secret set, and no way out of this machine."""
    env = given(OAUTH1 + OAUTH2 + ALWAYS, by, tmp_path)
    (tmp_path / "data").mkdir()
    env |= {"ASKHOUR_DATA": str(tmp_path / "data"), "ASKHOUR_DATABASE_URL": ""}
    env |= dict.fromkeys(("HTTPS_PROXY", "https_proxy"), "http://127.0.0.1:9")
    said = askhour("x", "doctor", *([how] if how else []), **env)
    assert said.returncode == 1
    assert "no answer from X" in " ".join(said.stdout.split())
    assert CANARY not in said.stdout + said.stderr
    for file in (tmp_path / "data").iterdir():
        assert CANARY.encode() not in file.read_bytes()


def test_bad_settings_do_not_repeat_a_secret(tmp_path: Path) -> None:
    canary = planted("X_API_KEY")
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff" + canary.encode())
    cases: list[dict[str, str]] = [
        {"ASKHOUR_X_API_KEY": canary},  # and the other three are missing
        {"ASKHOUR_X_API_KEY": canary, "ASKHOUR_X_API_KEY_FILE": "/there"},
        {"ASKHOUR_X_API_KEY_FILE": canary},  # the secret itself, under the name of its file
        {"ASKHOUR_X_API_KEY_FILE": canary + "\x00"},
        {"ASKHOUR_X_API_KEY_FILE": str(binary)},
    ]
    for env in cases:
        said = told(lambda env=env: environment.oauth1(env=env))  # type: ignore[misc]
        assert CANARY not in said
        assert "ASKHOUR_X_A" in said
    said = told(lambda: environment.token_keys(env={"ASKHOUR_TOKEN_KEY": CANARY}))
    assert "fewer than 32 characters" in said
    assert CANARY not in said


def test_an_x_that_repeats_what_we_sent_is_not_quoted(time: Time) -> None:
    canary = planted("refresh")
    answers = [
        json.dumps({"error": "invalid_grant", "error_description": f"{canary} was invalid"}),
        json.dumps({"error": canary}),
        canary,
    ]
    for body in answers:
        for status in (302, 400, 401, 403, 429, 503):
            assert CANARY not in str(oauth2.of_refusal(status, body))
        assert CANARY not in told(lambda body=body: oauth2._pair(body, now=time()))  # type: ignore[misc]
    half = json.dumps({"access_token": canary, "expires_in": "soon"})
    assert CANARY not in told(lambda: oauth2._pair(half, now=time()))


def test_a_code_that_was_pasted_wrongly_is_not_repeated() -> None:
    sign_in = oauth2.begin(App("client", planted("X_CLIENT_SECRET")))
    pasted = f"http://127.0.0.1/?state=another&code={planted('code')}"
    assert CANARY not in told(lambda: oauth2.code_in(pasted, sign_in))
    assert sign_in.verifier not in repr(sign_in)
    assert sign_in.verifier not in sign_in.url
