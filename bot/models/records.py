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


class BilledRead(models.Model):
    """A post that X has charged us for on a UTC day: it is free to read again until the next one."""

    host = models.ForeignKey(HostAccount, on_delete=models.CASCADE)
    day = models.DateField()
    post_id = models.CharField(max_length=19)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("host", "day", "post_id"), name="billed_once_a_day")]


class OptOut(models.Model):
    """An author who asked this host not to reply. It holds for good, over all sessions."""

    host = models.ForeignKey(HostAccount, on_delete=models.CASCADE)
    author_id = models.CharField(max_length=19)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("host", "author_id"), name="one_opt_out")]


class Gap(models.Model):
    """A time for which posts to us may have been missed, until a read has covered it.

    There is at most one open gap of a kind: a new hole widens it.
    """

    class Kind(models.TextChoices):
        MENTIONS = "mentions"  # our mentions could not be read
        DEPTH = "depth"  # more mentions than the timeline shows: only a search finds the others
        HASHTAG = "hashtag"  # posts with the session's hashtag that do not mention us

    host = models.ForeignKey(HostAccount, on_delete=models.CASCADE, related_name="gaps")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)  # None: the hole goes on
    why = models.CharField(max_length=300)
    covered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("since", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("host", "kind"), condition=models.Q(covered_at=None), name="one_open_gap"
            )
        ]


class Heartbeat(models.Model):
    """When a part of the bot last did its round: `scheduler.running` stays true on a dead thread."""

    part = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()  # by the machine's clock, not the session's
    trouble = models.TextField(blank=True)
