"""Every endpoint, going well and going wrong: each answer has the form that is written down for it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
import requests

from bot.x.simulator import Account, Fault, Post, World
from bot.x.simulator.routes import ROUTES, Kind
from tests.x.simulator.conftest import Ask
from tests.x.simulator.schema import LINES, PROBLEMS, SUCCESS, mistakes, of_answer

APP, USER = "app-of-mammohour", "token-of-mammohour"
STREAMS = {name for name, route in ROUTES.items() if route.opens_stream}
FIELDS = (
    "tweet.fields=author_id,created_at,conversation_id,in_reply_to_user_id,referenced_tweets,entities,lang,"
    "note_tweet,edit_controls,display_text_range,reply_settings,possibly_sensitive"
    "&user.fields=description,verified,verified_type,protected,public_metrics,created_at"
    "&expansions=author_id,referenced_tweets.id"
)


@dataclass
class Scene:
    """A world in which every endpoint has something to answer with."""

    world: World
    host: Account
    ours: Post
    question: Post
    answer: Post
    subscription: str

    def path_of(self, route: str) -> str:
        path = route.partition(" ")[2]
        argument = self.subscription if "subscriptions" in path else self.question.id
        if "/users/" in path:
            argument = self.host.id
        if route == "DELETE /2/tweets/:id":
            argument = self.ours.id
        if route == "PUT /2/tweets/:id/hidden":
            argument = self.answer.id
        return path.replace(":id", argument).replace(":name", "mammohour")


@pytest.fixture
def scene(world: World, host: Account, ana: Account, ask: Ask) -> Scene:
    ours = world.post(host, "We are open. Read cancer.org $BRCA #MammoHour")
    question = world.post(ana, f"{'Long story. ' * 30}@mammohour does it hurt?")
    world.edit(question, f"{'Long story. ' * 30}@mammohour does it hurt at all?")
    answer = world.reply(ana, to=ours, text="@mammohour hm")
    world.quote(ana, ours, "Look")
    world.retweet(ana, ours)
    world.delete(world.reply(ana, to=world.post(ana, "gone soon"), text="@mammohour bye"))
    body = {"event_type": "post.create", "filter": {"user_id": host.id}}
    made = ask("POST", "/2/activity/subscriptions", APP, json=body).json()
    return Scene(world, host, ours, question, answer, made["data"][0]["subscription_id"])


def form_of(answer: requests.Response, route: str) -> list[str]:
    if answer.status_code >= 500:
        assert answer.headers["content-type"].startswith("text/html")
        return []
    return list(mistakes(answer.json(), of_answer(route, answer.status_code)))


@dataclass(frozen=True)
class Case:
    """A call that has its own answer; what is common to all endpoints is tested for all of them."""

    route: str
    status: int = 200
    query: str = ""
    json: Any = None
    form: dict[str, str] | None = None
    token: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    path: str = ""

    def __str__(self) -> str:
        return f"{self.route}{self.query[:20]} {self.status}"


RULES = "POST /2/tweets/search/stream/rules"
SUBSCRIBE = "POST /2/activity/subscriptions"
SEARCH = "?query=MammoHour&since_id=1"
CASES = [
    Case("POST /2/tweets", 201, json={"text": "hello"}),
    Case("POST /2/tweets", 201, json={"text": "hello"}, settings={"spelling": "posts"}),
    Case("POST /2/tweets", 201, json={"text": "hello"}, settings={"spelling": "both"}),
    Case("POST /2/tweets", 400, json={"words": "hello"}),
    Case("POST /2/tweets", 403, json={"text": "a" * 281}),
    Case("POST /2/tweets", 403, json={"text": "hi", "quote_tweet_id": "1"}),
    Case("POST /2/tweets", 403, json={"text": "hi", "reply": {"in_reply_to_tweet_id": "1"}}),
    *(
        Case("POST /2/tweets", 403, json={"text": "hi"}, settings={"half_hour_cap": 0, "cap_body": body})
        for body in ("legacy text", "legacy code", "not permitted")
    ),
    Case("DELETE /2/tweets/:id"),
    Case("DELETE /2/tweets/:id", 404, path="/2/tweets/1"),
    Case("PUT /2/tweets/:id/hidden", json={"hidden": True}),
    Case("PUT /2/tweets/:id/hidden", 400, json={}),
    Case("PUT /2/tweets/:id/hidden", 404, json={"hidden": True}, path="/2/tweets/1/hidden"),
    Case("GET /2/tweets", query="?ids=1,2"),
    Case("GET /2/tweets", 400, query="?ids=x"),
    *(
        Case("GET /2/tweets/:id", query=f"?{FIELDS}", settings={"spelling": spelling})
        for spelling in ("tweets", "posts", "both")
    ),
    Case("GET /2/tweets/:id", 400, query="?fields=all"),
    Case("GET /2/tweets/:id", 404, path="/2/tweets/1"),
    Case("GET /2/users/:id/mentions"),
    Case("GET /2/users/:id/mentions", query=f"?max_results=5&{FIELDS}"),
    Case("GET /2/users/:id/mentions", 400, query="?max_results=4"),
    Case("GET /2/users/:id/mentions", 404, path="/2/users/1/mentions"),
    Case("GET /2/users/:id/mentions", 429, settings={"monthly_read_cap": 0}),
    Case("GET /2/users/:id/tweets", query=f"?{FIELDS}"),
    Case("GET /2/users/:id/tweets", 400, query="?since_id=x"),
    Case("GET /2/tweets/search/recent", query=f"{SEARCH}&{FIELDS}"),
    Case("GET /2/tweets/search/recent", query="?query=nothing"),
    Case("GET /2/tweets/search/recent", 400, query="?query=("),
    Case("GET /2/tweets/counts/recent", query="?query=hurt", token=APP),
    Case("GET /2/tweets/counts/recent", 400, token=APP),
    Case("GET /2/users/me", query=f"?{FIELDS}"),
    Case("GET /2/users/me", 400, query="?x=1"),
    Case("GET /2/users/:id", query=f"?{FIELDS}"),
    Case("GET /2/users/:id", 404, path="/2/users/1"),
    Case("GET /2/users/by/username/:name"),
    Case("GET /2/users/by/username/:name", 404, path="/2/users/by/username/nobody"),
    Case("GET /2/users", query="?ids=1"),
    Case("GET /2/users", 400),
    Case("GET /2/users/by", query="?usernames=mammohour,nobody"),
    Case("GET /2/users/by", 400),
    Case("GET /2/usage/credits", settings={"credits": Decimal("1.5")}),
    Case("GET /2/usage/tweets"),
    Case("GET /2/usage/tweets", query="?usage.fields=daily_project_usage,daily_client_app_usage"),
    Case("GET /2/usage/tweets", 400, query="?days=0"),
    Case("GET /2/tweets/search/stream/rules"),
    Case(RULES, 201, json={"add": [{"value": "hurt", "tag": "t"}, {"value": "is:reply"}]}),
    Case(RULES, 200, json={"delete": {"values": ["hurt"]}}),
    Case(RULES, 400, json={"add": [{"value": "is:reply"}]}),
    Case(RULES, 400, json={}),
    Case("GET /2/tweets/search/stream", 409),
    Case("GET /2/tweets/search/stream", 400, query="?backfill_minutes=1"),
    Case("GET /2/activity/stream", 400, query="?backfill_minutes=1"),
    Case("GET /2/activity/subscriptions", token=APP),
    Case("GET /2/activity/subscriptions", 403, token=USER),
    *(
        Case(
            SUBSCRIBE,
            json={"event_type": "post.delete", "filter": {"user_id": "HOST"}, "tag": "t"},
            settings={"subscription_answer": form},
        )
        for form in ("list", "object", "nested")
    ),
    Case(SUBSCRIBE, 400, json={"event_type": "post.create", "filter": {"user_id": "HOST"}}),
    Case(SUBSCRIBE, 403, json={"event_type": "post.reply.create", "filter": {"user_id": "HOST"}}, token=APP),
    Case("DELETE /2/activity/subscriptions/:id"),
    Case("DELETE /2/activity/subscriptions/:id", 404, path="/2/activity/subscriptions/1"),
    Case("GET /2/connections"),
    Case("DELETE /2/connections/all"),
    Case(
        "POST /2/oauth2/token", 400, form={"grant_type": "refresh_token", "client_id": "client-of-mammohour"}
    ),
    Case("POST /2/oauth2/token", 401, form={"grant_type": "refresh_token"}),
]


def token_for(route: str) -> str:
    return APP if ROUTES[route].kind is Kind.APP else USER


def call(ask: Ask, scene: Scene, route: str, token: str, **rest: Any) -> requests.Response:
    method = route.partition(" ")[0]
    return ask(method, rest.pop("path", "") or scene.path_of(route), token, **rest)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_an_answer_has_its_form(ask: Ask, scene: Scene, case: Case) -> None:
    for name, value in case.settings.items():
        setattr(scene.world.settings, name, value)
    sent = json.loads(json.dumps(case.json).replace("HOST", scene.host.id))
    path = (case.path or scene.path_of(case.route)) + case.query
    rest: dict[str, Any] = {"data": case.form} if case.form else {"json": sent}
    answer = call(ask, scene, case.route, case.token or token_for(case.route), path=path, **rest)
    assert answer.status_code == case.status, answer.text
    assert form_of(answer, case.route) == []


def test_tokens_have_their_form(ask: Ask, scene: Scene) -> None:
    for scope in ("tweet.read offline.access", "tweet.read"):
        tokens = scene.world.sign_in(scene.host, scope=scope)
        assert list(mistakes(tokens, SUCCESS["POST /2/oauth2/token"])) == []
    form = {"grant_type": "refresh_token", "client_id": "client-of-mammohour"}
    form |= {"refresh_token": str(scene.world.sign_in(scene.host)["refresh_token"])}
    answer = ask("POST", "/2/oauth2/token", data=form)
    assert answer.status_code == 200
    assert form_of(answer, "POST /2/oauth2/token") == []


def test_no_endpoint_is_left_out() -> None:
    fine = {case.route for case in CASES if case.status < 300} | {"POST /2/oauth2/token"}
    assert fine | STREAMS == set(ROUTES)
    assert set(SUCCESS) == set(ROUTES) - STREAMS
    assert set(LINES) == STREAMS
    seen = {case.status for case in CASES if case.status >= 400}
    assert seen | {402} == set(PROBLEMS)


_ASKING = [route for route in ROUTES if ROUTES[route].kind is not Kind.ANYBODY]


@pytest.mark.parametrize("route", _ASKING)
def test_what_may_happen_to_every_call_has_its_form(ask: Ask, scene: Scene, route: str) -> None:
    """No token, the wrong one, too many calls and a fault; nothing of it does anything."""
    kind, world, token = ROUTES[route].kind, scene.world, token_for(route)
    assert refused(ask, scene, route, "token-of-nobody") == 401
    if kind is not Kind.EITHER:
        assert refused(ask, scene, route, USER if kind is Kind.APP else APP) == 403
    for fault in (Fault.NOT_PERMITTED, Fault.ERROR):
        world.chaos.posts.append(fault)
        world.chaos.reads.append(fault)
        if route.startswith("GET") or route == "POST /2/tweets":
            assert refused(ask, scene, route, token) == (403 if fault is Fault.NOT_PERMITTED else 503)
    user = scene.host.id if token == USER else None
    world.limits.exhaust(route, app="mammohour", user=user, now=world.now())
    assert refused(ask, scene, route, token) == 429


@pytest.mark.parametrize("variant", ["new", "old"])
@pytest.mark.parametrize("route", [route for route in _ASKING if route != "GET /2/usage/credits"])
def test_without_credits_every_call_has_the_same_form(
    ask: Ask, scene: Scene, route: str, variant: Any
) -> None:
    scene.world.settings.credits, scene.world.settings.credits_body = Decimal(0), variant
    assert refused(ask, scene, route, token_for(route)) == 402


def refused(ask: Ask, scene: Scene, route: str, token: str) -> int:
    answer = call(ask, scene, route, token)
    assert form_of(answer, route) == []
    return answer.status_code


@pytest.fixture
def lines_of(ask: Ask, scene: Scene) -> Iterator[Callable[[str], Iterator[str]]]:
    """What comes over a stream, without the empty lines."""

    def lines_of(route: str) -> Iterator[str]:
        answer = call(ask, scene, route, APP, stream=True)
        assert answer.status_code == 200
        opened.append(answer)
        return (line.decode() for line in answer.iter_lines(chunk_size=1) if line)

    opened: list[requests.Response] = []
    scene.world.settings.late_headers = False
    yield lines_of
    scene.world.chaos.drop_stream()
    for answer in opened:
        answer.close()


@pytest.mark.parametrize("spelling", ["tweets", "posts", "both"])
def test_lines_of_the_filtered_stream_have_their_form(
    lines_of: Callable[[str], Iterator[str]], ask: Ask, scene: Scene, ana: Account, spelling: Any
) -> None:
    scene.world.settings.spelling = spelling
    ask("POST", "/2/tweets/search/stream/rules", APP, json={"add": [{"value": "hurt"}]})
    lines = lines_of("GET /2/tweets/search/stream")
    scene.world.reply(ana, to=scene.ours, text="does it hurt?")
    schema = LINES["GET /2/tweets/search/stream"]
    assert list(mistakes(json.loads(next(lines)), schema)) == []
    scene.world.chaos.drop_stream("ForceDisconnect")
    assert list(mistakes(json.loads(next(lines)), schema)) == []


def test_lines_of_the_activity_stream_have_their_form(
    lines_of: Callable[[str], Iterator[str]], ask: Ask, scene: Scene, ana: Account
) -> None:
    world, host = scene.world, scene.host
    token = world.sign_in(host)["access_token"]
    kinds = ["post.mention.create", "post.reply.create", "post.quote.create", "post.delete"]
    for kind in kinds:
        body = {"event_type": kind, "filter": {"user_id": host.id}, "tag": "t"}
        assert ask("POST", "/2/activity/subscriptions", token, json=body).status_code == 200
    lines = lines_of("GET /2/activity/stream")
    world.reply(ana, to=scene.ours, text=f"{'Long. ' * 60}@mammohour does it hurt?")
    world.quote(ana, scene.ours, "Hm")
    world.post(host, "one")
    world.delete(scene.ours)
    got = [json.loads(next(lines)) for _ in range(5)]
    world.chaos.drop_stream("ForceDisconnect")
    got.append(json.loads(next(lines)))
    assert [m for line in got for m in mistakes(line, LINES["GET /2/activity/stream"])] == []
    assert {line["data"]["event_type"] for line in got[:5]} == {*kinds, "post.create"}


def test_fields_that_nobody_knows_come_only_when_they_are_asked_for(ask: Ask, scene: Scene) -> None:
    """And the schema is strict enough to see them."""
    route = "GET /2/tweets/:id"
    assert form_of(call(ask, scene, route, USER), route) == []
    scene.world.settings.unknown_fields = True
    answer = call(ask, scene, route, USER)
    assert form_of(answer, route) != []
    assert "x_unheard_of" in answer.json()["data"]
