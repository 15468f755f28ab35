"""What clinicians teach the FAQ: their own words, and another one's yes."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from bot import staff
from bot.core.states import ProposalState
from bot.flows import learn, moves, rights
from bot.flows.learn import Words
from bot.models import AuditEvent, Proposal
from tests.hour import Hour

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 2, 3, 20, 0, tzinfo=UTC)
PHRASING = Words(entry_id="gown", phrasings="what top do i put on for the scan\nskirt or dress")
WHOLE = Words(
    entry_id="parking",
    question="Where do people park?",
    phrasings="\n".join(f"parking {n}" for n in "abcdef"),
    answers="There is a car park. Source: A.\nCars can be left at the door. Source: A.",
    topic="02-appointment",
    sources="A",
    facts="parking/1",
    changes_if="A new car park.",
    review_by=date(2027, 12, 1),
)


@pytest.fixture
def ana() -> User:
    return staff.add("ana", staff.Role.REVIEWER)


@pytest.fixture
def rex() -> User:
    return staff.add("rex", staff.Role.REVIEWER)


def accepts(row: Proposal, who: User, phrasings: str | None = None) -> Proposal:
    return learn.accept(row.pk, who, seen=learn.seal(row), now=NOW, phrasings=phrasings)


def test_another_reviewer_accepts_a_phrasing(ana: User, rex: User) -> None:
    row = learn.propose_phrasing(ana, PHRASING, now=NOW)
    accepts(row, rex)
    row.refresh_from_db()
    assert (row.state, row.reviewer) == (ProposalState.ACCEPTED, rex)
    moved = AuditEvent.objects.filter(what="proposal", which=str(row.pk))
    assert list(moved.values_list("who", "new", "why")) == [("ana", "proposed", ""), ("rex", "accepted", "")]


def test_nobody_accepts_or_rejects_what_they_wrote(ana: User) -> None:
    row = learn.propose_phrasing(ana, PHRASING, now=NOW)
    with pytest.raises(learn.NotYours):
        accepts(row, ana)
    with pytest.raises(learn.NotYours):
        learn.reject(row.pk, ana, "no", seen=learn.seal(row), now=NOW)
    row.refresh_from_db()
    assert row.state == ProposalState.PROPOSED


def test_the_database_refuses_self_approval_too(ana: User) -> None:
    row = learn.propose_phrasing(ana, PHRASING, now=NOW)
    for state in ("accepted", "edited", "applied"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Proposal.objects.filter(pk=row.pk).update(state=state, reviewer=ana)
        with pytest.raises(IntegrityError), transaction.atomic():
            Proposal.objects.filter(pk=row.pk).update(state=state)


def test_who_words_a_colleagues_draft_cannot_accept_it(ana: User, rex: User) -> None:
    row = learn.propose_entry(ana, Words(answers="There is a car park. Source: A."), now=NOW)
    row = learn.word(row.pk, rex, WHOLE, seen=learn.seal(row), now=NOW)
    with pytest.raises(learn.NotYours):
        accepts(row, rex)
    assert accepts(row, staff.add("zoe", staff.Role.REVIEWER)).state == ProposalState.ACCEPTED


def test_a_phrasing_may_be_changed_while_accepting_it(ana: User, rex: User) -> None:
    row = accepts(learn.propose_phrasing(ana, PHRASING, now=NOW), rex, "which top do i put on")
    row.refresh_from_db()
    assert (row.state, row.phrasings) == (ProposalState.EDITED, "which top do i put on")


def test_a_draft_without_a_question_cannot_be_accepted(ana: User, rex: User) -> None:
    row = learn.propose_entry(ana, Words(answers="There is a car park. Source: A."), now=NOW)
    with pytest.raises(learn.NotYet, match="the question, how people ask it"):
        accepts(row, rex)


def test_what_changed_since_it_was_read_is_not_accepted(ana: User, rex: User) -> None:
    row = learn.propose_phrasing(ana, PHRASING, now=NOW)
    read = learn.seal(row)
    learn.word(row.pk, ana, Words(entry_id="gown", phrasings="something else"), seen=read, now=NOW)
    with pytest.raises(moves.TooLate, match="read it again"):
        learn.accept(row.pk, rex, seen=read, now=NOW)


def test_a_rejection_has_a_reason_that_stays_out_of_the_audit(ana: User, rex: User) -> None:
    row = learn.propose_phrasing(ana, PHRASING, now=NOW)
    with pytest.raises(learn.NotYet, match="say why"):
        learn.reject(row.pk, rex, " ", seen=learn.seal(row), now=NOW)
    learn.reject(row.pk, rex, "means another thing", seen=learn.seal(row), now=NOW)
    row.refresh_from_db()
    assert (row.state, row.reason) == (ProposalState.REJECTED, "means another thing")
    assert not AuditEvent.objects.filter(why__contains="another thing").exists()


def test_a_yes_can_be_taken_back_until_it_is_applied(ana: User, rex: User) -> None:
    row = accepts(learn.propose_phrasing(ana, PHRASING, now=NOW), rex)
    row = learn.take_back(row.pk, rex, now=NOW)
    assert (row.state, row.reviewer) == (ProposalState.PROPOSED, None)
    row = accepts(row, rex)
    learn.applied(learn.accepted(), now=NOW)
    with pytest.raises(moves.NotAllowed):
        learn.take_back(row.pk, rex, now=NOW)


def test_only_reviewers_decide_and_only_those_who_answer_propose(ana: User) -> None:
    row = learn.propose_phrasing(ana, PHRASING, now=NOW)
    with pytest.raises(rights.MayNot, match="review_faq"):
        accepts(row, staff.add("cleo", staff.Role.CLINICIAN))
    with pytest.raises(rights.MayNot, match="answer_questions"):
        learn.propose_phrasing(staff.add("vera", staff.Role.VIEWER), PHRASING, now=NOW)


@pytest.mark.parametrize(
    "typed",
    [
        "is my lump bad and what did the doctor say about it",
        "Is my lump bad, and what did the doctor say about it???",
        "is my lump bad and wat did the doctors say about it",
        "so: my lump bad and what did the doctor say then",
    ],
)
def test_the_words_of_a_post_are_refused(hour: Hour, clinician: Callable[[str], User], typed: str) -> None:
    hour.is_open().takes_in("is my lump bad and what did the doctor say about it?")
    for words in (
        Words(entry_id="gown", phrasings=typed),
        Words(question=typed),
        Words(answers=f"A fine answer.\n{typed}"),
    ):
        propose = learn.propose_phrasing if words.entry_id else learn.propose_entry
        with pytest.raises(learn.NotYet, match="in your own words"):
            propose(clinician("ana"), words, now=NOW)
    assert not Proposal.objects.exists()


def test_a_proposal_has_no_place_for_a_post_or_its_author() -> None:
    related = {
        f.related_model.__name__ for f in Proposal._meta.get_fields() if f.is_relation and f.related_model
    }
    assert related == {"User", "Session"}
