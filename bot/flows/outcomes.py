"""What a session teaches when it is over: whether the matcher was right, and which themes have no entry.

Scores are kept with right or wrong alone. A theme becomes a draft proposal that holds the clinician's
answer and an empty question: a person words it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from bot.core import proposals
from bot.core.entry import Entry
from bot.core.match import Match
from bot.core.match_explain import band
from bot.core.match_trust import Labelled
from bot.core.proposals import Outcome
from bot.core.screen import Verdict
from bot.core.states import ItemState, OutgoingState, QuestionState, SessionState
from bot.core.triage import Priority
from bot.flows import moves
from bot.models import AuditEvent, DecisionScore, Outgoing, Proposal, Question, QueueItem, Session

Same = Callable[[str, Sequence[str]], int | None]

#: What was answered about one person's safety or privacy is no matter for an FAQ.
TEACHING = (Priority.PERSONAL, Priority.ORDINARY)


@dataclass(frozen=True, slots=True)
class Learned:
    """How much came of a session."""

    scores: int = 0
    drafts: int = 0


def keep(question: Question, verdict: Verdict, match: Match, level: str, *, now: datetime) -> None:
    """Keeps how sure the matcher was, where an automatic answer could have been given."""
    best = match.best
    if not level or best is None or match.gate or best.verbatim or not verdict.may_be_answered:
        DecisionScore.objects.filter(question=question).delete()  # what was kept before an edit
        return
    DecisionScore.objects.update_or_create(
        question=question,
        defaults={
            "at": now,
            "score": best.probability,
            "band": band(best.probability),
            "level": level,
            "entry_id": best.entry_id,
            "outcome": "",
        },
    )


def say(item: QueueItem, *, right: bool) -> bool:
    """A clinician says whether the suggested entry was the right one. False when nothing was suggested."""
    outcome = Outcome.RIGHT if right else Outcome.WRONG
    return bool(DecisionScore.objects.filter(question__item=item).update(outcome=outcome))


def learn_from_closed(entries: Mapping[str, Entry], same: Same, *, now: datetime) -> Learned:
    """Learns from each session that is over, once. `same` finds questions that ask the same."""
    total = Learned()
    over = Session.objects.filter(state__in=(SessionState.CLOSED, SessionState.REPORTED), learned_at=None)
    for session in over:
        with transaction.atomic():
            if not Session.objects.filter(pk=session.pk, learned_at=None).update(learned_at=now):
                continue  # another process was first
            scores = _settle(session, entries)
            drafts = _draft_themes(session, entries, same, now=now)
            moves.note(
                session, who=moves.BOT, now=now, new="learned", why=f"{scores} scores, {drafts} drafts"
            )
        total = Learned(total.scores + scores, total.drafts + drafts)
    return total


def decided(level: str) -> list[Labelled]:
    """The matcher's past decisions as labelled questions, for `core/match_trust.py`.

    What nobody said anything about counts as wrong: else only the answers that pleased would be counted.
    """
    known = DecisionScore.objects.filter(level=level).exclude(outcome="")
    return [
        Labelled(score, outcome == Outcome.RIGHT) for score, outcome in known.values_list("score", "outcome")
    ]


def _settle(session: Session, entries: Mapping[str, Entry]) -> int:
    """Writes down each outcome and forgets the question. Returns how many count."""
    open_ones = DecisionScore.objects.filter(question__session=session).select_related("question__item")
    counted, seen = 0, set()
    for score in open_ones.order_by("question_id"):
        question = score.question
        assert question is not None
        # People who asked the same are not independent of one another: the first counts.
        again = question.item_id is not None and question.item_id in seen
        seen.add(question.item_id)
        outcome = "" if again else score.outcome or _outcome(question, entries.get(score.entry_id))
        if not outcome:
            score.delete()
            continue
        score.question, score.outcome = None, outcome
        score.save(update_fields=["question", "outcome"])
        counted += 1
    return counted


def _outcome(question: Question, entry: Entry | None) -> str:
    """Whether the suggested entry was right, or nothing where nobody has looked."""
    sent = list(question.outgoing.exclude(kind=Outgoing.Kind.SIGNPOST))
    stopped = [str(row.pk) for row in sent if row.state == OutgoingState.STOPPED and row.kind == "automatic"]
    if _by_a_person("outgoing", stopped, OutgoingState.STOPPED):
        return Outcome.WRONG
    if question.item is None or question.state == QuestionState.WITHDRAWN:
        return ""
    if any(row.kind == Outgoing.Kind.TYPED for row in sent):
        wordings = (*entry.answers, *entry.answers_es) if entry else ()
        used = proposals.is_wording_of(question.item.draft, wordings)
        return Outcome.RIGHT if used else Outcome.UNSAID
    dismissed = question.item.state == ItemState.DISMISSED
    person = dismissed and _by_a_person("item", [str(question.item.pk)], ItemState.DISMISSED)
    return Outcome.UNSAID if person else ""


def _by_a_person(what: str, rows: Iterable[str], new: str) -> bool:
    events = AuditEvent.objects.filter(what=what, which__in=list(rows), new=new)
    return events.exclude(who=moves.BOT).exists()


def _draft_themes(session: Session, entries: Mapping[str, Entry], same: Same, *, now: datetime) -> int:
    """A draft for each theme that clinicians answered in words of their own."""
    typed = [item for item in _answered(session) if not _from_the_faq(item, entries)]
    asked = [item.questions.all()[0].text for item in typed]
    posts = list(session.questions.exclude(text="").values_list("text", flat=True))
    drafts = 0
    for theme in proposals.clusters(asked, same):
        items = [typed[place] for place in theme]
        answers = "\n".join(dict.fromkeys(" ".join(item.draft.split()) for item in items))
        author = items[0].written_by or items[0].claimed_by  # a second reader may have it now
        if author is None or _proposed_already(session, items):
            continue
        if any(proposals.copied(line, posts) for line in answers.splitlines()):
            answers = ""  # an answer that quotes a post
        _draft(session, author, answers, now=now)
        drafts += 1
    return drafts


def _draft(session: Session, author: User, answers: str, *, now: datetime) -> None:
    row = Proposal.objects.create(
        kind=Proposal.Kind.ENTRY, author=author, session=session, created_at=now, answers=answers
    )
    row.writers.add(author)
    moves.note(row, who=moves.BOT, now=now, new=row.state, why=f"a theme of session {session.pk}")


def _answered(session: Session) -> list[QueueItem]:
    answered = session.items.filter(
        state__in=(ItemState.APPROVED, ItemState.SENT), priority__in=[int(one) for one in TEACHING]
    )
    found = answered.order_by("id").select_related("claimed_by", "written_by").prefetch_related("questions")
    return [item for item in found if item.draft.strip() and item.questions.all()]


def _from_the_faq(item: QueueItem, entries: Mapping[str, Entry]) -> bool:
    wordings = (text for entry in entries.values() for text in (*entry.answers, *entry.answers_es))
    return proposals.is_wording_of(item.draft, wordings)


def _proposed_already(session: Session, items: Iterable[QueueItem]) -> bool:
    """Whether a clinician ticked the proposal when answering."""
    known = session.proposals.filter(kind=Proposal.Kind.ENTRY).values_list("answers", flat=True)
    answers = {line for text in known for line in text.splitlines()}
    return any(" ".join(item.draft.split()) in answers for item in items)
