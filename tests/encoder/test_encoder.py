"""The encoder itself, and its memory. What needs the weights is skipped where they are not."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.core.match_meaning import MEANING
from bot.encoder.install import KNOWN
from bot.encoder.memory import Memory, lately
from bot.matching import Reader, Vocabulary

Vectors = NDArray[np.float32]


def test_the_encoder_says_what_the_original_says(reader: Reader) -> None:
    for one, other, expected in KNOWN:
        assert float(np.dot(*reader.encode([one, other])[:, :MEANING])) == pytest.approx(expected, abs=0.02)


def test_a_text_has_the_same_vector_alone_and_among_others(reader: Reader) -> None:
    texts = ["Does it hurt?", "a", "How long do I have to wait for the letter with my results? " * 20]
    together = reader.encode(texts)
    alone = np.vstack([reader.encode([text]) for text in texts])
    for half in (slice(MEANING), slice(MEANING, None)):
        assert np.allclose(np.linalg.norm(together[:, half], axis=1), 1, atol=1e-4)
        assert ((together * alone)[:, half].sum(axis=1) > 0.99).all()


def test_threads_may_share_the_encoder(reader: Reader) -> None:
    texts = [f"question number {n}" for n in range(40)]
    alone = [reader.encode([text]) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        shared = list(pool.map(lambda text: reader.encode([text]), texts))
    assert np.allclose(np.vstack(alone), np.vstack(shared), atol=1e-5)


@pytest.mark.parametrize("text", ["", " ", "🌹", "a" * 5000, "\x00", "¿Duele?"])
def test_any_text_has_a_vector(reader: Reader, text: str) -> None:
    assert np.isfinite(reader.encode([text])).all()


class Counting:
    """An encoder that counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return np.array([[len(text), 1.0] for text in texts], dtype=np.float32)


def test_only_new_wordings_are_encoded_after_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "wordings.npz"
    Memory(Counting(), file)(["one", "three"])
    later = Counting()
    vectors = Memory(later, file)(["three", "seven", "one"])
    assert later.asked == ["seven"]
    assert vectors[:, 0].tolist() == [5, 5, 3]


def test_a_reload_reads_new_wordings_only_and_leaves_the_old_matcher_as_it_is(tmp_path: Path) -> None:
    encode = Counting()
    reader = Reader(encode, Memory(encode, tmp_path / "wordings.npz"))
    vocabulary = Vocabulary({}, {})
    faq = {"pain": ["does it hurt much"], "park": ["is there somewhere to park"]}
    old = vocabulary.index(faq, reader)
    before = old.match("does it hurt much")
    encode.asked.clear()
    new = vocabulary.index(faq | {"cost": ["what is the price of it"]}, reader)
    assert encode.asked == ["what is the price of it"]
    assert old.match("does it hurt much") == before
    found = new.match("what is the price of it").best
    assert found is not None
    assert found.entry_id == "cost"


def test_two_processes_may_keep_the_same_memory(tmp_path: Path) -> None:
    """The later one wins; whatever was lost is read once more, and nothing is ever half there."""
    file = tmp_path / "wordings.npz"
    one, other = Memory(Counting(), file), Memory(Counting(), file)
    one(["one"])
    other(["three"])
    encode = Counting()
    assert Memory(encode, file)(["one", "three"])[:, 0].tolist() == [3, 5]
    assert encode.asked == ["one"]


def test_a_damaged_memory_is_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "wordings.npz"
    file.write_bytes(b"PK\x03\x04 half a file")
    encode = Counting()
    assert Memory(encode, file)(["one"])[0, 0] == 3
    assert encode.asked == ["one"]
    assert [path.name for path in tmp_path.iterdir()] == ["wordings.npz"]


def test_a_memory_that_cannot_be_kept_still_answers(tmp_path: Path) -> None:
    missing = tmp_path / "gone" / "wordings.npz"
    assert Memory(Counting(), missing)(["one"])[0, 0] == 3


def test_what_the_faq_no_longer_says_is_forgotten(tmp_path: Path) -> None:
    file = tmp_path / "wordings.npz"
    memory = Memory(Counting(), file)
    memory(["one", "two"])
    memory(["two", "four"])
    again = Counting()
    Memory(again, file)(["one"])
    assert again.asked == ["one"]


def test_the_last_question_is_not_encoded_twice() -> None:
    counting = Counting()
    encode = lately(counting)
    assert [encode([text])[0, 0] for text in ("one", "one", "three", "one")] == [3, 3, 5, 3]
    assert counting.asked == ["one", "three", "one"]
    assert encode(["a", "bc"])[:, 0].tolist() == [1, 2]
