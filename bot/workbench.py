"""`askhour eval guardrails` and `askhour guardrails train`: for those who write rules and sentences."""

import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean, median

from bot import config, faq, guardrails
from bot.core.entry import Handling
from bot.core.measure import Judged, confusion, headline, precision, recall
from bot.core.screen import Label, Screen
from bot.learned_file import NAME, kinds
from bot.learning import learn, written
from bot.sentences import Sentence, load_sentences

Labelled = Sequence[tuple[str, frozenset[Label]]]


def train() -> Path:
    """Learns anew and writes `learned.json`. Says where it is.

    The FAQ's own wordings, as far as the rules alone take them for general, are learned from as well.
    """
    content = config.find_content()
    folder, general = content.guardrails, frozenset({str(Label.GENERAL)})
    rules = guardrails.load_rules(folder)
    sentences = load_sentences(folder)
    sentences += [
        Sentence(text, general, f"faq:{text}")
        for entry in faq.load(content.faq).entries.values()
        if entry.handling is Handling.AUTO
        for text in (entry.question, *entry.phrasings)
        if rules(text).may_be_answered
    ]
    learned = learn(sentences, kinds(guardrails.load_words(folder)), guardrails.load_spelling(folder))
    path = folder / NAME
    path.write_text(written(learned), encoding="utf-8")
    return path


def evaluate(file: Path | None, *, without_learned: bool = False) -> Iterator[str]:
    """The report, line by line: on our own held-out sentences, or on a file of JSON lines."""
    folder = config.find_content().guardrails
    screen = guardrails.load_rules(folder) if without_learned else guardrails.load_screen(folder)
    posts = _from_file(file) if file else _held_out(folder)
    judged, times = _judged(screen, posts)
    yield f"{file or 'our own held-out sentences'}: {len(posts)} posts"
    yield f"{mean(times):.1f} ms on average, {median(times):.1f} ms in the middle"
    yield ""
    yield from (f"{name + ':':<48}{share}" for name, share in headline(judged).items())
    yield ""
    yield f"{'':<16}{'found':<36}right when said"
    for label in Label:
        yield f"{label:<16}{recall(judged, label)!s:<36}{precision(judged, label)}"
    yield ""
    yield "What decided (rows: what it is; columns: what was said)"
    yield from _table(confusion(judged))


def _table(rows: dict[str, dict[str, int]]) -> Iterator[str]:
    names = list(next(iter(rows.values())))
    yield f"{'':<16}" + "".join(f"{name[:9]:>10}" for name in names)
    for name, row in rows.items():
        yield f"{name:<16}" + "".join(f"{row[column] or '.':>10}" for column in names)


def _held_out(folder: Path) -> Labelled:
    kept = [sentence for sentence in load_sentences(folder) if sentence.held_out]
    return [(sentence.text, frozenset(map(Label, sentence.labels))) for sentence in kept]


def _from_file(path: Path) -> Labelled:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [(row["text"], frozenset(map(Label, row["labels"]))) for row in rows]


def _judged(screen: Screen, posts: Labelled) -> tuple[list[Judged], list[float]]:
    judged, times = [], []
    for text, truth in posts:
        began = time.perf_counter()
        said = screen(text).labels
        times.append(1000 * (time.perf_counter() - began))
        judged.append(Judged(truth, said))
    return judged, times
