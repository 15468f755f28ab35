"""What is wrong with a plan beyond its shape, and what is odd: the same for a file and for the form."""

from collections.abc import Iterator, Sequence
from zoneinfo import available_timezones

from bot.core import series
from bot.core.plan import HANDLE, HASHTAG, Plan, ahead, in_gap, twice
from bot.core.weigh import MAX_WEIGHT, has_url, weighted_length

Key = tuple[str | int, ...]


def problems(plan: Plan) -> Iterator[tuple[Key, str]]:
    """What is wrong with a plan beyond its shape: where (key) and what to do."""
    if plan.zone not in available_timezones():
        yield ("zone",), f"{plan.zone!r} is not a time zone; write for example Europe/London"
        return  # nothing about time can be said without a zone
    if plan.start.tzinfo is not None:
        yield ("start",), "is wall-clock time in `zone`: write it without an offset"
        return
    if not HASHTAG.fullmatch(plan.hashtag):
        yield ("hashtag",), "should be # and then letters, digits or _, in quotes"
    if not HANDLE.fullmatch(plan.host):
        yield ("host",), "should be the X account's name without @ (letters, digits, _; at most 15)"
    if not 5 <= plan.length_minutes <= 240:
        yield ("length_minutes",), "should be between 5 and 240"
    if plan.budget_usd <= 0:
        yield ("budget_usd",), "should be more than 0: with no budget nothing can be posted"
    yield from _timing_problems(plan)
    yield from _duty_problems(plan)
    if plan.series is not None:
        found = series.problems(plan.series, plan.start, plan.zone)
        yield from ((("series", key), message) for key, message in found)
    for i, place in enumerate(plan.audience):
        if place.zone not in available_timezones():
            yield ("audience", i, "zone"), f"{place.zone!r} is not a time zone; write for example Asia/Tokyo"
    for name in ("expected_questions", "expected_replies"):
        if getattr(plan, name) < 0:
            yield (name,), "should be 0 or more"
    for key, text in texts(plan):
        allowed = plan.links_allowed or key == ("welcome",)
        yield from _text_problems(key, text, url_allowed=allowed)
    if f"@{plan.host}".casefold() not in plan.welcome.casefold():
        yield ("welcome",), f"should ask people to mention @{plan.host}: X lets us reply only then"


def _timing_problems(plan: Plan) -> Iterator[tuple[Key, str]]:
    for name in ("prompts", "reminders"):
        minutes = [p.minute for p in getattr(plan, name)]
        for i, minute in enumerate(minutes):
            if not 0 < minute < plan.length_minutes:
                yield (
                    (name, i, "minute"),
                    f"should be inside the hour (1 to {plan.length_minutes - 1})",
                )
            if minute in minutes[:i]:
                yield (name, i, "minute"), "another one has the same minute"
    for i, announcement in enumerate(plan.announcements):
        key = "before" if announcement.before else "minutes_before"
        before = ahead(announcement)
        if before is None:
            yield (
                ("announcements", i, key),
                "should be such as 7d, 1h or 1d 12h, and without `minutes_before`",
            )
        elif not before:
            yield ("announcements", i, key), "should be more than 0: write for example `before: 1d`"


def _duty_problems(plan: Plan) -> Iterator[tuple[Key, str]]:
    for i, person in enumerate(plan.panel):
        until = plan.length_minutes if person.until_minute is None else person.until_minute
        if not 0 <= person.from_minute < plan.length_minutes:
            yield ("panel", i, "from_minute"), f"should be inside the hour (0 to {plan.length_minutes - 1})"
        elif not person.from_minute < until <= plan.length_minutes:
            yield (
                ("panel", i, "until_minute"),
                f"should be after `from_minute`, at most {plan.length_minutes}",
            )


def notes(plan: Plan) -> Iterator[tuple[Key, str]]:
    """What is allowed and still worth a look. For a plan without problems."""
    if in_gap(plan.start, plan.zone):
        yield (
            ("start",),
            f"does not exist in {plan.zone}: clocks go forward over it, so it starts that much later",
        )
    elif twice(plan.start, plan.zone):
        yield ("start",), f"happens twice in {plan.zone}: the first is meant"
    if plan.panel:
        for early, late in uncovered(
            [(p.from_minute, p.until_minute) for p in plan.panel], plan.length_minutes
        ):
            yield ("panel",), f"nobody is on duty from minute {early} to {late}"


def uncovered(duty: Sequence[tuple[int, int | None]], length: int) -> Iterator[tuple[int, int]]:
    """The stretches of an hour of `length` minutes for which nobody is on duty."""
    reached = 0
    for start, until in sorted(duty, key=lambda shift: shift[0]):
        if start > reached:
            yield reached, start
        reached = max(reached, length if until is None else until)
    if reached < length:
        yield reached, length


def texts(plan: Plan) -> Iterator[tuple[Key, str]]:
    """Every text that the plan posts, with its key."""
    yield ("welcome",), plan.welcome
    yield ("closing",), plan.closing
    for name in ("announcements", "prompts", "reminders"):
        for i, item in enumerate(getattr(plan, name)):
            yield (name, i, "text"), item.text
    for i, text in enumerate(plan.spares):
        yield ("spares", i), text
    if plan.digest:
        yield ("digest",), plan.digest


def _text_problems(key: Key, text: str, *, url_allowed: bool) -> Iterator[tuple[Key, str]]:
    weight = weighted_length(text)
    if not text.strip():
        yield key, "is empty"
    if weight > MAX_WEIGHT:
        yield key, f"is {weight - MAX_WEIGHT} too long: X allows {MAX_WEIGHT} weighted characters"
    if has_url(text) and not url_allowed:
        yield key, "has a link, which costs $0.20: only the welcome post may have one, unless `links_allowed`"
