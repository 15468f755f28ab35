"""Signing in with OAuth 2.0, against the simulated X; and what X's answers about tokens mean."""

from collections.abc import Iterator

import pytest

from bot.models import HostAccount, XToken
from bot.x import oauth2
from bot.x.oauth2 import App, SignInFailed, SignInLost
from bot.x.port import PostDelayed, XClosed, XUnavailable
from tests.hour import Time
from tests.signing import Signing, a_host


@pytest.fixture
def signing(transactional_db: None, time: Time) -> Iterator[Signing]:
    with a_host(time) as signing:
        yield signing


def test_a_host_signs_in_and_may_post(signing: Signing) -> None:
    signing.signs_in()
    post_id = signing.x().post("Hello.")
    assert signing.world.get(post_id).body == "Hello."
    assert HostAccount.objects.get(handle="testhost").x_id == signing.account.id


def test_an_app_without_a_secret_signs_in_too(signing: Signing) -> None:
    signing.app = App(signing.app.client_id)
    signing.signs_in()
    signing.time.passes(minutes=111)
    assert signing.x().me().handle == "testhost"


def test_the_code_alone_is_enough(signing: Signing) -> None:
    """It is worth nothing without the verifier, which never leaves this process before."""
    signing.signs_in(lambda url: signing.browser(url).partition("code=")[2])
    assert signing.x().me().handle == "testhost"


def test_the_page_asks_for_what_a_host_needs_and_no_more() -> None:
    url = oauth2.begin(App("our-app")).url
    assert url.startswith("https://x.com/i/oauth2/authorize?response_type=code&client_id=our-app")
    assert "code_challenge_method=S256" in url
    assert "scope=tweet.read+tweet.write+users.read+offline.access" in url
    assert "redirect_uri=http%3A%2F%2F127.0.0.1&" in url


@pytest.mark.parametrize(
    ("pasted", "said"),
    [
        ("", "nothing was pasted"),
        ("http://127.0.0.1/?state=another&code=c", "another sign-in"),
        ("http://127.0.0.1/?code=c", "another sign-in"),
        ("http://127.0.0.1/?state={state}", "holds no code"),
        ("http://127.0.0.1/?state={state}&error=access_denied", "press Authorise"),
    ],
)
def test_what_was_pasted_wrongly_is_told(pasted: str, said: str) -> None:
    sign_in = oauth2.begin(App("our-app"))
    with pytest.raises(SignInFailed, match=said):
        oauth2.code_in(pasted.format(state=sign_in.state), sign_in)


def test_a_code_that_is_too_old_is_told(signing: Signing) -> None:
    def slowly(url: str) -> str:
        pasted = signing.browser(url)
        signing.time.passes(seconds=31)
        return pasted

    with pytest.raises(SignInFailed, match=r"30 seconds.*must be exactly http://127\.0\.0\.1: start again"):
        signing.signs_in(slowly)
    assert not XToken.objects.exists()


def test_somebody_elses_account_is_not_taken(signing: Signing) -> None:
    with pytest.raises(SignInFailed, match="signed in as @somebody, but the plan's host is @testhost"):
        signing.signs_in(lambda url: signing.browser(url, who="somebody"))
    assert not XToken.objects.exists()


def test_too_little_permission_is_told(signing: Signing) -> None:
    with pytest.raises(SignInFailed, match=r"tweet\.write is missing\): set the app to Read and write"):
        signing.signs_in(lambda url: signing.browser(url.replace("+tweet.write", "")))


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, '{"error": "invalid_grant"}', SignInLost),
        (
            400,
            '{"error":"invalid_request","error_description":"Value passed for the token was invalid."}',
            SignInLost,
        ),
        (400, '{"error": "invalid_request", "error_description": "Missing a parameter"}', XClosed),
        (401, '{"error": "unauthorized_client"}', XClosed),
        (403, "<html>", XClosed),
        (429, "[]", PostDelayed),
        (302, "", XUnavailable),
        (503, "<html>", XUnavailable),
    ],
)
def test_a_refusal_for_tokens_has_a_meaning(status: int, body: str, kind: type[Exception]) -> None:
    assert type(oauth2.of_refusal(status, body)) is kind


@pytest.mark.parametrize("body", ["", "<html>", "[]", "{}", '{"access_token": "a", "expires_in": "x"}'])
def test_an_answer_without_tokens_is_none(body: str, time: Time) -> None:
    with pytest.raises(XUnavailable, match="holds no tokens"):
        oauth2._pair(body, now=time())
