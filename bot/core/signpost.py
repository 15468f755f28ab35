"""Fixed texts that say where to turn."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from bot.core.entry import Status


@dataclass(frozen=True, slots=True)
class Signpost:
    """A fixed text for one occasion (a label of the guardrails) in one country, "any" being all.

    `confirm` lists the telephone numbers in it that a clinician of that country must confirm.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    occasion: str
    country: str
    text: str
    status: Status = Status.DRAFT
    reviewer: str = ""
    confirm: tuple[str, ...] = field(default=())

    @property
    def signed(self) -> bool:
        return self.status is Status.SIGNED and bool(self.reviewer)


def fitting(signposts: Iterable[Signpost], occasion: str, country: str) -> list[Signpost]:
    """The texts for an occasion: the country's own first, then those that name no country."""
    found = [one for one in signposts if one.occasion == occasion and one.country in (country, "any")]
    return sorted(found, key=lambda one: one.country == "any")
