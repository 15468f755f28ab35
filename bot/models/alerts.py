"""What an organiser must be told, and what became of each telling."""

from django.db import models

from bot.core.alerts import Severity
from bot.core.states import NoticeState
from bot.models.fields import StateField
from bot.models.sessions import Session


class Alert(models.Model):
    """Something that goes on, or happened. No text of a post and no handle: ids, and what to do.

    `key` names the thing; while it goes on there is one alert of it, however often it is noticed.
    """

    key = models.CharField(max_length=80)
    kind = models.CharField(max_length=20)
    severity = models.PositiveSmallIntegerField(choices=Severity.choices())
    session = models.ForeignKey(Session, null=True, on_delete=models.CASCADE, related_name="alerts")
    text = models.CharField(max_length=300)
    what_to_do = models.CharField(max_length=300)
    path = models.CharField(max_length=100, blank=True)  # of the console's page
    raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)  # it is over
    seen_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("severity", "-raised_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=("key",), condition=models.Q(cleared_at=None), name="one_open_alert_of_a_key"
            )
        ]


class Notice(models.Model):
    """An alert on its way through one channel. Several processes may try: a claim is a lease."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="notices")
    channel = models.CharField(max_length=20)
    state = StateField(NoticeState, default=NoticeState.NEW)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()  # by the machine's clock, as all times here
    sent_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("alert__severity", "next_at", "id")
        constraints = [models.UniqueConstraint(fields=("alert", "channel"), name="one_notice_a_channel")]
