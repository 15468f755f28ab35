"""askhour: hosts question hours on X for patient education. The tree is described in docs/overview.md."""

import os

# Before numpy is imported: its products here are small, and its threads would only disturb the encoder and
# the other processes of this machine.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
