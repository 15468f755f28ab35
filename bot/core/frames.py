"""What a clinician is told beside a question that must not be answered as asked."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from bot.core.screen import Label
from bot.core.signpost import Signpost, fitting

ADVICE: Mapping[Label, str] = {
    Label.CRISIS: "A person is needed now. Say where to turn; nothing from the FAQ.",
    Label.EMERGENCY: "Say whom to call now. Do not judge how serious it is.",
    Label.IDENTIFIER: "Never quote it. Ask the person to delete the post; we cannot see records.",
    Label.PERSONAL: "We can't advise individuals: say so kindly, and name whom to ask.",
    Label.MISINFO_PROMO: (
        "Do not reply, and do not repeat the claim. The host may post a correction as a post of its own."
    ),
    Label.OTHER_LANGUAGE: "Answer in the language it was asked in, where the FAQ has it.",
}


@dataclass(frozen=True, slots=True)
class Frame:
    """`advice` is for the clinician. `texts` are fixed ones for this country that may be put in."""

    label: Label
    advice: str
    texts: tuple[str, ...] = ()


def frames(labels: Collection[str], signposts: Iterable[Signpost], country: str) -> list[Frame]:
    """One for each label that has one, the gravest first."""
    known = tuple(signposts)
    return [
        Frame(label, advice, tuple(one.text for one in fitting(known, label, country)))
        for label, advice in ADVICE.items()
        if label in labels
    ]
