"""On the worst evening that X has, nothing is lost, nobody is answered twice, and the bill is no surprise."""

from collections import Counter
from decimal import Decimal

import pytest

from bot.config import HashtagBy
from bot.core.money import forecast
from bot.core.states import CueState, QuestionState
from bot.core.triage import Summons
from bot.flows import money
from bot.models import Question
from bot.x.simulator import Chaos
from tests.flows.evening import PERSONAL, Evening, evening

# An hour of calls takes a minute on a busy machine; the limit is only against a test that hangs.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

OUTCOMES = {QuestionState.ANSWERED, QuestionState.LEFT, QuestionState.SIGNPOSTED, QuestionState.WITHDRAWN}


def fill(hour: Evening) -> None:
    """About 130 questions: what the FAQ knows, what is for clinicians, and what X makes difficult."""
    entries = sorted(hour.rounds.texts.faq.entries.values(), key=lambda entry: entry.id)
    for n, entry in enumerate(entries):
        hour.will_ask(f"ana{n}", entry.phrasings[0] + "?")
    for n in range(12):
        hour.will_ask(f"bo{n}", f"{PERSONAL} {n}?")
        hour.will_ask(f"cy{n}", f"what is a tomosynthesis of type {n}?", how="hashtag")
    for n in range(4):
        hour.will_ask(f"di{n}", f"what is a biopsy of kind {n}?", how="reply")
        hour.will_ask(f"ed{n}", f"how long does a mammogram number {n} take?")
        hour.will_ask(f"ed{n}", f"@testhost {PERSONAL}, edited {n}?", how="edit")
        hour.will_ask(f"fay{n}", f"does it hurt {n}?")
        hour.will_ask(f"fay{n}", "", how="delete")
    _keep_order(hour)


def _keep_order(hour: Evening) -> None:
    """Whoever edits or deletes has posted before."""
    first: dict[str, int] = {}
    for i, (at, who, how, text) in enumerate(hour.to_come):
        if how in ("edit", "delete") and who not in first:
            j = next(j for j, one in enumerate(hour.to_come) if one[1] == who and j > i)
            hour.to_come[i] = (at, who, hour.to_come[j][2], hour.to_come[j][3])
            hour.to_come[j] = (hour.to_come[j][0], who, how, text)
        first.setdefault(who, i)


@pytest.mark.parametrize(
    ("seed", "hashtag_by", "activity"), [(1, HashtagBy.STREAM, True), (2, HashtagBy.SEARCH, False)]
)
def test_a_whole_bad_evening(seed: int, hashtag_by: HashtagBy, activity: bool) -> None:
    with evening(seed=seed, hashtag_by=hashtag_by, activity=activity) as hour:
        fill(hour)
        hour.world.chaos = Chaos.level("bad evening")
        hour.plays()

    keys = {post.key for post in hour.asked.values()}
    known = {question.post_id: question for question in Question.objects.all()}
    assert keys <= set(known), f"{len(keys - set(known))} questions never reached us"
    assert {question.state for question in known.values()} <= OUTCOMES
    silent = [q.pk for q in known.values() if q.state == QuestionState.LEFT and not q.reason]
    assert not silent
    assert max(hour.replies().values()) == 1, "somebody was answered twice"
    assert set(hour.cue_texts().values()) == {1}, "a cue was posted twice"
    assert_the_cues(hour)
    assert not hour.gaps_left()
    if not activity:
        assert_the_forecast(hour)
    ours, theirs = money.spent(hour.session), hour.world.ledger.total
    assert abs(ours - theirs) <= Decimal("0.05") * theirs, f"spent {ours}, billed {theirs}"
    print(f"spent {ours}, billed {theirs}", Counter(Question.objects.values_list("state", flat=True)))


def assert_the_cues(hour: Evening) -> None:
    """Each was posted, or left out because it had become too late: none was lost without a word."""
    posted = hour.cue_texts()
    late = [
        cue
        for cue in hour.session.cues.exclude(text__in=posted)
        if cue.state == CueState.SKIPPED or "late" in cue.outgoing.reason or "newer" in cue.outgoing.reason
    ]
    assert len(posted) + len(late) == hour.session.cues.count()
    assert {cue.kind for cue in late} <= {"prompt"}
    assert len(late) <= 2  # X is away for a part of the hour


def assert_the_forecast(hour: Evening) -> None:
    """X's bill is what could be foreseen, within 5 %, knowing how many would ask."""
    summons = Counter(Question.objects.values_list("summons", flat=True))
    summoned = Question.objects.filter(summons=Summons.TYPED, state=QuestionState.ANSWERED)
    expected = forecast(
        hour.rounds.texts.prices,
        [cue.text for cue in hour.session.cues.all()],
        questions=summons[Summons.TYPED] + summons[Summons.IMPLIED],
        replies=summoned.count(),
        aside=summons[Summons.NONE],
    )
    billed = hour.world.ledger.total
    assert abs(billed - expected) <= Decimal("0.05") * expected, f"billed {billed}, foreseen {expected}"
