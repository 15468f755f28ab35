"""What may be posted after the closing post, once a person has approved it."""

from django.db import models

from bot.core.states import FarewellState
from bot.models.fields import StateField
from bot.models.outgoing import Outgoing
from bot.models.sessions import Session


class Farewell(models.Model):
    """A draft made of the plan's words or of answers that we approved: never posted by itself."""

    class Kind(models.TextChoices):
        THANKS = "thanks"
        DIGEST = "digest"

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="farewells")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.TextField()
    state = StateField(FarewellState, default=FarewellState.DRAFT)
    outgoing = models.OneToOneField(Outgoing, null=True, on_delete=models.SET_NULL, related_name="farewell")

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=("session", "kind"), name="one_farewell_of_each")]
