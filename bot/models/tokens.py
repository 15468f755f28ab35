"""A host account's sign-in at X. Only `bot.vault` reads or changes it."""

from django.db import models

from bot.models.sessions import HostAccount


class XToken(models.Model):
    """The pair of OAuth 2.0 tokens with which we speak for a host, sealed.

    The pair's refresh token works once. `lease_until` is set while somebody asks X for the next pair:
    a lease that has run out and is still there means that its process ended before it could store
    X's answer. If X had answered, the sign-in is lost, and a person must sign in again.
    """

    host = models.OneToOneField(HostAccount, on_delete=models.CASCADE, related_name="token")
    sealed = models.TextField()
    scopes = models.CharField(max_length=200, blank=True)
    expires_at = models.DateTimeField()  # of the access token
    generation = models.PositiveIntegerField(default=1)  # one more for each pair
    lease_until = models.DateTimeField(null=True)
    fence = models.PositiveIntegerField(default=0)  # one more for each lease
    retry_at = models.DateTimeField(null=True)  # X could not be asked: not before this
    lost_because = models.TextField(blank=True)  # why a person must sign in again
    signed_in_at = models.DateTimeField()
    renewed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"sign-in of host {self.host_id}"
