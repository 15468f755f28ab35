"""X as an HTTP server that we can break at will.

`World` holds accounts and posts and X's rules; `serve` puts API v2 in front of it; the real client
library is pointed at it with `SimulatorAdapter`. What X does not document is a setting, and its
default is the reading that is worse for us.
"""

from bot.x.simulator.adapter import SimulatorAdapter
from bot.x.simulator.chaos import Chaos, Fault
from bot.x.simulator.ledger import Entry, Ledger
from bot.x.simulator.posts import Account, Post
from bot.x.simulator.server import PortInUseError, Server, serve
from bot.x.simulator.settings import Settings
from bot.x.simulator.world import World

__all__ = [
    "Account",
    "Chaos",
    "Entry",
    "Fault",
    "Ledger",
    "PortInUseError",
    "Post",
    "Server",
    "Settings",
    "SimulatorAdapter",
    "World",
    "serve",
]
