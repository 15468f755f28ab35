"""What `askhour plan` does: shows what is coming up."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import available_timezones

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot import almanac, calendar_file, config
from bot.clock import Clock, system_clock
from bot.config import Content
from bot.core import plan_rules
from bot.core.occurrences import Occurrence, at, occurrences
from bot.core.plan import Plan
from bot.core.preflight import DoctorSaid
from bot.core.preview import Coming, countries, zones_of
from bot.core.preview import preview as look_ahead
from bot.yamlfile import BadFiles, Problem

#: Lets X's doctor look at a host's account, and tells what it found.
Look = Callable[[str], DoctorSaid]


def preview(
    name: str, *, zones: Sequence[str], count: int, ics: Path | None, clock: Clock = system_clock
) -> int:
    content, now = config.find_content(), clock()
    path = config.find_plan(content, name)
    plan = config.read_plan(path)
    _known_zones(path, zones)
    coming = coming_up(path.stem, plan, content, zones=zones, now=now, count=count)
    console = Console()
    console.print(table(plan, coming, zones_of(plan, zones)))
    for line in remarks(plan):
        console.print(escape(line), highlight=False)
    if not coming:
        console.print("No session is coming up: its time is over.")
    if ics is not None:
        ics.write_bytes(calendar_file.ics(plan, coming, now=now))
        console.print(f"written: {escape(str(ics))}")
    return 0


def coming_up(
    name: str, plan: Plan, content: Content, *, zones: Sequence[str], now: datetime, count: int = 6
) -> tuple[Coming, ...]:
    """Beside all other plans; those that cannot be read are left to `askhour check`."""
    return look_ahead(
        name,
        plan,
        usable(content),
        zones=zones_of(plan, zones),
        now=now,
        holiday=almanac.holiday,
        count=count,
    )


def plan_at(content: Content, name: str, wall_start: str) -> Plan | None:
    """The plan `name` as it stands for one of its sessions; None when there is none that can be used."""
    plan = usable(content).get(name)
    return at(plan, datetime.fromisoformat(wall_start)) if plan and wall_start else plan


def plan_of(content: Content | None) -> Callable[[str, str], Plan | None]:
    """Finds the plan of a session by its plan's name and its start on the wall."""
    return lambda name, wall_start: plan_at(content, name, wall_start) if content else None


def find_occurrence(content: Content, name: str, *, now: datetime) -> Occurrence:
    """A session by its name, or the next one of a plan by the plan's. Raises BadFiles."""
    plans = usable(content)
    for plan_name, plan in plans.items():
        if name == plan_name or name.startswith(f"{plan_name}-"):
            since = plan.opens if plan.series is None else now
            until = max(now, plan.opens) + timedelta(days=3660)
            for one in occurrences(plan_name, plan, since=since, until=until):
                if name in (plan_name, one.slug):
                    return one
    known = ", ".join(plans) or "none"
    raise BadFiles([Problem(content.sessions, 0, "", f"no session {name!r} is coming; plans: {known}")])


def usable(content: Content) -> dict[str, Plan]:
    """All plans that can be read; the others are left to `askhour check`."""
    found = {}
    for path in config.plan_paths(content):
        try:
            found[path.stem] = config.read_plan(path)
        except BadFiles:
            continue
    return found


def _known_zones(path: Path, zones: Sequence[str]) -> None:
    unknown = [zone for zone in zones if zone not in available_timezones()]
    if unknown:
        message = f"{unknown[0]!r} is not a time zone; write for example Europe/London"
        raise BadFiles([Problem(path, 0, "--zone", message)])


def remarks(plan: Plan) -> list[str]:
    """What is said below the table."""
    said = [message for _, message in plan_rules.notes(plan)]
    unknown = [country for country in countries(plan) if not almanac.known(country)]
    said += [f"no public holidays are known for {country!r}" for country in unknown]
    if not plan.approved_by:
        said.append("A draft: nobody has approved its texts (`approved_by`), so it will not be hosted.")
    return said


def table(plan: Plan, coming: Sequence[Coming], zones: Sequence[str]) -> Table:
    shown = Table(
        title=f"{escape(plan.title)}: {escape(plan.hashtag)} with @{escape(plan.host)}", show_lines=True
    )
    shown.add_column("session", overflow="fold")
    shown.add_column("UTC")
    for zone in zones:
        shown.add_column(zone, overflow="fold")
    shown.add_column("to look at", overflow="fold")
    for one in coming:
        shown.add_row(
            escape(one.slug),
            f"{one.opens:%a %d %b %Y\n%H:%M}",
            *(f"{there:%a %d %b}\n{there:%H:%M}" for _, there in one.there),
            escape("\n".join(one.notes)) or "–",
        )
    return shown
