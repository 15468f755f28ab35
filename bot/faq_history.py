"""Older versions of the FAQ: a folder, or a revision in git."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class NoVersion(Exception):
    """There is no such version; the message says what may be given."""


@contextmanager
def version(name: str, folder: Path) -> Iterator[Path]:
    """The FAQ as it was: `name` is a folder, or a revision of the repository in which `folder` is.

    Raises NoVersion.
    """
    if Path(name).is_dir():
        yield Path(name)
        return
    commit = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    if commit is None:
        raise NoVersion(f"{name!r} is no folder, and no revision of the repository around {folder}")
    files = _git(folder, "ls-tree", "-z", "--name-only", commit.strip(), "./") or ""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / re.sub(r"[^\w.-]+", "-", name)
        copy.mkdir()
        for file in filter(lambda one: one.endswith(".yaml"), files.split("\0")):
            text = _git(folder, "show", f"{commit.strip()}:./{file}")
            (copy / Path(file).name).write_text(text or "", encoding="utf-8")
        yield copy


def _git(folder: Path, *arguments: str) -> str | None:
    """What git says; None when it refuses. Raises NoVersion when there is no git."""
    git = shutil.which("git")
    if git is None:
        raise NoVersion("git is not installed here: give two folders")
    done = subprocess.run(  # noqa: S603 - no shell, and a revision cannot be taken for an option
        [git, "-C", str(folder), *arguments], capture_output=True, text=True, encoding="utf-8", check=False
    )
    return done.stdout if done.returncode == 0 else None
