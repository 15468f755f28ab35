"""Teaching the FAQ beside an answer, and deciding what was proposed: all without JavaScript."""

from collections.abc import Callable
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from bot import config, staff, texts
from bot.console.desk import Desk
from bot.core.states import ProposalState
from bot.flows import learn, queue
from bot.models import DecisionScore, Outgoing, Proposal, QueueItem
from bot.staff import Role
from tests.console.conftest import client_at
from tests.hour import Hour

POST = "my aunt wonders, does the mammogram machine squeeze a lot at the hospital downtown?"
TYPED = "A squeeze lasts a few seconds. It differs between people. Source: NHS."


@pytest.fixture(scope="module")
def read_texts() -> texts.Texts:
    return texts.read(config.find_content(Path(__file__).parents[2]))


@pytest.fixture
def desk(hour: Hour, read_texts: texts.Texts) -> Desk:
    return Desk(read_texts, hour.time, second_factor=False)


@pytest.fixture
def sign_in(desk: Desk) -> Callable[[str, Role], Client]:
    def client(name: str, role: Role) -> Client:
        found = client_at(desk)
        found.force_login(staff.add(name, role), backend="sesame.backends.ModelBackend")
        return found

    return client


@pytest.fixture
def mo(sign_in: Callable[[str, Role], Client]) -> Client:
    return sign_in("mo", Role.CLINICIAN)


@pytest.fixture
def rex(sign_in: Callable[[str, Role], Client]) -> Client:
    return sign_in("rex", Role.REVIEWER)


def claimed(hour: Hour, text: str = POST) -> QueueItem:
    item = hour.is_open().takes_in(text).item
    assert item
    QueueItem.objects.filter(pk=item.pk).update(suggested_entry="pain")
    return queue.claim(item.pk, User.objects.get(username="mo"), hour.sender.timing, now=hour.time())


def page(client: Client, name: str, *args: object) -> str:
    found = client.get(reverse(name, args=args))
    assert found.status_code == 200
    return unescape(found.content.decode())


def answers(client: Client, item: QueueItem, **more: Any) -> str:
    given = {"text": TYPED, "fence": item.fence, "override": "short"} | more
    found = client.post(reverse("act", args=[item.pk, "answer"]), given, follow=True)
    return unescape(found.content.decode())


def test_the_page_explains_the_match_and_fills_nothing_in(hour: Hour, mo: Client) -> None:
    shown = page(mo, "item", claimed(hour).pk)
    assert "Why this suggestion" in shown
    assert "A clinician decides" in shown
    assert "Nearest wording: “" in shown
    assert '<option value="pain" selected>' in shown
    field = shown.split('id="teach_phrasing"')[1]
    assert field[field.index(">") + 1 :].startswith("</textarea>")


def test_an_answer_may_teach_a_phrasing_and_become_a_new_entry(hour: Hour, mo: Client) -> None:
    item = claimed(hour)
    answers(mo, item, teach_entry="pain", teach_phrasing="how hard does it press", teach_new="1")
    assert Outgoing.objects.filter(kind="typed", text=TYPED).exists()
    phrasing, entry = Proposal.objects.order_by("kind").reverse()
    assert (phrasing.entry_id, phrasing.phrasings) == ("pain", "how hard does it press")
    assert (entry.question, entry.answers) == ("", TYPED)
    assert {phrasing.session, entry.session} == {item.session}


def test_the_words_of_the_post_are_refused_and_the_answer_leaves(hour: Hour, mo: Client) -> None:
    shown = answers(mo, claimed(hour), teach_entry="pain", teach_phrasing=POST)
    assert "Not proposed: " in shown
    assert "say it in your own words" in shown
    assert Outgoing.objects.filter(kind="typed").exists()
    assert not Proposal.objects.exists()


def test_one_may_teach_without_sending_and_keeps_what_is_typed(hour: Hour, mo: Client) -> None:
    item = claimed(hour)
    given = {"text": "half an", "fence": item.fence, "teach_entry": "pain", "teach_phrasing": "so sore"}
    mo.post(reverse("teach", args=[item.pk]), given)
    item.refresh_from_db()
    assert item.draft == "half an"
    assert Proposal.objects.get().phrasings == "so sore"
    assert not Outgoing.objects.filter(kind="typed").exists()


def test_a_clinician_says_that_the_suggestion_was_wrong(hour: Hour, mo: Client) -> None:
    item = claimed(hour)
    question = item.questions.get()
    DecisionScore.objects.create(
        question=question, at=hour.time(), score=0.9, band="likely", level="words", entry_id="pain"
    )
    answers(mo, item, teach_right="no")
    assert DecisionScore.objects.get().outcome == "wrong"


def proposed(who: str = "mo", text: str = "how hard does it press", now: datetime | None = None) -> Proposal:
    user = staff.add(who, Role.CLINICIAN)
    words = learn.Words(entry_id="pain", phrasings=text)
    return learn.propose_phrasing(user, words, now=now or datetime.fromisoformat("2027-02-03T20:00Z"))


def decide(client: Client, row: Proposal, what: str, **more: str) -> Any:
    given = {"seen": learn.seal(row)} | more
    return client.post(reverse("proposal-act", args=[row.pk, what]), given)


def test_what_says_nearly_the_same_stands_together(rex: Client) -> None:
    proposed(text="how hard does the machine press")
    proposed("bea", "how hard does a machine press")
    proposed(text="is there a place to change")
    shown = page(rex, "proposals")
    assert shown.count("2 say nearly the same") == 1
    assert shown.count('<a class="row"') == 3


def test_a_reviewer_accepts_after_changing_a_word(rex: Client) -> None:
    row = proposed()
    shown = page(rex, "proposal", row.pk)
    assert "<ins>how hard does it press</ins>" in shown
    assert "The nearest so far: " in shown
    decide(rex, row, "accept", phrasings="how hard does it squeeze", entry_id="pain")
    row.refresh_from_db()
    assert (row.state, row.phrasings) == (ProposalState.EDITED, "how hard does it squeeze")


def test_the_author_is_not_offered_to_accept_and_cannot(sign_in: Callable[[str, Role], Client]) -> None:
    row = proposed("ada")
    ada = sign_in("ada", Role.REVIEWER)
    assert "You wrote some of it" in page(ada, "proposal", row.pk)
    refused = decide(ada, row, "accept")
    assert refused.status_code == 409
    assert "another reviewer decides" in refused.content.decode()
    row.refresh_from_db()
    assert row.state == ProposalState.PROPOSED


def test_a_clinician_without_the_right_cannot_decide(mo: Client) -> None:
    row = proposed("bea")
    assert "Reject" not in page(mo, "proposal", row.pk)
    assert decide(mo, row, "accept").status_code == 409
    row.refresh_from_db()
    assert row.state == ProposalState.PROPOSED


def test_a_rejection_needs_a_reason_which_the_author_reads(rex: Client, mo: Client) -> None:
    row = proposed()
    assert decide(rex, row, "reject", reason=" ").status_code == 409
    decide(rex, row, "reject", reason="means <another> thing")
    assert "means <another> thing" in page(mo, "proposal", row.pk)


def test_a_draft_is_worded_by_one_and_accepted_by_another(
    rex: Client, sign_in: Callable[[str, Role], Client]
) -> None:
    user = staff.add("mo", Role.CLINICIAN)
    now = datetime.fromisoformat("2027-02-03T20:00Z")
    row = learn.propose_entry(user, learn.Words(answers=TYPED), now=now)
    assert "needs a question" in page(rex, "proposals")
    assert decide(rex, row, "accept").status_code == 409
    whole = {
        "question": "How long is the squeeze?",
        "phrasings": "\n".join(f"squeeze time {n}" for n in "abcdef"),
        "answers": f"{TYPED}\nEach squeeze is short. Source: NHS.",
        "entry_id": "squeeze-time",
        "sources": "NHS",
        "facts": "pain/1",
        "changes_if": "News.",
        "topic": "The appointment",
        "review_by": "2027-05-31",
    }
    assert decide(rex, row, "word", **(whole | {"review_by": "soon"})).status_code == 409
    assert decide(rex, row, "word", **whole).status_code == 302
    row.refresh_from_db()
    assert (row.question, str(row.review_by)) == ("How long is the squeeze?", "2027-05-31")
    assert "Does the FAQ answer it already?" in page(rex, "proposal", row.pk)
    assert decide(rex, row, "accept").status_code == 409  # rex worded it
    assert decide(sign_in("zoe", Role.REVIEWER), row, "accept").status_code == 302
    row.refresh_from_db()
    assert row.state == ProposalState.ACCEPTED


def test_what_was_accepted_can_be_taken_back(rex: Client) -> None:
    row = proposed()
    decide(rex, row, "accept")
    row.refresh_from_db()
    assert "Take the acceptance back" in page(rex, "proposal", row.pk)
    decide(rex, row, "take-back")
    row.refresh_from_db()
    assert row.state == ProposalState.PROPOSED


def test_what_was_typed_is_escaped(rex: Client) -> None:
    row = proposed(text="<script>alert(1)</script> hurts")
    for name, args in (("proposals", ()), ("proposal", (row.pk,))):
        assert "<script>alert" not in rex.get(reverse(name, args=args)).content.decode()
