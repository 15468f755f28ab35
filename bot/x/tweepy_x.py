"""The one module that knows tweepy (4.17).

Left alone, tweepy sends no time-out, sleeps up to 15 minutes inside a call, retries a 429 without a
reset time for ever, and turns ids into numbers. So: an adapter with time-outs is mounted on its session,
it never waits by itself, and we take the plain dicts.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from html import unescape
from typing import Any

import requests
import tweepy
from requests.adapters import HTTPAdapter

from bot.clock import Clock, system_clock
from bot.core.limits import Limits
from bot.x import meaning, reading, snowflake
from bot.x.limited import LimitedSession, MustWait
from bot.x.meaning import Answer
from bot.x.oauth2 import UserToken
from bot.x.port import Page, Person, Post, PostDelayed, PostUnsure, XError, XUnavailable
from bot.x.timeouts import WithTimeouts

HOST = "https://api.twitter.com"  # hard-coded in tweepy 4.17
PAGE = 100  # the most that X gives at a time
PAGES = 33  # a timeline reaches back 3,200 posts: more pages mean that something is wrong


class Keys:
    """OAuth 1.0a keys of the host account. `repr` shows none of them."""

    def __init__(self, api_key: str, api_secret: str, token: str, token_secret: str) -> None:
        self.api_key, self.api_secret = api_key, api_secret
        self.token, self.token_secret = token, token_secret

    def __repr__(self) -> str:
        return "Keys(…)"


class _Rotating(tweepy.Client):  # type: ignore[misc]
    """A client that speaks with an OAuth 2.0 token of the user, which changes while it runs."""

    def __init__(self, token: UserToken, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._token = token

    def request(
        self,
        method: str,
        route: str,
        params: Any = None,
        json: Any = None,
        user_auth: bool = False,  # noqa: ARG002 - tweepy's word for OAuth 1.0a
    ) -> Any:
        self.bearer_token = token = self._token.access_token()
        try:
            return super().request(method, route, params, json)
        except tweepy.Unauthorized:
            # With a 401 X has done nothing yet, so even a post may be sent again, once.
            self.bearer_token = self._token.after_refusal(token)
            return super().request(method, route, params, json)


class TweepyX:
    """The port X, through tweepy. Thin: what an answer means is decided in `meaning`."""

    def __init__(
        self,
        keys: Keys | UserToken,
        *,
        adapter: HTTPAdapter | None = None,
        clock: Clock = system_clock,
    ) -> None:
        ours: dict[str, Any] = {"return_type": dict, "wait_on_rate_limit": False}
        if isinstance(keys, Keys):
            self._client = tweepy.Client(
                consumer_key=keys.api_key,
                consumer_secret=keys.api_secret,
                access_token=keys.token,
                access_token_secret=keys.token_secret,
                **ours,
            )
        else:
            self._client = _Rotating(keys, **ours)
        self._client.session = LimitedSession(Limits(), clock)
        self._client.session.mount(HOST, adapter or WithTimeouts())
        self._me: Person | None = None

    def ask(self, route: str, **params: str) -> Answer:
        """X's answer to a GET as it came, a refusal too. Raises XUnavailable when there is none."""
        try:
            found = self._client.request("GET", route, params=params, user_auth=True)
        except tweepy.HTTPException as error:
            found = error.response
        except (tweepy.TweepyException, requests.RequestException) as error:
            raise _meaning(error, meaning.of_read, XUnavailable) from error
        return Answer(found.status_code, found.text, found.headers)

    def me(self) -> Person:
        if self._me is None:
            found = self._read(self._client.get_me, user_auth=True)["data"]
            self._me = _person(found)
        return self._me

    def post(self, text: str, *, in_reply_to: str = "") -> str:
        try:
            answer = self._client.create_tweet(
                text=text, in_reply_to_tweet_id=in_reply_to or None, user_auth=True
            )
            return str(answer["data"]["id"])
        except (tweepy.TweepyException, requests.RequestException) as error:
            raise _meaning(error, meaning.of_post, PostUnsure) from error
        except (KeyError, TypeError, ValueError) as error:
            # Only an answer with an id is a success; anything else may be one.
            raise PostUnsure(f"X's answer could not be read: {type(error).__name__}") from error

    def delete(self, post_id: str) -> None:
        try:
            self._client.delete_tweet(post_id, user_auth=True)
        except (tweepy.TweepyException, requests.RequestException) as error:
            raise _meaning(error, meaning.of_post, PostUnsure) from error

    def mentions(self, *, since_id: str = "") -> Iterator[Page]:
        ask = partial(self._client.get_users_mentions, self.me().id)
        return self._pages(ask, "pagination_token", since_id=since_id or None)

    def search(self, query: str, *, since: datetime) -> Iterator[Page]:
        ask = partial(self._client.search_recent_tweets, query)
        return self._pages(ask, "next_token", since_id=snowflake.earliest_id(since))

    def own_posts(self, *, since: datetime) -> Sequence[Post]:
        ask = partial(self._client.get_users_tweets, self.me().id)
        pages = self._pages(ask, "pagination_token", since_id=snowflake.earliest_id(since))
        return [post for page in pages for post in page.posts]

    def lookup(self, ids: Sequence[str]) -> dict[str, Post]:
        answer = self._read(
            self._client.get_tweets, list(ids), tweet_fields=list(reading.FIELDS), user_auth=True
        )
        return {post.id: post for post in reading.page(answer).posts}

    def people(self, ids: Sequence[str]) -> dict[str, Person]:
        found = self._read(self._client.get_users, ids=list(ids), user_auth=True).get("data") or []
        try:
            return {str(one["id"]): _person(one) for one in found}
        except (KeyError, TypeError) as error:
            raise XUnavailable(
                f"X's answer about people could not be read: {type(error).__name__}"
            ) from error

    def _pages(self, call: Callable[..., Any], token_name: str, *, since_id: str | None) -> Iterator[Page]:
        token = None
        for _ in range(PAGES):
            answer = self._read(
                call,
                since_id=since_id,
                max_results=PAGE,
                **{token_name: token},
                tweet_fields=list(reading.FIELDS),
                user_auth=True,
            )
            yield reading.page(answer)
            token = (answer.get("meta") or {}).get("next_token")
            if not token:
                return
        raise XUnavailable(f"more than {PAGES} pages: read on at the next poll")

    def _read(self, call: Callable[..., Any], *args: Any, **kwargs: Any) -> dict[str, Any]:
        wanted = {name: value for name, value in kwargs.items() if value is not None}
        try:
            answer = call(*args, **wanted)
        except (tweepy.TweepyException, requests.RequestException, ValueError) as error:
            raise _meaning(error, meaning.of_read, XUnavailable) from error
        if not isinstance(answer, dict):
            raise XUnavailable("X's answer is not an object")
        return answer


def _person(found: Mapping[str, Any]) -> Person:
    return Person(
        id=str(found["id"]), handle=str(found["username"]), name=unescape(str(found.get("name") or ""))
    )


def _meaning(error: Exception, of: Callable[[Answer], XError], otherwise: type[XError]) -> XError:
    if isinstance(error, tweepy.HTTPException):
        response = error.response
        return of(Answer(response.status_code, response.text, response.headers))
    if isinstance(error, MustWait):
        return PostDelayed(str(error), error.until)
    # The class only: the message of a requests exception holds the URL and its parameters.
    return otherwise(f"no answer from X: {type(error).__name__}")
