"""What the doctor is told, and what it says: see `core.doctor`."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from bot.core.delivery import Pacing
from bot.core.triage import Implied


class Level(StrEnum):
    OK = "ok"
    LOOK = "look"  # cannot be known from here: a person looks
    WARNING = "warning"
    FAILURE = "failure"


class Kind(StrEnum):
    """With what the host speaks to X."""

    OAUTH1 = "OAuth 1.0a keys"
    OAUTH2 = "OAuth 2.0 sign-in"
    NONE = "nothing"


@dataclass(frozen=True, slots=True)
class Finding:
    level: Level
    what: str
    why: str
    do: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A stored sign-in. `unfinished`: a renewal had begun and its end was not stored in time."""

    expires_at: datetime
    scopes: tuple[str, ...]
    lost_because: str = ""
    unfinished: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """The account as X shows it. `verified` is None where X did not say."""

    handle: str
    verified: bool | None = None
    government: bool = False
    protected: bool = False
    bio: str = ""
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What X answered. `trouble` says why there is no account; `clock_ahead` is ours against X's."""

    account: Account | None = None
    trouble: str = ""
    access: str = ""  # X's header x-access-level
    limits: tuple[tuple[str, int], ...] = ()
    clock_ahead: timedelta | None = None
    credits: Decimal | None = None
    credits_trouble: str = ""
    bearer_refused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """The next session of this host. `posts` are the host's own."""

    name: str
    opens: datetime
    approved: bool
    posts: int
    questions: int
    replies: int
    costs: Decimal
    budget: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    now: datetime
    host: str
    kind: Kind
    keys_trouble: str = ""  # why nothing could be asked with them at all
    bearer: bool = False
    sign_in: SignedIn | None = None
    seen: Seen = field(default_factory=Seen)
    closed_because: str = ""
    prices_of: date
    pacing: Pacing = field(default_factory=Pacing)
    implied: Implied = Implied.TRY
    implied_refused: bool = False
    ahead: Ahead | None = None
