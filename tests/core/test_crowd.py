"""A simulated crowd: as many, as bursty and as repetitive as published chats, and the same for each seed."""

import random
from collections import Counter
from dataclasses import replace

import pytest

from bot.core.crowd import Kind, Said, Sentences, Stem, Volume, crowd, moments

SENTENCES = Sentences(
    stems=(
        Stem(text="does it hurt for {who}?", weight=3),
        Stem(text="how long does it take overall?"),
        Stem(text="is my report bad?", kind=Kind.PERSONAL),
    ),
    chatter=("hello from {where}", "good evening"),
    openers=("", "hi, "),
    closers=("", " thanks"),
    fills={"who": ("people", "men"), "where": ("Leeds", "Porto")},
)
PROMPTS = (10.0, 30.0)


def said(volume: Volume | None = None, *, seed: int = 1) -> tuple[Said, ...]:
    return crowd(
        volume or Volume(), SENTENCES, length=60, prompts=PROMPTS, host="host", hashtag="#Tag", seed=seed
    )


def test_the_same_seed_brings_the_same_evening_and_another_seed_another() -> None:
    assert said() == said()
    assert said() != said(seed=2)


def test_a_typical_evening_has_450_posts_of_which_30_per_cent_repeat_earlier_ones() -> None:
    evening = said()
    assert len(evening) == 450
    assert sum(one.repost for one in evening) == 135
    earlier: set[str] = set()
    for one in evening:
        assert not one.repost or one.text in earlier
        earlier.add(one.text)
    assert [one.minute for one in evening] == sorted(one.minute for one in evening)


def test_nobody_says_the_same_thing_twice_as_x_would_refuse_it() -> None:
    pairs = Counter((one.author, one.text) for one in said(Volume(per_hour=3000, people=5)))
    assert set(pairs.values()) == {1}


def test_the_first_minutes_and_those_after_a_prompt_are_busier() -> None:
    volume = Volume(per_hour=20_000)
    times = moments(volume, length=60, prompts=PROMPTS, rng=random.Random(1))
    per_minute = Counter(int(minute) for minute in times)
    quiet = sum(per_minute[minute] for minute in range(40, 60)) / 20
    assert 2.6 < per_minute[0] / quiet < 3.4
    assert 2.6 < per_minute[1] / quiet < 3.4
    for prompt in PROMPTS:
        assert 4.5 < per_minute[int(prompt)] / quiet < 5.5


def test_about_a_third_of_the_questions_are_asked_again_in_other_words() -> None:
    evening = said(replace(Volume(per_hour=20_000), reposts=0, questions=1, questions_mention=1))
    plain = {f"@host does it hurt for {who}?" for who in ("people", "men")}
    plain |= {"@host how long does it take overall?", "@host is my report bad?"}
    # a quarter of the other wordings come out as the plain one again
    varied = sum(one.text not in plain for one in evening) / len(evening)
    assert 0.2 < varied < 0.35


def test_what_a_post_means_is_known_whatever_its_words() -> None:
    evening = said(replace(Volume(per_hour=2000), reposts=0))
    assert {one.kind for one in evening if "report" in one.text.lower()} == {Kind.PERSONAL}
    share = sum(one.kind is not Kind.CHATTER for one in evening) / len(evening)
    assert 0.12 < share < 0.18


@pytest.mark.parametrize(
    "wrong",
    [
        {"per_hour": 0}, {"people": 1}, {"reposts": 1.5}, {"near_duplicates": -0.1},
    ],
)  # fmt: skip
def test_a_volume_that_cannot_be_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Volume(**wrong)  # type: ignore[arg-type]


def test_sentences_with_a_blank_that_nothing_fills_are_refused() -> None:
    with pytest.raises(ValueError, match="nothing for who"):
        replace(SENTENCES, fills={"where": ("Leeds",)})
