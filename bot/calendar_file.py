"""A plan's sessions as a calendar file. The only module that knows the library `icalendar`."""

from collections.abc import Iterable
from datetime import datetime

from icalendar import Calendar, Event

from bot.core.plan import Plan
from bot.core.preview import Coming


def ics(plan: Plan, coming: Iterable[Coming], *, now: datetime) -> bytes:
    """RFC 5545. Times in UTC, so that no reader's own rules for zones count; the same session has the
    same UID each time, so that a calendar moves it and does not double it.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//askhour//sessions//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for one in coming:
        event = Event()
        event.add("uid", f"{one.slug}.{plan.host.casefold()}@askhour")
        event.add("dtstamp", now)
        event.add("dtstart", one.opens)
        event.add("dtend", one.closes)
        event.add("summary", f"{plan.title} ({plan.hashtag})")
        event.add("description", f"Hosted by @{plan.host} on X.")
        event.add("url", f"https://x.com/{plan.host}")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
