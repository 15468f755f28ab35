"""What stands above a question in its thread, as far as we know it: nothing is asked of X."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from bot.models import Outgoing, Question


@dataclass(frozen=True, slots=True)
class Above:
    """The post that a question replies to; `ours` when it is the host's."""

    ours: bool
    text: str


def above(questions: Iterable[Question]) -> Mapping[str, Above]:
    """By the id that a question replies to. What identifies somebody is hidden."""
    ids = {question.in_reply_to for question in questions if question.in_reply_to}
    if not ids:
        return {}
    ours = Outgoing.objects.filter(post_id__in=ids).values_list("post_id", "text")
    found = {post_id: Above(ours=True, text=text) for post_id, text in ours}
    for other in Question.objects.filter(Q(post_id__in=ids) | Q(version_id__in=ids)):
        for post_id in {other.post_id, other.version_id} & ids:
            found.setdefault(post_id, Above(ours=False, text=other.shown))
    return found
