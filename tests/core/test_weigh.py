"""The length that X counts and the links that X sees."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.weigh import MAX_WEIGHT, has_url, url_spans, weighted_length


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("", 0),
        ("Does it hurt?", 13),
        ("Wait…", 6),
        ("• a bullet", 11),
        ("“quoted” – it’s", 15),
        ("検診", 4),
        ("боль", 4),
        ("cafe\u0301", 4),
        ("two\nlines", 9),
    ],
)
def test_letters_of_alphabets_count_one_and_the_rest_two(text: str, weight: int) -> None:
    assert weighted_length(text) == weight


@pytest.mark.parametrize(
    "emoji",
    ["👋", "❤️", "©", "👍🏽", "👩‍🔬", "👨‍👩‍👧‍👦", "🇨🇦", "3️⃣", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🐦‍🔥", "🙂‍↔️"],
)
def test_an_emoji_counts_two_however_many_characters_draw_it(emoji: str) -> None:
    assert weighted_length(emoji) == 2
    assert weighted_length(f"a{emoji}b") == 4


def test_two_emoji_glued_together_that_make_no_emoji_are_counted_apart() -> None:
    assert weighted_length("😀\u200d😀") == 5


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org",
        "http://example.org/a/very/long/path/that/goes/on/and/on?and=on#end",
        "cancer.org",
        "bit.ly/x",
        "www.nhs.uk/conditions/breast-screening-mammogram",
        "EXAMPLE.COM",
        "https://t.co/AbCdEfGhIj",
        "https://例え.jp/x",
        "example.org/wiki/Breast_(anatomy)",
    ],
)
def test_every_link_counts_the_same(url: str) -> None:
    assert weighted_length(url) == 23
    assert weighted_length(f"See {url}, please.") == 4 + 23 + 9
    assert has_url(url)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "No links here.",
        "e.g. this, i.e. that",
        "At 19.30 p.m.",
        "write to help@example.org",
        "https://",
        "a.b.c",
        "file.nosuchtld",
        "@anna.com",
    ],
)
def test_what_only_looks_like_a_link_is_counted_as_words(text: str) -> None:
    assert not has_url(text)
    assert weighted_length(text) == len(text)


def test_a_missing_space_after_a_full_stop_makes_a_link() -> None:
    """X links `it.is`; whoever types it pays for it, so we must see it too."""
    assert has_url("Do not fear it.is over soon")


def test_a_domain_in_a_script_without_spaces_is_found() -> None:
    assert has_url("詳しくはcancer.org中")
    assert weighted_length("詳しくはcancer.org") >= 8 + 23


def test_the_longest_text_that_fits() -> None:
    assert weighted_length("a" * 280) == MAX_WEIGHT
    assert weighted_length("検" * 140) == MAX_WEIGHT
    assert weighted_length("検" * 141) > MAX_WEIGHT


def test_spans_point_at_the_links() -> None:
    text = "Read cancer.org or (https://nhs.uk/x)."
    assert [text[start:end] for start, end in url_spans(text)] == ["cancer.org", "https://nhs.uk/x"]


@pytest.mark.parametrize(
    "unit",
    [
        "a.",
        "a.com",
        "http://",
        "é",
        "a.com/(",
        "中.",
        "-",
        "👩\u200d",
        "xn--.",
        "?a.com?",
        "(",
        "e\u0301",
    ],
)
def test_hostile_texts_of_the_length_of_a_long_post_are_counted(unit: str) -> None:
    """The suite's time limit is the check: a quadratic pattern takes minutes here."""
    text = (unit * 25_000)[:25_000]
    assert weighted_length(text) >= 0
    assert weighted_length("https://a.com/" + text) >= 0


_TEXTS = st.text() | st.lists(
    st.sampled_from(["a", ".", "com", "https://", "/", "é", "中", "👩", "\u200d", "🔬", "@", "(", " "])
).map("".join)


@given(_TEXTS)
def test_any_text_has_a_length(text: str) -> None:
    assert weighted_length(text) >= 0
    assert has_url(text) in {True, False}


@given(_TEXTS, _TEXTS)
def test_two_texts_apart_are_as_long_as_each_and_the_space(one: str, other: str) -> None:
    apart = weighted_length(f"{one} {other}")
    assert apart <= weighted_length(one) + weighted_length(other) + 1 + 2 * 24


@given(_TEXTS)
def test_no_text_is_longer_than_two_a_character_and_its_links(text: str) -> None:
    assert weighted_length(text) <= 2 * len(text) + 24 * text.count(".")


@given(_TEXTS)
def test_a_text_without_a_full_stop_has_no_link(text: str) -> None:
    assert not has_url(text.replace(".", ""))
