"""What every test may ask for."""

import os

from hypothesis import settings

from tests.hour import clinician, hour, time
from tests.meaning import reader

__all__ = ["clinician", "hour", "reader", "time"]

settings.register_profile("default", deadline=None)  # no test depends on this machine's speed
settings.register_profile("ci", deadline=None, max_examples=300, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")
