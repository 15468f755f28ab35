"""Builds the matcher from the FAQ, `config/synonyms.yaml` and, where it is installed, the encoder."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import ClassVar

from bot import yamlfile
from bot.core.entry import Entry
from bot.core.match import Index
from bot.core.match_meaning import Encode
from bot.core.match_school import Topic
from bot.core.match_words import plain_words
from bot.encoder import install
from bot.yamlfile import BadFiles

TRAINING = Path(__file__).parents[1] / "config" / "matching" / "training"


@dataclass(frozen=True, slots=True)
class Synonym:
    """Words that mean the same to people who ask. `word` stands for all of them."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    word: str
    also: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class KeptApart:
    """Things that must not be taken for one another, each with all its names."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    what: str
    meanings: tuple[tuple[str, ...], ...]
    why: str


@dataclass(frozen=True, slots=True)
class SynonymFile:
    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    synonyms: tuple[Synonym, ...]
    apart: tuple[KeptApart, ...] = ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What `config/synonyms.yaml` says, as the index takes it."""

    synonyms: Mapping[str, str]
    apart: Mapping[str, tuple[tuple[str, ...], ...]]

    def without_synonyms(self) -> "Vocabulary":
        """To measure what they are worth. What is kept apart stays."""
        return replace(self, synonyms={})

    def index(self, wordings: Mapping[str, Sequence[str]], reader: "Reader | None" = None) -> Index:
        """`reader`: with none, the words alone decide."""
        return Index(
            wordings,
            self.synonyms,
            apart=self.apart,
            encode=reader.encode if reader else None,
            encode_wordings=reader.encode_wordings if reader else None,
        )


@dataclass(frozen=True, slots=True)
class Reader:
    """The encoder: `encode` for questions, of which nothing is kept, the other for the FAQ."""

    encode: Encode
    encode_wordings: Encode


def build(config: Path, entries: Iterable[Entry], reader: Reader | None = None) -> Index:
    """The matcher for these entries. Raises BadFiles when the words for it cannot be used.

    For a reload hand in the reader that the old matcher was built with: it knows the old wordings, so only
    new ones are read. Nothing that exists is changed: others may match with the old one meanwhile, and
    take the new one when it is there. Without new wordings 120 entries with 1,300 wordings take half a
    second of one core, and 10,000 entries two.
    """
    words = load_vocabulary(config / "synonyms.yaml")
    return words.index({entry.id: entry.wordings() for entry in entries}, reader)


def level() -> str:
    """Which of the two levels is in use, for a person."""
    reason = install.why_not()
    return f"matching by words alone: {reason}" if reason else "matching by words and by meaning"


def installed_reader(where: Path | None = None) -> Reader | None:
    """The encoder of `askhour models install`, or None: then the words alone decide."""
    where = where or install.folder()
    if install.why_not(where):
        return None
    from bot.encoder.memory import Memory, lately  # noqa: PLC0415 - an extra
    from bot.encoder.run import Encoder  # noqa: PLC0415 - an extra

    encode = Encoder(where / install.MODEL, where / install.TOKENIZER)
    return Reader(lately(encode), Memory(encode, where / install.WORDINGS))


def load_vocabulary(path: Path) -> Vocabulary:
    """Raises BadFiles, also for a word that stands twice."""
    loaded = yamlfile.load(path)
    file = yamlfile.shaped(loaded, SynonymFile)
    stands_for: dict[tuple[str, ...], str] = {}
    problems = []
    for i, group in enumerate(file.synonyms):
        for read, text in {plain_words(text): text for text in (group.word, *group.also)}.items():
            if not read:
                problems.append(loaded.problem(("synonyms", i), f"{text!r} has no letters"))
            elif read in stands_for:
                message = f"{text!r} stands for {stands_for[read]!r} already"
                problems.append(loaded.problem(("synonyms", i, "also"), message))
            stands_for[read] = group.word
    problems += [
        loaded.problem(("apart", i), f"{what!r} stands twice")
        for i, what in enumerate(group.what for group in file.apart)
        if what in [group.what for group in file.apart[:i]]
    ]
    if problems:
        raise BadFiles(problems)
    return Vocabulary(
        {" ".join(read): word for read, word in stands_for.items()},
        {group.what: group.meanings for group in file.apart},
    )


def load_training(folder: Path = TRAINING) -> list[Topic]:
    """Our own questions about everyday subjects, by file name. Raises BadFiles."""
    files = sorted(folder.glob("*.yaml"))
    return yamlfile.together(partial(yamlfile.read, path, Topic) for path in files)
