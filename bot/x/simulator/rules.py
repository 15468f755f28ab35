"""The rules of the filtered stream: what they are and how they are changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.x.simulator.posts import Post
from bot.x.simulator.problems import TYPES, ApiError, invalid
from bot.x.simulator.search import Query, QueryError, parse

MAX_RULES = 1_000
MAX_RULE_LENGTH = 1_024


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    value: str
    tag: str | None
    query: Query
    since: datetime  # from when on it counts

    def json(self) -> dict[str, str]:
        return self.label() | {"value": self.value}

    def label(self) -> dict[str, str]:
        """A rule that was added without a tag has none in the stream either."""
        return {"id": self.id} if self.tag is None else {"id": self.id, "tag": self.tag}


@dataclass(slots=True)
class StreamRules:
    """One set of rules; X keeps one for each app.

    What is added or deleted is listed at once, and the stream follows later.
    """

    rules: dict[str, Rule] = field(default_factory=dict)
    _leaving: list[tuple[datetime, Rule]] = field(default_factory=list)

    def matching(self, post: Post, now: datetime) -> list[Rule]:
        self._leaving = [(until, rule) for until, rule in self._leaving if until > now]
        counting = [rule for _, rule in self._leaving]
        counting += [rule for rule in self.rules.values() if rule.since <= now]
        return [rule for rule in counting if rule.query.matches(post, with_quoted=True)]

    def listed(self) -> list[dict[str, str]]:
        return [rule.json() for rule in self.rules.values()]

    def add(
        self, wanted: Sequence[object], ids: list[str], *, dry_run: bool, since: datetime
    ) -> dict[str, Any]:
        """Add what can be added; the rest comes back in `errors`."""
        made: list[Rule] = []
        errors: list[dict[str, Any]] = []
        for rule_id, rule in zip(ids, wanted, strict=True):
            try:
                made.append(self._new(rule_id, rule, made, since))
            except _RuleError as refusal:
                errors.append(refusal.error)
        if not dry_run:
            self.rules |= {rule.id: rule for rule in made}
        summary = {
            "created": len(made),
            "not_created": len(errors),
            "valid": len(made),
            "invalid": len(errors),
        }
        if errors and not made:
            raise ApiError(400, {"errors": errors, "title": "Invalid Request", "status": 400})
        body = {"data": [rule.json() for rule in made], "meta": {"summary": summary}}
        return body | ({"errors": errors} if errors else {})

    def delete(self, wanted: object, *, until: datetime, dry_run: bool) -> dict[str, Any]:
        if not isinstance(wanted, dict):
            raise invalid("$.delete: not an object")
        ids = set(wanted.get("ids", []))
        values = set(wanted.get("values", []))
        if not ids and not values:
            raise invalid("delete needs ids or values")
        gone = [r for r in self.rules.values() if r.id in ids or r.value in values]
        for rule in [] if dry_run else gone:
            self._leaving.append((until, self.rules.pop(rule.id)))
        missed = len(ids) + len(values) - len(gone)
        return {"meta": {"summary": {"deleted": len(gone), "not_deleted": missed}}}

    def _new(self, rule_id: str, rule: object, made: list[Rule], since: datetime) -> Rule:
        value = rule.get("value") if isinstance(rule, dict) else None
        if not isinstance(rule, dict) or not isinstance(value, str):
            raise invalid("$.add: every rule has a value")
        existing = [*self.rules.values(), *made]
        if any(other.value == value for other in existing):
            raise _RuleError("DuplicateRule", "duplicate-rules", value, "already there")
        if len(existing) >= MAX_RULES:
            raise _RuleError("RulesCapExceeded", "rule-cap", value, "too many rules")
        if len(value) > MAX_RULE_LENGTH:
            raise _RuleError("InvalidRules", "invalid-rules", value, "too long")
        try:
            return Rule(rule_id, value, rule.get("tag"), parse(value), since)
        except QueryError as error:
            raise _RuleError("InvalidRules", "invalid-rules", value, str(error)) from error


class _RuleError(Exception):
    def __init__(self, title: str, kind: str, value: str, detail: str) -> None:
        super().__init__(detail)
        self.error = {"title": title, "type": TYPES + kind, "value": value, "details": [detail]}
