"""The life cycles, as tables. A move that is not here does not happen.

Each move is made by `flows.moves.move`: one conditional UPDATE, and its audit event beside it.
"""

from collections.abc import Mapping
from enum import StrEnum


class SessionState(StrEnum):
    PLANNED = "planned"
    ANNOUNCED = "announced"
    OPEN = "open"
    PAUSED = "paused"
    CLOSING = "closing"  # the closing post is out or due; what is queued may still be answered
    CLOSED = "closed"
    REPORTED = "reported"
    CANCELLED = "cancelled"


class CueState(StrEnum):
    WAITING = "waiting"
    HELD = "held"  # waits for a person: held by hand, or late and the policy says to ask
    DONE = "done"  # its post is in the outbox
    SKIPPED = "skipped"  # too late to make sense: the reason is in the audit


class FarewellState(StrEnum):
    """A post for after the closing one: thanks, or the digest."""

    DRAFT = "draft"
    APPROVED = "approved"  # in the outbox
    DROPPED = "dropped"


class NoticeState(StrEnum):
    """An alert on its way through one channel."""

    NEW = "new"
    SENT = "sent"
    FAILED = "failed"  # each attempt failed: the page says so


class QuestionState(StrEnum):
    RECEIVED = "received"  # stored, nothing decided
    ANSWERING = "answering"  # an answer is on its way
    QUEUED = "queued"  # waits for a clinician
    SIGNPOSTED = "signposted"  # a fixed text says where to turn
    LEFT = "left"  # nothing will be posted; the reason says why
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"  # deleted on X


class ItemState(StrEnum):
    WAITING = "waiting"
    CLAIMED = "claimed"
    DRAFTED = "drafted"  # claimed, and something is written
    IN_REVIEW = "in_review"  # waits for a second reader
    APPROVED = "approved"  # in the outbox
    SENT = "sent"
    DISMISSED = "dismissed"


class OutgoingState(StrEnum):
    READY = "ready"
    INTENT = "intent"  # committed just before the call to X
    UNKNOWN = "unknown"  # the call's outcome is not known: wait, then look at our own timeline
    SENT = "sent"
    HELD = "held"  # needs a person
    STOPPED = "stopped"  # a person stopped it, or its question was withdrawn
    REFUSED = "refused"  # X or our own rules said no, for good
    BY_HAND = "by_hand"  # a person posts it in X's own app


class ProposalState(StrEnum):
    """Of what a clinician proposes for the FAQ. Accepted is not yet in a file."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    EDITED = "edited"  # accepted, with the reviewer's changes to a phrasing
    REJECTED = "rejected"
    APPLIED = "applied"  # stands in faq/*.yaml


Moves = Mapping[StrEnum, frozenset[StrEnum]]


def _table(moves: Mapping[StrEnum, set[StrEnum]]) -> Moves:
    return {old: frozenset(new) for old, new in moves.items()}


S, C, Q, I, O = SessionState, CueState, QuestionState, ItemState, OutgoingState  # noqa: E741
P = ProposalState
F, N = FarewellState, NoticeState

SESSION = _table(
    {
        S.PLANNED: {S.ANNOUNCED, S.OPEN, S.CANCELLED},
        S.ANNOUNCED: {S.OPEN, S.CANCELLED},
        S.OPEN: {S.PAUSED, S.CLOSING},
        S.PAUSED: {S.OPEN, S.CLOSING},
        S.CLOSING: {S.CLOSED},
        S.CLOSED: {S.REPORTED},
    }
)
CUE = _table({C.WAITING: {C.HELD, C.DONE, C.SKIPPED}, C.HELD: {C.WAITING, C.DONE, C.SKIPPED}})
FAREWELL = _table({F.DRAFT: {F.APPROVED, F.DROPPED}})
NOTICE = _table({N.NEW: {N.SENT, N.FAILED}})
QUESTION = _table(
    {
        Q.RECEIVED: {Q.ANSWERING, Q.QUEUED, Q.SIGNPOSTED, Q.LEFT, Q.WITHDRAWN},
        # back to `received`: the post was edited, so what was decided no longer counts
        Q.ANSWERING: {Q.ANSWERED, Q.QUEUED, Q.RECEIVED, Q.WITHDRAWN},
        Q.QUEUED: {Q.ANSWERING, Q.SIGNPOSTED, Q.LEFT, Q.RECEIVED, Q.WITHDRAWN},
        Q.SIGNPOSTED: {Q.QUEUED, Q.ANSWERING, Q.RECEIVED, Q.WITHDRAWN},
        Q.LEFT: {Q.QUEUED, Q.RECEIVED, Q.WITHDRAWN},
        Q.ANSWERED: {Q.WITHDRAWN},
    }
)
ITEM = _table(
    {
        I.WAITING: {I.CLAIMED, I.DISMISSED},
        I.CLAIMED: {I.WAITING, I.DRAFTED, I.APPROVED, I.DISMISSED},
        I.DRAFTED: {I.WAITING, I.DRAFTED, I.IN_REVIEW, I.APPROVED, I.DISMISSED},
        I.IN_REVIEW: {I.DRAFTED, I.APPROVED, I.DISMISSED},
        I.APPROVED: {I.SENT, I.WAITING},  # back to waiting: the answer could not be posted
    }
)
OUTGOING = _table(
    {
        O.READY: {O.INTENT, O.STOPPED, O.REFUSED, O.HELD, O.BY_HAND},
        O.INTENT: {O.SENT, O.UNKNOWN, O.READY, O.REFUSED, O.HELD, O.BY_HAND},
        O.UNKNOWN: {O.SENT, O.READY, O.HELD},
        O.HELD: {O.READY, O.STOPPED, O.BY_HAND, O.SENT},
        O.BY_HAND: {O.SENT, O.STOPPED},
    }
)
PROPOSAL = _table(
    {
        P.PROPOSED: {P.ACCEPTED, P.EDITED, P.REJECTED},
        # back to `proposed`: the reviewer takes the word back, before it stands in a file
        P.ACCEPTED: {P.APPLIED, P.PROPOSED},
        P.EDITED: {P.APPLIED, P.PROPOSED},
    }
)

#: Proposals that `askhour faq apply` writes into the FAQ.
ACCEPTED_PROPOSALS = frozenset({P.ACCEPTED, P.EDITED})
#: Outgoing posts that are out, or may still get out. At most one of these per question.
LIVE_OUTGOING = frozenset({O.READY, O.INTENT, O.UNKNOWN, O.SENT, O.HELD, O.BY_HAND})
#: Outgoing posts that the outbox has still to deal with: it is empty when there is none.
PENDING_OUTGOING = frozenset({O.READY, O.INTENT, O.UNKNOWN})
#: Cues that have not been done and may still be.
UNDONE_CUES = frozenset({C.WAITING, C.HELD})
#: Queue items that wait for somebody.
OPEN_ITEMS = frozenset({I.WAITING, I.CLAIMED, I.DRAFTED, I.IN_REVIEW})
#: A session in one of these takes questions in.
TAKING_QUESTIONS = frozenset({S.ANNOUNCED, S.OPEN, S.PAUSED, S.CLOSING})
#: Needs nothing any more.
FINISHED_SESSIONS = frozenset({S.CLOSED, S.REPORTED, S.CANCELLED})


def allowed(table: Moves, old: str, new: str) -> bool:
    return any(state == old and new in targets for state, targets in table.items())
