"""OAuth 2.0: the way through the browser, the tokens, and what they may do."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
import tweepy
from requests.auth import HTTPBasicAuth

from bot.x.simulator import Account, Fault, Server, World
from bot.x.simulator.chaos import Odds
from tests.x.simulator.conftest import Ask, Clock, client_of

BACK = "http://127.0.0.1:8400/x/back"
VERIFIER = "a-verifier-that-is-long-enough-to-be-one-by-the-rules"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
CLIENT = "client-of-mammohour"
SECRET = HTTPBasicAuth(CLIENT, "secret-of-mammohour")
PATH = "/2/oauth2/token"


def exchange(ask: Ask, code: str, **changed: Any) -> requests.Response:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
        "client_id": CLIENT,
    }
    return ask("POST", PATH, data=form | changed)


def refresh(ask: Ask, token: object) -> requests.Response:
    form = {"grant_type": "refresh_token", "refresh_token": token}
    return ask("POST", PATH, data=form, auth=SECRET)


def test_a_person_can_sign_in_through_the_browser(server: Server, ask: Ask, host: Account) -> None:
    asked = {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": BACK,
        "scope": "tweet.read tweet.write users.read offline.access",
        "state": "our <state>",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    page = ask("GET", f"/i/oauth2/authorize?{urlencode(asked)}")
    assert "Authorize as @mammohour" in page.text
    assert "<state>" not in page.text
    allowed = ask(
        "GET", f"/i/oauth2/authorize?{urlencode(asked | {'as': 'mammohour'})}", allow_redirects=False
    )
    assert allowed.status_code == 302
    came_back = urlsplit(allowed.headers["location"])
    assert came_back.geturl().startswith(BACK)
    query = parse_qs(came_back.query)
    assert query["state"] == ["our <state>"]
    tokens = exchange(ask, query["code"][0]).json()
    assert (tokens["token_type"], tokens["expires_in"]) == ("bearer", 7200)
    me = ask("GET", "/2/users/me", tokens["access_token"]).json()
    assert me["data"]["username"] == "mammohour"


@pytest.mark.parametrize(
    "changed",
    [
        {"redirect_uri": "http://localhost:8400/x/back"},
        {"redirect_uri": "javascript:alert(1)"},
        {"client_id": "client-of-nobody"},
        {"response_type": "token"},
        {"code_challenge": ""},
        {"state": ""},
        {"as": "nobody"},
        {"as": "mammohour", "code_challenge_method": "S512"},
    ],
)
def test_a_wrong_question_to_the_person_is_explained(
    ask: Ask, host: Account, changed: dict[str, str]
) -> None:
    asked = {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": BACK,
        "scope": "tweet.read",
        "state": "s",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    answer = ask("GET", f"/i/oauth2/authorize?{urlencode(asked | changed)}", allow_redirects=False)
    assert answer.status_code == 400


def code_for(world: World, host: Account, **rest: Any) -> str:
    return world.authorize(host, redirect_uri=BACK, code_challenge=CHALLENGE, **rest)


@pytest.mark.parametrize(
    "changed",
    [
        {"code_verifier": "another"},
        {"redirect_uri": f"{BACK}/"},
        {"grant_type": "refresh_token"},
        {"client_id": "client-of-ana_p"},
    ],
)
def test_a_code_is_good_only_with_all_that_it_was_asked_for_with(
    ask: Ask, world: World, host: Account, ana: Account, changed: dict[str, str]
) -> None:
    answer = exchange(ask, code_for(world, host), **changed)
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_grant"


def test_a_code_works_once_and_for_half_a_minute(ask: Ask, world: World, host: Account, clock: Clock) -> None:
    code = code_for(world, host)
    assert exchange(ask, code).status_code == 200
    assert exchange(ask, code).status_code == 400
    late = code_for(world, host)
    clock.pass_(seconds=31)
    assert exchange(ask, late).status_code == 400


def test_a_plain_challenge_is_taken_too(ask: Ask, world: World, host: Account) -> None:
    code = world.authorize(host, redirect_uri=BACK, code_challenge=VERIFIER, method="plain")
    assert exchange(ask, code).status_code == 200


def test_a_client_that_sends_a_secret_must_send_the_right_one(ask: Ask, world: World, host: Account) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": world.sign_in(host)["refresh_token"]}
    wrong = HTTPBasicAuth(CLIENT, "guessed")
    assert ask("POST", PATH, data=form, auth=wrong).status_code == 401
    assert ask("POST", PATH, data=form).status_code == 401
    assert ask("POST", PATH, data=form, auth=SECRET).status_code == 200


@pytest.mark.parametrize("error", ["invalid_grant", "invalid_request"])
def test_a_refresh_token_works_once(ask: Ask, world: World, host: Account, error: Any) -> None:
    world.settings.grant_error = error
    first = world.sign_in(host)
    second = refresh(ask, first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    again = refresh(ask, first["refresh_token"])
    assert again.status_code == 400
    assert again.json() == {
        "error": error,
        "error_description": "Value passed for the token was invalid.",
    }
    assert refresh(ask, second["refresh_token"]).status_code == 200


@pytest.mark.parametrize(("ends", "status"), [(True, 401), (False, 200)])
def test_whether_refreshing_ends_the_access_before_it_is_a_setting(
    ask: Ask, world: World, host: Account, ends: bool, status: int
) -> None:
    world.settings.refresh_ends_access = ends
    tokens = world.sign_in(host)
    refresh(ask, tokens["refresh_token"])
    assert ask("GET", "/2/users/me", tokens["access_token"]).status_code == status


def test_access_ends_after_two_hours_and_is_refreshed(
    ask: Ask, world: World, host: Account, clock: Clock
) -> None:
    tokens = world.sign_in(host)
    clock.pass_(hours=2)
    assert ask("GET", "/2/users/me", tokens["access_token"]).status_code == 401
    fresh = refresh(ask, tokens["refresh_token"]).json()
    assert ask("GET", "/2/users/me", fresh["access_token"]).status_code == 200
    clock.pass_(days=181)
    assert refresh(ask, fresh["refresh_token"]).status_code == 400


def test_without_offline_access_there_is_nothing_to_refresh(world: World, host: Account) -> None:
    assert "refresh_token" not in world.sign_in(host, scope="tweet.read users.read")


def test_a_token_does_what_the_person_allowed(ask: Ask, world: World, host: Account) -> None:
    reader = world.sign_in(host, scope="tweet.read users.read")["access_token"]
    assert ask("POST", "/2/tweets", reader, json={"text": "hi"}).status_code == 403
    assert ask("GET", f"/2/users/{host.id}/mentions", reader).status_code == 200
    writer = world.sign_in(host)["access_token"]
    assert ask("POST", "/2/tweets", writer, json={"text": "hi"}).status_code == 201
    assert ask("GET", "/2/usage/tweets", writer).status_code == 403


def test_tweepy_works_with_such_a_token(server: Server, world: World, host: Account) -> None:
    client: tweepy.Client = client_of({"bearer_token": str(world.sign_in(host)["access_token"])}, server)
    client.create_tweet(text="hi", user_auth=False)
    assert [post.body for post in world.timeline(host)] == ["hi"]
    client.session.close()


def test_an_app_of_somebody_else_is_not_ours_and_pays_the_full_price(
    ask: Ask, world: World, host: Account, ana: Account
) -> None:
    world.post(ana, "@mammohour does it hurt?")
    for owner, item in ((ana, "post_read"), (host, "owned_read")):
        token = world.sign_in(host, owner=owner)["access_token"]
        ask("GET", f"/2/users/{host.id}/mentions", token)
        assert world.ledger.entries[-1].item == item


def test_a_refresh_may_land_though_its_answer_is_lost(ask: Ask, world: World, host: Account) -> None:
    """Then the old token is used up and nobody has the new one: a person must sign in again."""
    tokens = world.sign_in(host)
    world.chaos.odds = Odds(write={Fault.ERROR_LANDED: 1})
    assert refresh(ask, tokens["refresh_token"]).status_code == 503
    world.chaos.odds = Odds()
    assert refresh(ask, tokens["refresh_token"]).status_code == 400


@pytest.mark.parametrize("form", [{"grant_type": "password"}, {}])
def test_other_grants_are_refused(ask: Ask, host: Account, form: dict[str, str]) -> None:
    assert ask("POST", PATH, data=form | {"client_id": CLIENT}).status_code == 400


def test_another_process_can_get_a_code_and_tokens(server: Server, ask: Ask, host: Account) -> None:
    answer = ask(
        "POST",
        "/control/oauth/code",
        json={"as": "mammohour", "redirect_uri": BACK, "code_challenge": CHALLENGE},
    )
    assert exchange(ask, answer.json()["code"]).status_code == 200
    tokens = ask("POST", "/control/oauth/tokens", json={"as": "mammohour", "scope": "users.read tweet.read"})
    assert ask("GET", "/2/users/me", tokens.json()["access_token"]).status_code == 200
    assert ask("POST", "/control/oauth/tokens", json={"as": "nobody"}).status_code == 400
