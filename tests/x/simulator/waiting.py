"""Waiting for another thread."""

import time
from collections.abc import Callable


def wait_for(condition: Callable[[], object]) -> None:
    """Until another thread got there; a stream has no other sign."""
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.005)
