"""What an installation sets from outside: names in the environment, and secrets in files.

Every name begins with ASKHOUR_. A secret may be given as a file instead: ASKHOUR_X_API_KEY_FILE names
a file that holds what ASKHOUR_X_API_KEY would (systemd credentials and Docker secrets work so).
"""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

PREFIX = "ASKHOUR_"


class BadEnvironment(Exception):
    """Something in the environment cannot be used; the message says what to do."""


def value(name: str, default: str = "", *, env: Mapping[str, str] = os.environ) -> str:
    return env.get(PREFIX + name, default).strip()


def flag(name: str, *, default: bool, env: Mapping[str, str] = os.environ) -> bool:
    """A switch: 1, true, yes, on or their opposites. Raises BadEnvironment for anything else."""
    given = value(name, env=env).casefold()
    if not given:
        return default
    if given in ("1", "true", "yes", "on"):
        return True
    if given in ("0", "false", "no", "off"):
        return False
    raise BadEnvironment(f"{PREFIX}{name} is {given!r}: write 1 or 0")


def secret(name: str, *, env: Mapping[str, str] = os.environ) -> str:
    """A secret from ASKHOUR_<name> or the file named by ASKHOUR_<name>_FILE; empty when unset.

    Raises BadEnvironment when both are set, or when the file cannot be read or is empty.
    """
    direct, file = value(name, env=env), value(f"{name}_FILE", env=env)
    if direct and file:
        raise BadEnvironment(f"both {PREFIX}{name} and {PREFIX}{name}_FILE are set: keep one")
    if not file:
        return direct
    try:
        found = Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise BadEnvironment(
            f"{PREFIX}{name}_FILE names {file}, which cannot be read: {error.strerror}"
        ) from None
    if not found:
        raise BadEnvironment(f"{PREFIX}{name}_FILE names {file}, which is empty")
    return found


def data_folder(*, env: Mapping[str, str] = os.environ) -> Path:
    """Where the database and the generated key live: ASKHOUR_DATA, or `data` here."""
    return Path(value("DATA", "data", env=env)).resolve()


def signing_key(*, env: Mapping[str, str] = os.environ) -> str:
    """The key that signs cookies and sign-in links: given, or made once and kept in the data folder."""
    given = secret("SECRET_KEY", env=env)
    if given:
        return given
    file = data_folder(env=env) / "secret-key"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        # Two processes may start at once: whoever is second reads what the first one wrote.
        try:
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
                out.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass
    return file.read_text(encoding="utf-8").strip()
