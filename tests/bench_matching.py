"""The matcher beside others, in one run: `python -m tests.bench_matching`, part of `make bench`.

Our FAQ, with one wording of each entry asked and not in the index, and a third of the entries left out
altogether; made-up entries fill it up to the size. Wordings that are left out are harder than what patients
ask, so the shares are for comparing methods, not for promising anything. Each method has a process of its
own, for its memory.
"""

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import numpy as np
from rapidfuzz import process
from rich.console import Console
from rich.table import Table

from bot import config, faq, matching
from bot.core.match_meaning import MEANING
from bot.core.match_words import readable
from bot.encoder import install
from bot.encoder.memory import Memory

ROOT = Path(__file__).parents[1]
SIZES = (100, 1_000, 10_000)
PRECISION = 0.98

Answer = tuple[str, float]  # an entry and how sure it is
Match = Callable[[str], Answer]
Wordings = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Exam:
    wordings: Wordings
    asked: list[tuple[str, str]]  # a question and its entry; "" when there is none


def exam(size: int) -> Exam:
    chance = Random(7)
    wordings: Wordings = {}
    asked = []
    for number, entry in enumerate(faq.load(config.find_content(ROOT).faq).entries.values()):
        texts = [entry.question, *entry.phrasings]
        held = texts.pop(chance.randrange(len(texts)))
        left_out = number % 3 == 2
        asked.append((held, "" if left_out else entry.id))
        if not left_out:
            wordings[entry.id] = texts
    topics = [text for topic in matching.load_training() for entry in topic.entries for text in entry]
    words = [word for text in topics for word in text.split()]
    for number in range(size - len(wordings)):
        wordings[f"filler-{number}"] = [" ".join(chance.sample(words, chance.randint(4, 9)))]
    return Exam(wordings, asked)


@cache
def installed() -> matching.Reader | None:
    """Read once: a reload keeps its encoder."""
    return matching.installed_reader()


def ours(memory: Path | None) -> Callable[[Wordings], Match]:
    """By words, or by meaning too with a memory for the wordings."""

    def build(wordings: Wordings) -> Match:
        reader = installed() if memory else None
        if reader and memory:
            reader = matching.Reader(reader.encode, Memory(reader.encode, memory))
        index = matching.load_vocabulary(ROOT / "config" / "synonyms.yaml").index(wordings, reader)

        def match(text: str) -> Answer:
            best = index.match(text).best
            return (best.entry_id, best.probability) if best else ("", 0.0)

        return match

    return build


def fuzzy(wordings: Wordings) -> Match:
    texts, owners = _flat(wordings)

    def match(text: str) -> Answer:
        _, score, place = process.extract(text, texts, limit=1)[0]
        return owners[place], score

    return match


def bm25(wordings: Wordings) -> Match:
    import bm25s  # noqa: PLC0415 - only for this comparison

    texts, owners = _flat(wordings)
    index = bm25s.BM25()
    index.index(bm25s.tokenize(texts, show_progress=False), show_progress=False)

    def match(text: str) -> Answer:
        words = bm25s.tokenize(text, show_progress=False, return_ids=False)
        places, scores = index.retrieve(words, k=1, show_progress=False)
        return owners[int(places[0, 0])], float(scores[0, 0])

    return match


def cosine(wordings: Wordings) -> Match:
    reader = matching.installed_reader()
    assert reader is not None
    texts, owners = _flat(wordings)
    vectors = reader.encode([readable(text) for text in texts])[:, :MEANING]

    def match(text: str) -> Answer:
        scores = vectors @ reader.encode([readable(text)])[0, :MEANING]
        best = int(scores.argmax())
        return owners[best], float(scores[best])

    return match


def _flat(wordings: Wordings) -> tuple[list[str], list[str]]:
    pairs = [(text, entry) for entry, texts in wordings.items() for text in texts]
    return [text for text, _ in pairs], [entry for _, entry in pairs]


def methods(memory: Path) -> dict[str, Callable[[Wordings], Match]]:
    known: dict[str, Callable[[Wordings], Match]] = {"askhour, words": ours(None)}
    if not install.why_not():
        known |= {"askhour, meaning": ours(memory), "MiniLM, cosine": cosine}
    return known | {"BM25 (bm25s)": bm25, "rapidfuzz extract": fuzzy}


def measure(name: str, size: int) -> dict[str, float]:
    given = exam(size)
    builds = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(2):  # the second time as after a restart or a reload: the wordings are known
            begin = time.perf_counter()
            match = methods(Path(folder) / "wordings.npz")[name](given.wordings)
            builds.append(time.perf_counter() - begin)
    match(given.asked[0][0])
    times, answers = [], []
    for text, entry in given.asked:
        begin = time.perf_counter()
        found, sure = match(text)
        times.append((time.perf_counter() - begin) * 1000)
        answers.append((sure, found == entry != ""))
    answerable = sum(bool(entry) for _, entry in given.asked)
    return {
        "first": sum(right for _, right in answers) / answerable,
        "covered": coverage(answers),
        "median": statistics.median(times),
        "high": statistics.quantiles(times, n=20)[-1],
        "built": builds[0],
        "again": builds[1],
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def coverage(answers: Sequence[tuple[float, bool]]) -> float:
    """The most that could be answered at this precision, with a threshold chosen on these very answers."""
    right = np.array([right for _, right in sorted(answers, key=lambda pair: -pair[0])])
    precise = np.cumsum(right) / np.arange(1, len(right) + 1) >= PRECISION
    return float(np.flatnonzero(precise)[-1] + 1) / len(right) if precise.any() else 0.0


def main() -> None:
    table = Table(
        "method", "entries", "first", f"covered at {PRECISION:.0%}",
        "ms, median", "ms, 95 %", "built", "again", "MB",
        title="Matching, side by side",
    )  # fmt: skip
    for size in SIZES:
        for name in methods(Path()):
            command = [sys.executable, "-m", "tests.bench_matching", name, str(size)]
            run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
            found = json.loads(run.stdout)
            table.add_row(
                name,
                f"{size:,}",
                f"{found['first']:.0%}",
                f"{found['covered']:.0%}",
                f"{found['median']:.1f}",
                f"{found['high']:.1f}",
                f"{found['built']:.1f} s",
                f"{found['again']:.1f} s",
                f"{found['memory']:.0f}",
            )
    console = Console(width=110)
    console.print(table)
    console.print(matching.level(), style="dim", highlight=False)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
    else:
        main()
