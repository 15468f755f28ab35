"""The commands that work on an installation: run it, and its queue and staff from the command line."""

import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

from bot import clock, config, environment, logs, matching, runtime, wiring
from bot.clock import system_clock
from bot.core.plan import Plan


class CannotRun(Exception):
    """Something is missing before anything may be posted; the message says what."""


ROUND_EVERY = 0.5  # seconds


def keys_are_set() -> bool:
    names = (*environment.OAUTH1, "X_CLIENT_ID", "X_BEARER_TOKEN")
    return any(environment.secret(name) for name in names)


def run(*, host: str, port: int) -> int:
    """Runs until it is told to stop (Ctrl-C or SIGTERM).

    Raises CannotRun, BadEnvironment, BadFiles or XError before anything was posted.
    """
    logs.configure()
    content = config.find_content()
    environment.need_x_keys()
    ready = _ready_plans(content)
    handle = next(iter(ready.values())).host

    runtime.start_django()
    from bot import channels, extras, faq_watch, plan_check, texts, vault
    from bot.console.desk import Desk
    from bot.console.wsgi import served
    from bot.jumps import Jumps
    from bot.rehearsal.starter import Starter
    from bot.rounds import Rounds
    from bot.watch import EVERY, Watch
    from bot.x.push import Outside
    from bot.x.tweepy_x import TweepyX

    adapter = wiring.adapter()
    keys = vault.credentials(handle, adapter=adapter)
    seen = faq_watch.fingerprint(content.faq)
    read = texts.read(content)
    watch = Watch(
        limits=read.settings.alerts,
        clock=system_clock,
        channels=channels.configured(),
        address=channels.address(),
    )
    bearer = environment.secret("X_BEARER_TOKEN")
    try:
        pushes = extras.sources(
            read.settings.intake, keys, bearer, outside=Outside(now=system_clock, adapter=adapter)
        )
    except extras.NoBearer as error:
        raise CannotRun(str(error)) from None
    rounds = Rounds(
        texts=read,
        x={handle: TweepyX(keys, adapter=adapter)},
        clock=system_clock,
        pushes=pushes,
        plans=partial(_ready_plans, content),
        gate=plan_check.gate(lambda: rounds.texts, content),
        jumps=Jumps(system_clock),
    )
    rounds.plan()
    rounds.introduce()
    look = plan_check.look_for(content, system_clock)
    reading = faq_watch.Watch(read, content, system_clock, seen=seen, put=rounds.use)
    rehearsals = Starter(environment.data_folder() / "rehearsal.txt")
    desk = Desk(read, system_clock, content=content, look=look, watch=reading, rehearsals=rehearsals)
    read.warm()
    stopped = _stop_signal()
    with (
        closing(pushes),
        closing(rehearsals),
        served(desk, host=host, port=port) as address,
        ExitStack() as watching,
        runtime.Engine(rounds, every=ROUND_EVERY),
        runtime.Engine(reading, every=faq_watch.EVERY),
    ):
        for job in watch.jobs():
            watching.enter_context(runtime.Engine(job, every=EVERY))
        print(f"askhour runs; the clinicians' page is {address}. Stop with Ctrl-C.")
        print(matching.level())
        stopped.wait()
    return 0


def _ready_plans(content: config.Content) -> dict[str, Plan]:
    """The plans that a clinician has approved. Raises CannotRun when they cannot be run together."""
    plans = config.read_plans(content)
    unsigned = [name for name, plan in plans.items() if not plan.approved_by]
    ready = {name: plan for name, plan in plans.items() if plan.approved_by}
    if not ready:
        raise CannotRun(f"no session plan has `approved_by`: {', '.join(unsigned) or 'there are no plans'}")
    hosts = {plan.host for plan in ready.values()}
    if len(hosts) > 1:
        raise CannotRun(f"the keys are for one host, the plans have {', '.join(sorted(hosts))}")
    return ready


def _stop_signal() -> threading.Event:
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    return stopped


@contextmanager
def installation() -> Iterator[None]:
    """The installation's database, for a short command."""
    logs.configure()
    if not environment.value("DATABASE_URL") and not _sqlite_file().exists():
        raise CannotRun(f"there is no installation in {environment.data_folder()}: set ASKHOUR_DATA")
    runtime.start_django()
    yield


def _sqlite_file() -> Path:
    return environment.data_folder() / "askhour.sqlite3"


def queue_list() -> None:
    with installation():
        from rich.console import Console
        from rich.markup import escape
        from rich.table import Table

        from bot.flows import queue

        table = Table("item", "urgency", "state", "people", "question", "why it waits")
        for item in queue.open_items():
            asked = list(item.questions.all())
            text = asked[0].shown if asked else "(withdrawn)"
            shown = escape(printable(text))
            state = f"{item.state} by {item.claimed_by}" if item.claimed_by else item.state
            table.add_row(
                str(item.pk), str(item.priority), state, str(len(asked)), shown, escape(item.reason)
            )
        Console().print(table)


def printable(text: str) -> str:
    """Without control characters: a post must not be able to drive a terminal."""
    return "".join(char if char.isprintable() or char == "\n" else "�" for char in text)


def queue_claim(item_id: int, who: str) -> None:
    with installation():
        from bot import staff
        from bot.flows import queue

        item = queue.claim(item_id, staff.find(who), _settings().timing, now=_now())
        print(f"item {item.pk} is yours until {item.claimed_until:%H:%M:%S} UTC: {item.reason}")
        for question in item.questions.all():
            print(f"\n{printable(question.shown)}\n({question.route})")
        if item.draft:
            print(f"\nWritten so far: {printable(item.draft)}")


def queue_answer(item_id: int, text: str, who: str, override: str) -> None:
    with installation():
        from bot import guardrails, staff
        from bot.flows import queue

        settings = _settings()
        reviewer = guardrails.load_reviewer(config.find_content().guardrails)
        rows = queue.answer(
            item_id,
            staff.find(who),
            _fence_of(item_id),
            text,
            queue.Rules(reviewer, settings.timing, settings.policy.second_reader_for),
            now=_now(),
            override=override,
        )
        print(f"approved: {len(rows)} in the outbox" if rows else "waits for a second reader, or needs none")


def queue_release(item_id: int, who: str) -> None:
    with installation():
        from bot import staff
        from bot.flows import queue

        queue.release(item_id, staff.find(who), _fence_of(item_id), now=_now())
        print("it is back in the queue")


def queue_dismiss(item_id: int, reason: str, who: str) -> None:
    with installation():
        from bot import staff
        from bot.flows import queue

        queue.dismiss(item_id, staff.find(who), _fence_of(item_id), reason, now=_now())
        print("dismissed")


def _fence_of(item_id: int) -> int:
    """On the command line a person is one pair of hands: the claim is whichever they have."""
    from bot.models import QueueItem

    found = QueueItem.objects.filter(pk=item_id).values_list("fence", flat=True).first()
    return found if found is not None else -1


def _now() -> datetime:
    return clock.of(environment.data_folder())()


def _settings() -> config.Settings:
    return config.read_settings(config.find_content())


def staff_add(name: str, role: str) -> None:
    runtime.start_django()
    from bot import staff

    try:
        staff.add(name, staff.Role(role))
    except ValueError:
        raise CannotRun(f"{role!r} is no role; there are: {', '.join(staff.Role)}") from None
    print(f"{name} may sign in as {role}: askhour staff link {name}")


def staff_name(name: str, full_name: str) -> None:
    with installation():
        from bot import staff

        staff.rename(staff.find(name), full_name, who="command line", now=_now())
        print(f"{name} signs as {full_name.strip()}")


def staff_link(name: str, address: str) -> None:
    with installation():
        from bot import staff

        print(staff.link(staff.find(name), address))
