"""What the end of a stream, or X's refusal to open one, means: when to try again, if at all. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from urllib3.exceptions import HTTPError

from bot.core.backoff import Failure
from bot.x import meaning
from bot.x.meaning import Answer
from bot.x.port import PostDelayed, XClosed, XError


class Next(StrEnum):
    AGAIN = "again"  # the connection broke or ended
    LATER = "later"  # X answered that it cannot
    LIMITED = "limited"  # X wants us to wait
    CROWDED = "crowded"  # a connection of ours is still counted; X must be told to drop it
    NO_RULES = "no rules"  # nothing would ever come
    NEVER = "never"  # a person must act


#: How long the wait is. NEVER has none.
FAILURE: Mapping[Next, Failure] = {
    Next.AGAIN: Failure.NETWORK,
    Next.LATER: Failure.HTTP,
    Next.NO_RULES: Failure.HTTP,
    Next.LIMITED: Failure.LIMIT,
    Next.CROWDED: Failure.LIMIT,
}


@dataclass(frozen=True, slots=True)
class Ending:
    """Why there is no stream, and what to do about it."""

    next: Next
    why: str
    until: datetime | None = None  # when X said so


def of_answer(answer: Answer) -> Ending:
    """A refusal to open a stream, or to set up what it needs."""
    match answer.status:
        case 400:
            return Ending(Next.NEVER, f"X does not take what we ask (400): {_said(answer)}")
        case 401:
            return Ending(Next.NEVER, "X does not accept our keys (401): check the app's bearer token")
        case 402:
            return Ending(Next.NEVER, str(meaning.of_closed(answer)))
        case 403:
            return Ending(Next.NEVER, f"X does not let this app do that (403): {_said(answer)}")
        case 409:
            return Ending(Next.NO_RULES, "X says that the stream has no rules (409)")
        case 429:
            return _of_limit(answer)
        case status:
            return Ending(Next.LATER, f"X answered {status}: {_said(answer)}")


def of_problem(answer: Answer) -> Ending:
    """An error that came over an open stream. X closes it then, and most of them pass."""
    if _is_crowded(answer) or isinstance(meaning.of_limit(answer), XClosed):
        return _of_limit(answer)
    if answer.status in {401, 402, 403}:
        return of_answer(answer)
    if "problems/credits" in answer.words:
        return Ending(Next.NEVER, str(meaning.of_closed(Answer(402, answer.body, {}))))
    kind = answer.problem.get("disconnect_type") or answer.problem.get("connection_issue") or _said(answer)
    return Ending(Next.AGAIN, f"X ended the stream: {str(kind)[:200]}")


def of_error(error: Exception) -> Ending:
    """A connection that broke. The class only: a message may hold the URL, or what somebody wrote."""
    name = type(error).__name__
    if isinstance(error, TimeoutError) or "Timeout" in name:
        return Ending(Next.AGAIN, f"nothing came from X in time ({name})")
    if isinstance(error, OSError | HTTPError):
        return Ending(Next.AGAIN, f"the connection broke ({name})")
    return Ending(Next.LATER, f"a mistake in the program ({name})")


def of_sign_in(error: XError) -> Ending:
    """There is no token to speak with for the host account."""
    match error:
        case XClosed():
            return Ending(Next.NEVER, str(error))
        case PostDelayed(until=until):
            return Ending(Next.LIMITED, str(error), until)
        case _:
            return Ending(Next.LATER, str(error))


def is_duplicate(answer: Answer) -> bool:
    """What we want to add is there already."""
    said = _said(answer).casefold()
    return answer.status == 409 or "duplicate" in said or "already exist" in said


def _of_limit(answer: Answer) -> Ending:
    if _is_crowded(answer):
        return Ending(Next.CROWDED, "X counts another connection of this app (TooManyConnections)")
    match meaning.of_limit(answer):
        case PostDelayed(until=until):
            return Ending(Next.LIMITED, "X's rate limit for connecting (429)", until)
        case closed:
            return Ending(Next.NEVER, str(closed))


def _is_crowded(answer: Answer) -> bool:
    return (
        answer.problem.get("connection_issue") == "TooManyConnections" or "connection limit" in answer.words
    )


def _said(answer: Answer) -> str:
    """X's words; about a rule it says more in `details`."""
    errors = [error for error in answer.problem.get("errors") or () if isinstance(error, dict)]
    more = [str(error.get("title", "")) for error in errors]
    more += [str(detail) for error in errors for detail in error.get("details") or ()]
    return " ".join([answer.words, *more]).strip()[:200] or "no reason given"
