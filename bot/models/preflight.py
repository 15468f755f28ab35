"""What people noted before a session: what is done, what may be passed over, what X's doctor said."""

from django.db import models

from bot.models.sessions import HostAccount, Session


class Tick(models.Model):
    """A point of the checklist that somebody has seen to."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="ticks")
    key = models.CharField(max_length=40)
    who = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("session", "key"), name="one_tick_of_each")]


class Override(models.Model):
    """A red item that may not hold the opening, and why. Stands for one session and one item."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="overrides")
    key = models.CharField(max_length=40)
    why = models.CharField(max_length=300)
    who = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("session", "key"), name="one_override_of_each")]


class DoctorLook(models.Model):
    """The newest look at a host's account on X: the doctor's findings, as plain data."""

    host = models.OneToOneField(HostAccount, on_delete=models.CASCADE, related_name="doctor_look")
    at = models.DateTimeField()
    findings = models.JSONField()
