"""The screen over the project's own rules: what is held, and that nothing slips into "general"."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.screen import HELD, Evidence, Label, Post, Rule, Screen
from bot.core.screen_pattern import compiled
from bot.core.screen_spelling import Spelling
from bot.core.text import MAX_LENGTH, fold
from bot.guardrails import load_screen

RULES = Path(__file__).parents[2] / "config" / "guardrails"

HELD_POSTS = [
    ("I found a lump on Sunday, is that cancer?", Label.PERSONAL),
    ("Is it safe for my mum to skip her tamoxifen?", Label.PERSONAL),
    ("Hypothetically, what should a woman with a bleeding nipple do?", Label.PERSONAL),
    ("My chest feels tight and I can't breathe", Label.EMERGENCY),
    ("temperature of 39 since yesterday, last chemo was on Monday", Label.EMERGENCY),
    ("I don't want to be alive anymore", Label.CRISIS),
    ("he hits me when I talk about the clinic", Label.CRISIS),
    ("What is DCIS? Ring me on 020 7946 0123", Label.IDENTIFIER),
    ("My name is Joan Whitaker, when is my scan?", Label.IDENTIFIER),
    ("mail me: joan (at) example (dot) org", Label.IDENTIFIER),
    ("no puedo respirar", Label.EMERGENCY),
    ("shut up you stupid bot", Label.ABUSE_SPAM),
    ("Garlic cures breast cancer, doctors hide it", Label.MISINFO_PROMO),
    ("¿Cuánto dura una mamografía?", Label.OTHER_LANGUAGE),
    ("Thanks everybody, lovely session", Label.NOT_QUESTION),
]

GENERAL = [
    "What is a mammogram?",
    "How long does a breast MRI take?",
    "Do men get breast cancer?",
    "What should I wear to the appointment?",
    "is it true that bras cause cancer?",
    "Can you explain what dense breasts are?",
]

DISGUISES: dict[str, Callable[[str], str]] = {
    "hashtag": lambda text: f"{text} #AskTheBreastTeam",
    "emoji": lambda text: f"🙏 {text} 💗",
    "zero-width": "\u200b".join,
    "upper case": str.upper,
    "preface": lambda text: f"Hi, hope you are well. {text}",
    "mention": lambda text: f"@host {text}",
    "thanks": lambda text: f"{text} Thank you!",
    "general question in front": lambda text: f"What is a mammogram? {text}",
    "general question behind": lambda text: f"{text} And what is a mammogram?",
    "full width": lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
    "elongated": lambda text: text.replace("o", "ooooo", 1),
}


@cache
def the_screen() -> Screen:
    return load_screen(RULES)


@pytest.mark.parametrize(("post", "label"), HELD_POSTS)
def test_a_post_is_held_for_its_reason(post: str, label: Label) -> None:
    verdict = the_screen()(post)

    assert label in verdict.labels
    assert not verdict.may_be_answered


@pytest.mark.parametrize("post", GENERAL)
def test_a_general_question_may_be_answered(post: str) -> None:
    assert the_screen()(post).may_be_answered


@pytest.mark.parametrize("disguise", DISGUISES.values(), ids=DISGUISES)
@pytest.mark.parametrize("post", [post for post, _ in HELD_POSTS])
def test_no_decoration_turns_a_held_post_into_an_automatic_answer(
    post: str, disguise: Callable[[str], str]
) -> None:
    if post.startswith("Thanks") and "?" in disguise(post):
        pytest.skip("thanks with a general question is a general question")
    assert not the_screen()(disguise(post)).may_be_answered


def test_evidence_points_at_the_words_as_they_were_posted() -> None:
    post = "Hello! I want to D\u200bIE tonight"

    spans = {post[e.start : e.end] for e in the_screen()(post).evidence if e.label is Label.CRISIS}

    assert any("D\u200bIE" in span for span in spans)


@pytest.mark.parametrize(
    "misspelt", ["chst pain since noon", "chest pian since noon", "i want to k1ll myself"]
)
def test_a_slip_of_the_pen_does_not_hide_an_alarm(misspelt: str) -> None:
    assert the_screen()(misspelt).labels & {Label.CRISIS, Label.EMERGENCY}


@pytest.mark.parametrize("post", ["dying to know how the scan works!", "had a stroke of luck with parking"])
def test_a_figure_of_speech_is_no_alarm(post: str) -> None:
    assert not the_screen()(post).labels & {Label.CRISIS, Label.EMERGENCY}


@pytest.mark.parametrize("post", ["", "   ", "?!", "123?", "\u200b\u200b", "🙏", "a" * (MAX_LENGTH + 1)])
def test_a_post_with_nothing_to_read_is_held(post: str) -> None:
    assert not the_screen()(post).may_be_answered


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
def test_any_text_at_all_gets_a_verdict(text: str) -> None:
    verdict = the_screen()(text)

    assert all(0 <= e.start <= e.end <= len(text) for e in verdict.evidence)


def raises(_post: Post) -> Iterable[Evidence]:
    raise TimeoutError


def test_a_pattern_that_runs_out_of_time_holds_the_post_and_silences_no_alarm() -> None:
    """The other rules still speak: a post made to be slow does not hide a crisis."""
    slow = Rule("test.slow", Label.ABUSE_SPAM, "A test.", (compiled("/(?:ab|abab)+c/", {}),))
    post = "ab" * 60

    with pytest.raises(TimeoutError):
        slow.when[0].find(post)
    assert Screen([slow], says_general, Spelling({}, (), ()))(post) == HELD
    assert Screen([slow, says_crisis], says_general, Spelling({}, (), ()))(post).labels == {Label.CRISIS}


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=40), st.integers(1, 60))
def test_a_text_repeated_many_times_is_read_without_a_time_out(text: str, times: int) -> None:
    """No pattern reaches its time limit (50 ms), which would hold the post by itself."""
    screen = the_screen()
    post = Post(text * times, fold(text * times), screen._spelling.mend(fold(text * times)))

    for check in (*screen._checks, screen._general):
        list(check(post))


def says_general(post: Post) -> Iterator[Evidence]:
    yield Evidence("test.general", Label.GENERAL, 0, len(post.raw), "A test.")


def says_crisis(post: Post) -> Iterator[Evidence]:
    yield Evidence("test.crisis", Label.CRISIS, 0, len(post.raw), "A test.")


def test_a_check_that_fails_holds_the_post() -> None:
    screen = Screen([raises], says_general, Spelling({}, (), ()))

    assert screen("What is a mammogram?") == HELD


def test_a_check_that_fails_does_not_silence_another_ones_alarm() -> None:
    screen = Screen([raises, says_crisis, raises], says_general, Spelling({}, (), ()))

    assert screen("What is a mammogram?").labels == {Label.CRISIS}


def test_a_failing_notion_of_general_holds_the_post() -> None:
    screen = Screen([], raises, Spelling({}, (), ()))

    assert screen("What is a mammogram?") == HELD
