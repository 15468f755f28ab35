"""Signing in, in a real browser: from an invitation to a code app or a passkey, and back in."""

import time as machine
from collections.abc import Iterator

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from bot import staff
from bot.console.wsgi import served
from tests.console.conftest import desk
from tests.e2e.test_console import browser_page, no_barriers, pytestmark

__all__ = ["browser_page", "desk", "pytestmark"]

PASSWORD = "a long enough sentence"


@pytest.fixture
def address(desk: object, transactional_db: None) -> Iterator[str]:
    with served(desk, host="localhost", port=0) as found:  # type: ignore[arg-type]
        yield found


@pytest.fixture
def page(browser_page: Page, address: str) -> Iterator[Page]:
    browser_page.context.clear_cookies()
    yield browser_page
    browser_page.goto("about:blank")


def code(secret: str, *, periods: int = 0) -> str:
    return str(format_hotp_value(hotp_value(secret, int(machine.time()) // 30 + periods)))


def test_an_administrator_sets_up_a_code_app_and_comes_back_with_it(page: Page, address: str) -> None:
    page.goto(staff.link(staff.add("root", staff.Role.ADMIN), address))
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    no_barriers(page)
    page.get_by_role("link", name="Choose a password").click()
    no_barriers(page)
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    page.get_by_label("again", exact=False).fill(PASSWORD)
    page.get_by_role("button", name="Set").click()
    page.goto(f"{address}/second-factor")
    page.get_by_role("link", name="Connect a code app").click()
    no_barriers(page)
    secret = page.get_by_label("Authenticator secret").input_value()
    page.get_by_label("Authenticator code").fill(code(secret))
    page.get_by_role("button", name="Activate").click()
    no_barriers(page)

    page.goto(f"{address}/people")
    expect(page.get_by_role("heading", name="People")).to_be_visible()
    no_barriers(page)
    page.get_by_role("button", name="Sign out").click()

    no_barriers(page)
    page.get_by_label("Username").fill("root")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign In", exact=True).click()
    no_barriers(page)
    # The code that set the app up is used up: the app's next one, which is good a little early.
    page.get_by_label("Code").fill(code(secret, periods=1))
    page.get_by_role("button", name="Sign In").click()
    expect(page.get_by_role("heading", name="People")).to_be_visible()


def test_a_passkey_needs_no_password(page: Page, address: str) -> None:
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    key = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    page.goto(staff.link(staff.add("root", staff.Role.ADMIN), address))
    page.get_by_role("link", name="Add a passkey").click()
    no_barriers(page)
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**/recovery-codes/**")
    page.goto(f"{address}/people")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="People")).to_be_visible()
    cdp.send("WebAuthn.disable")
