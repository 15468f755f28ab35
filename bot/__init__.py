"""askhour: hosts question hours on X for patient education. The tree is described in docs/overview.md."""

__version__ = "0.1.0"
