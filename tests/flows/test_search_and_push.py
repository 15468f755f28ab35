"""Posts that did not mention us, holes in what was read, and sources that push."""

from dataclasses import dataclass, field
from datetime import timedelta

from bot.core.states import QuestionState
from bot.core.triage import Route, Summons
from bot.flows import gaps, intake, push, search
from bot.models import Gap, Question, Session, Spend
from bot.x.port import Post
from bot.x.push_events import Event, Lost, Opened, Pushed, Stopped
from bot.x.simulator import Fault
from tests.hour import ASKS, PRICES, Hour

HASHTAG = Gap.Kind.HASHTAG


def searches(hour: Hour) -> intake.Poll:
    session = Session.objects.select_related("host").get()
    return search.read_hashtag(session, hour.x, PRICES, now=hour.time())


def open_gaps(hour: Hour) -> list[str]:
    return [gap.kind for gap in gaps.open_ones(hour.host)]


def test_a_question_with_the_hashtag_alone_reaches_a_clinician(hour: Hour) -> None:
    """X would not let us reply to it: the answer will be a post of the host's own."""
    hour.is_open()
    post = hour.world.post(hour.person("ana"), "What should people wear to it? #TestHour")

    assert hour.reads().new == 0
    assert searches(hour).new == 1
    hour.decides()

    question = hour.question(post)
    assert (question.summons, question.route) == (Summons.NONE, Route.HOST_POST)
    assert question.state == QuestionState.QUEUED


def test_the_search_leaves_mentions_to_the_mentions(hour: Hour) -> None:
    hour.is_open()
    hour.asks(f"{ASKS} #TestHour")
    assert searches(hour).new == 0
    assert not Spend.objects.filter(charge="post_read").exists()


def test_the_search_finds_what_becomes_visible_late_and_pays_for_each_post_once(hour: Hour) -> None:
    hour.is_open()
    late = hour.world.post(hour.person("ana"), "late? #TestHour")
    late.visible_at = hour.time() + timedelta(minutes=8)
    hour.world.post(hour.person("bo"), "in time? #TestHour")
    assert searches(hour).new == 1

    hour.time.passes(minutes=9)
    assert searches(hour).new == 1
    assert sum(s.count for s in Spend.objects.filter(charge="post_read")) == 2


def test_a_search_that_fails_leaves_a_hole_until_one_succeeds(hour: Hour) -> None:
    hour.is_open()
    hour.x.me()
    hour.world.chaos.next_read(Fault.ERROR)
    hour.world.post(hour.person("ana"), "anyone? #TestHour")
    assert searches(hour).trouble
    assert open_gaps(hour) == [HASHTAG]

    hour.time.passes(minutes=1)
    assert searches(hour).new == 1
    assert open_gaps(hour) == []


def test_more_mentions_than_x_shows_are_found_by_a_search(hour: Hour) -> None:
    """We were away while 830 people asked: X shows the newest 800 of them."""
    hour.is_open().reads()
    for n in range(830):
        hour.asks(f"question number {n}?")
        hour.time.passes(milliseconds=20)

    assert hour.reads().new == 800
    assert open_gaps(hour) == [Gap.Kind.DEPTH]
    assert search.repair(hour.host, hour.x, PRICES, now=hour.time()).new == 30
    assert open_gaps(hour) == []


def test_a_hole_in_the_mentions_is_closed_by_the_next_poll_only(hour: Hour) -> None:
    hour.is_open().reads()
    hour.time.passes(minutes=20)
    hour.host.refresh_from_db()
    intake.came_back(hour.host, now=hour.time())
    assert open_gaps(hour) == [Gap.Kind.MENTIONS]

    search.repair(hour.host, hour.x, PRICES, now=hour.time())
    assert open_gaps(hour) == [Gap.Kind.MENTIONS]
    hour.reads()
    assert open_gaps(hour) == []


@dataclass
class Source:
    """A push source in the hands of a test."""

    name: str = "stream"
    events: list[Event] = field(default_factory=list)

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def alive(self) -> bool:
        return True

    def taken(self) -> list[Event]:
        events, self.events = self.events, []
        return events


def pushed(hour: Hour, text: str) -> Pushed:
    """A post as a source delivers it."""
    made = hour.world.post(hour.person("ana"), text)
    post = Post(made.id, text, made.author.id, made.created_at, chain=tuple(made.chain))
    return Pushed(hour.time(), post, "stream")


def test_a_post_that_is_pushed_and_read_is_one_question(hour: Hour) -> None:
    event = pushed(hour.is_open(), f"@testhost {ASKS}")
    source = Source("activity", [event, event])
    assert push.take(hour.host, source, PRICES, now=hour.time()).new == 1
    assert hour.reads().new == 0
    assert Question.objects.count() == 1


def test_while_a_stream_is_away_posts_may_be_missing_until_a_search_has_covered_it(hour: Hour) -> None:
    hour.is_open()
    lost_at = hour.time()
    source = Source(events=[Lost(lost_at, "the stream fell silent")])
    poll = push.take(hour.host, source, PRICES, now=hour.time())
    assert poll.trouble == "stream: the stream fell silent"
    hour.world.post(hour.person("ana"), "anyone? #TestHour")
    hour.time.passes(minutes=3)

    assert search.repair(hour.host, hour.x, PRICES, now=hour.time()).new == 1
    gap = Gap.objects.get()
    assert (gap.covered_at, gap.since) == (None, hour.time())  # it is still away

    source.events = [Opened(hour.time())]
    hour.time.passes(seconds=20)  # so long X may take to use the rule
    assert not push.take(hour.host, source, PRICES, now=hour.time()).trouble
    search.repair(hour.host, hour.x, PRICES, now=hour.time())
    assert open_gaps(hour) == []


def test_a_source_that_stopped_for_good_says_why(hour: Hour) -> None:
    hour.is_open()
    source = Source(events=[Stopped(hour.time(), "X does not accept the bearer token")])
    poll = push.take(hour.host, source, PRICES, now=hour.time())
    assert "bearer token" in poll.trouble
    assert open_gaps(hour) == [HASHTAG]


def test_a_gap_is_widened_and_not_doubled(hour: Hour) -> None:
    start = hour.time()
    for minute in (10, 5, 12):
        gaps.begin(
            hour.host, HASHTAG, since=start + timedelta(minutes=minute), why="x", now=start,
            until=start + timedelta(minutes=minute + 1),
        )  # fmt: skip
    gap = Gap.objects.get()
    assert (gap.since, gap.until) == (start + timedelta(minutes=5), start + timedelta(minutes=13))
