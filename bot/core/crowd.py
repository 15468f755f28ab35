"""A crowd that asks and talks, for rehearsals: who posts what and when. The same seed, the same evening."""

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

STRICT: Mapping[str, str] = {"extra": "forbid"}
BLANK = re.compile(r"\{(\w+)\}")


class Kind(StrEnum):
    """What a post is, as its writer means it: what became of it is held against this."""

    UNKNOWN = ""
    GENERAL = "general"  # may be answered from the FAQ
    PERSONAL = "personal"  # a clinician must answer
    URGENT = "urgent"  # a crisis or an emergency
    CHATTER = "chatter"  # asks nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Stem:
    """A question, with {blanks} to be filled. `weight` is how often, beside the others."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT

    text: str
    kind: Kind = Kind.GENERAL
    weight: float = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentences:
    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT

    stems: tuple[Stem, ...]
    chatter: tuple[str, ...]
    openers: tuple[str, ...] = ("",)
    closers: tuple[str, ...] = ("",)
    fills: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not (self.stems and self.chatter and self.openers and self.closers):
            raise ValueError("`stems`, `chatter`, `openers` and `closers` need at least one sentence each")
        if any(stem.weight <= 0 for stem in self.stems):
            raise ValueError("a `weight` should be more than 0")
        texts = [*(stem.text for stem in self.stems), *self.chatter]
        unknown = {name for text in texts for name in BLANK.findall(text)} - set(self.fills)
        if unknown:
            raise ValueError(f"`fills` has nothing for {', '.join(sorted(unknown))}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """How much, and how it comes.

    From published chats: 444 posts by 33 people with 31 % reposts in a typical hour (#JACR, 2014), 1,500 in
    a busy one (US News #PatientChat, 2013), a sudden spike at the start (#pr20chat), 35 % near-duplicates
    among the questions of a Q&A. That 15 % of the others are questions, that a prompt brings a minute of five
    times as many, and how many mention the host are assumptions: nobody has published them.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT

    per_hour: int = 450
    people: int = 35
    reposts: float = 0.30
    questions: float = 0.15
    near_duplicates: float = 0.35
    first_minutes: float = 2
    first_times: float = 3
    burst_minutes: float = 1
    burst_times: float = 5
    questions_mention: float = 0.9
    chatter_mentions: float = 0.2

    def __post_init__(self) -> None:
        if not 1 <= self.per_hour <= 20_000:
            raise ValueError("`per_hour` should be between 1 and 20000")
        if not 2 <= self.people <= 5_000:
            raise ValueError("`people` should be between 2 and 5000")
        shares = ("reposts", "questions", "near_duplicates", "questions_mention", "chatter_mentions")
        wrong = [name for name in shares if not 0 <= getattr(self, name) < 1.0001]
        if wrong:
            raise ValueError(f"{', '.join(wrong)}: a share is between 0 and 1")


@dataclass(frozen=True, slots=True)
class Said:
    """One post. A `repost` repeats an earlier text, word for word."""

    minute: float
    author: str
    text: str
    kind: Kind
    repost: bool = False


def crowd(
    volume: Volume,
    sentences: Sentences,
    *,
    length: float,
    prompts: Sequence[float],
    host: str,
    hashtag: str,
    seed: int,
) -> tuple[Said, ...]:
    """What a crowd posts in an hour of `length` minutes with prompts at these minutes, in order of time."""
    rng = random.Random(seed)  # noqa: S311 - a play, repeatable
    times = moments(volume, length=length, prompts=prompts, rng=rng)
    reposts = set(rng.sample(range(1, len(times)), min(round(len(times) * volume.reposts), len(times) - 1)))
    talk = _Talk(volume, sentences, f"@{host}", hashtag, rng)
    said: list[Said] = []
    for number, minute in enumerate(times):
        said.append(talk.repost(minute, said) if number in reposts else talk.post(minute))
    return tuple(said)


def moments(volume: Volume, *, length: float, prompts: Sequence[float], rng: random.Random) -> list[float]:
    """When they post: `per_hour` on the whole, more in the first minutes and after each prompt."""
    step = 0.25
    slots = [index * step for index in range(int(length / step))]
    weights = [_weight(volume, slot, prompts) for slot in slots]
    count = max(1, round(volume.per_hour * length / 60))
    return sorted(slot + rng.random() * step for slot in rng.choices(slots, weights, k=count))


def _weight(volume: Volume, minute: float, prompts: Sequence[float]) -> float:
    if any(prompt <= minute < prompt + volume.burst_minutes for prompt in prompts):
        return volume.burst_times
    return volume.first_times if minute < volume.first_minutes else 1


class _Talk:
    """Fills in the sentences. Nobody says the same thing twice, as X would refuse it."""

    def __init__(
        self, volume: Volume, sentences: Sentences, host: str, hashtag: str, rng: random.Random
    ) -> None:
        self._volume, self._sentences, self._rng = volume, sentences, rng
        self._host, self._hashtag = host, hashtag
        self._asked: list[tuple[str, Kind]] = []
        self._said: set[tuple[str, str]] = set()

    def post(self, minute: float) -> Said:
        if self._rng.random() < self._volume.questions:
            bare, kind = self._question()
            mentions = self._rng.random() < self._volume.questions_mention
        else:
            bare, kind = self._filled(self._rng.choice(self._sentences.chatter)), Kind.CHATTER
            mentions = self._rng.random() < self._volume.chatter_mentions
        text = f"{self._host} {bare}" if mentions else f"{bare} {self._hashtag}"
        return self._by_somebody(minute, text, kind, repost=False)

    def repost(self, minute: float, earlier: Sequence[Said]) -> Said:
        one = self._rng.choice([said for said in earlier if not said.repost])
        return self._by_somebody(minute, one.text, one.kind, repost=True)

    def _by_somebody(self, minute: float, text: str, kind: Kind, *, repost: bool) -> Said:
        author = f"guest_{self._rng.randrange(self._volume.people) + 1}"
        while (author, text) in self._said:
            # Somebody new comes in: the others have all said it, or chance would have it so.
            author = f"late_{len(self._said)}"
        self._said.add((author, text))
        return Said(minute, author, text, kind, repost)

    def _question(self) -> tuple[str, Kind]:
        if self._asked and self._rng.random() < self._volume.near_duplicates:
            bare, kind = self._rng.choice(self._asked)
            return self._in_other_words(bare), kind
        stems = self._sentences.stems
        stem = self._rng.choices(stems, [stem.weight for stem in stems])[0]
        asked = (self._filled(stem.text), stem.kind)
        self._asked.append(asked)
        return asked

    def _filled(self, text: str) -> str:
        return BLANK.sub(lambda found: self._rng.choice(self._sentences.fills[found[1]]), text)

    def _in_other_words(self, text: str) -> str:
        """As people repeat a question: a greeting, small letters, no question mark, a slip of the finger."""
        rng = self._rng
        changed = "".join(self._slips(text)) if rng.random() < 0.3 else text
        changed = changed.lower() if rng.random() < 0.4 else changed
        changed = changed.rstrip("?") if rng.random() < 0.3 else changed
        return rng.choice(self._sentences.openers) + changed + rng.choice(self._sentences.closers)

    def _slips(self, text: str) -> Iterator[str]:
        """Two neighbouring letters of one long word change places."""
        words = text.split(" ")
        long = [index for index, word in enumerate(words) if len(word) > 5 and word.isalpha()]
        if long:
            index = self._rng.choice(long)
            word, at = words[index], self._rng.randrange(1, len(words[index]) - 2)
            words[index] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        yield " ".join(words)
