"""What a clinician sees beside a question that must not be answered as asked."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from bot import config, staff, texts
from bot.console.desk import Desk
from bot.core.marks import HIDDEN
from bot.core.screen import Label
from bot.models import Question
from bot.staff import Role
from tests.console.conftest import client_at
from tests.hour import Hour


@pytest.fixture(scope="module")
def read_texts() -> texts.Texts:
    return texts.read(config.find_content(Path(__file__).parents[2]))


@pytest.fixture
def ana(hour: Hour, read_texts: texts.Texts) -> Client:
    client = client_at(Desk(read_texts, hour.time, second_factor=False))
    client.force_login(staff.add("mo", Role.CLINICIAN), backend="sesame.backends.ModelBackend")
    return client


def page(client: Client, hour: Hour, text: str, *labels: Label, evidence: tuple[object, ...] = ()) -> str:
    """The page of a question that the guardrails gave these labels, taken by the one who looks."""
    hour.is_open()
    question = hour.takes_in("is my lump bad?")
    Question.objects.filter(pk=question.pk).update(text=text, labels=list(labels), evidence=list(evidence))
    assert question.item
    client.post(reverse("act", args=[question.item.pk, "claim"]))
    return client.get(reverse("item", args=[question.item.pk])).content.decode()


def test_a_personal_question_offers_the_words_that_we_cannot_advise_individuals(
    ana: Client, hour: Hour
) -> None:
    shown = page(ana, hour, "is my lump bad?", Label.PERSONAL)

    assert "We can&#x27;t advise individuals" in shown
    assert "We can&#x27;t advise one person here" in shown


def test_what_shows_who_somebody_is_is_hidden_and_a_request_to_delete_it_is_offered(
    ana: Client, hour: Hour
) -> None:
    found = {"rule": "identifier.name", "label": "identifier", "start": 5, "end": 13, "why": "Gives a name."}
    shown = page(ana, hour, "I am Ann Some, well?", Label.IDENTIFIER, evidence=(found,))

    assert HIDDEN in shown
    assert "Ann Some" not in shown
    assert "please delete your post" in shown


def test_a_false_claim_is_offered_as_a_correction_and_the_evidence_is_marked(ana: Client, hour: Hour) -> None:
    found = {"rule": "misinfo.x", "label": "misinfo_promo", "start": 0, "end": 4, "why": "A claim."}
    shown = page(ana, hour, "Bras do it", Label.MISINFO_PROMO, evidence=(found,))

    assert "may post a correction" in shown
    assert '<mark title="misinfo_promo: A claim.">Bras' in shown
