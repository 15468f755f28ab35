"""What came of a played session, for the end of `askhour demo --headless` and `askhour rehearse`."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from rich.table import Table

from bot.core.states import QuestionState
from bot.flows import report
from bot.models import Outgoing, Question, Session
from bot.rehearsal.stage import Stage

#: A question's fate in the words of the summary.
FATES = ("answered", "queued", "signposted", "left", "withdrawn")


def summary(play: Stage) -> Table:
    session = play.fresh_session()
    tally = report.tally(session)
    table = Table(title=f"{session.title}: {session.state}", show_header=False)
    rows = {
        "questions in": tally.questions,
        "answered from the FAQ": _sent(session, Outgoing.Kind.AUTOMATIC),
        "answered by a clinician": _sent(session, Outgoing.Kind.TYPED),
        "went to the clinicians": _queued(session),
        "signposted": tally.signposted,
        "left alone, with a reason": tally.left,
        "deleted by their authors": tally.withdrawn,
        "posts sent": tally.posts_sent,
        "outbox": "empty" if not tally.posts_pending else f"{tally.posts_pending} waiting",
        "spent by our ledger": f"${tally.spent}",
        "billed by X": f"${play.world.ledger.total}",
    }
    for name, value in rows.items():
        table.add_row(name, str(value))
    return table


def _sent(session: Session, kind: Outgoing.Kind) -> int:
    return session.outgoing.filter(kind=kind, state="sent").count()


def _queued(session: Session) -> int:
    return session.questions.filter(item__isnull=False).count()


def fate(question: Question) -> str:
    """What became of a question; one that a clinician did not get to counts as queued."""
    if question.state == QuestionState.LEFT and question.item_id is not None:
        return "queued"
    return question.state


def per_label(session: Session) -> Table:
    """Labels against fates: a question with two labels counts in both rows."""
    counts: dict[str, Counter[str]] = {}
    for question in session.questions.all():
        for label in question.labels or ["(unsure)"]:
            counts.setdefault(label, Counter())[fate(question)] += 1
    table = Table("guardrails say", *FATES, title="What became of the questions")
    for label in sorted(counts):
        table.add_row(label, *(str(counts[label][name]) for name in FATES))
    return table


def rows(play: Stage) -> Iterator[dict[str, Any]]:
    """Each question with its fate, for a file. With its text: this is a rehearsal's own script."""
    for question in play.session.questions.order_by("posted_at", "id"):
        yield {
            "text": question.text,
            "labels": question.labels,
            "fate": fate(question),
            "state": question.state,
            "reason": question.reason,
            "faq": question.entry_id,
            "probability": question.probability,
            "summons": question.summons,
        }
