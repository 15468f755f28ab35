"""Loaded before Django reads its settings (`-p` in pyproject.toml): tests never touch an installation."""

import os
import tempfile
from pathlib import Path

# Where this machine has the encoder, for the tests that need it. All others match by words alone, so
# that they come out the same on every machine.
_models = os.environ.pop("ASKHOUR_MODELS", "") or Path(os.environ.get("ASKHOUR_DATA", "data")) / "models"
os.environ.setdefault("ASKHOUR_TEST_MODELS", str(Path(_models).resolve()))
# In memory where that is possible: no test cuts the power, and waiting for a disk is half of their time.
MEMORY = "/dev/shm"  # noqa: S108 - the folder made in it is ours alone
WHERE = MEMORY if os.access(MEMORY, os.W_OK) else None
os.environ["ASKHOUR_DATA"] = tempfile.mkdtemp(prefix="askhour-test-", dir=WHERE)
os.environ["ASKHOUR_HTTPS"] = "0"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright runs a loop in the thread of its tests
# A run against PostgreSQL asks for it by this name, so that no other setting reaches the tests.
os.environ["ASKHOUR_DATABASE_URL"] = os.environ.get("ASKHOUR_TEST_DATABASE_URL", "")
for name in [name for name in os.environ if name.startswith("ASKHOUR_X_")]:
    del os.environ[name]
