"""How a person likes to look at the queue."""

from django.conf import settings
from django.db import models


class SavedView(models.Model):
    """A view of the queue that somebody keeps under a name; `query` is its address's."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=30)
    query = models.CharField(max_length=200)

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=("user", "name"), name="one_view_of_a_name")]
