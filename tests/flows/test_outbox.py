"""Nobody is answered twice, nothing is lost, whatever happens to a call."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import cast

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError

from bot.core.delivery import Pacing, Urgency
from bot.core.states import OutgoingState, QuestionState
from bot.core.triage import Route
from bot.flows import by_hand, moves, outbox, queue, search
from bot.flows.outbox import hash_of
from bot.models import AuditEvent, CueRow, HostAccount, OptOut, Outgoing, Question, Session, Spend
from bot.x.port import X
from bot.x.simulator import Fault
from tests.entry import ENTRY
from tests.hour import ASKS, PRICES, Hour

UNDO = timedelta(seconds=21)
Clinician = Callable[[str], User]


def answered(hour: Hour) -> Question:
    """A question whose automatic answer may leave now."""
    question = hour.is_open().takes_in(ASKS)
    hour.time.now += UNDO
    return question


def a_clinician_answers(hour: Hour, who: User, question: Question) -> None:
    assert question.item is not None
    item = queue.claim(question.item.pk, who, hour.sender.timing, now=hour.time())
    queue.answer(
        item.pk, who, item.fence, "Ask a doctor. Source: A.",
        queue.Rules(hour.sender.reviewer, hour.sender.timing), now=hour.time(),
    )  # fmt: skip


def test_an_automatic_answer_waits_to_be_undone_and_then_leaves_once(hour: Hour) -> None:
    question = hour.is_open().takes_in(ASKS)
    hour.sends()
    assert hour.replies_to(question) == []

    hour.time.now += UNDO
    hour.sends()
    hour.sends()

    question.refresh_from_db()
    assert hour.replies_to(question) == [ENTRY.answers[0]]
    assert question.state == QuestionState.ANSWERED
    assert question.outgoing.get().approved_by == "Dr Sign"


def test_a_stopped_answer_stays_here_and_its_question_goes_to_the_clinicians(hour: Hour) -> None:
    question = hour.is_open().takes_in(ASKS)

    outbox.stop(question.outgoing.get(), who="ana", now=hour.time())
    hour.time.now += UNDO
    hour.sends()

    question.refresh_from_db()
    assert hour.replies_to(question) == []
    assert question.state == QuestionState.QUEUED
    assert question.item is not None


def test_a_reply_that_landed_although_the_call_timed_out_is_not_sent_again(hour: Hour) -> None:
    """X took the reply but its answer got lost on the way: nobody is answered twice."""
    question = answered(hour)
    hour.world.chaos.next_post_lands_but_resets()

    hour.sends()
    row = question.outgoing.get()
    assert row.state == OutgoingState.UNKNOWN
    hour.time.passes(seconds=170)
    assert hour.settles() == 0  # too early to believe the timeline
    hour.time.passes(seconds=10)
    hour.settles()
    hour.sends()

    row.refresh_from_db()
    question.refresh_from_db()
    assert row.state == OutgoingState.SENT
    assert hour.replies_to(question) == [ENTRY.answers[0]]
    assert question.state == QuestionState.ANSWERED


def test_a_reply_that_never_landed_is_sent_once_more_after_two_looks(hour: Hour) -> None:
    question = answered(hour)
    hour.world.chaos.next_post_fails(landed=False)

    hour.sends()
    for _ in range(2):
        hour.time.passes(seconds=180)
        hour.settles()
    hour.sends()

    assert hour.replies_to(question) == [ENTRY.answers[0]]


def test_a_reply_that_fails_twice_is_held_for_a_person(hour: Hour) -> None:
    question = answered(hour)
    for _ in range(2):
        hour.world.chaos.next_post_fails(landed=False)
        hour.sends()
        for _ in range(2):
            hour.time.passes(seconds=180)
            hour.settles()

    assert question.outgoing.get().state == OutgoingState.HELD
    assert hour.replies_to(question) == []


def test_a_text_that_x_calls_a_duplicate_is_looked_for_and_found(hour: Hour) -> None:
    """A process died between the call and the record, and a second one sends again too early."""
    question = answered(hour)
    row = question.outgoing.get()
    hour.world.reply(hour.account, to=question.version_id, text=row.text)

    hour.sends()
    hour.time.passes(seconds=180)
    hour.settles()

    assert hour.replies_to(question) == [row.text]
    row.refresh_from_db()
    assert row.state == OutgoingState.SENT


def test_an_intent_that_went_stale_is_not_acted_upon(hour: Hour) -> None:
    """The machine stands still for a minute between the intent and the call."""
    question = answered(hour)
    times = iter([hour.time(), hour.time() + timedelta(minutes=1), hour.time()])

    outbox.deliver_next(hour.host, hour.sender, lambda: next(times))

    assert question.outgoing.get().state == OutgoingState.READY
    assert hour.replies_to(question) == []


def test_an_intent_whose_process_is_gone_becomes_unknown_and_is_settled(hour: Hour) -> None:
    question = answered(hour)
    row = question.outgoing.get()
    moves.move(
        row,
        OutgoingState.INTENT,
        who="askhour",
        now=hour.time(),
        intent_at=hour.time(),
        first_intent_at=hour.time(),
        attempts=1,
    )
    hour.world.reply(hour.account, to=question.version_id, text=row.text)

    hour.time.passes(seconds=180)
    hour.settles()

    row.refresh_from_db()
    assert row.state == OutgoingState.SENT


def test_a_rate_limit_is_waited_for(hour: Hour) -> None:
    question = answered(hour)
    hour.world.chaos.next_post(Fault.RATE_LIMITED)
    hour.sends()
    row = question.outgoing.get()
    assert (row.state, row.attempts) == (OutgoingState.READY, 0)
    host = HostAccount.objects.get()
    assert host.no_posts_before is not None
    hour.time.now = host.no_posts_before - timedelta(seconds=1)
    hour.sends()
    assert hour.replies_to(question) == []

    hour.time.passes(seconds=1)
    hour.sends()
    assert hour.replies_to(question) == [ENTRY.answers[0]]


def test_a_refusal_without_a_reason_is_tried_once_more_and_then_believed(hour: Hour) -> None:
    question = answered(hour)
    hour.world.chaos.next_post(Fault.NOT_PERMITTED, Fault.NOT_PERMITTED)

    hour.sends()
    assert question.outgoing.get().state == OutgoingState.READY
    hour.time.passes(seconds=61)
    hour.sends()

    question.refresh_from_db()
    assert question.outgoing.get().state == OutgoingState.REFUSED
    assert question.state == QuestionState.QUEUED


def test_a_refusal_without_a_reason_may_pass(hour: Hour) -> None:
    question = answered(hour)
    hour.world.chaos.next_post(Fault.NOT_PERMITTED)
    hour.sends()
    hour.time.passes(seconds=61)
    hour.sends()
    assert hour.replies_to(question) == [ENTRY.answers[0]]


def test_an_outcome_that_comes_after_another_sender_took_over_changes_nothing(hour: Hour) -> None:
    """A sender stands still in its call for minutes; meanwhile its row was settled and sent again."""
    question = answered(hour)

    class StandsStill:
        """X, with a sender that is paused while it waits for the answer."""

        def post(self, text: str, *, in_reply_to: str = "") -> str:
            found = hour.x.post(text, in_reply_to=in_reply_to)
            Outgoing.objects.filter(question=question).update(fence=2)
            return found

    slow = replace(hour.sender, x=cast(X, StandsStill()))
    outbox.deliver_next(hour.host, slow, hour.time)

    row = question.outgoing.get()
    assert (row.state, row.fence) == (OutgoingState.INTENT, 2)
    assert AuditEvent.objects.filter(what="outgoing", why__contains="came late").exists()


def implied(hour: Hour, *, who: str = "ana") -> Question:
    """A question that only replies to a post of ours."""
    welcome = hour.is_open().world.timeline(hour.account)[0]
    post = hour.world.reply(hour.person(who), to=welcome, text=ASKS)
    hour.reads()
    hour.decides()
    return hour.question(post)


def test_the_first_refusal_tells_that_a_reply_to_us_is_no_summons(hour: Hour) -> None:
    first = implied(hour)
    hour.time.now += UNDO
    hour.sends()
    assert first.outgoing.get().state == OutgoingState.BY_HAND
    assert HostAccount.objects.get().implied_refused_at is not None

    second = implied(hour, who="bo")

    assert second.state == QuestionState.QUEUED
    assert "did not mention us" in second.reason


def test_what_was_approved_before_the_first_refusal_is_offered_by_hand(hour: Hour) -> None:
    implied(hour)
    second = implied(hour, who="bo")
    HostAccount.objects.update(implied_refused_at=hour.time())
    hour.time.now += UNDO
    hour.sends()
    assert second.outgoing.get().state == OutgoingState.BY_HAND


def test_where_a_reply_to_us_counts_it_is_answered_at_the_dearer_price(hour: Hour) -> None:
    """X does not say what it charges for it."""
    hour.world.settings.implicit_mentions_summon = True
    question = implied(hour)
    hour.time.now += UNDO
    hour.sends()
    assert hour.replies_to(question) == [ENTRY.answers[0]]
    assert Spend.objects.filter(charge="post").count() == 2  # the welcome, and this


def test_an_answer_that_was_posted_by_hand_is_found_on_our_timeline(hour: Hour, clinician: Clinician) -> None:
    question = implied(hour)
    hour.time.now += UNDO
    hour.sends()
    row = question.outgoing.get()
    by_hand.opened(row, clinician("mo"), now=hour.time())
    assert by_hand.look_for(hour.host, hour.sender, now=hour.time()) == 0

    assert f"in_reply_to={question.version_id}" in by_hand.link(row)
    hour.world.reply(hour.account, to=question.version_id, text="In my own words. Source: A.")
    assert by_hand.look_for(hour.host, hour.sender, now=hour.time()) == 1

    row.refresh_from_db()
    question.refresh_from_db()
    assert (row.state, question.state) == (OutgoingState.SENT, QuestionState.ANSWERED)


def test_what_nobody_has_opened_on_x_is_not_looked_for(hour: Hour) -> None:
    """Each post of ours that we read costs."""
    question = implied(hour)
    hour.time.now += UNDO
    hour.sends()
    hour.world.reply(hour.account, to=question.version_id, text="By a colleague.")
    before = hour.world.ledger.total
    assert by_hand.look_for(hour.host, hour.sender, now=hour.time()) == 0
    assert hour.world.ledger.total == before


def test_when_call_after_call_is_lost_nothing_is_sent_for_a_while(hour: Hour) -> None:
    """X is down: each further post would only become one more to look for."""
    hour.is_open()
    for n in range(5):
        outbox.put(
            outbox.New(
                host=hour.host, session=hour.session, kind=Outgoing.Kind.CUE, text=f"T{n}",
                approved_by="Dr Test", route=Route.HOST_POST, urgency=Urgency.HOST,
            ),
            now=hour.time(),
        )  # fmt: skip
    hour.world.chaos.write_outage(hour.time(), hour.time() + timedelta(minutes=10))
    hour.sends()
    assert Outgoing.objects.filter(state=OutgoingState.UNKNOWN).count() == 2

    hour.time.passes(seconds=31)
    hour.sends()
    assert Outgoing.objects.filter(state=OutgoingState.UNKNOWN).count() == 3

    hour.time.passes(minutes=11)
    hour.sends()
    assert HostAccount.objects.get().lost_calls == 0
    assert not Outgoing.objects.filter(state=OutgoingState.READY).exists()


def test_a_held_post_can_be_sent_again_or_dropped_by_a_person(hour: Hour) -> None:
    question = answered(hour)
    row = question.outgoing.get()
    moves.move(row, OutgoingState.HELD, who="askhour", now=hour.time(), attempts=2)
    outbox.try_again(row, who="organiser", now=hour.time())
    hour.sends()
    assert len(hour.replies_to(question)) == 1

    other = hour.takes_in(ASKS, who="bo")
    row = other.outgoing.get()
    moves.move(row, OutgoingState.HELD, who="askhour", now=hour.time())
    outbox.give_up(row, who="organiser", now=hour.time())
    other.refresh_from_db()
    assert other.state == QuestionState.QUEUED


def test_a_link_is_refused_unless_the_plan_allows_it(hour: Hour) -> None:
    hour.is_open()
    cue = CueRow.objects.get(kind="prompt")
    CueRow.objects.update(text="T1: see example.org")
    hour.time.now = cue.due_at
    hour.cues()
    hour.sends()
    row = Outgoing.objects.get(cue=cue)
    assert (row.state, "link" in row.reason) == (OutgoingState.HELD, True)

    Session.objects.update(links_allowed=True)
    moves.move(row, OutgoingState.READY, who="organiser", now=hour.time())
    hour.sends()
    row.refresh_from_db()
    assert row.state == OutgoingState.SENT


def test_prompts_are_few_and_leave_first_and_clinicians_before_automatic_answers(hour: Hour) -> None:
    hour.is_open()
    order = [Urgency.AUTOMATIC, Urgency.HOST, Urgency.SAFETY, Urgency.CLINICIAN]
    for urgency in order:
        outbox.put(
            outbox.New(
                host=hour.host, session=hour.session, kind=Outgoing.Kind.CUE, text=urgency.name,
                approved_by="Dr Test", route=Route.HOST_POST, urgency=urgency,
            ),
            now=hour.time(),
        )  # fmt: skip
    hour.sends()
    posted = [post.body for post in hour.world.timeline(hour.account)][-4:]
    assert posted == ["SAFETY", "HOST", "CLINICIAN", "AUTOMATIC"]


def test_without_credits_nothing_is_called_until_a_person_has_mended_it(hour: Hour) -> None:
    question = answered(hour)
    hour.world.settings.credits = Decimal(0)
    hour.sends()
    host = HostAccount.objects.get()
    assert "credits" in host.closed_because
    assert question.outgoing.get().state == OutgoingState.READY

    hour.world.settings.credits = None
    hour.sends()
    assert hour.replies_to(question) == []

    outbox.reopen(host, who="organiser", now=hour.time())
    hour.sends()
    assert hour.replies_to(question) == [ENTRY.answers[0]]


def test_an_answer_to_a_deleted_post_is_dropped_and_the_question_withdrawn(hour: Hour) -> None:
    question = answered(hour)
    hour.world.delete(question.version_id)

    hour.sends()

    question.refresh_from_db()
    assert question.state == QuestionState.WITHDRAWN
    assert question.text == ""
    assert question.outgoing.get().state == OutgoingState.REFUSED


def test_when_our_own_thread_is_gone_the_question_goes_back_to_the_clinicians(
    hour: Hour, clinician: Clinician
) -> None:
    """It is our welcome that was deleted, and not the question."""
    hour.is_open()
    asked = hour.world.post(hour.person("ana"), "is my lump bad? #TestHour")
    search.read_hashtag(Session.objects.select_related("host").get(), hour.x, PRICES, now=hour.time())
    hour.decides()
    question = hour.question(asked)
    a_clinician_answers(hour, clinician("mo"), question)
    hour.world.delete(hour.world.timeline(hour.account)[0])
    hour.time.now += UNDO
    hour.sends()

    question.refresh_from_db()
    assert question.state == QuestionState.QUEUED
    assert question.outgoing.get().state == OutgoingState.REFUSED


def test_an_opt_out_is_honoured_at_the_last_moment(hour: Hour) -> None:
    question = answered(hour)
    OptOut.objects.create(host=hour.host, author_id=question.author_id, at=hour.time())

    hour.sends()

    assert hour.replies_to(question) == []
    assert question.outgoing.get().state == OutgoingState.STOPPED


def test_a_text_changed_after_its_approval_is_held(hour: Hour) -> None:
    question = answered(hour)
    Outgoing.objects.filter(question=question).update(text="Something else. Source: A.")

    hour.sends()

    assert hour.replies_to(question) == []
    assert question.outgoing.get().state == OutgoingState.HELD


def test_when_the_budget_is_used_up_answers_are_held(hour: Hour) -> None:
    question = answered(hour)
    Session.objects.update(budget_usd=Decimal("0.001"))

    hour.sends()

    row = question.outgoing.get()
    assert (row.state, row.reason) == (OutgoingState.HELD, "the session's budget is used up")


def test_the_database_refuses_a_second_live_answer(hour: Hour) -> None:
    question = answered(hour)
    row = question.outgoing.get()
    row.pk = None
    with pytest.raises(IntegrityError):
        row.save()


def test_pacing_holds_the_next_post_back(hour: Hour) -> None:
    question = answered(hour)
    slow = replace(hour.sender, pacing=Pacing(per_30_min=1, kept_for_safety=0, kept_for_people=0))

    assert not outbox.deliver_next(hour.host, slow, hour.time)  # the welcome was the one
    hour.time.passes(minutes=31)
    assert outbox.deliver_next(hour.host, slow, hour.time)
    assert len(hour.replies_to(question)) == 1


def test_a_clinicians_answer_to_somebody_who_did_not_mention_us_is_offered_by_hand(
    hour: Hour, clinician: Clinician
) -> None:
    """X's gate says no: the answer waits to be posted in X's own app."""
    question = hour.is_open().takes_in("is my lump bad?")
    hour.world.settings.implicit_mentions_summon = False
    Question.objects.filter(pk=question.pk).update(
        version_id=hour.world.post(hour.person("bo"), "no mention").id
    )
    a_clinician_answers(hour, clinician("mo"), question)
    hour.time.now += UNDO
    hour.sends()

    row = question.outgoing.get()
    assert row.state == OutgoingState.BY_HAND
    assert "did not mention us" in row.reason


def test_the_hash_is_that_of_the_very_text() -> None:
    assert hash_of("a ") != hash_of("a")
