"""Runs the encoder. It is read once and shared; threads may call it at the same time."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

WIDTH = 2 * 384  # the meaning, and the reading one layer earlier
MOST_PIECES = 128  # of words; a post has fewer
MANY = 8  # batches, from which more cores are worth their start
AT_ONCE = 32  # sentences: more need memory and save no time

Vectors = NDArray[np.float32]


class Encoder:
    def __init__(self, model: Path, tokenizer: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # one question takes 2 ms; the other cores belong to others
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(model), options, ["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(MOST_PIECES)
        self._tokenizer.enable_padding()

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """For each text two vectors of length 1, side by side: `MEANING` in bot.core.match_meaning."""
        vectors = np.zeros((len(texts), WIDTH), dtype=np.float32)
        shortest_first = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        batches = [shortest_first[start : start + AT_ONCE] for start in range(0, len(texts), AT_ONCE)]

        def encode(places: list[int]) -> None:
            vectors[places] = self._encoded([texts[place] for place in places])

        if len(batches) < MANY:
            for places in batches:
                encode(places)
        else:  # a new FAQ: all cores for once
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                list(pool.map(encode, batches))
        return vectors

    def _encoded(self, texts: list[str]) -> Vectors:
        read = self._read(texts)
        ids = np.array([one.ids for one in read], dtype=np.int64)
        mask = np.array([one.attention_mask for one in read], dtype=np.int64)
        return np.asarray(self._session.run(["vector"], {"ids": ids, "mask": mask})[0], dtype=np.float32)

    def _read(self, texts: list[str]) -> list[Encoding]:
        """A batch wakes threads, which takes longer than to read one text."""
        return [self._tokenizer.encode(texts[0])] if len(texts) == 1 else self._tokenizer.encode_batch(texts)
