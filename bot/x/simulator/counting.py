"""How many posts there were, and how many reads were used up."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.x.simulator.callers import Caller
from bot.x.simulator.posts import Post
from bot.x.simulator.problems import invalid
from bot.x.simulator.reads import SEARCH_WINDOW, found_by, moment, refuse_unknown
from bot.x.simulator.render import timestamp
from bot.x.simulator.world import World

_GRAINS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
_COUNTS = {"query", "granularity", "start_time", "end_time", "since_id", "until_id", "search_count.fields"}
_USAGE = ("cap_reset_day", "daily_client_app_usage", "daily_project_usage")


def counts(world: World, caller: Caller, query: dict[str, str]) -> dict[str, Any]:
    """Posts in each minute, hour or day; the first and the last may be cut short."""
    refuse_unknown(world, query, _COUNTS)
    name = query.get("granularity", "hour")
    if name not in _GRAINS:
        raise invalid(f"granularity: not one of {sorted(_GRAINS)}")
    now = world.now()
    start = moment(query, "start_time", now - SEARCH_WINDOW)
    end = moment(query, "end_time", now)
    if start >= end or start < now - SEARCH_WINDOW:
        raise invalid("start_time: not within the last seven days and before end_time")
    found = [p for p in found_by(world, caller, query.get("query", "")) if start <= p.created_at < end]
    slices = _slices(start, end, _GRAINS[name])
    world.charge(world.ledger.write("counts_recent", name, app=caller.app, at=now))
    return {
        "data": [_count(found, since, until) for since, until in slices],
        "meta": {"total_tweet_count": len(found)},
    }


def _slices(start: datetime, end: datetime, grain: timedelta) -> list[tuple[datetime, datetime]]:
    """From `start` to `end`, cut at every whole minute, hour or day of UTC."""
    zero = datetime.min.replace(tzinfo=UTC)
    cut = start - (start - zero) % grain
    slices = []
    while cut < end:
        slices.append((max(start, cut), min(end, cut + grain)))
        cut += grain
    return slices


def _count(posts: list[Post], since: datetime, until: datetime) -> dict[str, Any]:
    number = sum(1 for post in posts if since <= post.created_at < until)
    return {"start": timestamp(since), "end": timestamp(until), "tweet_count": number}


def usage(world: World, caller: Caller, query: dict[str, str]) -> dict[str, Any]:
    """Post reads against the monthly cap; X writes these numbers as strings."""
    refuse_unknown(world, query, {"days", "usage.fields"})
    days = query.get("days", "7")
    if not days.isdecimal() or not 1 <= int(days) <= 90:
        raise invalid("days: between 1 and 90")
    now = world.now()
    daily = _daily(world, now, int(days))
    data = {
        "project_id": "1",
        "project_cap": str(world.settings.monthly_read_cap),
        "project_usage": str(world.ledger.reads_in_month(now)),
        "cap_reset_day": 1,
        "daily_project_usage": {"project_id": "1", "usage": daily},
        "daily_client_app_usage": [{"client_app_id": caller.app, "usage": daily}],
    }
    asked = set(filter(None, query.get("usage.fields", "").split(",")))
    return {"data": {name: value for name, value in data.items() if name not in _USAGE or name in asked}}


def _daily(world: World, now: datetime, days: int) -> list[dict[str, str]]:
    first = now.date() - timedelta(days=days - 1)
    reads = world.ledger.reads_by_day()
    return [
        {"date": f"{day}T00:00:00.000Z", "usage": str(number)}
        for day, number in sorted(reads.items())
        if day >= first
    ]
