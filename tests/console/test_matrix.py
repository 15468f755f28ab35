"""Which role reaches which page: every address of the console, every role, nothing left out."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from bot import config, staff, texts
from bot.console.desk import Desk
from bot.models import CueRow, Outgoing, SavedView
from bot.staff import Role
from tests.console.conftest import client_at
from tests.hour import Hour

R = Role
SEE = {R.VIEWER, R.CLINICIAN, R.REVIEWER, R.ORGANISER}
ANSWER = {R.CLINICIAN, R.REVIEWER, R.ORGANISER}
EVERYBODY = set(Role)
#: Who may use it. An address that is not here fails the test: decide, then write it down.
MAY: dict[str, set[Role]] = {
    "queue": SEE, "status": SEE, "leaving": SEE, "rows": SEE, "item": SEE, "presence": SEE,
    "save-view": SEE, "drop-view": SEE,
    "act": ANSWER, "check": ANSWER, "stop": ANSWER, "by-hand": ANSWER, "open-on-x": ANSWER,
    "held": {R.ORGANISER}, "switch": {R.ORGANISER}, "reopen": {R.ORGANISER},
    "run-newest": SEE, "run": SEE, "run-live": SEE, "run-act": {R.ORGANISER}, "cue": {R.ORGANISER},
    "ask-stop": {R.ORGANISER}, "stop-everything": {R.ORGANISER}, "last-words": {R.ORGANISER},
    "test-alert": {R.ORGANISER}, "alert-seen": {R.ORGANISER},
    "plan-new": {R.ORGANISER}, "plan-edit": {R.ORGANISER, R.REVIEWER}, "plan-approve": {R.REVIEWER},
    "plans": SEE, "preflight": SEE, "rehearsals": SEE, "rehearsal-running": {R.ORGANISER},
    "rehearsal-act": {R.ORGANISER}, "preflight-act": {R.ORGANISER},
    "faq": SEE, "faq-topic": SEE, "faq-sign": {R.REVIEWER}, "faq-trouble": EVERYBODY,
    "teach": ANSWER, "proposals": ANSWER, "proposal": ANSWER, "proposal-act": ANSWER,
    "people": {R.ADMIN}, "invite": {R.ADMIN}, "person": {R.ADMIN},
    "sign-out": EVERYBODY, "second-factor": EVERYBODY, "sign-in": EVERYBODY, "sign-in-help": EVERYBODY,
    "language": EVERYBODY,
}  # fmt: skip
OPEN = {"sign-in", "sign-in-help", "language"}
ARGS: dict[str, dict[str, object]] = {
    "act": {"what": "claim"}, "held": {"what": "drop"}, "switch": {"what": "pause"},
    "person": {"what": "link"}, "preflight-act": {"what": "tick"},
    "plan-edit": {"name": "demo"}, "plan-approve": {"name": "demo"},
    "faq-topic": {"topic": "01-screening"}, "faq-sign": {"topic": "01-screening"},
    "run-act": {"what": "pause"}, "cue": {"what": "hold"}, "stop-everything": {"what": "lift"},
    "last-words": {"what": "drop"},
    "proposal-act": {"what": "word"}, "rehearsal-act": {"what": "end"},
}  # fmt: skip


def own_addresses() -> list[URLPattern]:
    return [one for one in get_resolver().url_patterns if isinstance(one, URLPattern)]


def test_every_address_is_decided_upon() -> None:
    assert {one.name for one in own_addresses()} == set(MAY)


@pytest.fixture(scope="module")
def read_texts() -> texts.Texts:
    return texts.read(config.find_content(Path(__file__).parents[2]))


@pytest.fixture
def desk(hour: Hour, read_texts: texts.Texts) -> Desk:
    return Desk(read_texts, hour.time, second_factor=False)


def address(one: URLPattern, hour: Hour) -> str:
    assert one.name
    item = hour.takes_in("is my lump bad?").item
    outgoing = Outgoing.objects.first()
    assert item
    assert outgoing
    ids = {
        "item_id": item.pk, "outgoing_id": outgoing.pk, "host_id": hour.host.pk, "slug": hour.session.slug,
        "user_id": staff.add("somebody", R.VIEWER).pk, "view_id": 1,
        "cue_id": CueRow.objects.all()[0].pk, "alert_id": 1, "farewell_id": 1,
        "proposal_id": 1,
    }  # fmt: skip
    wanted = one.pattern.converters
    given = {name: ids[name] for name in wanted if name in ids} | ARGS.get(one.name, {})
    return reverse(one.name, kwargs=given)


def status(client: Client, where: str) -> int:
    """Of a GET, or of a POST where only that is allowed."""
    found = client.get(where).status_code
    return client.post(where).status_code if found == 405 else found


@pytest.mark.parametrize("one", own_addresses(), ids=lambda one: one.name)
def test_each_role_reaches_what_it_may(one: URLPattern, hour: Hour, desk: Desk) -> None:
    hour.is_open()
    where = address(one, hour)
    SavedView.objects.all().delete()
    for role in Role:
        client = client_at(desk)
        client.force_login(staff.add(f"a-{role}", role), backend="sesame.backends.ModelBackend")
        refused = status(client, where) == 403
        assert refused is (role not in MAY[one.name or ""]), role
    if one.name not in OPEN:
        assert client_at(desk).get(where).headers["location"].startswith(reverse("account_login"))
