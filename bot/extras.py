"""Makes the optional push sources of an installation from its settings and its keys."""

from requests.auth import AuthBase
from requests_oauthlib import OAuth1

from bot.config import HashtagBy, Intake
from bot.flows.search import hashtag_query
from bot.models import Session
from bot.pushes import Pushes
from bot.x.oauth2 import UserToken
from bot.x.push import ActivityStream, FilteredStream, Outside, Push, Token
from bot.x.tweepy_x import Keys

TAG = "askhour"


class NoBearer(Exception):
    """A source that was asked for needs the app's bearer token."""


def sources(
    wanted: Intake,
    keys: Keys | UserToken,
    bearer: str,
    *,
    outside: Outside,
) -> Pushes:
    """Raises NoBearer: X opens both streams to the app only."""
    streams = wanted.hashtag_by is HashtagBy.STREAM
    if (streams or wanted.activity) and not bearer:
        raise NoBearer(
            "`intake` in askhour.yaml asks for a stream, which needs ASKHOUR_X_BEARER_TOKEN (or …_FILE)"
        )
    if not (streams or wanted.activity):
        return Pushes()

    def make(session: Session) -> tuple[Push, ...]:
        made: list[Push] = []
        if streams:
            rule = hashtag_query(session)
            made.append(FilteredStream(bearer, rule=rule, tag=TAG, outside=outside))
        if wanted.activity:
            user_id = session.host.x_id
            made.append(ActivityStream(bearer, user=_auth(keys), user_id=user_id, outside=outside, tag=TAG))
        return tuple(made)

    return Pushes(make)


def _auth(keys: Keys | UserToken) -> AuthBase:
    if isinstance(keys, Keys):
        return OAuth1(keys.api_key, keys.api_secret, keys.token, keys.token_secret)
    return Token(keys.access_token)
