"""Names that stand beside a post while somebody answers it."""

from django.db import models

from bot.models.sessions import Session


class Author(models.Model):
    """How X names a person whose question a clinician has opened: kept until the session has ended.

    It is there for the page alone (X's display rules ask for name and handle) and stands beside no label.
    `handle` is empty for somebody whom X does not show us.
    """

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="authors")
    author_id = models.CharField(max_length=19)
    handle = models.CharField(max_length=15, blank=True)
    name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("session", "author_id"), name="one_name_a_session")]
