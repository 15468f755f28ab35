"""A simulated X may stand in for the real one, on this machine only."""

import pytest

from bot.environment import BadEnvironment, simulator


def test_without_it_the_real_x_is_used() -> None:
    assert simulator(env={}) == ""


@pytest.mark.parametrize("given", ["http://127.0.0.1:8090", "http://localhost:8090/"])
def test_one_on_this_machine_is_used(given: str) -> None:
    assert simulator(env={"ASKHOUR_X_SIMULATOR": given}) == given.rstrip("/")


@pytest.mark.parametrize(
    "given", ["http://example.org:80", "https://127.0.0.1:1", "http://127.0.0.1:80@example.org", "yes"]
)
def test_keys_are_sent_nowhere_else(given: str) -> None:
    with pytest.raises(BadEnvironment, match=r"http://127\.0\.0\.1:8090"):
        simulator(env={"ASKHOUR_X_SIMULATOR": given})
