"""Go or no-go: what is known about a session that is about to be hosted, judged.

A red item holds the opening until it is mended or somebody says why it may be passed over. An amber one
should be looked at; a green one is in order.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from bot.core.doctor_facts import Level
from bot.core.plan import Panellist
from bot.core.plan_rules import uncovered
from bot.core.weigh import MAX_WEIGHT

LOOK_HOLDS = timedelta(hours=24)  # after that X's doctor should look again
ALERT_TEST_HOLDS = timedelta(days=7)
NEAR_BUDGET = Decimal("0.8")


class Light(StrEnum):
    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Item:
    """`key` names it for good: overrides and ticks hang on it. `do` says what mends it."""

    key: str
    light: Light
    what: str
    how: str
    do: str = ""


#: What only a person can see to: the key, what it is, what to do.
CHECKLIST: Mapping[str, tuple[str, str]] = {
    "hashtag": (
        "Hashtag registered",
        "register it with Symplur 7 to 10 days ahead: three in four are refused",
    ),
    "announced": ("Announcement made elsewhere", "newsletter, website, partners: say to mention the host"),
    "briefed": ("Panel briefed", "who is on when, what is never answered, whom to call"),
    "rehearsed": ("Rehearsed with the panel", "askhour rehearse, with a scenario as busy as you expect"),
}


@dataclass(frozen=True, slots=True)
class Post:
    """One of the host's own posts, as it will leave. `due` in UTC, `wall` on the plan's clock."""

    kind: str
    due: datetime
    wall: str
    text: str
    weight: int
    usd: Decimal
    link: bool


@dataclass(frozen=True, slots=True)
class Account:
    name: str
    full_name: str
    clinician: bool  # may answer questions


@dataclass(frozen=True, slots=True)
class DoctorSaid:
    at: datetime
    findings: tuple[tuple[str, str, str], ...]  # level, what, what to do


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """`panel` is None when the session's plan cannot be found. FAQ lists are ids of entries."""

    now: datetime
    opens: datetime
    length_minutes: int
    approved_by: str
    posts: tuple[Post, ...]
    links_allowed: bool
    entries: int
    unsigned: tuple[str, ...] = ()
    expiring: tuple[str, ...] = ()
    panel: tuple[Panellist, ...] | None = ()
    accounts: tuple[Account, ...] = ()
    closed_because: str = ""
    doctor: DoctorSaid | None = None
    cost: Decimal
    budget: Decimal
    past: tuple[Decimal, ...] = ()  # what earlier sessions of this plan cost, the newest first
    ticks: Mapping[str, str] = field(default_factory=dict)  # key: who ticked it
    alert_tested: datetime | None = None
    notes: tuple[str, ...] = ()  # about the start: clocks, zone rules


def judge(facts: Facts) -> list[Item]:
    """All items, in the order in which a person would see to them."""
    return [item for check in CHECKS for item in check(facts)]


def blocking(items: Iterable[Item], overridden: Iterable[str] = ()) -> list[Item]:
    """The red items that nobody has passed over: these hold the opening."""
    passed = set(overridden)
    return [item for item in items if item.light is Light.RED and item.key not in passed]


def _approval(facts: Facts) -> Iterator[Item]:
    if facts.approved_by:
        yield Item("approval", Light.GREEN, "Texts approved", f"by {facts.approved_by}")
    else:
        do = "a clinician reads every text of the plan and approves it (`approved_by`)"
        yield Item("approval", Light.RED, "Texts approved", "nobody has approved the plan's texts", do)


def _posts(facts: Facts) -> Iterator[Item]:
    long = [post for post in facts.posts if post.weight > MAX_WEIGHT]
    texts = [post.text for post in facts.posts]
    doubled = [text for text in set(texts) if texts.count(text) > 1]
    links = [post for post in facts.posts if post.link and post.kind != "open"]
    if long:
        how = f"{len(long)} longer than {MAX_WEIGHT} characters as X counts"
        yield Item("posts", Light.RED, "The host's posts", how, "shorten what is marked below")
    elif doubled:
        do = "change a word: X refuses a text that was just posted"
        yield Item("posts", Light.AMBER, "The host's posts", f"{len(doubled)} stand twice word for word", do)
    elif links and not facts.links_allowed:
        how = f"{len(links)} with a link, at $0.20 each"
        yield Item(
            "posts", Light.AMBER, "The host's posts", how, "take the links out, or set `links_allowed`"
        )
    else:
        total = sum((post.usd for post in facts.posts), Decimal())
        yield Item("posts", Light.GREEN, "The host's posts", f"{len(facts.posts)}, for ${total}")
    past = [post for post in facts.posts if post.due < facts.now and post.kind != "announce"]
    if past and facts.opens < facts.now:
        yield Item("time", Light.AMBER, "The time", "the session's start is over", "see the run sheet")


def _clocks(facts: Facts) -> Iterator[Item]:
    for note in facts.notes:
        yield Item("clocks", Light.AMBER, "Clocks", note, "tell people the time in their own zone")


def _faq(facts: Facts) -> Iterator[Item]:
    ready = facts.entries - len(set(facts.unsigned) | set(facts.expiring))
    if facts.unsigned:
        how = f"{len(facts.unsigned)} of {facts.entries} entries unsigned: {_some(facts.unsigned)}"
        do = (
            f"have them signed, or reckon that clinicians answer these: {ready} can be answered automatically"
        )
        yield Item("faq", Light.AMBER, "FAQ signed", how, do)
    else:
        yield Item("faq", Light.GREEN, "FAQ signed", f"all {facts.entries} entries")
    if facts.expiring:
        how = f"{len(facts.expiring)} are to be reviewed before the session: {_some(facts.expiring)}"
        yield Item("faq_dates", Light.AMBER, "FAQ up to date", how, "reread them and sign them again")


def _some(names: Sequence[str], most: int = 5) -> str:
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")


def account_of(person: Panellist, accounts: Sequence[Account]) -> Account | None:
    """The panellist's account: by the account's name if the plan gives it, else by the person's name."""
    if person.account:
        return next((one for one in accounts if one.name.casefold() == person.account.casefold()), None)
    name = person.name.casefold()
    return next((one for one in accounts if name in (one.name.casefold(), one.full_name.casefold())), None)


def _staff(facts: Facts) -> Iterator[Item]:
    able = [one for one in facts.accounts if one.clinician]
    if not able:
        do = "askhour staff add NAME --role clinician"
        yield Item("staff", Light.RED, "Clinicians on duty", "nobody who may answer has an account", do)
        return
    if not facts.panel:
        why = "its plan was not found" if facts.panel is None else "the plan names no panel"
        how = f"{why}; with an account that may answer: {len(able)}"
        yield Item("staff", Light.AMBER, "Clinicians on duty", how, "write who is on duty when (`panel`)")
        return
    found = [(person, account_of(person, facts.accounts)) for person in facts.panel]
    strangers = [person.name for person, account in found if account is None or not account.clinician]
    if strangers:
        do = "add them (askhour staff add), or write their name on the page as `account`"
        how = f"no clinician's account for {', '.join(strangers)}"
        yield Item("panel", Light.AMBER, "Panel's accounts", how, do)
    duty = [(p.from_minute, p.until_minute) for p, account in found if account and account.clinician]
    gaps = list(uncovered(duty, facts.length_minutes))
    if gaps:
        how = "nobody with an account " + " and ".join(f"from minute {a} to {b}" for a, b in gaps)
        yield Item("staff", Light.RED, "Clinicians on duty", how, "give somebody these minutes in `panel`")
    else:
        yield Item("staff", Light.GREEN, "Clinicians on duty", f"{len(duty)}, for the whole hour")


def _doctor(facts: Facts) -> Iterator[Item]:
    what = "The account on X"
    if facts.closed_because:
        yield Item(
            "x", Light.RED, what, f"no posts leave: {facts.closed_because}", "mend it, then press the button"
        )
        return
    if facts.doctor is None:
        yield Item(
            "x", Light.AMBER, what, "the doctor has not looked yet", "askhour x doctor, or the button here"
        )
        return
    bad = [(what, do) for level, what, do in facts.doctor.findings if level == Level.FAILURE]
    odd = [(what, do) for level, what, do in facts.doctor.findings if level == Level.WARNING]
    when = f"{facts.doctor.at:%d %b %H:%M} UTC"
    if bad:
        yield Item(
            "x",
            Light.RED,
            what,
            f"{', '.join(w for w, _ in bad)} ({when})",
            "; ".join(d for _, d in bad if d),
        )
    elif odd:
        yield Item(
            "x",
            Light.AMBER,
            what,
            f"{', '.join(w for w, _ in odd)} ({when})",
            "; ".join(d for _, d in odd if d),
        )
    elif facts.now - facts.doctor.at > LOOK_HOLDS:
        yield Item("x", Light.AMBER, what, f"last looked at {when}", "let the doctor look again")
    else:
        yield Item("x", Light.GREEN, what, f"in order ({when})")


def _budget(facts: Facts) -> Iterator[Item]:
    past = f"; earlier ones cost {', '.join(f'${usd}' for usd in facts.past[:3])}" if facts.past else ""
    how = f"${facts.cost} of ${facts.budget} expected{past}"
    if facts.cost > facts.budget:
        do = "raise `budget_usd`, or expect fewer: when it is used up posts are held, but not safety"
        yield Item("budget", Light.RED, "Budget", how, do)
    elif facts.cost > facts.budget * NEAR_BUDGET:
        yield Item("budget", Light.AMBER, "Budget", how, "leave more room: a busy evening costs more")
    else:
        yield Item("budget", Light.GREEN, "Budget", how)


def _checklist(facts: Facts) -> Iterator[Item]:
    for key, (what, do) in CHECKLIST.items():
        who = facts.ticks.get(key)
        if who:
            yield Item(key, Light.GREEN, what, f"ticked by {who}")
        else:
            yield Item(key, Light.AMBER, what, "not ticked", do)


def _alerts(facts: Facts) -> Iterator[Item]:
    what, do = "Alerts", "send a test alert (askhour alerts test, or the button) and see that it comes"
    if facts.alert_tested is None:
        yield Item("alerts", Light.AMBER, what, "never tested", do)
    elif facts.now - facts.alert_tested > ALERT_TEST_HOLDS:
        yield Item("alerts", Light.AMBER, what, f"last tested on {facts.alert_tested:%d %b %Y}", do)
    else:
        yield Item("alerts", Light.GREEN, what, f"tested on {facts.alert_tested:%d %b %H:%M} UTC")


CHECKS: tuple[Callable[[Facts], Iterator[Item]], ...] = (
    _approval, _posts, _clocks, _staff, _doctor, _budget, _faq, _checklist, _alerts,
)  # fmt: skip
