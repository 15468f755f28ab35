"""Asks X what it tells about an account for nothing: `users/me` and `usage/credits`. Posts nothing.

That both are free operators report (X's plugin guide, August 2026); no price list names them.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from bot.clock import Clock
from bot.core.doctor_facts import Account, Seen
from bot.x import meaning
from bot.x.meaning import Answer
from bot.x.oauth2 import HOST
from bot.x.port import XError
from bot.x.timeouts import WithTimeouts
from bot.x.tweepy_x import TweepyX

ME = "/2/users/me"
CREDITS = "/2/usage/credits"
FIELDS = "description,entities,protected,url,username,verified,verified_type"
#: What X calls the balance: documented 2026-08-24, then other names that were seen.
BALANCES = ("total_balance", "balance", "prepaid_balance")


def look(x: TweepyX, *, bearer: str, clock: Clock, adapter: HTTPAdapter | None = None) -> Seen:
    """Everything at once; what could not be had is said in the fields `…trouble`."""
    began = clock()
    try:
        answer = x.ask(ME, **{"user.fields": FIELDS})
    except XError as error:
        return Seen(trouble=str(error))
    ahead = clock_ahead(answer.headers, began, clock())
    if answer.status != 200:
        no_money = Decimal(0) if answer.status == 402 else None
        return Seen(trouble=str(meaning.of_read(answer)), clock_ahead=ahead, credits=no_money)
    account = read_account(answer.body)
    if account is None:
        return Seen(trouble="X's answer about the account could not be read", clock_ahead=ahead)
    left, why, refused = _credits(x, bearer, adapter)
    return Seen(
        account=account,
        access=answer.headers.get("x-access-level", "").strip().lower(),
        limits=read_limits(answer.headers),
        clock_ahead=ahead,
        credits=left,
        credits_trouble=why,
        bearer_refused=refused,
    )


def _credits(x: TweepyX, bearer: str, adapter: HTTPAdapter | None) -> tuple[Decimal | None, str, bool]:
    """The balance, or why it is not known; and whether X refused the app's token.

    The page asks for the app's token, and apps were seen that only a user's token could ask (2026-08).
    """
    refused = False
    answers = []
    if bearer:
        answers.append(_ask_as_app(bearer, adapter))
        refused = answers[0] is not None and answers[0].status == 401
    if not any(answer and answer.status == 200 for answer in answers):
        try:
            answers.append(x.ask(CREDITS))
        except XError:
            answers.append(None)
    for answer in answers:
        if answer is not None and answer.status == 200:
            left = read_balance(answer.body)
            return (
                left,
                "" if left is not None else "X's answer about the balance is of another form",
                refused,
            )
    told = ", ".join(str(answer.status) if answer else "nothing" for answer in answers)
    return None, f"X does not tell this app its balance (it answered {told})", refused


def _ask_as_app(bearer: str, adapter: HTTPAdapter | None) -> Answer | None:
    with requests.Session() as session:
        session.mount(HOST, adapter or WithTimeouts())
        headers = {"authorization": f"Bearer {bearer}"}
        try:
            found = session.get(HOST + CREDITS, headers=headers, allow_redirects=False)
        except (requests.RequestException, ValueError):
            return None  # `ValueError`: a token with characters that no header can hold
        return Answer(found.status_code, found.text, found.headers)


def read_account(body: str) -> Account | None:
    found = _data(body)
    if not isinstance(found.get("username"), str):
        return None
    entities = found.get("entities")
    parts = entities.values() if isinstance(entities, dict) else ()
    urls = [url for part in parts if isinstance(part, dict) for url in part.get("urls") or ()]
    links = [str(url.get("expanded_url") or url.get("url") or "") for url in urls if isinstance(url, dict)]
    verified = found.get("verified")
    return Account(
        handle=found["username"],
        verified=verified if isinstance(verified, bool) else None,
        government=found.get("verified_type") == "government",
        protected=found.get("protected") is True,
        bio=str(found.get("description") or ""),
        links=tuple(link for link in (*links, str(found.get("url") or "")) if link),
    )


def read_balance(body: str) -> Decimal | None:
    """US dollars, possibly less than nothing."""
    found = _data(body)
    for name in BALANCES:
        given = found.get(name)
        if isinstance(given, int | float | str) and not isinstance(given, bool):
            try:
                left = Decimal(str(given))
            except InvalidOperation:
                return None
            return left if left.is_finite() else None
    return None


def read_limits(headers: Mapping[str, str]) -> tuple[tuple[str, int], ...]:
    """Every limit that an answer's headers name, with its number."""
    wanted = [(name.lower(), value) for name, value in headers.items()]
    return tuple(
        sorted(
            (name, int(value))
            for name, value in wanted
            if name.startswith("x-") and name.endswith("-limit") and value.isdigit()
        )
    )


def clock_ahead(headers: Mapping[str, str], began: datetime, ended: datetime) -> timedelta | None:
    """How far our clock is ahead of X's, at the least: X tells whole seconds, and calls take time."""
    try:
        theirs = parsedate_to_datetime(headers.get("date", "")).astimezone(UTC)
    except (TypeError, ValueError):
        return None
    least, most = began - theirs - timedelta(seconds=1), ended - theirs
    if least <= timedelta() <= most:
        return timedelta()
    return least if least > timedelta() else most


def _data(body: str) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    data = found.get("data") if isinstance(found, dict) else None
    return data if isinstance(data, dict) else {}
