"""The rules for posts of the host's own that a person changes or approves while the hour runs."""

from typing import Protocol

from bot.core.review import Finding, Reviewer, Severity
from bot.core.weigh import has_url
from bot.flows import rights


class NotPossible(ValueError):
    """That cannot be done now; the message says why and what to do."""


class MayNotLeave(NotPossible):
    """The outgoing rules stop the text."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        super().__init__("; ".join(f"{f.why} {f.instead}" for f in findings))


class Organiser(rights.Person, Protocol):
    def __str__(self) -> str: ...


def check(
    text: str, reviewer: Reviewer, *, links_allowed: bool, answers: bool = False, override: str = ""
) -> None:
    """Raises NotPossible or MayNotLeave. What answers nobody need not name a source; all other rules hold.

    Warnings stop a text too unless `override` says why; a block cannot be overridden.
    """
    if not text:
        raise NotPossible("the text is empty")
    if has_url(text) and not links_allowed:
        raise NotPossible("it has a link, which costs $0.20: the plan allows that in the welcome post only")
    found = tuple(f for f in reviewer.findings(text) if answers or f.rule != "no_source")
    stopping = tuple(f for f in found if not override or f.severity is Severity.BLOCK)
    if stopping:
        raise MayNotLeave(stopping)
