"""What is only ever added: the audit, the spending, the opt-outs, the signs of life."""

from django.db import models

from bot.models.sessions import HostAccount, Session


class AuditEvent(models.Model):
    """Who moved what from where to where, and why. Ids only, never the text of a post."""

    at = models.DateTimeField()
    who = models.CharField(max_length=200)
    what = models.CharField(max_length=40)  # the table
    which = models.CharField(max_length=40)  # the row
    old = models.CharField(max_length=20, blank=True)
    new = models.CharField(max_length=20)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(fields=("what", "which"))]


class Spend(models.Model):
    """What a call to X cost, by the price list of the day."""

    at = models.DateTimeField()
    host = models.ForeignKey(HostAccount, on_delete=models.PROTECT)
    session = models.ForeignKey(Session, null=True, on_delete=models.SET_NULL, related_name="spending")
    charge = models.CharField(max_length=20)
    count = models.PositiveIntegerField()
    usd = models.DecimalField(max_digits=9, decimal_places=3)


class OptOut(models.Model):
    """An author who asked this host not to reply. It holds for good, over all sessions."""

    host = models.ForeignKey(HostAccount, on_delete=models.CASCADE)
    author_id = models.CharField(max_length=19)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("host", "author_id"), name="one_opt_out")]


class Heartbeat(models.Model):
    """When a part of the bot last did its round: `scheduler.running` stays true on a dead thread."""

    part = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()  # by the machine's clock, not the session's
    trouble = models.TextField(blank=True)
