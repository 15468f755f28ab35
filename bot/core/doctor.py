"""Whether a host account is ready for a session: what is known about it, judged.

Only what X tells for free is known here. What it does not tell, the doctor says how to find out.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from decimal import Decimal

from bot.core.doctor_facts import Account, Facts, Finding, Kind, Level
from bot.core.triage import Implied

CONSOLE = "X's developer console (console.x.com)"
SETTINGS = "on X: Settings, Your account, Automation"

CLOCK_ODD = timedelta(seconds=2)
CLOCK_WRONG = timedelta(seconds=30)  # OAuth 1.0a signatures carry the time
PRICES_OLD = timedelta(days=90)
#: X's caps for an account that is not verified, a day (2026-05-18), and a half hour's part of 2,400.
UNVERIFIED_POSTS, UNVERIFIED_REPLIES = 50, 200
HALF_HOUR = 50
POSTS_IN_15_MIN = 100

SAYS_BOT = re.compile(r"\b(ro)?bot\b|\bautomat", re.IGNORECASE)
SAYS_WHO = re.compile(
    r"\b(run|operated|hosted|managed|maintained|provided|answered|team)\b|\b(by|von|par|por)\b|@\w",
    re.IGNORECASE,
)
SAYS_PRIVACY = re.compile(r"privacy|privacidad|datenschutz|confidentialit|vie-privee", re.IGNORECASE)


def judge(facts: Facts) -> list[Finding]:
    """All findings, in the order in which a person would mend things."""
    return [finding for check in CHECKS for finding in check(facts)]


def failed(findings: Iterable[Finding]) -> bool:
    return any(finding.level is Level.FAILURE for finding in findings)


def _keys(facts: Facts) -> Iterator[Finding]:
    if facts.keys_trouble:
        yield Finding(Level.FAILURE, "keys", facts.keys_trouble, "set them, then run this again")
        return
    yield Finding(Level.OK, "keys", f"{facts.kind.value} for @{facts.host}")
    if facts.seen.bearer_refused:
        mend = f"copy the Bearer Token again from {CONSOLE} into ASKHOUR_X_BEARER_TOKEN"
        yield Finding(Level.FAILURE, "bearer token", "X does not accept it", mend)
    elif facts.bearer:
        yield Finding(Level.OK, "bearer token", "set")
    else:
        why = "not set: no streams, and perhaps no look at the credits"
        yield Finding(Level.LOOK, "bearer token", why, "to use them, set ASKHOUR_X_BEARER_TOKEN")


def _sign_in(facts: Facts) -> Iterator[Finding]:
    if facts.kind is not Kind.OAUTH2 or facts.keys_trouble:
        return
    mend = f"askhour x login --host {facts.host}"
    if facts.sign_in is None:
        yield Finding(Level.FAILURE, "sign-in", f"@{facts.host} has not signed in", mend)
    elif facts.sign_in.lost_because:
        yield Finding(Level.FAILURE, "sign-in", facts.sign_in.lost_because, mend)
    elif facts.sign_in.unfinished:
        why = "a renewal began and its end was never stored: if X had answered, the sign-in is lost"
        yield Finding(Level.WARNING, "sign-in", why, f"if X refuses the next call: {mend}")
    else:
        why = f"stored; this access token is good until {facts.sign_in.expires_at:%H:%M} UTC, then renewed"
        yield Finding(Level.OK, "sign-in", why)


def _account(facts: Facts) -> Iterator[Finding]:
    account = facts.seen.account
    if account is None:
        if facts.seen.trouble:
            mend = f"look at the keys and the app in {CONSOLE}"
            yield Finding(Level.FAILURE, "account", facts.seen.trouble, mend)
        return
    if account.handle.casefold() != facts.host.casefold():
        why = f"these keys are those of @{account.handle}, the plan's host is @{facts.host}"
        yield Finding(
            Level.FAILURE, "account", why, f"use keys of @{facts.host}, or change `host` in the plan"
        )
    else:
        yield Finding(Level.OK, "account", f"X knows us as @{account.handle}")
    if account.protected:
        why = "protected: nobody but its followers sees a session"
        yield Finding(
            Level.FAILURE, "visibility", why, "on X: Settings, Privacy and safety, Audience: not protected"
        )
    yield from _verified(facts, account)


def _verified(facts: Facts, account: Account) -> Iterator[Finding]:
    if account.verified is None:
        yield Finding(Level.LOOK, "verified", "X did not say", "look at the profile: is there a badge?")
        return
    if account.verified:
        yield Finding(Level.OK, "verified", "yes")
        return
    why = f"no: X allows {UNVERIFIED_POSTS} posts and {UNVERIFIED_REPLIES} replies a day"
    ahead = facts.ahead
    too_many = ahead is not None and (ahead.posts > UNVERIFIED_POSTS or ahead.replies > UNVERIFIED_REPLIES)
    if ahead is not None and too_many:
        why += f", and {ahead.name} expects {ahead.posts} and {ahead.replies}"
    level = Level.FAILURE if too_many else Level.WARNING
    yield Finding(level, "verified", why, "have the account verified (Premium, or a verified organisation)")


def _permission(facts: Facts) -> Iterator[Finding]:
    if facts.seen.account is None:
        return
    scopes = facts.sign_in.scopes if facts.sign_in and facts.kind is Kind.OAUTH2 else ()
    mend = f"set the app to Read and write in {CONSOLE}, then make new tokens: old ones keep what they had"
    if facts.seen.access == "read" or (scopes and "tweet.write" not in scopes):
        yield Finding(Level.FAILURE, "permission", "the tokens may read only", mend)
    elif facts.seen.access.startswith("read-write") or scopes:
        yield Finding(Level.OK, "permission", "read and write")
    else:
        yield Finding(Level.LOOK, "permission", "X did not say; only a post would show it", mend)


def _profile(facts: Facts) -> Iterator[Finding]:
    account = facts.seen.account
    if account is None:
        return
    missing = []
    if not SAYS_BOT.search(account.bio):
        missing.append("that it is a bot")
    if not SAYS_WHO.search(account.bio):
        missing.append("who runs it")
    if missing:
        why = f"the bio does not seem to say {' or '.join(missing)}"
        yield Finding(Level.WARNING, "bio", why, "write both into the bio: X's rules ask for it")
    else:
        yield Finding(Level.OK, "bio", "it seems to say that it is a bot, and who runs it")
    if any(SAYS_PRIVACY.search(link) for link in account.links):
        yield Finding(Level.OK, "privacy policy", "there is a link to it")
    elif account.links:
        why = "the profile has a link, but its address does not say that it leads to a privacy policy"
        yield Finding(Level.WARNING, "privacy policy", why, "open the link and see; if not, link the policy")
    else:
        yield Finding(
            Level.WARNING, "privacy policy", "no link to one", "link it in the bio or as the website"
        )
    why = "the API does not show it; X's rules ask for it, with a link to a human's account"
    yield Finding(Level.LOOK, "Automated label", why, SETTINGS)


def _limits(facts: Facts) -> Iterator[Finding]:
    told = ", ".join(f"{name} {count}" for name, count in facts.seen.limits)
    why = f"X told: {told}. " if told else ""
    why += f"We assume {POSTS_IN_15_MIN} posts in 15 minutes: X tells only with a post"
    yield Finding(Level.LOOK, "limits", why, "after the first post compare x-rate-limit-limit in its answer")
    each = facts.pacing.per_30_min
    if each > HALF_HOUR:
        why = f"per_30_min is {each}; 2,400 posts a day are {HALF_HOUR} in half an hour"
        yield Finding(Level.WARNING, "pacing", why, "lower it in config/askhour.yaml")
    else:
        yield Finding(Level.OK, "pacing", f"{each} posts in 30 minutes, of about {HALF_HOUR}")


def _clock(facts: Facts) -> Iterator[Finding]:
    ahead = facts.seen.clock_ahead
    if ahead is None:
        return
    seconds = ahead.total_seconds()
    why = f"{abs(seconds):.0f} s {'ahead of' if seconds > 0 else 'behind'} X's"
    mend = "let the machine follow a time server (timedatectl set-ntp true)"
    if abs(ahead) > CLOCK_WRONG:
        yield Finding(
            Level.FAILURE, "clock", f"{why}: X may refuse signatures, cues come at wrong times", mend
        )
    elif abs(ahead) > CLOCK_ODD:
        yield Finding(Level.WARNING, "clock", why, mend)
    else:
        yield Finding(Level.OK, "clock", "as X's, within 2 s")


def _credits(facts: Facts) -> Iterator[Finding]:
    left, ahead = facts.seen.credits, facts.ahead
    need = ahead.costs if ahead else Decimal()
    want = f"; {ahead.name} will cost about ${need:.2f}" if ahead else ""
    if left is None:
        if facts.seen.account is not None:
            why = f"{facts.seen.credits_trouble or 'X did not say'}{want}"
            yield Finding(Level.LOOK, "credits", why, f"look at the balance in {CONSOLE}")
    elif left <= 0:
        why = f"${left:.2f}: every call is refused, and auto-recharge does not run at zero"
        yield Finding(Level.FAILURE, "credits", why, f"buy credits in {CONSOLE}")
    elif left < need:
        yield Finding(Level.FAILURE, "credits", f"${left:.2f}{want}", f"buy credits in {CONSOLE}")
    elif left < 2 * need:
        yield Finding(Level.WARNING, "credits", f"${left:.2f}{want}: little in hand", f"see {CONSOLE}")
    else:
        yield Finding(Level.OK, "credits", f"${left:.2f}{want}")


def _session(facts: Facts) -> Iterator[Finding]:
    ahead = facts.ahead
    if ahead is None:
        yield Finding(Level.WARNING, "session", f"none of @{facts.host} is planned", "see docs/planning.md")
        return
    why = f"{ahead.name}, {ahead.opens:%Y-%m-%d %H:%M} UTC: {ahead.questions} questions and"
    why += f" {ahead.replies} replies expected"
    if ahead.budget < ahead.costs:
        why += f", about ${ahead.costs:.2f}; the budget is ${ahead.budget:.2f}"
        yield Finding(Level.WARNING, "session", why, "raise `budget_usd` in the plan: it stops posts")
    elif not ahead.approved:
        yield Finding(Level.WARNING, "session", f"{why}; not approved", "a clinician signs `approved_by`")
    else:
        yield Finding(Level.OK, "session", why)


def _closed(facts: Facts) -> Iterator[Finding]:
    if facts.closed_because:
        mend = "mend that, then press the organiser's button on the page"
        yield Finding(Level.FAILURE, "stopped", f"no posts leave: {facts.closed_because}", mend)


def _gate(facts: Facts) -> Iterator[Finding]:
    why = "X lets us answer who typed our name; for replies to our posts that do not, it does not say"
    set_to = f"replies_to_us_summon: {facts.implied.value}"
    look = "before the first session reply to a host post from another account, without typing the name"
    if facts.implied is Implied.NO:
        yield Finding(Level.OK, "reply gate", f"{set_to}: those are posted by hand")
    elif facts.implied_refused:
        why = f"{set_to}, and X has refused such an answer: they are {_then(facts.implied)}"
        yield Finding(Level.WARNING, "reply gate", why, "set it to `no` in config/askhour.yaml")
    else:
        yield Finding(
            Level.LOOK,
            "reply gate",
            f"{why} ({set_to})",
            f"{look}: does our answer go out, and at $0.010 or $0.015?",
        )


def _then(implied: Implied) -> str:
    return "posted by hand" if implied is Implied.TRY else "tried all the same"


def _prices(facts: Facts) -> Iterator[Finding]:
    age = facts.now.date() - facts.prices_of
    if age > PRICES_OLD:
        mend = f"compare config/prices.yaml with {CONSOLE} and set `as_of`"
        yield Finding(Level.WARNING, "prices", f"the list is {age.days} days old", mend)
    else:
        yield Finding(Level.OK, "prices", f"as of {facts.prices_of}")


def _owner(facts: Facts) -> Iterator[Finding]:
    why = "the API does not show it; mentions cost a fifth when the host account itself owns the app"
    look = f"sign in to {CONSOLE} as @{facts.host}: is our app there? Reading 100 mentions costs $0.10 then"
    yield Finding(Level.LOOK, "app's owner", why, look)
    government = facts.seen.account is not None and facts.seen.account.government
    why = "X wants an Enterprise plan when a public body runs the account (agreement, XIV.C)"
    level = Level.WARNING if government else Level.LOOK
    yield Finding(
        level,
        "operator",
        why + (", and this badge says so" if government else ""),
        "if so, apply for it first",
    )


CHECKS: tuple[Callable[[Facts], Iterator[Finding]], ...] = (
    _keys,
    _sign_in,
    _account,
    _permission,
    _closed,
    _credits,
    _session,
    _clock,
    _limits,
    _gate,
    _profile,
    _prices,
    _owner,
)
