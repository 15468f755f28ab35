"""The commands `askhour faq …`: show how one question is matched, and how well the matcher does here."""

import html
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table

from bot import charts, config, faq, matching, proof, teaching
from bot.config import Content
from bot.core import match_report as report
from bot.core.match import Index
from bot.core.match_explain import Ranked, explain
from bot.core.match_report import Tried
from bot.core.match_school import remembering, teach
from bot.core.match_trust import Labelled, Trust, trust
from bot.core.triage import Policy


def show_match(text: str) -> None:
    content = config.find_content()
    index = _index(content, faq.load(content.faq))
    policy = config.read_settings(content).policy
    shown = explain(
        index.match(text),
        sure_enough=policy.sure_enough,
        sure_from=proof.sure_from(index.version, policy.at_most_one_wrong_in),
    )
    out = Console()
    table = Table("entry", "how sure", "nearest wording", "shares", "lacks", "near", "lead", "alike")
    for candidate in shown.ranked:
        table.add_row(*_row(candidate))
    if shown.ranked:
        out.print(table)
    out.print(escape(shown.verdict), highlight=False)
    out.print(escape(matching.level()), style="dim", highlight=False)


def _row(candidate: Ranked) -> tuple[str, ...]:
    return (
        candidate.entry_id,
        f"{candidate.band} ({candidate.probability:.0%})",
        escape(candidate.wording),
        escape(" ".join(candidate.shared)),
        escape(" ".join(candidate.missing)),
        f"{candidate.nearness:.2f}",
        f"{candidate.lead:+.2f}",
        f"{candidate.alike:.2f}",
    )


def evaluate(
    labelled: Path | None, *, keep: bool, report_to: Path | None, without_synonyms: bool = False
) -> None:
    content = config.find_content()
    known = faq.load(content.faq)
    policy = config.read_settings(content).policy
    index = _index(content, known, without_synonyms=without_synonyms)
    topics = {entry.id: topic.topic for topic in known.topics for entry in topic.entries}
    out = Console()
    tried = _try_wordings(index, topics)
    out.print(_table("Our own wordings, each tried as if it were not there", tried, policy))
    _print_confusions(out, tried)
    asked: list[Tried] = []
    if labelled:
        asked = _try_questions(index, topics, proof.read_questions(labelled))
        out.print(_table(f"{len(asked)} labelled questions", asked, policy))
    counted = report.labelled(asked) or _kept(index)
    past = teaching.decisions(index.version)
    if keep:
        proof.keep(index.version, counted, past)
    shown = trust([*counted, *past], one_wrong_in=policy.at_most_one_wrong_in)
    if past:
        out.print(_of_the_past(past), highlight=False)
    out.print(escape(promise(shown, policy)), highlight=False)
    out.print(escape(matching.level()), style="dim", highlight=False)
    if report_to:
        report_to.write_text(_page(tried, asked, shown, policy), encoding="utf-8")
        out.print(f"charts in {report_to}", highlight=False)


def learn() -> None:
    """Prints the matcher's weights as our training text teaches them, for bot/core/match.py."""
    topics = matching.load_training()
    print("WEIGHTS", teach(topics))
    reader = matching.installed_reader()
    if reader:
        print("MEANING_WEIGHTS", teach(topics, remembering(reader.encode), crowd=15.0))
    else:
        print(matching.level())


def promise(shown: Trust, policy: Policy) -> str:
    """What the labelled questions show, or how many are missing."""
    wanted = f"at most 1 wrong in {policy.at_most_one_wrong_in} automatic answers"
    if shown.shown:
        return (
            f"Shown, with 95 % confidence: {wanted}, from {shown.sure_from:.3f} on. Of {shown.labelled} "
            f"labelled questions {shown.answered} would be answered, {shown.wrong} of them wrongly."
        )
    return (
        f"Not shown: {wanted}. At least {shown.missing} more labelled questions are missing, if the surest "
        f"have no further mistake ({shown.labelled} counted so far). Until then only the very wordings of "
        "the FAQ are answered automatically."
    )


def _index(content: Content, known: faq.Faq, *, without_synonyms: bool = False) -> Index:
    words = matching.load_vocabulary(content.config / "synonyms.yaml")
    words = words.without_synonyms() if without_synonyms else words
    wordings = {entry.id: entry.wordings() for entry in known.entries.values()}
    return words.index(wordings, matching.installed_reader())


def _try_wordings(index: Index, topics: dict[str, str]) -> list[Tried]:
    tries = track(index.without_itself(), "trying the FAQ's wordings", total=len(index), transient=True)
    return [Tried(text, entry, topics[entry], match) for text, entry, match in tries]


def _try_questions(index: Index, topics: dict[str, str], asked: Iterable[proof.Asked]) -> list[Tried]:
    tries = track(list(asked), "trying the labelled questions", transient=True)
    return [
        Tried(one.text, one.entry or "", topics.get(one.entry or "", "no entry"), index.match(one.text))
        for one in tries
    ]


def _kept(index: Index) -> list[Labelled]:
    known = proof.kept()
    return list(known.labelled) if known and known.level == index.version else []


def _of_the_past(past: list[Labelled]) -> str:
    right = sum(one.right for one in past)
    return (
        f"Past decisions of clinicians here: {len(past)}, of which {right} found the suggestion right; "
        "the others count as wrong. They count like labelled questions; "
        "with --keep automatic answers rest on them."
    )


def _table(title: str, tried: list[Tried], policy: Policy) -> Table:
    table = Table("topic", "tried", "first", "among three", "sure", "wrong", title=title)
    lines = report.by_topic(tried, policy.sure_enough)
    for line in (*lines, report.line("all", tried, policy.sure_enough)):
        shares = (f"{share:.0%}" for share in (line.first, line.among_three, line.automatic))
        table.add_row(escape(line.name), str(line.tried), *shares, str(line.wrong))
    return table


def _print_confusions(out: Console, tried: list[Tried]) -> None:
    table = Table("entry", "and entry", "times", title="Taken for one another: are they too alike?")
    for first, second, count in report.confusions(tried):
        table.add_row(first, second, str(count))
    out.print(table)


def _page(tried: list[Tried], asked: list[Tried], shown: Trust, policy: Policy) -> str:
    """One HTML page with the charts, without scripts and without anybody's question."""
    parts = []
    for name, ones in (("The FAQ's own wordings", tried), ("Labelled questions", asked)):
        counted = report.labelled(ones)
        if not counted:
            continue
        bins = report.reliability(counted)
        dots = [(one.said, one.true) for one in bins]
        error = report.calibration_error(bins)
        curve = charts.chart(
            "Wrong among the answered", "answered", "wrong", line=report.curve(counted), top=0.5
        )
        topics = [(html.escape(x.name), x.first) for x in report.by_topic(ones, policy.sure_enough)]
        parts += [
            f"<h2>{name}</h2>",
            charts.chart("As sure as right?", "how sure", "how often right", dots=dots, diagonal=True),
            curve,
            charts.bars("The right entry came first", topics),
            f"<p>Expected calibration error: {error:.3f}, over {len(counted)} questions without a gate.</p>",
        ]
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>The matcher</title>'
        "<style>body{font-family:sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}</style>"
        f"<h1>How well the matcher does</h1><p>{html.escape(promise(shown, policy))}</p>"
        f"{''.join(parts)}</html>\n"
    )
