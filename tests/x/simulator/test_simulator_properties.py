"""What holds whatever people do: pages join, edits stay one post, lags only delay, money is never lost."""

import random
from datetime import timedelta
from decimal import Decimal
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.x.simulator import Account, Post, Settings, World
from bot.x.simulator.callers import Caller
from bot.x.simulator.chaos import Odds
from bot.x.simulator.ledger import PRICES, Ledger
from bot.x.simulator.oauth import Grant, GrantError, SignIns, challenge_of
from bot.x.simulator.reads import lookup, mentions
from tests.x.simulator.conftest import NOON, Clock


def new_world(seed: int = 1) -> tuple[World, Clock, Account, Account]:
    clock = Clock()
    world = World(now=clock, rng=random.Random(seed))
    return world, clock, world.add_account("mammohour", verified=True), world.add_account("ana")


def pages(world: World, host: Account, size: int, between: list[str]) -> list[str]:
    """The ids of all pages; before each next page something of `between` happens."""
    ids: list[str] = []
    query = {"max_results": str(size)}
    todo = iter(between)
    while True:
        page = mentions(world, Caller("mammohour", host), host.id, query)
        ids += [post["id"] for post in page.get("data", [])]
        if "next_token" not in page["meta"]:
            return ids
        query["pagination_token"] = page["meta"]["next_token"]
        if next(todo, "") == "post":
            world.post(world.account("ana"), f"@mammohour in between {len(ids)}")


@given(
    count=st.integers(0, 40),
    size=st.integers(5, 12),
    between=st.lists(st.sampled_from(["post", "nothing"]), max_size=8),
)
def test_paging_neither_loses_nor_repeats_a_post(count: int, size: int, between: list[str]) -> None:
    """Also while more is posted: what is new belongs to no page that was begun before it."""
    world, _, host, ana = new_world()
    asked = [world.post(ana, f"@mammohour {number}").id for number in range(count)]
    assert pages(world, host, size, between) == asked[::-1]


@given(st.lists(st.sampled_from(["edit", "reply", "quote", "delete", "other"]), max_size=15))
def test_however_often_it_is_edited_a_post_is_one_post(acts: list[str]) -> None:
    world, clock, host, ana = new_world()
    first = latest = world.post(ana, "@mammohour 0")
    alive, answers = True, 0
    for number, act in enumerate(acts):
        clock.pass_(seconds=1)
        if act == "other":
            world.post(ana, f"other {number}")
        elif act == "delete":
            world.delete(first)
            alive = False
        elif act == "edit" and alive:
            latest = world.edit(latest, f"@mammohour {number}")
        elif act in {"reply", "quote"} and alive:
            answers += act == "reply"
            do = world.reply(host, to=latest, text=f"answer {number}") if act == "reply" else None
            do = do or world.quote(host, latest, f"quote {number}")
    versions = [world.posts[one] for one in latest.chain]
    assert [post.id for post in versions] == sorted(latest.chain, key=int)
    assert {post.key for post in versions} == {first.id}
    assert {post.conversation_id for post in versions} == {first.conversation_id}
    assert len(world.replies_to(first)) == answers
    standing = [post for post in world.standing() if post.key == first.id]
    assert standing == ([latest] if alive else [])
    found = lookup(world, Caller("mammohour", host), {"ids": ",".join(latest.chain)})
    assert len(found.get("data", [])) == (len(versions) if alive else 0)
    assert len(found.get("errors", [])) == (0 if alive else len(versions))


@given(st.integers(0, 2**32), st.lists(st.integers(0, 90), min_size=1, max_size=12))
def test_a_slow_index_delays_and_never_loses(seed: int, waits: list[int]) -> None:
    world, clock, host, ana = new_world(seed)
    world.chaos.odds = Odds(index_lag=(0, 120), lagging=0.3)
    asked: list[Post] = []
    seen: set[str] = set()
    for number, wait in enumerate(waits):
        asked.append(world.post(ana, f"@mammohour {number}"))
        clock.pass_(seconds=wait)
        now_seen = set(pages(world, host, 100, []))
        assert seen <= now_seen
        seen = now_seen
    clock.pass_(seconds=121)
    assert set(pages(world, host, 100, [])) == {post.id for post in asked}


@given(st.lists(st.tuples(st.sampled_from(["post", "late", "wait"]), st.integers(0, 40)), max_size=20))
def test_ids_grow_with_time_also_when_a_post_lands_late(acts: list[tuple[str, int]]) -> None:
    world, clock, _, ana = new_world()
    for kind, seconds in acts:
        if kind == "post":
            world.post(ana, f"post {seconds}")
        elif kind == "late":
            due = world.now() + timedelta(seconds=seconds)
            world.land_later(due, partial(world.post, ana, f"late {due}"))
        else:
            clock.pass_(seconds=seconds)
            world.catch_up()
    ids = [int(post.id) for post in world.posts.values()]
    assert all(one < other for one, other in pairwise(ids))


READS = st.tuples(
    st.sampled_from(["post_read", "owned_read", "user_read"]), st.integers(0, 5), st.integers(0, 50)
)


@given(st.lists(READS, max_size=40))
def test_a_resource_is_charged_once_a_day_and_the_sum_is_what_was_charged(
    reads: list[tuple[str, int, int]],
) -> None:
    ledger, charged = Ledger(), Decimal(0)
    for item, resource, hour in sorted(reads, key=lambda read: read[2]):
        charged += ledger.read(item, [str(resource)], app="a", at=NOON + timedelta(hours=hour))
    assert ledger.total == charged == sum((PRICES[entry.item] for entry in ledger.entries), Decimal(0))
    days = {(item == "user_read", n, (NOON + timedelta(hours=h)).date()) for item, n, h in reads}
    assert len(ledger.entries) == len(days)


@settings(max_examples=50)
@given(st.lists(st.integers(0, 9), max_size=30), st.text("abcdef-._~", min_size=43, max_size=128))
def test_at_any_time_one_refresh_token_works(tries: list[int], verifier: str) -> None:
    """Whatever old ones are tried again in between."""
    _, clock, host, _ = new_world()
    sign_ins, rules = SignIns(random.Random(1)), Settings()
    grant = Grant(host, "client-of-mammohour", frozenset({"offline.access"}))
    code = sign_ins.authorize(
        grant,
        redirect_uri="r",
        challenge=challenge_of(verifier, "S256"),
        method="S256",
        now=clock.time,
        settings=rules,
    )
    tokens = sign_ins.redeem(
        code,
        client_id=grant.client_id,
        redirect_uri="r",
        verifier=verifier,
        now=clock.time,
        settings=rules,
    )
    given_out = [str(tokens["refresh_token"])]
    for number in tries:
        old = given_out[number % len(given_out)]
        if old == given_out[-1]:
            fresh = sign_ins.refresh(old, client_id=grant.client_id, now=clock.time, settings=rules)
            given_out.append(str(fresh["refresh_token"]))
        else:
            with pytest.raises(GrantError):
                sign_ins.refresh(old, client_id=grant.client_id, now=clock.time, settings=rules)
    assert sign_ins.refresh(given_out[-1], client_id=grant.client_id, now=clock.time, settings=rules)
