"""From bytes to posts, and what X's refusals mean: pure, so tables and Hypothesis."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from bot.x.meaning import Answer
from bot.x.port import Post, PostDelayed, XClosed, XUnavailable
from bot.x.push import missing_activities, plan_rules
from bot.x.push_answers import Next, is_duplicate, of_answer, of_error, of_problem, of_sign_in
from bot.x.push_lines import Found, Lines, Problem, activity, filtered
from bot.x.reading import Unreadable

POST: dict[str, Any] = {
    "id": "19",
    "author_id": "7",
    "created_at": "2027-02-03T19:00:00.000Z",
    "text": "Ça va? 🩷",
}


def line(**changed: Any) -> bytes:
    return json.dumps({"data": POST} | changed, ensure_ascii=False).encode()


def event(kind: str = "post.mention.create", user: str = "5", payload: Mapping[str, Any] = POST) -> bytes:
    whole = {**POST, **payload}
    inside = {"event_type": kind, "filter": {"user_id": user}, "payload": whole, "event_uuid": "-1"}
    return json.dumps({"data": inside}).encode()


# Lines


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n")), max_size=8), st.data())
def test_any_chunking_gives_the_same_lines(texts: list[str], data: st.DataObject) -> None:
    raw = b"".join(text.encode() + data.draw(st.sampled_from([b"\r\n", b"\n"])) for text in texts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=12)))
    lines = Lines()
    found = [
        line for a, b in zip([0, *cuts], [*cuts, len(raw)], strict=True) for line in lines.feed(raw[a:b])
    ]
    assert [line.decode() for line in found] == texts


def test_a_line_without_its_end_is_kept_until_it_comes() -> None:
    lines = Lines()
    assert [lines.feed(part) for part in (b"a", b"b\r", b"\nc", b"\n")] == [[], [], [b"ab"], [b"c"]]


def test_a_line_without_an_end_does_not_fill_the_memory() -> None:
    lines = Lines(longest=10)
    assert [lines.feed(part) for part in (b"x" * 9, b"yy", b"z" * 50, b"tail\nnext\n")] == [
        [],
        [],
        [],
        [b"next"],
    ]
    assert lines.dropped == 1


# What a line holds


def test_a_post_of_the_filtered_stream_is_read() -> None:
    found = filtered(line(matching_rules=[{"id": "1", "tag": "ours"}]), tag="ours")
    assert isinstance(found, Post)
    assert found.text == "Ça va? 🩷"


def test_a_tab_that_x_did_not_escape_costs_no_post() -> None:
    found = filtered(line().replace(b"va?", b"va?\t"), tag="ours")
    assert isinstance(found, Post)


@pytest.mark.parametrize(
    ("rules", "ours"),
    [
        ([{"id": "1", "tag": "ours"}], True),
        ([{"id": "2", "tag": "theirs"}], False),
        ([{"id": "2"}], False),  # a tag is optional
        ([{"id": "2"}, {"id": "3"}], True),  # the same rule, set by somebody else
        ([], True),
        (None, True),
    ],
)
def test_what_only_somebody_elses_rule_matched_is_passed_over(rules: Any, ours: bool) -> None:
    assert (filtered(line(matching_rules=rules), tag="ours", rule_ids={"3"}) is not None) is ours


@pytest.mark.parametrize("raw", [b"", b"  ", b'{"new": {"kind": "of message"}}'])
def test_keep_alives_and_new_kinds_of_messages_are_passed_over(raw: bytes) -> None:
    assert filtered(raw, tag="ours") is None
    assert activity(raw, user_id="5") is None


@pytest.mark.parametrize("kind", ["post.mention.create", "post.reply.create", "post.quote.create"])
def test_a_post_of_the_activity_stream_is_read_in_both_spellings(kind: str) -> None:
    for name in ("referenced_tweets", "referenced_posts"):
        found = activity(event(kind, payload={name: [{"type": "replied_to", "id": "4"}]}), user_id="5")
        assert isinstance(found, Post)
        assert found.replied_to == "4"


def test_an_activity_may_say_only_in_its_own_field_what_it_replies_to() -> None:
    found = activity(event(payload={"in_reply_to_tweet_id": "4"}), user_id="5")
    assert isinstance(found, Post)
    assert found.replied_to == "4"


def test_other_activities_and_those_of_another_account_are_passed_over() -> None:
    assert activity(event("post.delete"), user_id="5") is None
    assert activity(event(user="6"), user_id="5") is None


BROKEN = [
    b"{",
    b"[]",
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"data": 5}',
    line()[:-20],
    json.dumps({"data": POST | {"entities": {"mentions": [{"username": "a", "start": 1e999}]}}}).encode(),
]


@pytest.mark.parametrize("raw", BROKEN)
def test_a_line_that_cannot_be_read_says_so(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        filtered(raw, tag="ours")
    with pytest.raises(Unreadable):
        activity(raw, user_id="5")


def test_an_unreadable_line_is_not_quoted() -> None:
    with pytest.raises(Unreadable) as caught:
        filtered(json.dumps({"data": POST | {"id": "my breast hurts"}}).encode(), tag="ours")
    assert "breast" not in str(caught.value)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["data", "errors", "matching_rules", "payload", "filter", "event_type", "id", "title"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(st.binary() | anything.map(lambda value: json.dumps(value).encode()))
def test_no_bytes_raise_anything_else(raw: bytes) -> None:
    readers: list[Callable[[], Found]] = [
        lambda: filtered(raw, tag="ours"),
        lambda: activity(raw, user_id="5"),
    ]
    for read in readers:
        try:
            found = read()
        except Unreadable:
            continue
        if isinstance(found, Problem):
            assert of_problem(found.answer).why


# Refusals, and errors inside the stream

CROWDED = {
    "title": "ConnectionException",
    "detail": "This stream is currently at the maximum allowed connection limit.",
    "connection_issue": "TooManyConnections",
    "type": "https://api.x.com/2/problems/streaming-connection",
}
CAPPED = {"title": "UsageCapExceeded", "type": "https://api.twitter.com/2/problems/usage-capped"}


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, {"title": "Invalid Request"}, Next.NEVER),
        (401, {}, Next.NEVER),
        (402, {"title": "CreditsDepleted"}, Next.NEVER),
        (403, {"reason": "client-not-enrolled"}, Next.NEVER),
        (404, {}, Next.LATER),
        (409, {}, Next.NO_RULES),
        (429, {"title": "Too Many Requests"}, Next.LIMITED),
        (429, CROWDED, Next.CROWDED),
        (429, CAPPED, Next.NEVER),
        (503, "<html>", Next.LATER),
        (302, "", Next.LATER),
    ],
)
def test_what_a_refusal_means(status: int, body: Any, expected: Next) -> None:
    text = body if isinstance(body, str) else json.dumps(body)
    assert of_answer(Answer(status, text, {})).next is expected


def test_a_limit_lasts_until_x_says() -> None:
    ending = of_answer(Answer(429, "{}", {"x-rate-limit-reset": "1800000000"}))
    assert ending.until == datetime.fromtimestamp(1_800_000_001, UTC)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            {"errors": [{"title": "operational-disconnect", "disconnect_type": "OperationalDisconnect"}]},
            Next.AGAIN,
        ),
        ({"errors": [{"message": "something new"}]}, Next.AGAIN),
        (CROWDED, Next.CROWDED),
        ({"errors": [CAPPED]}, Next.NEVER),
        ({"errors": [{"title": "CreditsDepleted", "type": "…/problems/credits"}]}, Next.NEVER),
        ({"errors": [{"title": "Unauthorized", "status": 401}]}, Next.NEVER),
    ],
)
def test_what_an_error_inside_the_stream_means(body: Any, expected: Next) -> None:
    found = filtered(json.dumps(body).encode(), tag="ours")
    assert isinstance(found, Problem)
    assert of_problem(found.answer).next is expected


def test_x_names_the_reason_for_which_it_ends_a_stream() -> None:
    found = filtered(b'{"errors":[{"title":"x","disconnect_type":"SlowReader"}]}', tag="ours")
    assert isinstance(found, Problem)
    assert "SlowReader" in of_problem(found.answer).why


def test_an_error_about_one_thing_is_not_about_the_stream() -> None:
    assert filtered(b'{"errors":[{"title":"Not Found Error","resource_type":"user"}]}', tag="ours") is None


def test_a_broken_connection_is_told_by_its_class_alone() -> None:
    ending = of_error(requests.ConnectionError("https://api.x.com/?secret=1"))
    assert (ending.next, ending.why) == (Next.AGAIN, "the connection broke (ConnectionError)")
    assert "in time" in of_error(requests.ReadTimeout("…")).why
    assert of_error(KeyError("what a patient wrote")).why == "a mistake in the program (KeyError)"


def test_without_a_token_there_is_nothing_to_subscribe_with() -> None:
    until = datetime(2027, 1, 1, tzinfo=UTC)
    assert of_sign_in(XClosed("sign in")).next is Next.NEVER
    assert of_sign_in(PostDelayed("later", until)).until == until
    assert of_sign_in(XUnavailable("no answer")).next is Next.LATER


@pytest.mark.parametrize(
    ("error", "duplicate"),
    [
        ({"title": "DuplicateRule", "type": "…/duplicate-rules", "value": "a"}, True),
        ({"message": "the subscription already exists"}, True),
        ({"title": "InvalidRules", "details": ["Reference to invalid operator"]}, False),
    ],
)
def test_what_is_there_already_is_told_from_what_is_wrong(error: Any, duplicate: bool) -> None:
    assert (
        is_duplicate(Answer(400, json.dumps({"errors": [error], "title": "Invalid Request"}), {}))
        is duplicate
    )


# What to set up


def test_our_older_rules_go_and_foreign_ones_stay() -> None:
    listed = [
        {"id": "1", "value": "old", "tag": "ours"},
        {"id": "2", "value": "theirs", "tag": "theirs"},
        {"id": "3", "value": "without a tag"},
    ]
    plan = plan_rules(listed, rule="new", tag="ours")
    assert (plan.keep, plan.drop) == (frozenset(), ("1",))


def test_a_rule_that_is_there_is_kept_whoever_set_it() -> None:
    listed = [{"id": "1", "value": "new", "tag": "ours"}, {"id": "2", "value": "new", "tag": "theirs"}]
    plan = plan_rules(listed, rule="new", tag="ours")
    assert (plan.keep, plan.drop) == (frozenset({"1", "2"}), ())


def test_only_missing_subscriptions_are_made() -> None:
    listed: list[dict[str, Any]] = [
        {"event_type": "post.mention.create", "filter": {"user_id": "5"}, "webhook_id": "9"},
        {"event_type": "post.reply.create", "filter": {"user_id": "6"}},
        {"event_type": "news.new", "filter": {"keyword": "x"}},
    ]
    assert missing_activities(listed, user_id="5") == ["post.reply.create", "post.quote.create"]
