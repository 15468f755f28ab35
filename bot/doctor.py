"""The commands `askhour x`: is the host's account ready for a session, and signing it in.

Import it when Django has been set up.
"""

import json
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal

from requests.adapters import HTTPAdapter
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot import config, environment, logs, vault, wiring
from bot.clock import Clock, system_clock
from bot.config import Content
from bot.core import doctor, plan
from bot.core.doctor_facts import Ahead, Facts, Finding, Kind, Level, Seen, SignedIn
from bot.core.money import Prices, forecast
from bot.core.plan import Plan
from bot.environment import BadEnvironment
from bot.models import HostAccount, XToken
from bot.service import CannotRun, printable
from bot.vault import HostToken
from bot.x import checkup, oauth2, snowflake
from bot.x.oauth2 import App, SignInFailed
from bot.x.port import Person
from bot.x.tweepy_x import Keys, TweepyX

COLOURS = {Level.OK: "green", Level.LOOK: "cyan", Level.WARNING: "yellow", Level.FAILURE: "bold red"}


def run(host: str, *, as_json: bool) -> int:
    """Prints what there is to say about the account. Returns 1 when something is wrong, else 0."""
    logs.configure()
    facts = examine(host, content=config.find_content(), clock=system_clock, adapter=wiring.adapter())
    findings = doctor.judge(facts)
    if as_json:
        print(json.dumps({"host": facts.host, "findings": [asdict(finding) for finding in findings]}))
    else:
        show(facts.host, findings, Console())
    return int(doctor.failed(findings))


def show(host: str, findings: Sequence[Finding], console: Console) -> None:
    table = Table(title=f"@{escape(host)}", show_lines=True)
    for name in ("", "what", "how it is", "what to do"):
        table.add_column(name, overflow="fold")  # cut short, a variable's name is of no use
    for finding in findings:
        level = f"[{COLOURS[finding.level]}]{finding.level}[/]"
        # Some of it is in X's words: they must not be able to drive a terminal.
        table.add_row(level, *(escape(printable(said)) for said in (finding.what, finding.why, finding.do)))
    console.print(table)
    count = Counter(finding.level for finding in findings)
    console.print(
        f"Failures: {count[Level.FAILURE]}, warnings: {count[Level.WARNING]}, to look at yourself:"
        f" {count[Level.LOOK]}. Nothing was posted, and nothing of this costs credits."
    )


def examine(
    host: str,
    *,
    content: Content,
    clock: Clock,
    env: Mapping[str, str] = os.environ,
    adapter: HTTPAdapter | None = None,
) -> Facts:
    """What is known about a host. Raises BadFiles and BadEnvironment; of X's troubles it only tells."""
    now = clock()
    plans = config.read_plans(content)
    host = the_host(plans, host)
    prices = config.read_prices(content)
    settings = config.read_settings(content)
    account = HostAccount.objects.filter(handle=host).first()
    sign_in = _sign_in(host, now)
    bearer = environment.secret("X_BEARER_TOKEN", env=env)
    keys, trouble = _keys(host, env, clock, adapter)
    usable = isinstance(keys, Keys) or (keys and sign_in and not sign_in.lost_because)
    seen = Seen()
    if keys is not None and usable:
        seen = checkup.look(TweepyX(keys, adapter=adapter), bearer=bearer, clock=clock, adapter=adapter)
    return Facts(
        now=now,
        host=host,
        kind=Kind.OAUTH1 if isinstance(keys, Keys) else Kind.OAUTH2 if keys else Kind.NONE,
        keys_trouble=trouble,
        bearer=bool(bearer),
        sign_in=sign_in,
        seen=seen,
        closed_because=account.closed_because if account else "",
        prices_of=prices.as_of,
        pacing=settings.pacing,
        implied=settings.policy.replies_to_us_summon,
        implied_refused=bool(account and account.implied_refused_at),
        ahead=_next(plans, host, prices, now),
    )


def _keys(
    host: str, env: Mapping[str, str], clock: Clock, adapter: HTTPAdapter | None
) -> tuple[Keys | HostToken | None, str]:
    """What is set, or why nothing of it can be used."""
    try:
        return vault.credentials(host, env=env, clock=clock, adapter=adapter), ""
    except BadEnvironment as error:
        return None, str(error)


def the_host(plans: Mapping[str, Plan], wanted: str) -> str:
    """The host that is meant: the one named, else the only one. Raises CannotRun."""
    approved = {found.host for found in plans.values() if found.approved_by}
    hosts = {found.host.casefold(): found.host for found in plans.values()}
    names = ", ".join(f"@{name}" for name in sorted(hosts.values())) or "none"
    if wanted:
        named = hosts.get(wanted.removeprefix("@").casefold())
        if named is None:
            raise CannotRun(f"no session plan has the host {wanted}; the hosts are: {names}")
        return named
    choice = approved or set(hosts.values())
    if len(choice) != 1:
        raise CannotRun(f"say which host is meant with --host; those in the session plans are: {names}")
    return choice.pop()


def _sign_in(host: str, now: datetime) -> SignedIn | None:
    row = XToken.objects.filter(host__handle=host).first()
    if row is None:
        return None
    unfinished = row.lease_until is not None and row.lease_until < now
    return SignedIn(row.expires_at, tuple(row.scopes.split()), row.lost_because, unfinished)


def _next(plans: Mapping[str, Plan], host: str, prices: Prices, now: datetime) -> Ahead | None:
    ours = [
        (item.opens, name, item) for name, item in plans.items() if item.host == host and item.closes > now
    ]
    if not ours:
        return None
    opens, name, chosen = min(ours, key=lambda item: item[:2])
    texts = [cue.text for cue in plan.cues(chosen)]
    return Ahead(
        name=name,
        opens=opens,
        approved=bool(chosen.approved_by),
        posts=len(texts),
        questions=chosen.expected_questions,
        replies=chosen.expected_replies,
        costs=forecast(prices, texts, questions=chosen.expected_questions, replies=chosen.expected_replies),
        budget=Decimal(str(chosen.budget_usd)),
    )


def login(host: str) -> int:
    """Signs a host in with OAuth 2.0, in a conversation on the terminal. Raises XError, CannotRun."""
    logs.configure()
    host = the_host(config.read_plans(config.find_content()), host)
    app = vault.app()
    if app is None:
        raise BadEnvironment("ASKHOUR_X_CLIENT_ID is not set: copy it from X's developer console")
    if environment.oauth1():
        print("Note: OAuth 1.0a keys are set, and they go first. Unset them to use this sign-in.")
    person = sign_in(host, app, _paste, clock=system_clock, adapter=wiring.adapter())
    print(f"@{person.handle} is signed in, and its tokens are stored. `askhour x doctor` looks at the rest.")
    if HostAccount.objects.exclude(closed_because="").filter(handle=host).exists():
        print("Posts are stopped still: press the organiser's button on the page.")
    return 0


def _paste(url: str) -> str:
    print(f"1. Open this page, signed in to X as the host:\n\n{wiring.page(url)}\n\n2. Press Authorise.")
    print("3. The browser then fails to open 127.0.0.1: that is as it should be. Copy its whole address.")
    try:
        return input("4. Paste it here, within 30 seconds: ")
    except EOFError:
        raise SignInFailed("nothing was pasted: start again with `askhour x login`") from None


def sign_in(
    host: str,
    app: App,
    paste: Callable[[str], str],
    *,
    clock: Clock,
    env: Mapping[str, str] = os.environ,
    adapter: HTTPAdapter | None = None,
) -> Person:
    """Stores the tokens of whoever signs in, when it is the host. `paste` shows an address to a person
    and returns what came of it.
    """
    seal = vault.seal(env=env)  # first: a bad key must not cost a code
    under_way = oauth2.begin(app)
    code = oauth2.code_in(paste(under_way.url), under_way)
    pair = oauth2.exchange(app, under_way, code, now=clock(), adapter=adapter)
    person = TweepyX(_JustGiven(pair.access), adapter=adapter).me()
    if person.handle.casefold() != host.casefold():
        raise SignInFailed(
            f"you signed in as @{person.handle}, but the plan's host is @{host}: nothing was stored."
            f" Switch to @{host} on X, then start again"
        )
    now = clock()
    # As when a session is planned: what was posted before we came is not ours to answer.
    account, _ = HostAccount.objects.get_or_create(
        handle=host, defaults={"read_up_to": snowflake.earliest_id(now)}
    )
    vault.keep(account, pair, seal, now=now)
    HostAccount.objects.filter(pk=account.pk).update(x_id=person.id)
    return person


class _JustGiven:
    """A token that X has given a moment ago: there is no other if it is refused."""

    def __init__(self, token: str) -> None:
        self._token = token

    def access_token(self) -> str:
        return self._token

    def after_refusal(self, refused: str) -> str:  # noqa: ARG002 - the port's signature
        raise SignInFailed("X does not accept the token that it has just given: start again")
