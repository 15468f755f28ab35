"""The accounts that host, their sessions, and what each session posts when."""

from django.db import models

from bot.core.plan import CueKind
from bot.core.states import CueState, SessionState
from bot.models.fields import StateField


class HostAccount(models.Model):
    """An X account that hosts sessions, and how far we have read its mentions."""

    handle = models.CharField(max_length=15, unique=True)
    x_id = models.CharField(max_length=19, blank=True)
    # Everything up to this post id has been read and stored; see flows.intake
    read_up_to = models.CharField(max_length=19, blank=True)
    read_at = models.DateTimeField(null=True)
    # X has told us to wait with posts until then
    no_posts_before = models.DateTimeField(null=True)
    lost_calls = models.PositiveSmallIntegerField(default=0)  # in a row, of which nobody knows what came
    # When X first refused an answer to somebody who had only replied to a post of ours
    implied_refused_at = models.DateTimeField(null=True)
    # Why no call to X is made at all (no credits, bad keys); a person clears it
    closed_because = models.TextField(blank=True)
    # A person has stopped everything: nothing leaves until a person lifts it
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.CharField(max_length=200, blank=True)
    stopped_because = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"@{self.handle}"


class Session(models.Model):
    """One question hour, made from a plan."""

    slug = models.SlugField(max_length=80, unique=True)
    host = models.ForeignKey(HostAccount, on_delete=models.PROTECT, related_name="sessions")
    title = models.CharField(max_length=200)
    hashtag = models.CharField(max_length=100)
    zone = models.CharField(max_length=64)
    wall_start = models.CharField(max_length=16, blank=True)  # on the plan's clock, in `zone`
    tzdata = models.CharField(max_length=20, blank=True)  # the rules by which `opens_at` was found
    plan_name = models.CharField(max_length=80, blank=True)  # a series makes several sessions
    plan_print = models.CharField(max_length=64, blank=True)  # changes when the plan does
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    state = StateField(SessionState, default=SessionState.PLANNED)
    automatic = models.BooleanField(default=True)  # the organiser's switch for automatic answers
    budget_usd = models.DecimalField(max_digits=9, decimal_places=3)
    links_allowed = models.BooleanField(default=False)  # outside the welcome post, at $0.20 each
    expected_questions = models.PositiveIntegerField(default=0)
    expected_replies = models.PositiveIntegerField(default=0)
    jurisdiction = models.CharField(max_length=20, blank=True)
    approved_by = models.CharField(max_length=200)
    root_post_id = models.CharField(max_length=19, blank=True)  # the welcome post on X
    # Up to here the search for the hashtag has been read to its end; see flows.search
    searched_up_to = models.DateTimeField(null=True)
    learned_at = models.DateTimeField(null=True)  # what can be learned from it was taken out; see flows.learn
    # By how much the hour was made longer; also the number by which a second press is known
    extended_minutes = models.PositiveSmallIntegerField(default=0)
    # Prompts that may be swapped in: {"text": …, "approved_by": …}
    spares = models.JSONField(default=list)

    class Meta:
        permissions = (("host_sessions", "Can pause and resume sessions, and stop posts"),)

    def __str__(self) -> str:
        return self.slug


class CueRow(models.Model):
    """A cue of a session's plan. The constraint makes each happen at most once, whatever restarts."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="cues")
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in CueKind])
    ordinal = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    wall_time = models.CharField(max_length=16)  # on the plan's clock, for people
    text = models.TextField()
    state = StateField(CueState, default=CueState.WAITING)
    approved_by = models.CharField(max_length=200, blank=True)  # of a changed text; else the session's
    held_because = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0)  # one more for each change of its text or time

    class Meta:
        ordering = ("due_at", "id")
        constraints = [models.UniqueConstraint(fields=("session", "kind", "ordinal"), name="one_cue_of_each")]
