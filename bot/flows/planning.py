"""Makes the sessions of all plans, some weeks ahead, and lets them follow their plans."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction

from bot.core.occurrences import Occurrence, occurrences
from bot.core.plan import Plan, ahead
from bot.core.states import SessionState
from bot.flows import host, moves
from bot.models import Session

WAITING = (SessionState.PLANNED, SessionState.ANNOUNCED)
ONE_OFF_AHEAD = timedelta(days=3660)


def put_ahead(plans: Mapping[str, Plan], *, now: datetime, tzdata: str = "") -> list[str]:
    """Puts what is coming up, and calls off dates that a plan no longer has. Cheap to call again.

    A session that has been put is touched only when its plan, or the rules of its zone, have changed:
    what the organiser moved or edited by hand stays. Returns the names of the sessions that are coming.
    """
    return [slug for name, plan in plans.items() for slug in _put(name, plan, now, tzdata)]


@transaction.atomic
def _put(name: str, plan: Plan, now: datetime, tzdata: str) -> list[str]:
    coming = list(occurrences(name, plan, since=now, until=now + _reach(plan)))
    known = {session.slug: session for session in Session.objects.filter(slug__in=[o.slug for o in coming])}
    for one in coming:
        there = known.get(one.slug)
        marks = {"plan_name": name, "plan_print": fingerprint(one.plan), "tzdata": tzdata}
        if there is None or _changed(there, marks):
            host.put(one.plan, one.slug, now=now, **marks)
    _call_off(name, plan, now=now)
    return [one.slug for one in coming]


def _reach(plan: Plan) -> timedelta:
    """So far ahead that the first announcement is still to come."""
    if plan.series is None:
        return ONE_OFF_AHEAD
    leads = [ahead(announcement) or timedelta() for announcement in plan.announcements]
    return timedelta(weeks=plan.series.weeks_ahead) + max(leads, default=timedelta())


def _changed(session: Session, marks: Mapping[str, str]) -> bool:
    waits = session.state in WAITING
    return waits and any(getattr(session, key) != value for key, value in marks.items())


def _call_off(name: str, plan: Plan, *, now: datetime) -> None:
    waiting = Session.objects.filter(plan_name=name, state__in=WAITING, opens_at__gt=now)
    last = max(waiting.values_list("opens_at", flat=True), default=now)
    wanted = _slugs(occurrences(name, plan, since=now, until=last + timedelta(days=1)))
    for session in waiting.exclude(slug__in=wanted):
        moves.move(session, SessionState.CANCELLED, who=moves.BOT, now=now, why="its plan no longer has it")


def _slugs(found: Iterable[Occurrence]) -> set[str]:
    return {one.slug for one in found}


def fingerprint(plan: Plan) -> str:
    """Changes when anything in the plan does."""
    return hashlib.sha256(repr(plan).encode()).hexdigest()[:32]
