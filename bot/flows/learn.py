"""What clinicians teach the FAQ: proposals, and what a reviewer makes of them.

Only what somebody typed is ever stored here. A wording that is a post's is refused: X forbids to learn
from posts. What is accepted reaches `faq/*.yaml` by `askhour faq apply`, and is a draft there.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime

from django.contrib.auth.models import User
from django.db import transaction

from bot.core import proposals
from bot.core.proposals import Change, NewEntry
from bot.core.states import ACCEPTED_PROPOSALS, ProposalState
from bot.flows import moves, rights
from bot.models import Proposal, Question, Session

P = ProposalState
Kind = Proposal.Kind


class NotYet(ValueError):
    """Something is missing, or is not somebody's own wording; the message says what to do."""


class NotYours(Exception):
    """Nobody decides about what they wrote themselves; the message says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a person typed for a proposal. Lists are one a line, codes have spaces between them."""

    entry_id: str = ""
    language: str = "en"
    phrasings: str = ""
    question: str = ""
    answers: str = ""
    more: str = ""
    topic: str = ""
    sources: str = ""
    facts: str = ""
    handling: str = "clinician"
    jurisdiction: str = "any"
    changes_if: str = ""
    review_by: date | None = None


def propose_phrasing(who: User, words: Words, *, now: datetime, session: Session | None = None) -> Proposal:
    """Other ways of asking what an entry answers. Raises NotYet."""
    rights.need(who, "answer_questions")
    if not words.entry_id:
        raise NotYet("choose the entry that answers this")
    if not proposals.lines(words.phrasings):
        raise NotYet("type how people ask this, in your own words")
    _must_be_own(words.phrasings)
    kept = Words(entry_id=words.entry_id, language=words.language, phrasings=words.phrasings)
    return _put(Kind.PHRASING, who, kept, now=now, session=session)


def propose_entry(who: User, words: Words, *, now: datetime, session: Session | None = None) -> Proposal:
    """A new entry. It may begin as an answer alone: the question is worded later. Raises NotYet."""
    rights.need(who, "answer_questions")
    if not (words.question.strip() or proposals.lines(words.answers)):
        raise NotYet("type a question, or an answer")
    _must_be_own(*_texts(words))
    return _put(Kind.ENTRY, who, words, now=now, session=session)


@transaction.atomic
def _put(kind: Kind, who: User, words: Words, *, now: datetime, session: Session | None) -> Proposal:
    row = Proposal.objects.create(kind=kind, author=who, session=session, created_at=now, **_columns(words))
    row.writers.add(who)
    moves.note(row, who=str(who), now=now, new=row.state)
    return row


def word(proposal_id: int, who: User, words: Words, *, seen: str, now: datetime) -> Proposal:
    """Changes what is proposed. Who does so becomes one of its writers, and cannot accept it any more.

    Raises NotYet, or TooLate when somebody changed or decided it since it was `seen`.
    """
    rights.need(who, "answer_questions")
    _must_be_own(*_texts(words))
    with transaction.atomic():
        row = _locked(proposal_id, seen)
        if row.state != P.PROPOSED:
            raise moves.TooLate(f"proposal {row.pk} is {row.state} already")
        Proposal.objects.filter(pk=row.pk).update(**_columns(words))
        row.writers.add(who)
        moves.note(row, who=str(who), now=now, old=row.state, new=row.state, why="worded")
    row.refresh_from_db()
    return row


def accept(
    proposal_id: int, who: User, *, seen: str, now: datetime, phrasings: str | None = None
) -> Proposal:
    """Accepts exactly what was `seen` (see `seal`). A phrasing may be changed on the way; an answer may
    not: whoever changes one words it, and somebody else accepts it.

    Raises NotYours, NotYet, or TooLate.
    """
    rights.need(who, "review_faq")
    with transaction.atomic():
        row = _locked(proposal_id, seen)
        _not_ones_own(row, who)
        edited = phrasings is not None and proposals.lines(phrasings) != proposals.lines(row.phrasings)
        if edited and row.kind == Kind.PHRASING:
            row.phrasings = "\n".join(proposals.lines(phrasings or ""))
        if lacks := proposals.missing(change_of(row)):
            raise NotYet(f"still missing: {', '.join(lacks)}")
        _must_be_own(row.phrasings, row.question, row.answers)
        state = P.EDITED if edited and row.kind == Kind.PHRASING else P.ACCEPTED
        moves.move(row, state, who=str(who), now=now, reviewer=who, decided_at=now, phrasings=row.phrasings)
    return row


def reject(proposal_id: int, who: User, reason: str, *, seen: str, now: datetime) -> Proposal:
    """The reason is for the author, and stays with the proposal."""
    rights.need(who, "review_faq")
    if not reason.strip():
        raise NotYet("say why, so that the author can learn from it")
    with transaction.atomic():
        row = _locked(proposal_id, seen)
        _not_ones_own(row, who)
        why = reason.strip()[:300]
        moves.move(row, P.REJECTED, who=str(who), now=now, reviewer=who, decided_at=now, reason=why)
    return row


def take_back(proposal_id: int, who: User, *, now: datetime) -> Proposal:
    """What was accepted and does not stand in a file yet is open again."""
    rights.need(who, "review_faq")
    with transaction.atomic():
        row = _locked(proposal_id)
        moves.move(row, P.PROPOSED, who=str(who), now=now, reviewer=None, decided_at=None)
    return row


def accepted() -> list[Proposal]:
    """What `askhour faq apply` is to write, oldest first; nobody else can move it in this transaction."""
    rows = Proposal.objects.select_for_update(of=("self",))
    return list(rows.filter(state__in=ACCEPTED_PROPOSALS))


def applied(rows: Iterable[Proposal], *, now: datetime) -> None:
    for row in rows:
        moves.move(row, P.APPLIED, who=moves.BOT, now=now)


def change_of(row: Proposal) -> Change:
    """What the proposal would do to the FAQ's files."""
    phrasings = proposals.lines(row.phrasings)
    if row.kind == Kind.PHRASING:
        return Change(proposal=row.pk, entry_id=row.entry_id, language=row.language, phrasings=phrasings)
    new = NewEntry(
        topic=row.topic,
        question=" ".join(row.question.split()),
        answers=proposals.lines(row.answers),
        more=" ".join(row.more.split()),
        sources=tuple(row.sources.split()),
        facts=tuple(row.facts.split()),
        handling=row.handling,
        jurisdiction=row.jurisdiction,
        review_by=row.review_by,
        changes_if=" ".join(row.changes_if.split()),
    )
    return Change(proposal=row.pk, entry_id=row.entry_id, language=row.language, phrasings=phrasings, new=new)


def seal(row: Proposal) -> str:
    """Stands for the very words: what is accepted is what the reviewer has read."""
    words = "\0".join(str(getattr(row, one.name)) for one in fields(Words))
    return hashlib.sha256(f"{row.state}\0{words}".encode()).hexdigest()[:20]


def headline(row: Proposal) -> str:
    """What the proposal is about, for lists and for finding near-duplicates."""
    first = proposals.lines(row.question) or proposals.lines(row.phrasings) or proposals.lines(row.answers)
    return first[0] if first else ""


def _columns(words: Words) -> Mapping[str, object]:
    found = {one.name: getattr(words, one.name) for one in fields(Words)}
    for name in ("phrasings", "answers"):
        found[name] = "\n".join(proposals.lines(found[name]))
    for name in ("question", "sources", "facts", "changes_if", "more", "entry_id", "topic"):
        found[name] = " ".join(found[name].split())
    for name, value in found.items():
        most = getattr(Proposal._meta.get_field(name), "max_length", None)
        if most and isinstance(value, str) and len(value) > most:
            raise NotYet(f"{name.replace('_', ' ')} is too long: at most {most} characters")
    return found


def _texts(words: Words) -> tuple[str, ...]:
    return words.phrasings, words.question, words.answers, words.more


def _locked(proposal_id: int, seen: str | None = None) -> Proposal:
    try:
        row = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal_id)
    except Proposal.DoesNotExist:
        raise NotYet(f"there is no proposal {proposal_id}") from None
    if seen is not None and seen != seal(row):
        raise moves.TooLate("somebody changed or decided it just now: read it again")
    return row


def _not_ones_own(row: Proposal, who: User) -> None:
    if row.author_id == who.pk or row.writers.filter(pk=who.pk).exists():
        raise NotYours("you wrote some of it, so another reviewer decides")


def _must_be_own(*texts: str) -> None:
    """Raises NotYet when a line is a post's, of all posts that are still stored."""
    typed = [line for text in texts for line in proposals.lines(text)]
    if not typed:
        return
    posts = list(Question.objects.exclude(text="").values_list("text", flat=True))
    for line in typed:
        if proposals.copied(line, posts):
            raise NotYet(
                f"“{line[:60]}” is how somebody put it in a post, and X forbids to learn from posts: "
                "say it in your own words"
            )
