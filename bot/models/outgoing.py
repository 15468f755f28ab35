"""What we post: the outbox."""

from django.db import models
from django.db.models import Q

from bot.core.delivery import Urgency
from bot.core.states import LIVE_OUTGOING, OutgoingState
from bot.core.triage import Route
from bot.models.fields import StateField
from bot.models.questions import Question
from bot.models.sessions import CueRow, HostAccount, Session


class Outgoing(models.Model):
    """A post of ours, from its approval to X. The text that was approved is the text that is sent:
    `text_hash` is taken at approval and compared directly before the call.
    """

    class Kind(models.TextChoices):
        CUE = "cue"
        AUTOMATIC = "automatic"  # an FAQ answer that no person looked at just now
        SIGNPOST = "signpost"
        TYPED = "typed"  # a clinician's answer

    host = models.ForeignKey(HostAccount, on_delete=models.PROTECT, related_name="outgoing")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="outgoing")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    cue = models.OneToOneField(CueRow, null=True, on_delete=models.CASCADE, related_name="outgoing")
    question = models.ForeignKey(Question, null=True, on_delete=models.SET_NULL, related_name="outgoing")
    text = models.TextField()
    text_hash = models.CharField(max_length=64)
    approved_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    route = models.CharField(max_length=10, choices=[(r, r) for r in Route])
    in_reply_to = models.CharField(max_length=19, blank=True)
    urgency = models.PositiveSmallIntegerField(choices=[(u.value, u.name.lower()) for u in Urgency])
    state = StateField(OutgoingState, default=OutgoingState.READY)
    reason = models.CharField(max_length=300, blank=True)
    not_before = models.DateTimeField()  # until then it can be undone
    intent_at = models.DateTimeField(null=True)
    first_intent_at = models.DateTimeField(null=True)  # looks for it begin here
    attempts = models.PositiveSmallIntegerField(default=0)  # those that certainly did nothing left out
    # Grows with each call: whoever records an outcome must show the number that its call had.
    fence = models.PositiveIntegerField(default=0)
    look_at = models.DateTimeField(null=True)
    looks = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)  # a person has gone to X to post it by hand
    sent_at = models.DateTimeField(null=True)
    post_id = models.CharField(max_length=19, blank=True)

    class Meta:
        # While X is down somebody must be the first to try: not always the same post.
        ordering = ("urgency", "attempts", "not_before", "id")
        constraints = [
            # Nobody is answered twice: the database refuses a second live answer to a question.
            # A signpost says where to turn and answers nothing; a clinician's answer may follow it.
            models.UniqueConstraint(
                fields=("question",),
                condition=Q(state__in=sorted(s.value for s in LIVE_OUTGOING)) & ~Q(kind="signpost"),
                name="one_live_answer_per_question",
            )
        ]
        indexes = [models.Index(fields=("host", "sent_at"))]
