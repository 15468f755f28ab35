"""What the doctor says about what is known."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bot.core import doctor
from bot.core.delivery import Pacing
from bot.core.doctor_facts import Account, Ahead, Facts, Finding, Kind, Level, Seen, SignedIn
from bot.core.triage import Implied

NOW = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
ACCOUNT = Account(
    handle="MammoHour",
    verified=True,
    bio="Automated account of Example Clinic, run by @example. Not medical advice.",
    links=("https://example.org/privacy",),
)
SEEN = Seen(account=ACCOUNT, access="read-write", clock_ahead=timedelta(), credits=Decimal(20))
AHEAD = Ahead(
    name="october",
    opens=NOW + timedelta(days=1),
    approved=True,
    posts=8,
    questions=200,
    replies=100,
    costs=Decimal("1.50"),
    budget=Decimal(5),
)
READY = Facts(
    now=NOW,
    host="mammohour",
    kind=Kind.OAUTH1,
    bearer=True,
    seen=SEEN,
    prices_of=date(2026, 8, 13),
    implied=Implied.NO,
    ahead=AHEAD,
)
SIGNED_IN = SignedIn(NOW + timedelta(hours=2), ("tweet.read", "tweet.write"))


def seen(**changes: object) -> Facts:
    return replace(READY, seen=replace(SEEN, **changes))  # type: ignore[arg-type]


def account(**changes: object) -> Facts:
    return seen(account=replace(ACCOUNT, **changes))  # type: ignore[arg-type]


def ahead(**changes: object) -> Facts:
    return replace(READY, ahead=replace(AHEAD, **changes))  # type: ignore[arg-type]


def oauth2(sign_in: SignedIn | None) -> Facts:
    return replace(READY, kind=Kind.OAUTH2, sign_in=sign_in, seen=replace(SEEN, access=""))


def found(facts: Facts, what: str) -> Finding:
    (finding,) = [finding for finding in doctor.judge(facts) if finding.what == what]
    return finding


def test_a_host_that_is_ready_fails_nowhere_and_is_warned_of_nothing() -> None:
    findings = doctor.judge(READY)
    assert {finding.level for finding in findings} == {Level.OK, Level.LOOK}
    assert not doctor.failed(findings)


def test_whatever_is_not_well_comes_with_what_to_do() -> None:
    for facts in [READY, *(facts for facts, _, _, _ in CASES)]:
        for finding in doctor.judge(facts):
            assert finding.do or finding.level is Level.OK, finding


CASES = [
    (replace(READY, keys_trouble="no keys"), "keys", Level.FAILURE, "no keys"),
    (seen(bearer_refused=True), "bearer token", Level.FAILURE, "does not accept it"),
    (replace(READY, bearer=False), "bearer token", Level.LOOK, "not set"),
    (
        seen(account=None, trouble="X does not accept our keys"),
        "account",
        Level.FAILURE,
        "not accept our keys",
    ),
    (
        account(handle="somebody"),
        "account",
        Level.FAILURE,
        "those of @somebody, the plan's host is @mammohour",
    ),
    (account(protected=True), "visibility", Level.FAILURE, "protected"),
    (account(verified=False), "verified", Level.WARNING, "50 posts and 200 replies a day"),
    (account(verified=None), "verified", Level.LOOK, "did not say"),
    (
        replace(account(verified=False), ahead=replace(AHEAD, replies=201)),
        "verified",
        Level.FAILURE,
        "october expects 8 and 201",
    ),
    (seen(access="read"), "permission", Level.FAILURE, "read only"),
    (seen(access=""), "permission", Level.LOOK, "did not say"),
    (seen(access="read-write-directmessages"), "permission", Level.OK, "read and write"),
    (oauth2(SIGNED_IN), "permission", Level.OK, "read and write"),
    (oauth2(replace(SIGNED_IN, scopes=("tweet.read",))), "permission", Level.FAILURE, "read only"),
    (oauth2(SIGNED_IN), "sign-in", Level.OK, "good until 14:00 UTC"),
    (oauth2(None), "sign-in", Level.FAILURE, "@mammohour has not signed in"),
    (oauth2(replace(SIGNED_IN, lost_because="gone")), "sign-in", Level.FAILURE, "gone"),
    (oauth2(replace(SIGNED_IN, unfinished=True)), "sign-in", Level.WARNING, "its end was never stored"),
    (account(bio="Ask us anything, run by @example"), "bio", Level.WARNING, "that it is a bot"),
    (account(bio="A bot."), "bio", Level.WARNING, "who runs it"),
    (account(bio=""), "bio", Level.WARNING, "that it is a bot or who runs it"),
    (account(links=()), "privacy policy", Level.WARNING, "no link"),
    (account(links=("https://example.org",)), "privacy policy", Level.WARNING, "does not say"),
    (READY, "Automated label", Level.LOOK, "the API does not show it"),
    (seen(clock_ahead=timedelta(seconds=2.5)), "clock", Level.WARNING, "2 s ahead of X's"),
    (seen(clock_ahead=timedelta(seconds=-31)), "clock", Level.FAILURE, "31 s behind X's"),
    (seen(credits=Decimal(0)), "credits", Level.FAILURE, "every call is refused"),
    (seen(credits=Decimal("1.49")), "credits", Level.FAILURE, "$1.49; october will cost about $1.50"),
    (seen(credits=Decimal("2.99")), "credits", Level.WARNING, "little in hand"),
    (
        seen(credits=None, credits_trouble="it answered 404"),
        "credits",
        Level.LOOK,
        "it answered 404; october",
    ),
    (ahead(budget=Decimal(1)), "session", Level.WARNING, "the budget is $1.00"),
    (ahead(approved=False), "session", Level.WARNING, "not approved"),
    (replace(READY, ahead=None), "session", Level.WARNING, "none of @mammohour is planned"),
    (replace(READY, closed_because="no credits"), "stopped", Level.FAILURE, "no posts leave: no credits"),
    (
        seen(limits=(("x-rate-limit-limit", 75),)),
        "limits",
        Level.LOOK,
        "X told: x-rate-limit-limit 75. We assume 100",
    ),
    (replace(READY, pacing=Pacing(per_30_min=51)), "pacing", Level.WARNING, "per_30_min is 51"),
    (replace(READY, implied=Implied.TRY), "reply gate", Level.LOOK, "it does not say"),
    (
        replace(READY, implied=Implied.TRY, implied_refused=True),
        "reply gate",
        Level.WARNING,
        "posted by hand",
    ),
    (
        replace(READY, implied=Implied.YES, implied_refused=True),
        "reply gate",
        Level.WARNING,
        "tried all the same",
    ),
    (replace(READY, prices_of=date(2026, 7, 2)), "prices", Level.WARNING, "91 days old"),
    (READY, "app's owner", Level.LOOK, "mentions cost a fifth"),
    (READY, "operator", Level.LOOK, "Enterprise"),
    (account(government=True), "operator", Level.WARNING, "this badge says so"),
]


@pytest.mark.parametrize(("facts", "what", "level", "said"), CASES)
def test_each_thing_is_judged(facts: Facts, what: str, level: Level, said: str) -> None:
    finding = found(facts, what)
    assert finding.level is level
    assert said in finding.why
    assert doctor.failed(doctor.judge(facts)) == (level is Level.FAILURE)


def test_the_edges_are_still_well() -> None:
    facts = replace(
        seen(clock_ahead=timedelta(seconds=2), credits=Decimal("3.00")), prices_of=date(2026, 7, 3)
    )
    for what in ("clock", "credits", "prices"):
        assert found(facts, what).level is Level.OK


def test_without_an_answer_of_x_its_troubles_are_told_once() -> None:
    """No row of guesses after the one thing that must be mended first."""
    facts = seen(account=None, trouble="no answer from X: ConnectTimeout", credits=None, clock_ahead=None)
    findings = doctor.judge(facts)
    assert [f.what for f in findings if f.level is Level.FAILURE] == ["account"]
    assert not {"verified", "bio", "permission", "clock", "credits"} & {f.what for f in findings}
