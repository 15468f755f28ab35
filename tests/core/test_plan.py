"""Session plans: when things happen, and what a plan may not say."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest

from bot.core.plan import (
    Announcement,
    Audience,
    CueKind,
    Panellist,
    Plan,
    Prompt,
    cues,
    in_gap,
    instant,
    twice,
)
from bot.core.plan_rules import notes, problems, uncovered
from bot.core.series import Series

PLAN = Plan(
    title="A test hour",
    hashtag="#TestHour",
    host="testhost",
    zone="Europe/Berlin",
    start=datetime(2027, 2, 3, 19, 0),
    length_minutes=60,
    budget_usd=5,
    welcome="Ask @testhost.",
    prompts=(Prompt(minute=5, text="T1"), Prompt(minute=20, text="T2")),
    reminders=(Prompt(minute=30, text="mention us"),),
    closing="Bye.",
    announcements=(Announcement(minutes_before=1440, text="Tomorrow."),),
)

Wrong = Callable[[Plan], Plan]


def test_cues_are_utc_instants_in_order_of_time() -> None:
    found = [(cue.kind, cue.due) for cue in cues(PLAN)]

    opens = datetime(2027, 2, 3, 18, 0, tzinfo=UTC)
    assert found == [
        (CueKind.ANNOUNCE, opens - timedelta(days=1)),
        (CueKind.OPEN, opens),
        (CueKind.PROMPT, opens + timedelta(minutes=5)),
        (CueKind.PROMPT, opens + timedelta(minutes=20)),
        (CueKind.REMIND, opens + timedelta(minutes=30)),
        (CueKind.CLOSE, opens + timedelta(minutes=60)),
    ]


def test_a_time_that_clocks_jump_over_moves_forward() -> None:
    never = datetime(2027, 3, 28, 2, 30)  # Berlin goes from 02:00 to 03:00 that night

    assert in_gap(never, "Europe/Berlin")
    assert instant(never, "Europe/Berlin") == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


def test_a_time_that_happens_twice_means_the_first() -> None:
    twice = datetime(2027, 10, 31, 2, 30)

    assert not in_gap(twice, "Europe/Berlin")
    assert instant(twice, "Europe/Berlin") == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_every_zone_has_exactly_one_instant_for_every_evening_of_two_years() -> None:
    """Evenings in a row are never less than 22 or more than 26 hours apart, and never out of order."""
    for zone in sorted(available_timezones()):
        evenings = [
            instant(datetime(2026, 1, 1, 19, 0) + timedelta(days=7 * week), zone) for week in range(104)
        ]
        steps = {b - a - timedelta(days=7) for a, b in pairwise(evenings)}
        assert all(abs(step) <= timedelta(hours=25) for step in steps), zone


def test_a_session_that_spans_the_change_of_clocks_lasts_its_length() -> None:
    night = replace(PLAN, start=datetime(2027, 10, 31, 2, 30))

    assert night.closes - night.opens == timedelta(minutes=60)
    last = cues(night)[-1]
    assert last.wall == last.due.astimezone(ZoneInfo("Europe/Berlin")).replace(tzinfo=None)


def test_a_sound_plan_has_no_problems() -> None:
    assert list(problems(PLAN)) == []


@pytest.mark.parametrize(
    ("key", "change"),
    [
        (("zone",), lambda p: replace(p, zone="Europe/Berlim")),
        (("start",), lambda p: replace(p, start=datetime(2027, 2, 3, 19, tzinfo=UTC))),
        (("hashtag",), lambda p: replace(p, hashtag="TestHour")),
        (("host",), lambda p: replace(p, host="@testhost")),
        (("length_minutes",), lambda p: replace(p, length_minutes=0)),
        (("budget_usd",), lambda p: replace(p, budget_usd=0)),
        (("welcome",), lambda p: replace(p, welcome="Ask us.")),
        (("closing",), lambda p: replace(p, closing="x" * 281)),
        (("closing",), lambda p: replace(p, closing="More on example.org")),
        (("prompts", 0, "text"), lambda p: replace(p, prompts=(Prompt(minute=1, text=" "),))),
        (("prompts", 0, "minute"), lambda p: replace(p, prompts=(Prompt(minute=60, text="T1"),))),
        (
            ("prompts", 1, "minute"),
            lambda p: replace(p, prompts=(Prompt(minute=3, text="T1"),) * 2),
        ),
        (
            ("announcements", 0, "minutes_before"),
            lambda p: replace(p, announcements=(Announcement(minutes_before=0, text="Now."),)),
        ),
    ],
)
def test_each_mistake_in_a_plan_is_told_with_its_key(key: tuple[str | int, ...], change: Wrong) -> None:
    assert key in [where for where, _ in problems(change(PLAN))]


def test_only_the_welcome_post_may_have_a_link() -> None:
    linked = replace(PLAN, welcome="Ask @testhost. Privacy: https://example.org/privacy")
    assert list(problems(linked)) == []


def test_a_start_that_clocks_jump_over_or_pass_twice_is_allowed_and_told() -> None:
    gap = replace(PLAN, start=datetime(2027, 3, 28, 2, 30))
    fold = replace(PLAN, start=datetime(2027, 10, 31, 2, 30))
    for plan in (gap, fold):
        assert list(problems(plan)) == []
        assert [key for key, _ in notes(plan)] == [("start",)]
    assert twice(fold.start, fold.zone)
    assert not twice(gap.start, gap.zone)
    assert list(notes(PLAN)) == []


@pytest.mark.parametrize(
    ("before", "minutes"), [("7d", 10080), ("1d", 1440), ("1h", 60), ("90m", 90), ("1d 12h", 2160)]
)
def test_an_announcement_may_say_how_long_before_in_days_hours_and_minutes(before: str, minutes: int) -> None:
    plan = replace(PLAN, announcements=(Announcement(before=before, text="Soon."),))
    assert list(problems(plan)) == []
    assert cues(plan)[0].due == PLAN.opens - timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "announcement",
    [
        Announcement(before="a week", text="Soon."),
        Announcement(before="0d", text="Soon."),
        Announcement(before="1d", minutes_before=60, text="Soon."),
        Announcement(text="Soon."),
    ],
)
def test_an_announcement_without_a_clear_time_is_a_mistake(announcement: Announcement) -> None:
    assert [key[0] for key, _ in problems(replace(PLAN, announcements=(announcement,)))] == ["announcements"]


def test_spares_and_the_digest_are_posts_like_others() -> None:
    plan = replace(PLAN, spares=("x" * 281,), digest="See example.org")
    assert [key for key, _ in problems(plan)] == [("spares", 0), ("digest",)]
    assert len(cues(plan)) == len(cues(PLAN))  # neither has a moment of its own


@pytest.mark.parametrize(
    ("duty", "gaps"),
    [
        ([(0, None)], []),
        ([(0, 30), (30, None)], []),
        ([(30, 60), (0, 40)], []),
        ([(0, 20), (30, 50)], [(20, 30), (50, 60)]),
        ([], [(0, 60)]),
    ],
)
def test_a_gap_in_the_panels_hand_over_is_seen(
    duty: list[tuple[int, int | None]], gaps: list[tuple[int, int]]
) -> None:
    assert list(uncovered(duty, 60)) == gaps


def test_a_panellists_hours_must_lie_inside_the_hour() -> None:
    panel = (Panellist(name="A", from_minute=60), Panellist(name="B", from_minute=30, until_minute=20))
    keys = [key for key, _ in problems(replace(PLAN, panel=panel))]
    assert keys == [("panel", 0, "from_minute"), ("panel", 1, "until_minute")]


def test_problems_of_a_series_and_of_the_audience_carry_their_keys() -> None:
    plan = replace(PLAN, series=Series(rrule="FREQ=HOURLY"), audience=(Audience(zone="Mars/Olympus"),))
    assert [key for key, _ in problems(plan)] == [("series", "rrule"), ("audience", 0, "zone")]
