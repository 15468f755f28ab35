"""What the FAQ learns from: what clinicians write, and how sure the matcher was when it was right or wrong.

Nothing here holds a post's text or points to an author: X forbids to train on its content.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bot.core.entry import Handling
from bot.core.proposals import Outcome
from bot.core.states import ProposalState
from bot.models.fields import StateField
from bot.models.questions import Question
from bot.models.sessions import Session


class Proposal(models.Model):
    """What a clinician would like to stand in the FAQ, in the clinician's own words.

    `entry_id` is the entry that gets the phrasings; for a new entry the id that it will have. Who wrote
    any of it is among `writers`, and may not accept it.
    """

    class Kind(models.TextChoices):
        PHRASING = "phrasing", "another way of asking"
        ENTRY = "entry", "a new entry"

    class Language(models.TextChoices):
        ENGLISH = "en", "English"
        SPANISH = "es", "Spanish"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = StateField(ProposalState, default=ProposalState.PROPOSED)
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.ENGLISH)
    entry_id = models.CharField(max_length=80, blank=True)
    phrasings = models.TextField(blank=True)  # one a line
    # The rest is for a new entry.
    question = models.CharField(max_length=300, blank=True)
    answers = models.TextField(blank=True)  # one a line
    more = models.TextField(blank=True)
    topic = models.CharField(max_length=80, blank=True)  # as its file says
    sources = models.CharField(max_length=200, blank=True)  # codes, with spaces between
    facts = models.CharField(max_length=300, blank=True)
    handling = models.CharField(
        max_length=20, choices=[(h.value, h.value) for h in Handling], default=Handling.CLINICIAN
    )
    jurisdiction = models.CharField(max_length=20, default="any")
    changes_if = models.CharField(max_length=300, blank=True)
    review_by = models.DateField(null=True, blank=True)

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="proposals")
    writers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="worded_proposals")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="reviewed_proposals"
    )
    session = models.ForeignKey(Session, null=True, on_delete=models.SET_NULL, related_name="proposals")
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)  # why it was rejected

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=~Q(reviewer=F("author")) | Q(reviewer=None), name="nobody_accepts_their_own"
            ),
            models.CheckConstraint(
                condition=Q(state=ProposalState.PROPOSED.value) | Q(reviewer__isnull=False),
                name="somebody_decided",
            ),
        ]


class DecisionScore(models.Model):
    """How sure the matcher was of an entry, and whether the entry was right.

    Kept for what an automatic answer could be given to: a general question, no gate, no wording of the
    FAQ itself. `question` is there only until the outcome is known; then nothing leads back to a post.
    """

    at = models.DateTimeField()
    score = models.FloatField()
    band = models.CharField(max_length=10)
    level = models.CharField(max_length=200)  # the matcher's version, beginning with "words" or "meaning"
    entry_id = models.CharField(max_length=80)
    outcome = models.CharField(max_length=6, choices=[(o.value, o.value) for o in Outcome], blank=True)
    question = models.OneToOneField(
        Question, null=True, on_delete=models.CASCADE, related_name="decision_score"
    )

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(fields=("level", "outcome"))]
