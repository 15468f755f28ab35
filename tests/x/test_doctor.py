"""The doctor at work: what it asks the simulated X, and what it prints."""

import io
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from rich.console import Console

from bot import config, doctor
from bot.clock import system_clock
from bot.config import Content
from bot.core import doctor as judging
from bot.core.doctor_facts import Facts, Finding, Kind, Level
from bot.models import HostAccount, XToken
from bot.service import CannotRun
from bot.x import checkup
from tests.hour import Time
from tests.signing import ENV, Signing, a_host
from tests.test_bad_input import DEMO, ROOT, askhour

BEARER = {"ASKHOUR_X_BEARER_TOKEN": "app-of-testhost"}


@pytest.fixture
def signing(transactional_db: None, time: Time) -> Iterator[Signing]:
    with a_host(time) as signing:
        yield signing


@pytest.fixture
def content(tmp_path: Path) -> Content:
    """Settings, prices, and one plan whose host is @testhost, in a year that is far away."""
    folder = tmp_path / "config"
    (folder / "sessions").mkdir(parents=True)
    for name in ("askhour.yaml", "prices.yaml"):
        (folder / name).write_bytes((ROOT / "config" / name).read_bytes())
    plan = DEMO.read_text(encoding="utf-8").replace("mammohour", "testhost")
    plan = plan.replace("start: 2026-12-03", "start: 2056-12-03")
    (folder / "sessions" / "far.yaml").write_text(plan, encoding="utf-8")
    return Content(ROOT / "faq", folder)


def keys(handle: str = "testhost") -> dict[str, str]:
    return {
        "ASKHOUR_X_API_KEY": f"app-of-{handle}",
        "ASKHOUR_X_API_SECRET": "unchecked",
        "ASKHOUR_X_ACCESS_TOKEN": f"token-of-{handle}",
        "ASKHOUR_X_ACCESS_TOKEN_SECRET": "unchecked",
    }


def examined(signing: Signing, content: Content, env: Mapping[str, str], *, ahead: float = 0) -> Facts:
    """X's answers carry the machine's time, so the machine's clock it is, `ahead` seconds off."""
    return doctor.examine(
        "",
        content=content,
        clock=lambda: system_clock() + timedelta(seconds=ahead),
        env=env,
        adapter=signing.adapter(),
    )


def levels(facts: Facts) -> dict[str, Level]:
    return {finding.what: finding.level for finding in judging.judge(facts)}


def test_a_host_with_keys_is_looked_at_for_nothing(signing: Signing, content: Content) -> None:
    signing.world.settings.credits = Decimal(20)
    facts = examined(signing, content, keys() | BEARER)
    told = levels(facts)
    for what in ("keys", "bearer token", "account", "verified", "clock", "credits", "pacing"):
        assert told[what] is Level.OK, what
    assert Level.FAILURE not in told.values()
    assert ("x-rate-limit-limit", 75) in facts.seen.limits
    assert not signing.world.ledger.entries
    assert not signing.world.posts


def test_a_signed_in_host_is_looked_at_too(signing: Signing, content: Content) -> None:
    env = ENV | {
        "ASKHOUR_X_CLIENT_ID": signing.app.client_id,
        "ASKHOUR_X_CLIENT_SECRET": signing.app.client_secret,
    }
    assert levels(examined(signing, content, env))["sign-in"] is Level.FAILURE
    signing.time.now = datetime.now(UTC)
    signing.signs_in()
    facts = examined(signing, content, env)
    assert facts.kind is Kind.OAUTH2
    assert levels(facts)["sign-in"] is levels(facts)["permission"] is levels(facts)["account"] is Level.OK
    XToken.objects.update(lost_because="X does not accept it")
    assert levels(examined(signing, content, env))["sign-in"] is Level.FAILURE


def test_keys_of_another_account_are_found_out(signing: Signing, content: Content) -> None:
    facts = examined(signing, content, keys("somebody"))
    (finding,) = [finding for finding in judging.judge(facts) if finding.what == "account"]
    assert finding.why == "these keys are those of @somebody, the plan's host is @testhost"


def test_keys_that_x_refuses_are_told(signing: Signing, content: Content) -> None:
    facts = examined(signing, content, keys("nobody") | BEARER)
    assert "does not accept our keys (401)" in facts.seen.trouble
    assert levels(facts)["account"] is Level.FAILURE


def test_a_refused_bearer_token_is_told(signing: Signing, content: Content) -> None:
    facts = examined(signing, content, keys() | {"ASKHOUR_X_BEARER_TOKEN": "wrong"})
    assert levels(facts)["bearer token"] is Level.FAILURE
    assert levels(facts)["account"] is Level.OK


@pytest.mark.parametrize("bearer", ["wrong", "two\nlines", "ünbekannt"])
def test_credits_that_x_does_not_tell_are_looked_up_by_hand(
    signing: Signing, content: Content, bearer: str
) -> None:
    facts = examined(signing, content, keys() | {"ASKHOUR_X_BEARER_TOKEN": bearer})
    assert facts.seen.credits is None
    assert levels(facts)["credits"] is Level.LOOK


def test_used_up_credits_are_told(signing: Signing, content: Content) -> None:
    signing.world.settings.credits = Decimal(0)
    told = levels(examined(signing, content, keys() | BEARER))
    assert told["credits"] is told["account"] is Level.FAILURE


@pytest.mark.parametrize(
    ("ahead", "level"), [(-40, Level.FAILURE), (-8, Level.WARNING), (8, Level.WARNING), (40, Level.FAILURE)]
)
def test_a_wrong_clock_is_found(signing: Signing, content: Content, ahead: float, level: Level) -> None:
    assert levels(examined(signing, content, keys(), ahead=ahead))["clock"] is level


def test_an_x_that_is_not_there_is_told(signing: Signing, content: Content) -> None:
    signing.server.shutdown()
    signing.server.server_close()
    facts = examined(signing, content, keys() | BEARER)
    assert facts.seen.trouble == "no answer from X: ConnectionError"


def test_half_a_set_of_keys_is_told(signing: Signing, content: Content) -> None:
    facts = examined(signing, content, {"ASKHOUR_X_API_KEY": "a"})
    assert facts.kind is Kind.NONE
    assert "set ASKHOUR_X_API_SECRET, ASKHOUR_X_ACCESS_TOKEN, ASKHOUR_X" in facts.keys_trouble


def test_why_posts_are_stopped_is_told(signing: Signing, content: Content) -> None:
    HostAccount.objects.create(handle="testhost", closed_because="X's credits are used up")
    facts = examined(signing, content, keys())
    assert facts.closed_because == "X's credits are used up"


def test_the_next_session_is_the_hosts_own_and_not_over(content: Content) -> None:
    plans = config.read_plans(content)
    prices = config.read_prices(content)
    ahead = doctor._next(plans, "testhost", prices, system_clock())
    assert ahead is not None
    assert (ahead.name, ahead.posts, ahead.questions, ahead.replies) == ("far", 8, 200, 100)
    assert ahead.costs == Decimal("1.374")  # 8 x 0.015 + 200 x 0.001 + 100 x 0.010
    assert doctor._next(plans, "testhost", prices, datetime(2057, 1, 1, tzinfo=UTC)) is None
    assert doctor._next(plans, "other", prices, system_clock()) is None


def test_the_host_is_named_or_the_only_one(content: Content) -> None:
    plans = config.read_plans(content)
    assert doctor.the_host(plans, "") == doctor.the_host(plans, "@TestHost") == "testhost"
    with pytest.raises(CannotRun, match="no session plan has the host other; the hosts are: @testhost"):
        doctor.the_host(plans, "other")
    with pytest.raises(CannotRun, match="say which host is meant with --host"):
        doctor.the_host({}, "")


def test_what_x_says_cannot_drive_a_terminal() -> None:
    out = io.StringIO()
    said = Finding(Level.WARNING, "account", "[red]\x1b[2J\x07boo[/red]", "do")
    doctor.show("testhost", [said], Console(file=out, width=100))
    assert "[red]�[2J�boo[/red]" in out.getvalue()
    assert "\x1b" not in out.getvalue()


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ('{"data": {"free_balance": 1, "prepaid_balance": 50, "total_balance": 51}}', Decimal(51)),
        ('{"data": {"balance": "12.345"}}', Decimal("12.345")),
        ('{"data": {"prepaid_balance": -0.02}}', Decimal("-0.02")),
        ('{"data": {"total_balance": "much"}}', None),
        ('{"data": {"total_balance": NaN}}', None),
        ('{"data": {"total_balance": true}}', None),
        ('{"data": []}', None),
        ("<html>", None),
    ],
)
def test_a_balance_is_read_however_x_names_it(body: str, left: Decimal | None) -> None:
    assert checkup.read_balance(body) == left


def test_links_are_found_wherever_x_puts_them() -> None:
    data = {
        "username": "a",
        "url": "https://t.co/1",
        "verified_type": "government",
        "entities": {
            "url": {"urls": [{"expanded_url": "https://example.org/privacy"}]},
            "description": {"urls": [{"url": "https://t.co/2"}], "hashtags": [{"tag": "x"}]},
        },
    }
    account = checkup.read_account(json.dumps({"data": data}))
    assert account is not None
    assert account.links == ("https://example.org/privacy", "https://t.co/2", "https://t.co/1")
    assert account.government
    assert account.verified is None
    assert checkup.read_account('{"data": {"entities": 1}}') is None


def test_a_slow_answer_is_no_wrong_clock() -> None:
    began = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
    headers = {"date": "Thu, 01 Oct 2026 12:00:05 GMT"}
    assert checkup.clock_ahead(headers, began, began + timedelta(seconds=10)) == timedelta()
    assert checkup.clock_ahead(headers, began, began + timedelta(seconds=1)) == timedelta(seconds=-4)
    assert checkup.clock_ahead({}, began, began) is checkup.clock_ahead({"date": "?"}, began, began) is None


def fresh(folder: Path) -> dict[str, str]:
    """An installation of its own, whatever database the tests run on."""
    return {"ASKHOUR_DATA": str(folder), "ASKHOUR_DATABASE_URL": ""}


def test_the_command_fails_without_keys_and_speaks_to_programs_too(tmp_path: Path) -> None:
    said = askhour("x", "doctor", "--json", **fresh(tmp_path))
    assert said.returncode == 1
    found = json.loads(said.stdout)
    assert found["host"] == "mammohour"
    assert found["findings"][0]["level"] == "failure"
    assert "Traceback" not in said.stderr
    shown = askhour("x", "doctor", **fresh(tmp_path))
    assert shown.returncode == 1
    assert "Failures: 1" in shown.stdout


def test_login_says_what_is_missing(tmp_path: Path) -> None:
    said = askhour("x", "login", **fresh(tmp_path))
    assert said.returncode == 1
    assert "ASKHOUR_X_CLIENT_ID is not set" in said.stderr
    said = askhour("x", "login", "--host", "other", **fresh(tmp_path), ASKHOUR_X_CLIENT_ID="c")
    assert "no session plan has the host other; the hosts are: @mammohour" in said.stderr


def test_login_shows_the_page_and_takes_no_for_an_answer(tmp_path: Path) -> None:
    said = askhour("x", "login", **fresh(tmp_path), ASKHOUR_X_CLIENT_ID="c")
    assert said.returncode == 1
    assert "https://x.com/i/oauth2/authorize?response_type=code&client_id=c" in said.stdout
    assert said.stderr.strip() == "askhour: nothing was pasted: start again with `askhour x login`"
