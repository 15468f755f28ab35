"""The X Activity API: who may subscribe, what fires, and what it costs."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from threading import Thread
from typing import Any

import pytest
import requests
from requests_oauthlib import OAuth1

from bot.x.simulator import Account, Server, World
from bot.x.simulator.chaos import Odds
from tests.x.simulator.conftest import Ask, Clock
from tests.x.simulator.waiting import wait_for

APP = "app-of-mammohour"
SUBSCRIPTIONS = "/2/activity/subscriptions"
STREAM = "/2/activity/stream"
Subscribe = Callable[..., requests.Response]


class Listener:
    """Reads an activity stream in a thread."""

    def __init__(self, server: Server) -> None:
        self.events: list[dict[str, Any]] = []
        self.keep_alives = 0
        self.ended = False
        headers = {"Authorization": f"Bearer {APP}"}
        self._answer = requests.get(server.url + STREAM, headers=headers, stream=True, timeout=20)
        self._thread = Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        try:
            for line in self._answer.iter_lines(chunk_size=1):
                if line:
                    self.events.append(json.loads(line))
                else:
                    self.keep_alives += 1
        except (requests.RequestException, AttributeError, ValueError):
            pass  # closed under it
        self.ended = True

    def types(self) -> list[tuple[str, str]]:
        return [(e["data"]["event_type"], e["data"]["payload"]["id"]) for e in self.events]

    def close(self) -> None:
        self._thread.join(20)
        self._answer.close()


@pytest.fixture
def subscribe(ask: Ask, host: Account, world: World) -> Subscribe:
    token = world.sign_in(host)["access_token"]

    def subscribe(event: str, user: Account = host, token: object = token, **rest: Any) -> requests.Response:
        body = {"event_type": event, "filter": {"user_id": user.id}, **rest}
        return ask("POST", SUBSCRIPTIONS, token, json=body)

    return subscribe


@pytest.fixture
def listen(server: Server, world: World, host: Account) -> Iterator[Callable[[], Listener]]:
    with ExitStack() as opened:

        def listen() -> Listener:
            listener = Listener(server)
            opened.callback(listener.close)
            return listener

        yield listen
        world.chaos.drop_stream()


def test_a_private_event_needs_the_token_of_the_user_whom_it_concerns(
    subscribe: Subscribe, world: World, ana: Account
) -> None:
    private = "post.mention.create"
    assert subscribe(private).status_code == 200
    assert subscribe(private, token=APP).status_code == 403
    assert subscribe(private, user=ana).status_code == 403
    assert subscribe("post.create", token=APP).status_code == 200


@pytest.mark.parametrize("needed", [True, False])
def test_whether_oauth1_will_do_is_a_setting(
    server: Server, world: World, host: Account, needed: bool
) -> None:
    world.settings.private_events_need_oauth2 = needed
    keys = world.credentials(host)
    signed = OAuth1(keys["consumer_key"], "s", keys["access_token"], "s")
    body = {"event_type": "post.mention.create", "filter": {"user_id": host.id}}
    answer = requests.post(server.url + SUBSCRIPTIONS, json=body, auth=signed, timeout=5)
    assert answer.status_code == (403 if needed else 200)


def test_subscriptions_are_listed_and_deleted_with_the_apps_token(
    subscribe: Subscribe, ask: Ask, world: World, host: Account
) -> None:
    made = subscribe("post.mention.create", tag="mentions").json()
    [subscription] = made["data"]
    assert made["meta"] == {"total_subscriptions": 1}
    assert subscription["tag"] == "mentions"
    assert ask("GET", SUBSCRIPTIONS, APP).json() == made
    user = world.sign_in(host)["access_token"]
    assert ask("GET", SUBSCRIPTIONS, user).status_code == 403
    world.settings.subscriptions_listed_by_users = True
    assert ask("GET", SUBSCRIPTIONS, user).json() == made
    one = f"{SUBSCRIPTIONS}/{subscription['subscription_id']}"
    assert ask("DELETE", one, user).status_code == 403
    assert ask("DELETE", one, APP).json()["meta"] == {"total_subscriptions": 0}
    assert ask("DELETE", one, APP).status_code == 404


@pytest.mark.parametrize(
    ("form", "place"),
    [
        ("list", lambda data: data[0]),
        ("object", lambda data: data),
        ("nested", lambda data: data["subscription"]),
    ],
)
def test_the_answer_has_one_of_three_forms(
    subscribe: Subscribe, world: World, form: Any, place: Callable[[Any], dict[str, Any]]
) -> None:
    world.settings.subscription_answer = form
    data = subscribe("post.reply.create").json()["data"]
    assert place(data)["event_type"] == "post.reply.create"


@pytest.mark.parametrize(
    "body",
    [
        {"event_type": "post.like", "filter": {"user_id": "HOST"}},
        {"event_type": "post.create", "filter": {"user_id": "1"}},
        {"event_type": "post.create"},
        {"event_type": "post.create", "filter": {"user_id": "HOST"}, "surprise": 1},
        {"event_type": "post.create", "filter": {"user_id": "HOST"}, "webhook_id": "1"},
        [],
    ],
)
def test_a_wrong_subscription_is_refused(ask: Ask, host: Account, body: Any) -> None:
    sent = json.loads(json.dumps(body).replace("HOST", host.id))
    assert ask("POST", SUBSCRIPTIONS, APP, json=sent).status_code == 400


def test_the_same_subscription_twice_is_refused(subscribe: Subscribe) -> None:
    subscribe("post.create")
    assert subscribe("post.create").status_code == 400


def test_mentions_replies_and_quotes_fire_each_as_what_they_are(
    subscribe: Subscribe, listen: Callable[[], Listener], world: World, host: Account, ana: Account
) -> None:
    for event in ("post.mention.create", "post.reply.create", "post.quote.create"):
        subscribe(event)
    opening = world.post(host, "We are open.")
    listener = listen()
    mention = world.post(ana, "Hello @mammohour, does it hurt?")
    direct = world.reply(ana, to=opening, text="Does it hurt?")
    world.reply(ana, to=direct, text="I mean the machine.")  # names us only by hanging below
    quoting = world.quote(ana, opening, "Does it hurt?")
    world.post(ana, "#MammoHour does it hurt?")
    world.retweet(ana, mention)
    both = world.reply(ana, to=opening, text="@mammohour does it hurt?")
    wait_for(lambda: len(listener.events) >= 5)
    assert Counter(listener.types()) == Counter(
        [
            ("post.mention.create", mention.id),
            ("post.reply.create", direct.id),
            ("post.quote.create", quoting.id),
            ("post.mention.create", both.id),
            ("post.reply.create", both.id),
        ]
    )


def test_an_event_looks_as_xs_own_samples_do(
    subscribe: Subscribe, listen: Callable[[], Listener], world: World, host: Account, ana: Account
) -> None:
    world.settings.spelling = "posts"  # which the activity stream does not follow
    subscribe("post.reply.create", tag="replies")
    opening = world.post(host, "We are open.")
    listener = listen()
    reply = world.reply(ana, to=opening, text="Does it hurt?")
    wait_for(lambda: listener.events)
    data = listener.events[0]["data"]
    assert data["event_uuid"] == reply.id
    assert data["filter"] == {"user_id": host.id}
    assert data["tag"] == "replies"
    assert data["payload"]["in_reply_to_tweet_id"] == opening.id
    assert data["payload"]["edit_history_tweet_ids"] == [reply.id]
    assert data["payload"]["text"] == "@mammohour Does it hurt?"
    assert [user["username"] for user in data["includes"]["users"]] == ["ana_p", "mammohour"]


def test_our_own_posts_come_and_go(
    subscribe: Subscribe, listen: Callable[[], Listener], world: World, host: Account, ana: Account
) -> None:
    subscribe("post.create", token=APP)
    subscribe("post.delete", token=APP)
    listener = listen()
    world.post(ana, "Not ours.")
    post = world.post(host, "We are open.")
    wait_for(lambda: listener.events)
    world.delete(post)
    wait_for(lambda: len(listener.events) == 2)
    assert listener.types() == [("post.create", post.id), ("post.delete", post.id)]
    assert listener.events[1]["data"]["payload"] == {"id": post.id, "author_id": host.id}


def test_protected_authors_are_never_delivered(
    subscribe: Subscribe, listen: Callable[[], Listener], world: World, ana: Account
) -> None:
    subscribe("post.mention.create")
    listener = listen()
    world.post(world.add_account("shy", protected=True), "@mammohour does it hurt?")
    seen = world.post(ana, "@mammohour does it hurt?")
    wait_for(lambda: listener.events)
    assert listener.types() == [("post.mention.create", seen.id)]


@pytest.mark.parametrize("own", [True, False])
def test_whether_we_fire_our_own_events_is_a_setting(
    subscribe: Subscribe, listen: Callable[[], Listener], world: World, host: Account, ana: Account, own: bool
) -> None:
    world.settings.events_of_own_posts = own
    subscribe("post.reply.create")
    opening = world.post(host, "We are open.")
    listener = listen()
    world.reply(host, to=opening, text="And listening.")
    last = world.reply(ana, to=opening, text="Does it hurt?")
    wait_for(lambda: ("post.reply.create", last.id) in listener.types())
    assert len(listener.events) == 1 + own


@pytest.mark.parametrize(("twice", "charged"), [(True, 2), (False, 1)])
def test_whether_two_events_of_a_post_are_billed_twice_is_a_setting(
    subscribe: Subscribe,
    listen: Callable[[], Listener],
    world: World,
    host: Account,
    ana: Account,
    twice: bool,
    charged: int,
) -> None:
    world.settings.events_bill_twice = twice
    world.chaos.odds = Odds(duplicate_delivery=1)  # which costs nothing
    subscribe("post.mention.create")
    subscribe("post.reply.create")
    opening = world.post(host, "We are open.")
    listener = listen()
    world.reply(ana, to=opening, text="@mammohour does it hurt?")
    wait_for(lambda: len(listener.events) == 4)
    assert world.ledger.count("event") == charged
    assert str(world.ledger.entries[0].usd) == "0.005"


def test_a_slow_index_holds_events_up_unless_a_setting_says_otherwise(
    subscribe: Subscribe, listen: Callable[[], Listener], world: World, ana: Account, clock: Clock
) -> None:
    world.chaos.odds = Odds(index_lag=(60, 60))
    subscribe("post.mention.create")
    slow = listen()
    world.settings.events_lag = False
    quick = listen()
    late = world.post(ana, "@mammohour does it hurt?")
    wait_for(lambda: quick.types() == [("post.mention.create", late.id)])
    assert slow.events == []
    clock.pass_(seconds=61)
    wait_for(lambda: slow.types() == quick.types())


def test_two_connections_and_no_third(listen: Callable[[], Listener], ask: Ask) -> None:
    first, second = listen(), listen()
    assert ask("GET", STREAM, APP).json()["connection_issue"] == "TooManyConnections"
    assert ask("DELETE", "/2/connections/all", APP).json()["data"]["successful_kills"] == 2
    wait_for(lambda: first.ended and second.ended)
    listen()


def test_only_the_app_may_listen_and_not_to_the_past(ask: Ask, world: World, host: Account) -> None:
    assert ask("GET", STREAM, world.sign_in(host)["access_token"]).status_code == 403
    assert ask("GET", f"{STREAM}?backfill_minutes=1", APP).status_code == 400


def test_the_headers_of_a_quiet_stream_come_with_the_first_keep_alive(
    server: Server, world: World, host: Account
) -> None:
    world.settings.keep_alive = 3_600
    headers = {"Authorization": f"Bearer {APP}"}
    with pytest.raises(requests.ReadTimeout):
        requests.get(server.url + STREAM, headers=headers, stream=True, timeout=0.3)
    world.settings.late_headers = False
    with requests.get(server.url + STREAM, headers=headers, stream=True, timeout=5) as answer:
        assert answer.status_code == 200
    world.settings.late_headers = True
    world.settings.keep_alive = 0.05
    wait_for(lambda: not world.connections.is_open("mammohour", "activity_stream"))
    with requests.get(server.url + STREAM, headers=headers, stream=True, timeout=5) as answer:
        assert answer.status_code == 200
