"""What an installation sets from outside: names in the environment, and secrets in files.

Every name begins with ASKHOUR_. A secret may be given as a file instead: ASKHOUR_X_API_KEY_FILE names
a file that holds what ASKHOUR_X_API_KEY would (systemd credentials and Docker secrets work so).
"""

import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

PREFIX = "ASKHOUR_"

#: OAuth 1.0a: all four, or none.
OAUTH1 = ("X_API_KEY", "X_API_SECRET", "X_ACCESS_TOKEN", "X_ACCESS_TOKEN_SECRET")
TOKEN_KEY_LENGTH = 32  # characters, the least


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
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", "") or "it is no text"
        if not Path(file).is_absolute():
            # It may be the secret itself, set under the wrong name: not to be repeated.
            raise BadEnvironment(
                f"{PREFIX}{name}_FILE is no file that can be read ({why}): give its whole path, from /"
            ) from None
        raise BadEnvironment(f"{PREFIX}{name}_FILE names {file}, which cannot be read: {why}") from None
    if not found:
        raise BadEnvironment(f"{PREFIX}{name}_FILE names {file}, which is empty")
    return found


def oauth1(*, env: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The four OAuth 1.0a secrets in the order of OAUTH1; () when none is set.

    Raises BadEnvironment when only some are: a host with half a set of keys is a mistake.
    """
    found = {name: secret(name, env=env) for name in OAUTH1}
    missing = [f"{PREFIX}{name}" for name, given in found.items() if not given]
    if len(missing) == len(OAUTH1):
        return ()
    if missing:
        raise BadEnvironment(f"some of the keys for X are missing: set {', '.join(missing)} (or …_FILE)")
    return tuple(found.values())


def need_x_keys(*, env: Mapping[str, str] = os.environ) -> None:
    """Raises BadEnvironment when neither kind of keys for X is set, or half of one."""
    if oauth1(env=env) or secret("X_CLIENT_ID", env=env):
        return
    names = ", ".join(f"{PREFIX}{name}" for name in OAUTH1)
    raise BadEnvironment(
        f"no keys for X: set {names} (or …_FILE), or {PREFIX}X_CLIENT_ID and then run `askhour x login`;"
        " see docs/running.md"
    )


def simulator(*, env: Mapping[str, str] = os.environ) -> str:
    """Where a simulated X listens that is to be used instead of the real one; empty: the real one.

    Only on this machine: keys for X must not be sent anywhere else by a slip of the pen.
    """
    given = value("X_SIMULATOR", env=env)
    if given and not re.fullmatch(r"http://(127\.0\.0\.1|localhost):\d{1,5}/?", given):
        raise BadEnvironment(
            f"{PREFIX}X_SIMULATOR is {given!r}: write http://127.0.0.1:8090, as `askhour simulator` prints it"
        )
    return given.rstrip("/")


def token_keys(*, env: Mapping[str, str] = os.environ) -> list[str]:
    """The secrets that seal stored tokens: the first one seals, each one opens.

    They are those in ASKHOUR_TOKEN_KEY, separated by spaces or lines, and last the signing key: so a
    key can be added in front, and what was sealed before it can still be opened.
    """
    given = secret("TOKEN_KEY", env=env).split()
    if any(len(key) < TOKEN_KEY_LENGTH for key in given):
        raise BadEnvironment(
            f"{PREFIX}TOKEN_KEY holds a key of fewer than {TOKEN_KEY_LENGTH} characters: make one with"
            " `python3 -c 'import secrets; print(secrets.token_urlsafe(48))'`"
        )
    return [*given, signing_key(env=env)]


def oidc(*, env: Mapping[str, str] = os.environ) -> dict[str, object]:
    """The hospital's OpenID Connect provider as django-allauth wants it; {} when none is named.

    Raises BadEnvironment when only a part is set, or when its address is not https.
    """
    server, client = value("OIDC_URL", env=env), value("OIDC_CLIENT_ID", env=env)
    key = secret("OIDC_CLIENT_SECRET", env=env)
    if not (server or client or key):
        return {}
    given = {"OIDC_URL": server, "OIDC_CLIENT_ID": client, "OIDC_CLIENT_SECRET": key}
    if missing := [PREFIX + name for name, found in given.items() if not found]:
        raise BadEnvironment(f"the hospital's sign-in is half set: set {', '.join(missing)} too")
    if not server.startswith("https://"):
        raise BadEnvironment(f"{PREFIX}OIDC_URL is {server!r}: it should begin with https://")
    return {
        "provider_id": "hospital",
        "name": value("OIDC_NAME", "your hospital", env=env),
        "client_id": client,
        "secret": key,
        "settings": {"server_url": server},
    }


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
