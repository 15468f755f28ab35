"""Looks up what `core.lateness` needs to judge a cue."""

from datetime import datetime, timedelta

from bot.core.lateness import LatePolicy, Verdict, judge
from bot.core.states import CueState
from bot.models import CueRow


def verdict(cue: CueRow, policy: LatePolicy, *, now: datetime, spare: timedelta = timedelta()) -> Verdict:
    return judge(
        cue.kind,
        cue.due_at,
        now,
        policy,
        closes=cue.session.closes_at,
        newest_due=newest_due(cue, now=now),
        spare=spare,
    )


def newest_due(cue: CueRow, *, now: datetime) -> datetime:
    """When the latest cue of the same kind was due that is neither skipped nor held."""
    alike = CueRow.objects.filter(session=cue.session_id, kind=cue.kind, due_at__lte=now)
    newest = alike.filter(state__in=(CueState.WAITING, CueState.DONE)).order_by("-due_at").first()
    return max(cue.due_at, newest.due_at) if newest else cue.due_at
