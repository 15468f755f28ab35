"""Posts that reached us, and the clinicians' queue."""

from django.conf import settings
from django.db import models

from bot.core.marks import masked
from bot.core.states import ItemState, QuestionState
from bot.core.triage import Priority, Summons
from bot.models.fields import StateField
from bot.models.sessions import HostAccount, Session


class QueueItem(models.Model):
    """Something a clinician must look at: one question, or several that ask the same.

    `fence` grows with each claim: whoever writes must show the fence of a claim that still holds.
    """

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="items")
    state = StateField(ItemState, default=ItemState.WAITING)
    priority = models.PositiveSmallIntegerField(choices=Priority.__members__.items())
    reason = models.CharField(max_length=200)
    suggested_entry = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()
    promised_for = models.DateField(null=True)  # after hours: the day by which we said to answer
    alerted_at = models.DateTimeField(null=True)  # the organiser was told (crisis, emergency)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="claims"
    )
    claimed_until = models.DateTimeField(null=True)
    fence = models.PositiveIntegerField(default=0)
    draft = models.TextField(blank=True)
    # Who wrote what waits for a second reader, and why a warning was passed over
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="written"
    )
    override = models.CharField(max_length=200, blank=True)
    # Put back for somebody: a colleague, or whoever knows a field; others may take it all the same
    handed_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="handed"
    )
    note = models.CharField(max_length=300, blank=True)  # from one clinician to the next, never posted

    class Meta:
        ordering = ("priority", "created_at", "id")
        permissions = (("answer_questions", "Can claim and answer questions"),)


class Question(models.Model):
    """A post that reached us. Its labels belong to it, never to its author (X's health clause).

    `post_id` is the first id of the post's edit chain, so an edited post stays the same question;
    `version_id` is the newest id, the one to reply to. The author's id is there for the reply, for a
    withdrawal and for an opt-out.
    """

    host = models.ForeignKey(HostAccount, on_delete=models.PROTECT, related_name="questions")
    session = models.ForeignKey(Session, null=True, on_delete=models.SET_NULL, related_name="questions")
    item = models.ForeignKey(QueueItem, null=True, on_delete=models.SET_NULL, related_name="questions")
    post_id = models.CharField(max_length=19)
    version_id = models.CharField(max_length=19)
    author_id = models.CharField(max_length=19)
    text = models.TextField()
    in_reply_to = models.CharField(max_length=19, blank=True)
    repost = models.BooleanField(default=False)
    summons = models.CharField(max_length=7, choices=[(s.value, s.value) for s in Summons], default="none")
    posted_at = models.DateTimeField()
    received_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    state = StateField(QuestionState, default=QuestionState.RECEIVED)
    reason = models.CharField(max_length=200, blank=True)
    labels = models.JSONField(default=list)
    evidence = models.JSONField(default=list)
    entry_id = models.CharField(max_length=80, blank=True)
    probability = models.FloatField(null=True)
    route = models.CharField(max_length=10, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=("host", "post_id"), name="one_row_per_post")]
        indexes = [models.Index(fields=("session", "state"))]

    @property
    def shown(self) -> str:
        """The text for lists and terminals: what shows who somebody is is taken out."""
        return masked(self.text, self.evidence)
