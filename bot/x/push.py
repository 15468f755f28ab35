"""Posts that X pushes to us: the filtered stream, and the X Activity API's stream.

tweepy's StreamingClient reconnects without any delay when X accepts and closes, 3,622 times in two seconds
where 50 in 15 minutes are allowed, and an exception in a handler ends it for good. So a reader of our own,
on plain `requests`, reads both streams; docs/decisions/0006-push.md.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from requests.auth import AuthBase

from bot.x import push_lines, reading
from bot.x.meaning import Answer
from bot.x.push_answers import is_duplicate, of_answer
from bot.x.push_events import Event, Lost, Opened, Push, Pushed, Stopped
from bot.x.push_lines import ACTIVITIES, Found
from bot.x.push_reader import Reader
from bot.x.push_wire import Outside, Refused, Token, Wire

__all__ = [
    "RULES",
    "SUBSCRIPTIONS",
    "ActivityStream",
    "Event",
    "FilteredStream",
    "Lost",
    "Opened",
    "Outside",
    "Push",
    "Pushed",
    "Stopped",
    "Token",
]

RULES = "/2/tweets/search/stream/rules"
SUBSCRIPTIONS = "/2/activity/subscriptions"


class FilteredStream(Reader):
    """Everything that matches `rule`, within about 7 s: hashtag-only posts, too.

    Of the app's rules, those with `tag` are ours: at every start they are replaced if they differ, and
    the others are left alone. X uses a new rule after 20 s at the latest, so start two minutes early.
    """

    name = "stream"

    def __init__(self, bearer: str, *, rule: str, tag: str, outside: Outside) -> None:
        super().__init__(_Filtered(rule, tag), bearer, outside)


class ActivityStream(Reader):
    """Posts that mention, answer or quote the account `user_id`, within about a second.

    X lets only the account itself subscribe to these: `user` authenticates it.
    """

    name = "activity"

    def __init__(
        self, bearer: str, *, user: AuthBase, user_id: str, outside: Outside, tag: str = "askhour"
    ) -> None:
        super().__init__(_Activity(user, user_id, tag), bearer, outside)


@dataclass(frozen=True, slots=True)
class RulePlan:
    """What to change so that X has our rule once, and no older one of ours."""

    keep: frozenset[str]  # ids
    drop: tuple[str, ...]  # ids


def plan_rules(listed: Sequence[Mapping[str, Any]], *, rule: str, tag: str) -> RulePlan:
    """X refuses the same rule twice: one that somebody else has set serves us as well."""
    same = frozenset(str(one["id"]) for one in listed if one.get("value") == rule)
    older = tuple(str(o["id"]) for o in listed if o.get("tag") == tag and o.get("value") != rule)
    return RulePlan(same, older)


def missing_activities(listed: Sequence[Mapping[str, Any]], *, user_id: str) -> list[str]:
    """The subscriptions that are still to be made. One that also goes to a webhook comes here, too."""
    there = {
        one.get("event_type") for one in listed if str((one.get("filter") or {}).get("user_id")) == user_id
    }
    return [kind for kind in ACTIVITIES if kind not in there]


class _Filtered:
    name = FilteredStream.name
    path = "/2/tweets/search/stream"

    def __init__(self, rule: str, tag: str) -> None:
        self.params = {"tweet.fields": ",".join(reading.FIELDS)}
        self._rule, self._tag = rule, tag
        self._ids: frozenset[str] = frozenset()

    def prepare(self, wire: Wire) -> None:
        """The new rule before the old one goes, so that nothing is missed in between."""
        plan = plan_rules(wire.call("GET", RULES).get("data") or (), rule=self._rule, tag=self._tag)
        try:
            self._ids = plan.keep or self._add(wire)
        except Refused as refused:
            if not refused.duplicate:
                raise
            return  # X has it, in a spelling that we do not recognise: what we would drop may be it
        if plan.drop:
            wire.call("POST", RULES, json={"delete": {"ids": list(plan.drop)}})

    def find(self, line: bytes) -> Found:
        return push_lines.filtered(line, tag=self._tag, rule_ids=self._ids)

    def _add(self, wire: Wire) -> frozenset[str]:
        added = wire.call("POST", RULES, json={"add": [{"value": self._rule, "tag": self._tag}]})
        if not added.get("data"):  # X may say 201 and all the same that it did not take it
            answer = Answer(400, json.dumps(added), {})
            raise Refused(of_answer(answer), duplicate=is_duplicate(answer))
        return frozenset(str(one["id"]) for one in added["data"])


class _Activity:
    name = ActivityStream.name
    path = "/2/activity/stream"

    def __init__(self, user: AuthBase, user_id: str, tag: str) -> None:
        self.params: dict[str, str] = {}
        self._user, self._user_id, self._tag = user, user_id, tag

    def prepare(self, wire: Wire) -> None:
        """Listed with the app's token and made with the account's: X refuses it the other way round."""
        listed = wire.call("GET", SUBSCRIPTIONS).get("data") or ()
        for kind in missing_activities(listed, user_id=self._user_id):
            wanted = {"event_type": kind, "filter": {"user_id": self._user_id}, "tag": self._tag}
            try:
                wire.call("POST", SUBSCRIPTIONS, json=wanted, user=self._user)
            except Refused as refused:
                if not refused.duplicate:
                    raise

    def find(self, line: bytes) -> Found:
        return push_lines.activity(line, user_id=self._user_id)
