"""What every test may ask for."""

import os
import tempfile

from hypothesis import settings

# Before Django reads its settings: tests never touch an installation's data.
os.environ["ASKHOUR_DATA"] = tempfile.mkdtemp(prefix="askhour-test-")
os.environ["ASKHOUR_HTTPS"] = "0"

settings.register_profile("default", deadline=None)  # no test depends on this machine's speed
settings.register_profile("ci", deadline=None, max_examples=300, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")
