"""The state of X: who there is, what they posted, and what everybody can see of it.

The methods are what people do in the app, where the API's rules do not apply; `publish.py` is what
programs do.
"""

import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

from bot.core.weigh import url_spans
from bot.x.simulator.chaos import Chaos
from bot.x.simulator.connections import Connections
from bot.x.simulator.ledger import Ledger
from bot.x.simulator.limits import RateLimits
from bot.x.simulator.oauth import SCOPES, Grant, SignIns, scopes_in
from bot.x.simulator.posts import Account, Context, Happening, Post, handles_in, typed
from bot.x.simulator.rules import StreamRules
from bot.x.simulator.settings import Settings
from bot.x.simulator.subscriptions import Subscriptions

EPOCH_MS = 1_288_834_974_657
BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class World:
    """Everything takes `lock`, so tests and the server's threads may use it at the same time."""

    def __init__(
        self, *, now: Callable[[], datetime], rng: random.Random, settings: Settings | None = None
    ) -> None:
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.rng = rng
        self.settings = settings or Settings()
        self.chaos = Chaos()
        self.ledger = Ledger()
        self.limits = RateLimits()
        self.stream_rules = StreamRules()
        self.connections = Connections()
        self.subscriptions = Subscriptions()
        self.sign_ins = SignIns(rng)
        self.happened: list[Happening] = []
        self.accounts: dict[str, Account] = {}
        self.posts: dict[str, Post] = {}
        self._now = now
        self._last_id = 0
        self._late: list[tuple[datetime, Callable[[], object]]] = []

    def now(self) -> datetime:
        return self._now().astimezone(UTC)

    def add_account(
        self,
        handle: str,
        *,
        name: str = "",
        verified: bool = False,
        protected: bool = False,
        description: str = "",
    ) -> Account:
        with self.lock:
            if self.find_account(handle):
                raise ValueError(f"@{handle} is taken")
            now = self.now()
            account = Account(
                self.next_id(now), handle, name or handle, now, verified, protected, description
            )
            self.accounts[account.id] = account
            return account

    def find_account(self, handle: str) -> Account | None:
        """By handle, whatever its case."""
        with self.lock:
            same = (a for a in self.accounts.values() if a.handle.lower() == handle.lower())
            return next(same, None)

    def account(self, handle: str) -> Account:
        found = self.find_account(handle)
        if found is None:
            raise KeyError(f"nobody is called @{handle}")
        return found

    def credentials(self, account: Account, *, owner: Account | None = None) -> dict[str, str]:
        """What `tweepy.Client` takes to act as this account, through an app of `owner`."""
        app = (owner or account).handle
        return {
            "bearer_token": f"app-of-{app}",
            "consumer_key": f"app-of-{app}",
            "consumer_secret": "unchecked",
            "access_token": f"token-of-{account.handle}",
            "access_token_secret": "unchecked",
        }

    def oauth_client(self, owner: Account) -> dict[str, str]:
        """The OAuth 2.0 client of an app that `owner` registered."""
        return {
            "client_id": f"client-of-{owner.handle}",
            "client_secret": f"secret-of-{owner.handle}",
        }

    def authorize(
        self,
        account: Account,
        *,
        redirect_uri: str,
        code_challenge: str,
        owner: Account | None = None,
        method: str = "S256",
        scope: str = " ".join(SCOPES),
    ) -> str:
        """The person allows the app what it asks for; the code that X then sends to it."""
        with self.lock:
            client_id = self.oauth_client(owner or account)["client_id"]
            return self.sign_ins.authorize(
                Grant(account, client_id, scopes_in(scope)),
                redirect_uri=redirect_uri,
                challenge=code_challenge,
                method=method,
                now=self.now(),
                settings=self.settings,
            )

    def sign_in(
        self, account: Account, *, owner: Account | None = None, scope: str = " ".join(SCOPES)
    ) -> dict[str, object]:
        """OAuth 2.0 tokens without the way through the browser."""
        with self.lock:
            client_id = self.oauth_client(owner or account)["client_id"]
            grant = Grant(account, client_id, scopes_in(scope))
            return self.sign_ins.issue(grant, now=self.now(), settings=self.settings)

    def post(self, author: Account, text: str, *, reply_settings: str = "everyone") -> Post:
        return self.create(author, text, Context(), reply_settings=reply_settings)

    def reply(self, author: Account, *, to: Post | str, text: str) -> Post:
        """The app mentions everybody in the conversation without their being typed."""
        return self.create(author, text, Context(replied_to=self.get(to)))

    def quote(self, author: Account, of: Post | str, text: str) -> Post:
        return self.create(author, text, Context(quoted=self.get(of)))

    def retweet(self, author: Account, of: Post | str) -> Post:
        return self.create(author, "", Context(retweeted=self.get(of)))

    def edit(self, post: Post | str, text: str) -> Post:
        """A new version with a new id; X shows this one from now on."""
        with self.lock:
            old = self.get(post)
            return self.create(old.author, text, Context.editing(old))

    def delete(self, post: Post | str) -> None:
        """Every version of it goes."""
        with self.lock:
            last = self.posts[self.get(post).chain[-1]]
            if last.deleted:
                return
            for version in last.chain:
                self.posts[version].deleted = True
            last.author.posted -= 1
            self._tell(Happening(last, self.now(), deleted=True))

    def get(self, post: Post | str) -> Post:
        with self.lock:
            return post if isinstance(post, Post) else self.posts[post]

    def timeline(self, account: Account) -> list[Post]:
        """What it posted and did not delete, oldest first, each in its latest version."""
        with self.lock:
            return [post for post in self.standing() if post.author is account]

    def replies_to(self, post: Post | str) -> list[Post]:
        """Direct replies, oldest first, to any version of the post."""
        with self.lock:
            key = self.get(post).key
            return [r for r in self.standing() if r.replied_to and r.replied_to.key == key]

    def standing(self) -> list[Post]:
        """The latest version of every post that is not deleted, oldest first."""
        self.catch_up()
        return [post for post in self.posts.values() if post.is_latest and not post.deleted]

    def may_see(self, viewer: Account | None, post: Post) -> bool:
        return not post.deleted and (not post.author.protected or post.author is viewer)

    def indexed(self, viewer: Account | None) -> list[Post]:
        """What timelines and search can return by now."""
        now = self.now()
        return [p for p in self.standing() if p.visible_at <= now and self.may_see(viewer, p)]

    def charge(self, usd: Decimal) -> None:
        """X lets the balance go a little below zero, and then refuses everything."""
        if self.settings.credits is not None:
            self.settings.credits -= usd

    def land_later(self, due: datetime, act: Callable[[], object]) -> None:
        self._late.append((due, act))

    def catch_up(self) -> None:
        """Let happen what was due; called before anything is read."""
        now = self.now()
        due = sorted((item for item in self._late if item[0] <= now), key=lambda item: item[0])
        self._late = [item for item in self._late if item[0] > now]
        for _, act in due:
            act()

    def create(
        self,
        author: Account,
        text: str,
        context: Context,
        *,
        leave_out: frozenset[str] = frozenset(),
        reply_settings: str = "everyone",
        by_api: bool = False,
        at: datetime | None = None,
    ) -> Post:
        """What all ways of posting end in; `leave_out` are ids that a reply does not mention."""
        with self.lock:
            at = at or self.now()
            body = typed(text)
            explicit = self._named_in(body)
            post_id = self.next_id(at)
            post = Post(
                id=post_id,
                author=author,
                body=body,
                created_at=at.replace(microsecond=at.microsecond // 1000 * 1000),
                visible_at=at + self.chaos.lag(self.rng),
                conversation_id=context.conversation_id or post_id,
                chain=context.chain,
                first_at=self.posts[context.chain[0]].first_at if context.chain else at,
                replied_to=context.replied_to,
                quoted=context.quoted,
                retweeted=context.retweeted,
                implicit=_implied(author, context.replied_to, explicit, leave_out),
                explicit=explicit,
                reply_settings=reply_settings,
                by_api=by_api,
                short_links=self._short_links(body, context.quoted),
            )
            author.posted += not post.chain
            post.chain.append(post_id)
            self.posts[post_id] = post
            self._tell(Happening(post, post.visible_at))
            return post

    def next_id(self, at: datetime) -> str:
        """A snowflake: the milliseconds since X's epoch, then bits that keep the order strict."""
        since_epoch = int(at.timestamp() * 1000) - EPOCH_MS
        self._last_id = max(self._last_id + 1, (since_epoch << 22) | self.rng.getrandbits(12))
        return str(self._last_id)

    def _tell(self, happening: Happening) -> None:
        self.happened.append(happening)
        self.changed.notify_all()

    def _named_in(self, body: str) -> tuple[Account, ...]:
        found = (self.find_account(handle) for handle in handles_in(body))
        return tuple(dict.fromkeys(account for account in found if account))

    def _short_links(self, body: str, quoted: Post | None) -> dict[str, str]:
        """For every link that was typed, for the quoted post, and ("") for what a cut hides."""
        wanted = [body[start:end] for start, end in url_spans(body)]
        wanted += [quoted.id] if quoted else []
        return {link: self._short_link() for link in ["", *wanted]}

    def _short_link(self) -> str:
        return "https://t.co/" + "".join(self.rng.choices(BASE62, k=10))


def _implied(
    author: Account,
    replied_to: Post | None,
    explicit: tuple[Account, ...],
    leave_out: frozenset[str],
) -> tuple[Account, ...]:
    """The author of the post that is answered and everybody mentioned in it, once, not oneself."""
    if replied_to is None:
        return ()
    present = dict.fromkeys((replied_to.author, *replied_to.mentions))
    return tuple(a for a in present if a is not author and a not in explicit and a.id not in leave_out)
