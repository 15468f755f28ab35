"""Seals small secrets that are stored: useless to whoever has the database without our keys."""

import base64
import os
from collections.abc import Mapping, Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot import environment

#: Each purpose has keys of its own, so that one kind of secret cannot be passed off as another.
X_TOKENS = "tokens of X, 1"
SECOND_FACTOR = "second factors, 1"


class CannotOpen(Exception):
    """Sealed with another key, or changed since."""


def fernet(secrets: Sequence[str], purpose: str) -> MultiFernet:
    """The first secret seals, each of them opens."""
    return MultiFernet([Fernet(_derived(secret, purpose)) for secret in secrets])


def close(text: str, *, purpose: str, env: Mapping[str, str] = os.environ) -> str:
    """Sealed with the installation's own keys."""
    return fernet(environment.token_keys(env=env), purpose).encrypt(text.encode()).decode()


def open_(sealed: str, *, purpose: str, env: Mapping[str, str] = os.environ) -> str:
    """Raises CannotOpen."""
    try:
        return fernet(environment.token_keys(env=env), purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise CannotOpen("set the ASKHOUR_TOKEN_KEY (or ASKHOUR_SECRET_KEY) it was sealed with") from None


def _derived(secret: str, purpose: str) -> bytes:
    # Long random secrets, so a derivation and no stretching.
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"askhour: {purpose}".encode())
    return base64.urlsafe_b64encode(kdf.derive(secret.encode()))
