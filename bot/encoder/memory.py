"""Keeps the vectors of the FAQ's wordings, so that only new wordings cost time at a start or a reload.

Only wordings that clinicians wrote are kept, under a hash. What patients ask never gets here: X forbids
to keep the text of posts for learning, and a vector is near enough to its text.
"""

import os
import zipfile
from collections.abc import Callable, Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]


class Memory:
    """An encoder that remembers. `file` belongs to one version of the encoder; a damaged one is rebuilt."""

    def __init__(self, encode: Encode, file: Path) -> None:
        self._encode = encode
        self._file = file
        self._known: dict[bytes, NDArray[np.float16]] = _read(file)

    def __call__(self, texts: Sequence[str]) -> Vectors:
        keys = [_key(text) for text in texts]
        unknown = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        if unknown:
            made = self._encode(list(unknown.values())).astype(np.float16)
            self._known.update(zip(unknown, made, strict=True))
            # What the FAQ no longer says is forgotten with the next thing that it says anew.
            _write(self._file, {key: self._known[key] for key in dict.fromkeys(keys)})
        if not keys:
            return np.zeros((0, 0), dtype=np.float32)
        return np.array([self._known[key] for key in keys], dtype=np.float32)


def lately(encode: Encode) -> Encode:
    """The same encoder, but it knows the last question still: the queue compares what was just matched."""
    last: tuple[str, Vectors] = ("", np.zeros((0, 0), dtype=np.float32))

    def with_last(texts: Sequence[str]) -> Vectors:
        nonlocal last
        if len(texts) != 1:
            return encode(texts)
        text, vectors = last  # read at once: another thread may put its own in its place
        if text != texts[0] or not len(vectors):
            vectors = encode(texts)
            last = texts[0], vectors
        return vectors

    return with_last


def _key(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=16).digest()


def _read(file: Path) -> dict[bytes, NDArray[np.float16]]:
    try:
        with np.load(file, allow_pickle=False) as stored:
            keys, vectors = stored["keys"], stored["vectors"]
            return {key.tobytes(): vector for key, vector in zip(keys, vectors, strict=True)}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}


def _write(file: Path, known: dict[bytes, NDArray[np.float16]]) -> None:
    """Whole or not at all: another process may be reading it. A full disk costs time, not the start."""
    new = file.with_suffix(f".{os.getpid()}.new.npz")
    keys = np.frombuffer(b"".join(known), dtype=np.uint8).reshape(-1, 16)
    try:
        np.savez(new, keys=keys, vectors=np.array(list(known.values())))
        new.replace(file)
    except OSError:
        new.unlink(missing_ok=True)
