"""What X's answers mean, row by row, in both of the spellings that were seen in 2026."""

import json
from datetime import UTC, datetime

import pytest

from bot.x.meaning import Answer, of_post, of_read
from bot.x.port import (
    NotSummoned,
    OddlyRefused,
    PostDelayed,
    PostDuplicate,
    PostGone,
    PostRefused,
    PostUnsure,
    XClosed,
    XError,
    XUnavailable,
)

CREDITS_NEW = {"detail": "credits depleted", "type": "https://api.x.com/2/problems/credits-depleted"}
CREDITS_OLD = {"title": "CreditsDepleted", "type": "https://api.twitter.com/2/problems/credits"}
CAP = {"title": "UsageCapExceeded", "type": "https://api.twitter.com/2/problems/usage-capped"}

POSTS: list[tuple[int, object, type[XError]]] = [
    (400, {"title": "Invalid Request"}, PostRefused),
    (401, {"title": "Unauthorized"}, XClosed),
    (402, CREDITS_NEW, XClosed),
    (402, CREDITS_OLD, XClosed),
    (403, {"detail": "… only … posts where you are mentioned or are the author."}, NotSummoned),
    (403, {"detail": "… you have not been mentioned or otherwise engaged by the author"}, NotSummoned),
    (403, {"detail": "You are not allowed to create a Tweet with duplicate content."}, PostDuplicate),
    (403, {"errors": [{"code": 187, "message": "Status is a duplicate."}]}, PostDuplicate),
    (403, {"detail": "You attempted to reply to a Tweet that is deleted or not visible to you."}, PostGone),
    (403, {"detail": "The original Tweet author restricted who can reply to this Tweet."}, PostRefused),
    (403, {"detail": "Posts are limited to a maximum of one cashtag"}, PostRefused),
    (403, {"reason": "client-not-enrolled", "type": "…/client-forbidden"}, XClosed),
    (403, {"detail": "You are not permitted to perform this action."}, OddlyRefused),
    (403, {"errors": [{"code": 185, "message": "User is over daily status update limit."}]}, PostDelayed),
    (403, {"errors": [{"code": 385, "message": "… deleted or not visible to you."}]}, PostGone),
    (403, {"errors": [{"code": 433, "message": "… author restricted who can reply …"}]}, PostRefused),
    (403, {"title": "Forbidden", "reason": "user-not-enrolled"}, XClosed),
    (403, {"title": "Forbidden", "type": "…/oauth1-permissions"}, XClosed),
    (403, "<html>", PostRefused),
    (409, {"title": "RulesInvalidIssue"}, PostRefused),
    (404, {}, PostGone),
    (429, {"title": "Too Many Requests"}, PostDelayed),
    (429, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}, PostDelayed),
    (429, CAP, XClosed),
    (500, "<html>oops", PostUnsure),
    (503, {}, PostUnsure),
    (504, [], PostUnsure),
]  # fmt: skip


def answer(status: int, body: object, **headers: str) -> Answer:
    text = body if isinstance(body, str) else json.dumps(body)
    return Answer(status, text, {name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize(("status", "body", "kind"), POSTS)
def test_what_a_failed_post_means(status: int, body: object, kind: type[XError]) -> None:
    assert type(of_post(answer(status, body))) is kind


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, {}, XClosed),
        (402, CREDITS_OLD, XClosed),
        (403, {"type": "…/client-forbidden"}, XClosed),
        (403, {}, XUnavailable),
        (404, {}, XUnavailable),
        (429, {}, PostDelayed),
        (429, CAP, XClosed),
        (503, "<html>", XUnavailable),
    ],
)
def test_what_a_failed_read_means(status: int, body: object, kind: type[XError]) -> None:
    assert type(of_read(answer(status, body))) is kind


def test_a_rate_limit_says_until_when_or_does_not() -> None:
    told = of_post(answer(429, {}, x_rate_limit_reset="1800000000"))
    untold = of_post(answer(429, {}))
    assert isinstance(told, PostDelayed)
    assert isinstance(untold, PostDelayed)
    assert told.until == datetime.fromtimestamp(1800000001, UTC)
    assert untold.until is None
