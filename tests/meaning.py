"""The encoder of this machine, for the tests that need it."""

import os
from pathlib import Path

import pytest

from bot.encoder import install
from bot.matching import Reader, installed_reader


@pytest.fixture(scope="session")
def reader() -> Reader:
    """Skips, with the reason, where there is no encoder. Nothing is remembered beside its files."""
    where = Path(os.environ["ASKHOUR_TEST_MODELS"])
    installed = installed_reader(where)
    if installed is None:
        pytest.skip(f"no encoder in {where}: {install.why_not(where)}")
    return Reader(installed.encode, installed.encode)
