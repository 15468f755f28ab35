"""Which answers a second clinician reads before they leave."""

from collections.abc import Iterable

from bot.core.triage import Priority

BY_NAME = {
    "safety": Priority.SAFETY,
    "privacy": Priority.PRIVACY,
    "personal": Priority.PERSONAL,
    "ordinary": Priority.ORDINARY,
}


def needs_second_reader(priority: int, entry_id: str, demanded: Iterable[str]) -> bool:
    """Whether `demanded` (the policy's `second_reader_for`) names the question's urgency, or the FAQ entry
    that is nearest to it.
    """
    names = {name for name, value in BY_NAME.items() if value == priority}
    return not names.isdisjoint(demanded) or (bool(entry_id) and entry_id in demanded)
