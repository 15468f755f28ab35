"""`askhour simulator`: the simulated X as a program of its own."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests

from bot.x.simulator import standalone

COMMAND = [sys.executable, "-m", "bot.cli", "simulator"]


@contextmanager
def running(*options: str) -> Iterator[tuple["subprocess.Popen[str]", list[str]]]:
    """The program and what it said before it began to wait."""
    program = subprocess.Popen([*COMMAND, "--port", "0", *options], stdout=subprocess.PIPE, text=True)  # noqa: S603
    try:
        assert program.stdout is not None
        said = []
        for line in program.stdout:
            said.append(line.rstrip("\n"))
            if "Authorization" in line:
                break
        yield program, said
    finally:
        program.kill()
        program.communicate()


def test_it_says_where_it_is_and_ends_with_ctrl_c() -> None:
    with running("--seed", "3") as (program, said):
        url = said[0].split()[4]
        assert "offline and free" in said[0]
        keys = dict(line.split("=", 1) for line in said if line.startswith("ASKHOUR_"))
        headers = {"Authorization": f"Bearer {keys['ASKHOUR_X_ACCESS_TOKEN']}"}
        me = requests.get(f"{url}/2/users/me", headers=headers, timeout=20).json()
        assert me["data"]["username"] == "mammohour"
        assert requests.get(url, timeout=20).text.startswith("<!doctype html>")
        program.send_signal(signal.SIGINT)
        assert program.wait(20) == 0


def test_every_key_is_named_as_askhour_reads_it() -> None:
    with running("--account", "@clinic", "--account", "pat", "--chaos", "bad-evening") as (_, said):
        names = {line.partition("=")[0] for line in said if not line.startswith("#")}
        assert names == {
            "ASKHOUR_X_API_KEY",
            "ASKHOUR_X_API_SECRET",
            "ASKHOUR_X_ACCESS_TOKEN",
            "ASKHOUR_X_ACCESS_TOKEN_SECRET",
            "ASKHOUR_X_BEARER_TOKEN",
            "ASKHOUR_X_SIMULATOR",
            "ASKHOUR_X_CLIENT_ID",
            "ASKHOUR_X_CLIENT_SECRET",
        }
        assert "ASKHOUR_X_ACCESS_TOKEN=token-of-clinic" in said


def test_the_first_account_is_the_host_and_the_seed_repeats_everything() -> None:
    one, other = (standalone.world_of(5, "light", ["clinic", "pat"]) for _ in range(2))
    assert [(a.handle, a.verified) for a in one.accounts.values()] == [("clinic", True), ("pat", False)]
    assert one.rng.random() == other.rng.random()
    assert standalone.world_of(5, "bad-evening", ["clinic"]).chaos.outage is not None


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--chaos", "storm"], "none, light, bad evening"),
        (["--account", "no spaces"], "no handle"),
        (["--account", "twice", "--account", "Twice"], "taken"),
    ],
)
def test_a_mistake_is_said_in_a_line(options: list[str], word: str) -> None:
    ended = subprocess.run([*COMMAND, *options], capture_output=True, text=True, timeout=60, check=False)  # noqa: S603
    assert ended.returncode == 2
    assert word in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_commands_help_does_not_load_the_simulator() -> None:
    """`askhour --help` answers at once."""
    code = "import sys, bot.cli; sys.exit('bot.x.simulator' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0  # noqa: S603
