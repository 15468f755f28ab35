"""What `askhour plan check` does: go or no-go for one session. Import it when Django has been set up."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot import config, doctor, faq, logs, planner, staff, wiring
from bot.clock import Clock, system_clock
from bot.config import Content
from bot.core import doctor as doctors
from bot.core import preflight as judging
from bot.core.preflight import Facts, Item, Light
from bot.core.weigh import MAX_WEIGHT
from bot.flows import host, preflight
from bot.flows.preflight import Known
from bot.models import HostAccount, Session
from bot.planner import Look
from bot.service import CannotRun, printable
from bot.texts import Texts

COLOURS = {Light.GREEN: "green", Light.AMBER: "yellow", Light.RED: "bold red"}


def run(name: str, *, as_json: bool, look: bool) -> int:
    """Prints what there is to say. Returns 1 when a red item holds the opening, else 0."""
    logs.configure()
    content, now = config.find_content(), system_clock()
    session = Session.objects.select_related("host").filter(slug=name).first()
    handle = session.host.handle if session else planner.find_occurrence(content, name, now=now).of.host
    said = look_at_x(handle, content, now=now) if look else None
    known = Known(faq.load(content.faq).entries, config.read_prices(content))
    if session is None:
        plan = planner.find_occurrence(content, name, now=now).plan
        facts = preflight.facts_of_plan(plan, known, now=now, look=said)
        overridden: list[str] = []
    else:
        plan_at = planner.plan_at(content, session.plan_name, session.wall_start)
        facts = preflight.facts_of(session, plan_at, known, now=now)
        overridden = list(session.overrides.values_list("key", flat=True))
    items = judging.judge(facts)
    holding = judging.blocking(items, overridden)
    if as_json:
        print(json.dumps(_plain(name, facts, items, overridden), ensure_ascii=False))
    else:
        show(name, facts, items, overridden, Console())
    return int(bool(holding))


def tick(name: str, point: str, *, done: bool, who: str) -> None:
    """Raises CannotRun, staff.Unknown, MayNot."""
    if point not in judging.CHECKLIST:
        raise CannotRun(f"no point {point!r} on the checklist; there are: {', '.join(judging.CHECKLIST)}")
    preflight.tick(_put(name), point, done, who=staff.find(who), now=system_clock())
    print("ticked" if done else "no longer ticked")


def override(name: str, key: str, why: str, *, who: str) -> None:
    """Raises CannotRun, staff.Unknown, MayNot, NoReason."""
    preflight.override(_put(name), key, why, who=staff.find(who), now=system_clock())
    print(f"{key} no longer holds the opening of {name}")


def _put(name: str) -> Session:
    session = Session.objects.filter(slug=name).first()
    if session is None:
        known = (
            ", ".join(Session.objects.values_list("slug", flat=True)) or "none yet: askhour run makes them"
        )
        raise CannotRun(f"there is no session {name!r}; there are: {known}")
    return session


def look_at_x(handle: str, content: Content, *, now: datetime) -> judging.DoctorSaid:
    """The doctor's findings, kept where the host is known."""
    facts = doctor.examine(handle, content=content, clock=lambda: now, adapter=wiring.adapter())
    findings = [asdict(finding) for finding in doctors.judge(facts)]
    account = HostAccount.objects.filter(handle=handle).first()
    if account is not None:
        preflight.keep_look(account, findings, now=now)
    return preflight.said(now, findings)


def look_for(content: Content, clock: Clock) -> Look:
    """For the page's button."""
    return lambda handle: look_at_x(handle, content, now=clock())


def gate(texts: Callable[[], Texts], content: Content) -> host.Gate:
    """What holds an opening, for the rounds of a running askhour, whose FAQ may be read anew."""

    def holds(session: Session, now: datetime) -> Sequence[str]:
        known = Known(texts().faq.entries, texts().prices)
        return preflight.gate(known, planner.plan_of(content))(session, now)

    return holds


def show(name: str, facts: Facts, items: Sequence[Item], overridden: Sequence[str], console: Console) -> None:
    posts = Table(title=f"{escape(name)}: what will be posted", show_lines=True)
    for column in ("when, on the plan's clock", "what", "text", f"of {MAX_WEIGHT}", "price"):
        posts.add_column(column, overflow="fold")
    for post in facts.posts:
        weight = f"[bold red]{post.weight}[/]" if post.weight > MAX_WEIGHT else str(post.weight)
        posts.add_row(post.wall, post.kind, escape(printable(post.text)), weight, f"${post.usd}")
    console.print(posts)
    table = Table(show_lines=True)
    for column in ("", "what", "how it is", "what to do"):
        table.add_column(column, overflow="fold")
    for item in items:
        passed = " (passed over)" if item.key in overridden and item.light is Light.RED else ""
        light = f"[{COLOURS[item.light]}]{item.light}[/]{passed}"
        table.add_row(light, *(escape(printable(said)) for said in (item.what, item.how, item.do)))
    console.print(table)
    holding = judging.blocking(items, overridden)
    if holding:
        console.print(f"[bold red]No-go:[/] {len(holding)} red. These hold the opening.")
    else:
        console.print("[bold green]Go.[/] Look at what is amber.")


def _plain(name: str, facts: Facts, items: Sequence[Item], overridden: Sequence[str]) -> Mapping[str, object]:
    return {
        "session": name,
        "go": not judging.blocking(items, overridden),
        "opens": facts.opens.isoformat(),
        "items": [asdict(item) | {"overridden": item.key in overridden} for item in items],
        "posts": [asdict(post) | {"due": post.due.isoformat(), "usd": str(post.usd)} for post in facts.posts],
    }
