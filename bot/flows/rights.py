"""Who may do what, checked where it is done: a page that forgets to ask opens nothing."""

from typing import Protocol


class MayNot(PermissionError):
    """The person's roles do not allow it; the message says which right is missing."""


class Person(Protocol):
    def has_perm(self, perm: str, obj: None = None) -> bool: ...


def need(who: Person, right: str) -> None:
    """Raises MayNot unless `who` has the right, such as "answer_questions" (see bot.staff)."""
    if not who.has_perm(f"bot.{right}"):
        raise MayNot(
            f"{who} may not do this: the right {right} is missing. Ask an administrator for the role"
        )
