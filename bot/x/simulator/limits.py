"""X's rate limits: how many calls in a window, for a user and for an app."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

QUARTER = timedelta(minutes=15)
DAY = timedelta(hours=24)
UNLISTED = 900


@dataclass(frozen=True, slots=True)
class Limit:
    """Calls a quarter of an hour; None where that kind of token has no limit of its own."""

    app: int | None
    user: int | None


LIMITS: dict[str, Limit] = {
    "POST /2/tweets": Limit(app=None, user=100),
    "DELETE /2/tweets/:id": Limit(app=None, user=50),
    "PUT /2/tweets/:id/hidden": Limit(app=None, user=50),
    "GET /2/tweets/search/recent": Limit(app=450, user=300),
    "GET /2/tweets/counts/recent": Limit(app=300, user=None),
    "GET /2/users/:id/mentions": Limit(app=450, user=300),
    "GET /2/users/:id/tweets": Limit(app=10_000, user=900),
    "GET /2/tweets": Limit(app=3_500, user=5_000),
    "GET /2/tweets/:id": Limit(app=450, user=900),
    "GET /2/users": Limit(app=300, user=900),
    "GET /2/users/:id": Limit(app=300, user=900),
    "GET /2/users/by": Limit(app=300, user=900),
    "GET /2/users/by/username/:name": Limit(app=300, user=900),
    "GET /2/users/me": Limit(app=None, user=75),
    "POST /2/tweets/search/stream/rules": Limit(app=100, user=None),
    "GET /2/tweets/search/stream/rules": Limit(app=450, user=None),
    "GET /2/tweets/search/stream": Limit(app=50, user=None),
    "GET /2/activity/stream": Limit(app=450, user=None),
    "POST /2/activity/subscriptions": Limit(app=500, user=500),
    "GET /2/activity/subscriptions": Limit(app=500, user=500),
    "DELETE /2/activity/subscriptions/:id": Limit(app=500, user=500),
    "DELETE /2/connections/all": Limit(app=25, user=25),
    "GET /2/usage/tweets": Limit(app=50, user=None),
    "GET /2/usage/credits": Limit(app=50, user=50),
}
APP_POSTS_A_DAY = 10_000
USER_POSTS_A_DAY = 2_400  # the cap of every account; whether the header counts to it is not known


@dataclass(slots=True)
class Window:
    """Calls since the window opened; it opens with the first call and has a fixed length."""

    limit: int
    reset: datetime
    used: int = 0

    @property
    def remaining(self) -> int:
        return max(0, self.limit - self.used)


@dataclass(frozen=True, slots=True)
class Allowance:
    """Whether a call may go on, and the headers that say how much is left."""

    allowed: bool
    headers: dict[str, str]


@dataclass(slots=True)
class RateLimits:
    """`limits` may be changed by a test that does not want to make 100 calls."""

    limits: dict[str, Limit] = field(default_factory=lambda: dict(LIMITS))
    app_posts_a_day: int = APP_POSTS_A_DAY
    user_posts_a_day: int = USER_POSTS_A_DAY
    _windows: dict[tuple[str, str], Window] = field(default_factory=dict)

    def take(
        self, route: str, *, app: str, user: str | None, now: datetime, day_headers: bool = True
    ) -> Allowance:
        """Count one call by this user, or by the app when no user is signed in."""
        window = self._quarter(route, app, user, now)
        allowed = window.remaining > 0
        window.used += 1
        headers = _headers("x-rate-limit", window)
        if route == "POST /2/tweets":
            days = {
                "x-app-limit-24hour": self._window(route, f"day {app}", self.app_posts_a_day, DAY, now),
                "x-user-limit-24hour": self._window(route, f"day {user}", self.user_posts_a_day, DAY, now),
            }
            for prefix, day in days.items():
                allowed = allowed and day.remaining > 0
                day.used += 1
                headers |= _headers(prefix, day) if day_headers else {}
        return Allowance(allowed, headers)

    def exhaust(
        self, route: str, *, app: str, user: str | None, now: datetime, until: datetime | None = None
    ) -> dict[str, str]:
        """Use up the window, so that its headers agree with a 429 that was ordered."""
        window = self._quarter(route, app, user, now)
        window.used = window.limit
        window.reset = min(window.reset, until or window.reset)
        return _headers("x-rate-limit", window)

    def _quarter(self, route: str, app: str, user: str | None, now: datetime) -> Window:
        limit = self.limits.get(route, Limit(UNLISTED, UNLISTED))
        number = limit.user if user else limit.app
        return self._window(route, user or f"app {app}", number or UNLISTED, QUARTER, now)

    def _window(self, route: str, who: str, limit: int, length: timedelta, now: datetime) -> Window:
        window = self._windows.get((route, who))
        if window is None or window.reset <= now:
            window = self._windows[route, who] = Window(limit, now + length)
        return window


def _headers(prefix: str, window: Window) -> dict[str, str]:
    return {
        f"{prefix}-limit": str(window.limit),
        f"{prefix}-remaining": str(window.remaining),
        f"{prefix}-reset": str(int(window.reset.timestamp())),
    }
