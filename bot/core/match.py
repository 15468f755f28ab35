"""Which FAQ entry answers a question, how sure that is, and when to say nothing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may answer the question, with the wording that came nearest."""

    entry_id: str
    wording: str
    probability: float  # that this entry is the right answer, 0 to 1


@dataclass(frozen=True, slots=True)
class Match:
    """Entries ranked by `probability`, best first; `gate` says why the best one may not be sent."""

    ranked: tuple[Candidate, ...]
    gate: str = ""

    @property
    def best(self) -> Candidate | None:
        return self.ranked[0] if self.ranked else None
