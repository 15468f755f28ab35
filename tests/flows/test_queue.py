"""One clinician at a time, nobody's words lost, nothing leaves unreviewed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from bot import staff
from bot.core.delivery import Timing
from bot.core.review import Finding, Reviewer, Severity
from bot.core.states import ItemState, OutgoingState, QuestionState
from bot.flows import by_hand, outbox, queue, rights
from bot.models import Outgoing, Question, QueueItem
from tests.hour import Hour

Clinician = Callable[[str], User]
ANSWER = "A doctor should see any new change. Source: A."


class Stops(Reviewer):
    """Finds one thing in every text."""

    def __init__(self, severity: Severity) -> None:
        super().__init__(())
        self._severity = severity

    def findings(self, text: str, question: str = "") -> tuple[Finding, ...]:
        return (Finding("tone", self._severity, 0, 1, "it scolds", "Say it kindly."),)


def waiting(hour: Hour, text: str = "is my lump bad?", who: str = "ana") -> QueueItem:
    item = hour.is_open().takes_in(text, who=who).item
    assert item is not None
    return item


def claim(hour: Hour, item: QueueItem, who: User) -> QueueItem:
    return queue.claim(item.pk, who, hour.sender.timing, now=hour.time())


def answer(
    hour: Hour, item: QueueItem, who: User, text: str = ANSWER, reviewer: Reviewer | None = None,
    override: str = "",
) -> list[Outgoing]:  # fmt: skip
    return queue.answer(
        item.pk,
        who,
        item.fence,
        text,
        queue.Rules(reviewer or hour.sender.reviewer, hour.sender.timing),
        now=hour.time(),
        override=override,
    )


def test_a_clinicians_answer_reaches_the_one_who_asked(hour: Hour, clinician: Clinician) -> None:
    item = claim(hour, waiting(hour), clinician("mo"))
    answer(hour, item, clinician("mo"))
    hour.time.passes(seconds=16)
    hour.sends()

    item.refresh_from_db()
    question = Question.objects.get()
    assert hour.replies_to(question) == [ANSWER]
    assert (question.state, item.state) == (QuestionState.ANSWERED, ItemState.SENT)
    assert Outgoing.objects.get(question=question).approved_by == "mo"


def test_two_clinicians_cannot_have_the_same_item(hour: Hour, clinician: Clinician) -> None:
    item = waiting(hour)
    claim(hour, item, clinician("mo"))
    with pytest.raises(queue.NotYours, match="mo has it until"):
        claim(hour, item, clinician("bea"))


def test_a_lapsed_claim_is_taken_over_with_its_draft(hour: Hour, clinician: Clinician) -> None:
    item = claim(hour, waiting(hour), clinician("mo"))
    queue.save_draft(item.pk, clinician("mo"), item.fence, "half a", hour.sender.timing, now=hour.time())
    hour.time.passes(seconds=301)

    taken = claim(hour, item, clinician("bea"))

    assert taken.draft == "half a"
    with pytest.raises(queue.NotYours, match="bea has it now"):
        answer(hour, item, clinician("mo"))
    assert not Outgoing.objects.filter(kind="typed").exists()


def test_a_lapsed_claim_that_nobody_took_still_counts(hour: Hour, clinician: Clinician) -> None:
    item = claim(hour, waiting(hour), clinician("mo"))
    hour.time.passes(seconds=600)
    assert len(answer(hour, item, clinician("mo"))) == 1


def test_a_released_item_is_free_for_others(hour: Hour, clinician: Clinician) -> None:
    item = claim(hour, waiting(hour), clinician("mo"))
    queue.release(item.pk, clinician("mo"), item.fence, now=hour.time())
    assert claim(hour, item, clinician("bea")).claimed_by == clinician("bea")


def test_a_dismissal_needs_a_reason_and_leaves_it(hour: Hour, clinician: Clinician) -> None:
    item = claim(hour, waiting(hour), clinician("mo"))
    with pytest.raises(ValueError, match="say why"):
        queue.dismiss(item.pk, clinician("mo"), item.fence, " ", now=hour.time())
    queue.dismiss(item.pk, clinician("mo"), item.fence, "off topic", now=hour.time())
    question = Question.objects.get()
    assert (question.state, question.reason) == (QuestionState.LEFT, "dismissed: off topic")


def test_a_blocked_text_does_not_leave_and_is_kept(hour: Hour, clinician: Clinician) -> None:
    item = claim(hour, waiting(hour), clinician("mo"))
    for override in ("", "I know better"):
        with pytest.raises(queue.MayNotLeave) as stopped:
            answer(hour, item, clinician("mo"), reviewer=Stops(Severity.BLOCK), override=override)
        assert stopped.value.findings[0].rule == "tone"
    item.refresh_from_db()
    assert (item.state, item.draft) == (ItemState.DRAFTED, ANSWER)
    assert not Outgoing.objects.filter(kind="typed").exists()


def test_a_warning_may_be_passed_over_with_a_reason(hour: Hour, clinician: Clinician) -> None:
    item = claim(hour, waiting(hour), clinician("mo"))
    with pytest.raises(queue.MayNotLeave):
        answer(hour, item, clinician("mo"), reviewer=Stops(Severity.WARN))
    sent = answer(hour, item, clinician("mo"), reviewer=Stops(Severity.WARN), override="quoted")
    assert len(sent) == 1


def test_people_who_ask_the_same_wait_in_one_item(hour: Hour, clinician: Clinician) -> None:
    first = waiting(hour, "which machine brand does a clinic use for screening?")
    second = waiting(hour, "which machine brand does the clinic use for screening??", who="bo")
    assert first.pk == second.pk

    item = claim(hour, first, clinician("mo"))
    rows = answer(hour, item, clinician("mo"))

    # X refuses the same text twice: one leaves, the other is offered to be posted by hand
    assert sorted(row.state for row in rows) == [OutgoingState.BY_HAND, OutgoingState.READY]
    hour.time.passes(seconds=16)
    hour.sends()
    item.refresh_from_db()
    assert item.state == ItemState.APPROVED
    by_hand.posted(Outgoing.objects.get(state=OutgoingState.BY_HAND), clinician("mo"), now=hour.time())
    item.refresh_from_db()
    assert item.state == ItemState.SENT


def test_a_crisis_is_at_the_top_and_the_organiser_is_told_at_once(hour: Hour) -> None:
    waiting(hour, "is my lump bad?")
    hour.time.passes(minutes=3)
    urgent = waiting(hour, "this is a crisis", who="bo")

    assert queue.open_items().first() == urgent
    assert urgent.alerted_at is not None
    assert urgent.alerted_at - Question.objects.get(item=urgent).received_at < timedelta(seconds=5)


def test_answers_can_be_stopped_until_they_leave(hour: Hour, clinician: Clinician) -> None:
    item = claim(hour, waiting(hour), clinician("mo"))
    [row] = answer(hour, item, clinician("mo"))
    outbox.stop(row, who="mo", now=hour.time())
    hour.time.passes(seconds=60)
    hour.sends()
    item.refresh_from_db()
    assert hour.replies_to(Question.objects.get()) == []
    assert item.state == ItemState.WAITING


def test_without_the_right_nobody_claims_whatever_page_they_found(hour: Hour) -> None:
    hour.is_open()
    item = hour.takes_in("is my lump bad?").item
    assert item
    for role in (staff.Role.VIEWER, staff.Role.ADMIN, staff.Role.AUDITOR):
        with pytest.raises(rights.MayNot, match="answer_questions"):
            queue.claim(item.pk, staff.add(f"a-{role}", role), Timing(), now=hour.time())


def test_a_right_that_was_taken_away_ends_a_claim_too(hour: Hour, clinician: Callable[[str], User]) -> None:
    hour.is_open()
    item = hour.takes_in("is my lump bad?").item
    assert item
    ana = clinician("ana")
    claimed = queue.claim(item.pk, ana, Timing(), now=hour.time())
    ana.groups.clear()
    with pytest.raises(rights.MayNot):
        queue.release(item.pk, User.objects.get(pk=ana.pk), claimed.fence, now=hour.time())
