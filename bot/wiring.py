"""Which X the calls go to: the real one, or a simulated one on this machine."""

import sys
from typing import TYPE_CHECKING

from bot import environment

if TYPE_CHECKING:
    from bot.x.simulator import SimulatorAdapter


def adapter() -> "SimulatorAdapter | None":
    """What to mount on sessions; None for the real X. Says so when it is not. Raises BadEnvironment."""
    address = environment.simulator()
    if not address:
        return None
    from bot.x.simulator import SimulatorAdapter  # noqa: PLC0415 - the real X needs none of it

    print(f"Nothing reaches the real X: all calls go to the simulated one at {address}.", file=sys.stderr)
    return SimulatorAdapter(address)


def page(url: str) -> str:
    """The address of a page of X, for a person: at the simulated X when that is used."""
    return url.replace("https://x.com", environment.simulator() or "https://x.com", 1)
