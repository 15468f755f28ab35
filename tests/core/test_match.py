"""The matcher as its users see it: which entry, how sure, and when it says nothing."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.core.match import Index

WORDINGS = {
    "park": ["Where can I park my car?", "is there a car park near you", "parking spaces"],
    "park-cost": ["How much does parking cost?", "do i have to pay for parking", "parking fee"],
    "open": ["When is the garden open?", "opening hours of the garden", "what time do you close"],
    "dog": ["Can I bring my dog?", "are dogs allowed in the garden", "visiting with a puppy"],
    "roses": ["When do the roses bloom?", "best month for the roses", "are the roses out yet"],
    "prune": ["How do I prune a rose bush?", "cutting back roses", "pruning tips for roses"],
    "compost": ["How do I make compost?", "starting a compost heap", "what goes into compost"],
    "group": ["Do you offer guided tours for groups?", "tour for a school class", "book a guide"],
}  # fmt: skip
SURE = 0.98


@pytest.fixture(scope="module")
def index() -> Index:
    return Index(WORDINGS)


def best(index: Index, text: str) -> str:
    found = index.match(text).best
    return found.entry_id if found else ""


def automatic(index: Index, text: str) -> str:
    """The entry that would be answered without a person, or nothing."""
    match = index.match(text)
    sure = match.best is not None and match.best.probability >= SURE and not match.gate
    return match.best.entry_id if match.best and sure else ""


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("where is the best place to leave my car", "park"),
        ("wht time doo you clsoe", "open"),
        ("how do i prunne a rose bsh", "prune"),
        ("can i bring my dogs?", "dog"),
        ("@garden u open on sundays? what are ur opening hours #GardenHour", "open"),
        ("ARE THE ROSES OUT YET???", "roses"),
        ("guided #Tours for groups pls 🌹", "group"),
    ],
)
def test_an_entry_is_found_as_people_write(index: Index, text: str, entry: str) -> None:
    assert best(index, text) == entry


def test_the_very_words_of_an_entry_are_answered(index: Index) -> None:
    assert {automatic(index, texts[0]) for texts in WORDINGS.values()} == WORDINGS.keys()


@pytest.mark.parametrize(
    "text",
    [
        "what kind of roses do you have",
        "can I bring my horse",
        "how do I make jam from roses",
        "how much does a guided tour cost",
        "who owns the garden",
        "how do i get to the moon",
    ],
)
def test_a_sibling_question_without_an_entry_is_not_answered(index: Index, text: str) -> None:
    assert automatic(index, text) == ""


def test_candidates_come_best_first_with_the_nearest_wording_of_each_entry(index: Index) -> None:
    ranked = index.match("do I have to pay for a parking space").ranked
    assert [c.entry_id for c in ranked[:2]] == ["park-cost", "park"]
    assert ranked[0].wording == "do i have to pay for parking"
    assert [c.probability for c in ranked] == sorted((c.probability for c in ranked), reverse=True)


def test_a_candidate_says_which_words_it_shares_and_which_it_lacks(index: Index) -> None:
    found = index.match("is compost made from lemmons").best
    assert found is not None
    assert found.shared == ("compost",)
    assert found.missing == ("made", "lemmons")


def test_words_that_mean_the_same_meet() -> None:
    plain = Index(WORDINGS)
    taught = Index(WORDINGS, {"doggo": "dog", "four legged friend": "dog"})
    text = "four-legged friend, may I bring mine?"
    before, after = plain.match(text).ranked[0], taught.match(text).ranked[0]
    assert after.entry_id == "dog"
    assert after.probability > before.probability


def test_an_faq_of_one_entry_answers_that_and_nothing_else() -> None:
    alone = Index({"dog": ["Can I bring my dog to the garden?"]})
    assert automatic(alone, "Can I bring my dog to the garden?") == "dog"
    assert automatic(alone, "Can I bring my own food to the picnic area?") == ""


def test_an_faq_without_entries_finds_nothing() -> None:
    assert Index({}).match("Can I bring my dog?").best is None
    assert Index({"empty": []}).match("Can I bring my dog?").best is None


@pytest.mark.parametrize("text", ["", "   ", "?!", "@garden", "https://t.co/abc", "🌹🌹"])
def test_a_post_without_words_finds_nothing_and_says_so(index: Index, text: str) -> None:
    match = index.match(text)
    assert match.best is None
    assert match.gate


def test_words_that_two_entries_share_are_sure_of_neither() -> None:
    twice = Index({"a": ["opening hours of the shop"], "b": ["opening hours of the shop"]})
    match = twice.match("opening hours of the shop")
    assert match.best is not None
    assert match.best.probability < SURE
    assert match.gate == "another entry is as near"


def test_threads_may_share_an_index(index: Index) -> None:
    texts = [text for wordings in WORDINGS.values() for text in wordings] * 5
    alone = [index.match(text) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(index.match, texts)) == alone


@given(st.text(max_size=300))
@example("\u0301\u0301")
@example("a" * 5000)
@example("rose " * 2000)
@example("'s")
def test_any_text_gets_a_ranking_with_probabilities(index: Index, text: str) -> None:
    match = index.match(text)
    assert match == index.match(text)
    assert all(0 <= c.probability <= 1 for c in match.ranked)
    assert len({c.entry_id for c in match.ranked}) == len(match.ranked) <= 10
    assert match.ranked or match.gate


@given(
    st.dictionaries(st.text(max_size=5), st.lists(st.text(max_size=40), max_size=4), max_size=6),
    st.text(max_size=40),
)
def test_any_faq_can_be_indexed(wordings: dict[str, list[str]], text: str) -> None:
    match = Index(wordings).match(text)
    assert all(0 <= c.probability <= 1 for c in match.ranked)
