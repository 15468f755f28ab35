"""The score sheet of a play: from the bot's own rows and from what the simulated crowd meant."""

from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.core.crowd import Kind
from bot.core.score import Asked, By, Score, rows, score
from bot.core.screen import Label
from bot.core.states import OutgoingState, QuestionState
from bot.flows import report
from bot.models import Outgoing, Question, Session
from bot.rehearsal.script import Ending
from bot.rehearsal.stage import Stage

BY = {
    Outgoing.Kind.AUTOMATIC: By.FAQ,
    Outgoing.Kind.TYPED: By.CLINICIAN,
    Outgoing.Kind.SIGNPOST: By.SIGNPOST,
}
#: What was to be answered, whoever says so: the scenario, or else the guardrails.
MEANT = (Kind.GENERAL, Kind.PERSONAL, Kind.URGENT)
NOT_ASKED = {Label.NOT_QUESTION, Label.ABUSE_SPAM}


def of(play: Stage, *, over: bool = True) -> Score:
    """So far, or at the end: promises can be broken only then."""
    session = play.fresh_session()
    kinds = play.player.kinds
    reached = list(asked(session, kinds))
    known = set(session.questions.values_list("post_id", flat=True))
    meant = [post_id for post_id, kind in kinds.items() if kind in MEANT]
    return score(
        reached,
        unreached=sum(post_id not in known for post_id in meant),
        broken=play.broken_promises() if over else (),
        spent=report.tally(session).spent,
        budget=session.budget_usd,
        billed=play.world.ledger.total,
        pace=play.speed if play.people else 1,
    )


def asked(session: Session, kinds: Mapping[str, Kind]) -> Iterator[Asked]:
    for question in session.questions.prefetch_related("outgoing").order_by("posted_at", "id"):
        kind = kinds.get(question.post_id, Kind.UNKNOWN)
        sent = [post for post in question.outgoing.all() if post.state == OutgoingState.SENT and post.sent_at]
        best = min(sent, key=lambda post: (post.kind == Outgoing.Kind.SIGNPOST, post.pk), default=None)
        yield Asked(
            number=question.pk,
            kind=kind,
            wanted=_wanted(question, kind),
            at=question.posted_at,
            by=BY.get(Outgoing.Kind(best.kind), By.NOBODY) if best else By.NOBODY,
            answered_at=best.sent_at if best else None,
            queued=question.item_id is not None,
        )


def _wanted(question: Question, kind: Kind) -> bool:
    if question.state == QuestionState.WITHDRAWN:
        return False
    if kind is not Kind.UNKNOWN:
        return kind in MEANT
    return question.item_id is not None or not NOT_ASKED & set(question.labels)


def table(title: str, found: Score) -> Table:
    shown = Table(title=title, show_header=False)
    for name, value in rows(found):
        shown.add_row(name, value)
    return shown


def page(title: str, found: Score, *, about: str) -> str:
    """The same as a page of its own, for printing or sending on."""
    lines = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>' for name, value in rows(found)
    )
    unsafe = "".join(f"<li>{escape(why)}</li>" for why in found.unsafe)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Score sheet: {escape(title)}</title><style>{STYLE}</style></head><body><main>"
        f"<h1>{escape(title)}</h1><p>{escape(about)}</p><table>{lines}</table>"
        + (f"<h2>Unsafe</h2><ul>{unsafe}</ul>" if unsafe else "")
        + "<p>A rehearsal: X was simulated and every patient invented.</p></main></body></html>\n"
    )


STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:44rem;margin:1rem auto;padding:0 1rem;color:#1b2429}"
    "table{border-collapse:collapse}"
    "th,td{text-align:left;padding:.4rem 1rem .4rem 0;border-bottom:1px solid #d5dde2}"
)


def write(path: Path, title: str, found: Score, *, about: str) -> None:
    path.write_text(page(title, found, about=about), encoding="utf-8")


def tell(play: Stage, console: Console, ending: Ending) -> int:
    """The score sheet on the terminal, and as a page where wanted. Returns 1 when something was unsafe."""
    title = f"Score sheet: {play.session.title}"
    found = of(play, over=play.over())
    console.print(table(title, found))
    console.print(ending.about, style="dim", markup=False)
    for why in found.unsafe:
        console.print(f"unsafe: {why}", style="bold red", markup=False)
    if ending.write_to is not None:
        write(ending.write_to, title, found, about=ending.about)
        console.print(f"written: {ending.write_to}", markup=False)
    return int(bool(found.unsafe))
