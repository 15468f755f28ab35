"""`askhour faq apply`, and how past decisions count."""

import math
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from bot import faq, faq_files, faq_writer, proof, staff, teaching
from bot.core.match_trust import Labelled
from bot.core.states import ProposalState
from bot.flows import learn
from bot.models import DecisionScore, Proposal
from tests import small_faq

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)
CHECK = teaching.checks(ROOT / "config" / "guardrails", NOW)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_faq.put(tmp_path / "faq")


@pytest.fixture
def accepted() -> Callable[[str, str], Proposal]:
    ana, rex = (staff.add(name, staff.Role.REVIEWER) for name in ("ana", "rex"))

    def make(entry_id: str, text: str) -> Proposal:
        row = learn.propose_phrasing(ana, learn.Words(entry_id=entry_id, phrasings=text), now=NOW)
        return learn.accept(row.pk, rex, seen=learn.seal(row), now=NOW)

    return make


def states() -> list[str]:
    return list(Proposal.objects.values_list("state", flat=True))


def test_what_is_accepted_reaches_the_file_once(
    folder: Path, accepted: Callable[[str, str], Proposal]
) -> None:
    accepted("gown", "is the squashing awful")
    files, count = teaching.apply(folder, CHECK, now=NOW)
    assert (len(files), count, states()) == (1, 1, [ProposalState.APPLIED])
    assert faq.load(folder).entries["gown"].phrasings[-1] == "is the squashing awful"
    assert teaching.apply(folder, CHECK, now=NOW) == ([], 0)


def test_what_is_only_proposed_is_not_written(folder: Path) -> None:
    ana: User = staff.add("ana", staff.Role.REVIEWER)
    learn.propose_phrasing(ana, learn.Words(entry_id="gown", phrasings="so sore"), now=NOW)
    assert teaching.apply(folder, CHECK, now=NOW) == ([], 0)


def test_a_dry_run_changes_neither_files_nor_proposals(
    folder: Path, accepted: Callable[[str, str], Proposal]
) -> None:
    before = (folder / "02-visit.yaml").read_bytes()
    accepted("gown", "is the squashing awful")
    [file], _ = teaching.apply(folder, CHECK, now=NOW, dry_run=True)
    assert "squashing awful" in file.new
    assert (folder / "02-visit.yaml").read_bytes() == before
    assert states() == [ProposalState.ACCEPTED]


def test_one_bad_proposal_stops_all_of_them(folder: Path, accepted: Callable[[str, str], Proposal]) -> None:
    before = (folder / "02-visit.yaml").read_bytes()
    accepted("gown", "is the squashing awful")
    bad = accepted("gone-by-now", "whatever it was")
    with pytest.raises(faq_writer.CannotApply, match=f"proposal {bad.pk}: there is no entry gone-by-now"):
        teaching.apply(folder, CHECK, now=NOW)
    assert (folder / "02-visit.yaml").read_bytes() == before
    assert states() == [ProposalState.ACCEPTED] * 2


def test_a_crash_after_the_files_were_written_is_made_good(
    folder: Path, accepted: Callable[[str, str], Proposal]
) -> None:
    accepted("gown", "is the squashing awful")
    files, _ = teaching.apply(folder, CHECK, now=NOW, dry_run=True)
    faq_files.write(files)  # and then the process ended
    assert teaching.apply(folder, CHECK, now=NOW) == ([], 1)
    assert states() == [ProposalState.APPLIED]


def test_past_decisions_count_beside_labelled_questions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASKHOUR_DATA", str(tmp_path))
    good = [Labelled(0.99, True)] * 250
    proof.keep("words", good[:100])
    assert proof.sure_from("words", 50) == math.inf
    proof.keep("words", good[:100], good[100:])
    assert proof.sure_from("words", 50) == 0.99
    known = proof.kept()
    assert known
    assert (len(known.labelled), len(known.decided)) == (100, 150)


def test_an_installations_decisions_are_read_and_without_one_there_are_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASKHOUR_DATA", str(tmp_path))
    known = {"at": NOW, "band": "likely", "level": "words", "entry_id": "gown"}
    DecisionScore.objects.create(score=0.9, outcome="right", **known)
    DecisionScore.objects.create(score=0.8, outcome="unsaid", **known)
    DecisionScore.objects.create(score=0.7, outcome="", **known)
    assert teaching.decisions("words") == []
    (tmp_path / "askhour.sqlite3").touch()
    assert teaching.decisions("words") == [Labelled(0.9, True), Labelled(0.8, False)]
