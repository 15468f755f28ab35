"""Reads `config/`: the settings, the session plans, the price list. And checks all that people write."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import ClassVar

from bot import environment, faq_check, guardrails, matching, snippets, yamlfile
from bot.core import plan_rules
from bot.core.alerts import Limits
from bot.core.delivery import Pacing, Timing
from bot.core.lateness import LatePolicy
from bot.core.money import Prices
from bot.core.plan import Plan
from bot.core.triage import Policy
from bot.rehearsal import script
from bot.yamlfile import BadFiles, Problem

PACKAGED = Path(__file__).resolve().parent / "defaults"


class HashtagBy(StrEnum):
    """How posts with the session's hashtag that do not mention us are read, at $0.005 each."""

    NOTHING = "nothing"
    SEARCH = "search"  # each minute
    STREAM = "stream"  # within seconds; needs the app's bearer token


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What is read, and how often, in seconds. Our mentions are always read."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    poll_every: float = 5  # X allows 300 polls in 15 minutes: 3 seconds is the least
    look_for_deletions_every: float = 300
    look_for_posts_by_hand_every: float = 60
    hashtag_by: HashtagBy = HashtagBy.NOTHING
    search_every: float = 60
    names: bool = False  # who asks, for what a clinician has opened, at $0.010 each
    activity: bool = False  # mentions pushed within a second, at $0.005 each
    spare_from: float = 0.8  # of the budget: from there on only mentions are read

    def __post_init__(self) -> None:
        if self.poll_every < 3:
            raise ValueError("`poll_every` should be 3 or more: X allows 300 polls in 15 minutes")
        if self.search_every < 10:
            raise ValueError("`search_every` should be 10 or more")
        if not 0 < self.spare_from <= 1:
            raise ValueError("`spare_from` is a share of the budget: above 0, at most 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosting:
    """How an hour is run. `after_hours_days` are working days (Monday to Friday, in the session's zone)
    within which what is left over is answered; 0: it is left. `thanks` is offered to the organiser after
    the hour, and posted only when they approve it.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    late: LatePolicy = field(default_factory=LatePolicy)
    after_hours_days: int = 2
    thanks: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.after_hours_days <= 30:
            raise ValueError("`after_hours_days` should be between 0 and 30")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`config/askhour.yaml`. Everything has a default that is safe."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    policy: Policy = field(default_factory=Policy)
    timing: Timing = field(default_factory=Timing)
    pacing: Pacing = field(default_factory=Pacing)
    intake: Intake = field(default_factory=Intake)
    hosting: Hosting = field(default_factory=Hosting)
    alerts: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Content:
    """Where the folders `faq/` and `config/` are."""

    faq: Path
    config: Path

    @property
    def sessions(self) -> Path:
        return self.config / "sessions"

    @property
    def guardrails(self) -> Path:
        return self.config / "guardrails"

    @property
    def rehearsals(self) -> Path:
        return self.config / "rehearsals"


def find_content(here: Path | None = None) -> Content:
    """ASKHOUR_FAQ and ASKHOUR_CONFIG, else `faq/` and `config/` here, else those in the package.

    Raises BadEnvironment when a folder that was named is not there.
    """
    here = here or Path.cwd()
    return Content(*(_folder(name, here) for name in ("faq", "config")))


def _folder(name: str, here: Path) -> Path:
    named = environment.value(name.upper())
    if named and not Path(named).is_dir():
        raise environment.BadEnvironment(f"ASKHOUR_{name.upper()} names {named}: no such folder")
    checkout = Path(__file__).resolve().parents[1]
    for folder in (Path(named) if named else None, here / name, checkout / name, PACKAGED / name):
        if folder is not None and folder.is_dir():
            return folder
    raise environment.BadEnvironment(f"there is no folder {name}/ here: set ASKHOUR_{name.upper()}")


def read_settings(content: Content) -> Settings:
    return yamlfile.read(content.config / "askhour.yaml", Settings)


def read_prices(content: Content) -> Prices:
    return yamlfile.read(content.config / "prices.yaml", Prices)


def read_plan(path: Path) -> Plan:
    """A session plan. Raises BadFiles with all that is wrong with it, by line."""
    loaded = yamlfile.load(path)
    plan = yamlfile.shaped(loaded, Plan)
    found = [loaded.problem(key, message) for key, message in plan_rules.problems(plan)]
    if found:
        raise BadFiles(found)
    return plan


def plan_paths(content: Content) -> list[Path]:
    return sorted(content.sessions.glob("*.yaml"))


def read_plans(content: Content) -> dict[str, Plan]:
    """All plans by their name, which is the file's. Raises BadFiles for all of them at once."""
    paths = plan_paths(content)
    plans_read = yamlfile.together(partial(read_plan, path) for path in paths)
    return dict(zip((path.stem for path in paths), plans_read, strict=True))


def find_plan(content: Content, name: str) -> Path:
    """The plan's file: a path, or the name of one in `config/sessions`. Raises BadFiles."""
    for path in (Path(name), content.sessions / f"{name}.yaml"):
        if path.is_file():
            return path
    known = ", ".join(path.stem for path in plan_paths(content)) or "none"
    raise BadFiles([Problem(content.sessions, 0, "", f"there is no session {name!r}; there are: {known}")])


def notes(content: Content) -> list[str]:
    """What is allowed in the plans and still worth a look, when there is nothing to mend."""
    return [
        f"{name}: {'.'.join(map(str, key))}: {message}"
        for name, plan in read_plans(content).items()
        for key, message in plan_rules.notes(plan)
    ]


def check(content: Content, *, today: date) -> list[Problem]:
    """Everything that is wrong under `faq/` and `config/`, in the order of files and lines."""
    tasks: tuple[Callable[[], object], ...] = (
        partial(read_settings, content),
        partial(read_prices, content),
        partial(read_plans, content),
        partial(script.check, content.rehearsals),
        partial(matching.load_vocabulary, content.config / "synonyms.yaml"),
    )
    found: list[Problem] = []
    try:
        yamlfile.together(tasks)
    except BadFiles as bad:
        found += bad.problems
    guarded = guardrails.check(content.guardrails)
    found += guarded
    if not guarded:  # without its rules no text can be checked
        found += snippets.check(
            content.config / "snippets.yaml", guardrails.load_reviewer(content.guardrails)
        )
    found += faq_check.check_all(content.faq, content.guardrails, today=today)
    return sorted(set(found), key=lambda problem: (str(problem.path), problem.line))
