"""A second reader: never oneself, never by a time-out, never other words than those that were read."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User

from bot import staff
from bot.core.second import needs_second_reader
from bot.core.states import ItemState, QuestionState
from bot.core.triage import Priority
from bot.flows import host, queue, rights, second, waiting
from bot.flows.queue import Rules
from bot.flows.waiting import View, Whose
from bot.models import Outgoing, QueueItem
from tests.hour import Hour

ANSWER = "A doctor should see any new change. Source: A."
Clinician = Callable[[str], User]


@pytest.mark.parametrize(
    ("priority", "entry", "demanded", "needed"),
    [
        (Priority.SAFETY, "", ("safety",), True),
        (Priority.PERSONAL, "", ("safety", "privacy"), False),
        (Priority.ORDINARY, "hrt-pill", ("hrt-pill",), True),
        (Priority.ORDINARY, "", ("", "safety"), False),
        (Priority.ORDINARY, "x", (), False),
    ],
)
def test_the_policy_names_what_is_read_twice(
    priority: Priority, entry: str, demanded: tuple[str, ...], needed: bool
) -> None:
    assert needs_second_reader(priority, entry, demanded) is needed


def rules(hour: Hour) -> Rules:
    return Rules(hour.sender.reviewer, hour.sender.timing, ("safety", "privacy", "personal", "ordinary"))


def written(hour: Hour, who: User) -> QueueItem:
    item = hour.is_open().takes_in("is my lump bad?").item
    assert item
    item = queue.claim(item.pk, who, hour.sender.timing, now=hour.time())
    assert queue.answer(item.pk, who, item.fence, ANSWER, rules(hour), now=hour.time()) == []
    item.refresh_from_db()
    return item


def test_an_answer_waits_and_leaves_in_both_names(hour: Hour, clinician: Clinician) -> None:
    item = written(hour, clinician("ana"))
    assert item.state == ItemState.IN_REVIEW
    assert not Outgoing.objects.filter(question__item=item).exists()
    second.approve(item.pk, clinician("bea"), ANSWER, rules(hour), now=hour.time())
    hour.time.passes(minutes=1)
    hour.sends()
    sent = Outgoing.objects.get(question__item=item)
    assert (sent.state, sent.approved_by) == ("sent", "ana, read by bea")


def test_nobody_reads_their_own_words(hour: Hour, clinician: Clinician) -> None:
    ana = clinician("ana")
    item = written(hour, ana)
    with pytest.raises(queue.NotYours, match="your own words"):
        second.approve(item.pk, ana, ANSWER, rules(hour), now=hour.time())
    viewer = staff.add("vera", staff.Role.VIEWER)
    with pytest.raises(rights.MayNot):
        second.approve(item.pk, viewer, ANSWER, rules(hour), now=hour.time())
    assert waiting.next_after(QueueItem(pk=0), ana) is None
    assert waiting.next_after(QueueItem(pk=0), clinician("bea")) == item


def test_only_the_words_that_were_read_leave(hour: Hour, clinician: Clinician) -> None:
    item = written(hour, clinician("ana"))
    QueueItem.objects.filter(pk=item.pk).update(draft="Other words. Source: A.")
    with pytest.raises(queue.NotYours, match="have changed"):
        second.approve(item.pk, clinician("bea"), ANSWER, rules(hour), now=hour.time())


def test_a_reader_gives_it_back_with_a_reason(hour: Hour, clinician: Clinician) -> None:
    item = written(hour, clinician("ana"))
    with pytest.raises(queue.Incomplete):
        second.give_back(item.pk, clinician("bea"), " ", now=hour.time())
    second.give_back(item.pk, clinician("bea"), "name the NHS", now=hour.time())
    item = queue.claim(item.pk, clinician("cy"), hour.sender.timing, now=hour.time())
    assert (item.draft, item.note) == (ANSWER, "bea: name the NHS")


def test_without_a_second_reader_nothing_ever_leaves(hour: Hour, clinician: Clinician) -> None:
    item = written(hour, clinician("ana"))
    hour.time.passes(hours=2)
    hour.cues()
    hour.sends()
    host.close_finished(now=hour.time())
    hour.sends()
    host.close_finished(now=hour.time())
    item.refresh_from_db()
    assert item.state == ItemState.IN_REVIEW  # it is on the after-hours list now
    assert item.questions.get().state == QuestionState.QUEUED
    assert not Outgoing.objects.filter(question__item=item).exists()


def test_a_question_is_handed_to_a_colleague(hour: Hour, clinician: Clinician) -> None:
    ana, bea = clinician("ana"), clinician("bea")
    item = hour.is_open().takes_in("is my lump bad?").item
    assert item
    item = queue.claim(item.pk, ana, hour.sender.timing, now=hour.time())
    queue.release(item.pk, ana, item.fence, now=hour.time(), to=bea, note="you know implants")
    assert list(waiting.waiting(View(whose=Whose.MINE), bea)) == [item]
    item.refresh_from_db()
    assert item.note == "ana: you know implants"


def test_nothing_is_handed_to_somebody_who_may_not_answer(hour: Hour, clinician: Clinician) -> None:
    ana = clinician("ana")
    item = hour.is_open().takes_in("is my lump bad?").item
    assert item
    item = queue.claim(item.pk, ana, hour.sender.timing, now=hour.time())
    vera = staff.add("vera", staff.Role.VIEWER)
    with pytest.raises(queue.Incomplete, match="may not answer"):
        queue.release(item.pk, ana, item.fence, now=hour.time(), to=vera)
