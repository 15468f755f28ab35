"""Reads what people post to us, and stores each post once.

Our own mentions are the truth. Every poll reaches back over `overlap` of what was read before: posts
may become visible late (IEKit issue 307, 2025-09-03), and inside a UTC day X does not bill them again.
The cursor moves only when every page down to the old one is stored. What else brings posts, `search`
and `push`, only adds to that.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction

from bot.core import text as texts
from bot.core.money import Charge, Prices
from bot.core.states import TAKING_QUESTIONS, OutgoingState, QuestionState, SessionState
from bot.core.triage import Summons, opts_out
from bot.flows import answers, gaps, money, moves, outbox
from bot.models import Gap, HostAccount, OptOut, Outgoing, Question, Session
from bot.x import snowflake
from bot.x.port import Page, Post, X, XClosed, XError

Q = QuestionState

OVERLAP = timedelta(minutes=12)

#: X shows no more than the newest 800 mentions (timelines page).
DEPTH = 800


@dataclass(frozen=True, slots=True)
class Poll:
    """What one poll brought. Only a complete one covers a hole: it was read to its end, and stored."""

    new: int = 0
    trouble: str = ""
    complete: bool = True
    seen: frozenset[int] = frozenset()  # ids of all posts that it showed


def poll_mentions(host: HostAccount, x: X, prices: Prices, *, now: datetime) -> Poll:
    """Reads the mentions since the cursor and stores them. Never raises an XError: trouble is told,
    and the hole that it leaves stays open until a later poll has covered it.
    """
    if host.closed_because:
        return Poll(trouble=host.closed_because, complete=False)
    started = snowflake.made_at(host.read_up_to) - OVERLAP if host.read_up_to else None
    ask = partial(x.mentions, since_id=snowflake.earliest_id(started) if started else "")
    poll = read_pages(host, ask, Charge.OWNED_READ, prices, now=now)
    if not poll.complete:
        gaps.begin(host, Gap.Kind.MENTIONS, since=host.read_at or now, why=poll.trouble, now=now)
        return poll
    _note_depth(host, poll.seen, now=now)
    newest = max([int(host.read_up_to or 0), *poll.seen])
    HostAccount.objects.filter(pk=host.pk).update(read_up_to=str(newest or ""), read_at=now)
    gaps.end(host, Gap.Kind.MENTIONS, now=now)
    gaps.covered(host, Gap.Kind.MENTIONS, up_to=now, now=now)
    host.refresh_from_db()
    return poll


def read_pages(
    host: HostAccount, ask: Callable[[], Iterable[Page]], charge: Charge, prices: Prices, *, now: datetime
) -> Poll:
    """Asks X, stores page after page, and writes down what they cost. An XError, which the asking itself
    may raise, ends it and is told; one that needs a person stops all calls for the host.
    """
    new = unreadable = 0
    seen: set[int] = set()
    try:
        for page in ask():
            read = [post.id for post in page.posts]
            money.book_reads(host, session_for(host), charge, read, prices, now=now)
            new += store(host, page.posts, now=now)
            unreadable += page.unreadable
            seen |= {int(post_id) for post_id in read}
    except XError as error:
        if isinstance(error, XClosed):
            outbox.close(host, str(error), now=now)
        return Poll(new, str(error), complete=False)
    return Poll(new, f"{unreadable} posts could not be read" if unreadable else "", seen=frozenset(seen))


def _note_depth(host: HostAccount, seen: frozenset[int], *, now: datetime) -> None:
    """With more mentions than X shows, those between the cursor and the oldest one shown are missing."""
    if len(seen) < DEPTH or not host.read_up_to or min(seen) <= int(host.read_up_to):
        return
    since, until = snowflake.made_at(host.read_up_to), snowflake.made_at(str(min(seen)))
    why = f"more than {DEPTH} mentions since the last poll: X does not show the older ones"
    gaps.begin(host, Gap.Kind.DEPTH, since=since, until=until, why=why, now=now)


def came_back(host: HostAccount, *, now: datetime) -> None:
    """We were not running: whatever came in since we last read is missing until a poll has covered it."""
    if host.read_at is not None:
        why = "askhour was not running"
        gaps.begin(host, Gap.Kind.MENTIONS, since=host.read_at, until=now, why=why, now=now)


def store(host: HostAccount, posts: tuple[Post, ...], *, now: datetime) -> int:
    """Stores those of the posts that we do not have. Returns how many questions are new."""
    session = session_for(host)
    known = Question.objects.filter(host=host, version_id__in=[post.id for post in posts])
    ids = set(known.values_list("version_id", flat=True))
    # Oldest first, so that a question is there before a reply to it.
    unseen = sorted((post for post in posts if post.id not in ids), key=_age)
    return sum(receive(host, post, session, now=now) for post in unseen)


def _age(post: Post) -> int:
    return int(post.id)


def session_for(host: HostAccount) -> Session | None:
    """The session that takes questions in now. One that has opened goes before one that is announced: in a
    series the next is announced while this one runs.
    """
    taking = Session.objects.filter(host=host, state__in=TAKING_QUESTIONS)
    opened = taking.exclude(state=SessionState.ANNOUNCED).order_by("-opens_at").first()
    return opened or taking.order_by("opens_at").first()


def receive(host: HostAccount, post: Post, session: Session | None, *, now: datetime) -> bool:
    """Stores one post. Returns True when it is a question that we did not have.

    An edited post is the same question in a newer version. Our own posts are no questions.
    """
    if _is_ours(host, post):
        return False
    try:
        with transaction.atomic():
            question = Question.objects.create(
                host=host,
                session=session,
                post_id=post.first_id,
                version_id=post.id,
                author_id=post.author_id,
                text=_storable(post.text),
                in_reply_to=post.replied_to,
                repost=post.repost,
                summons=summons(host, post),
                posted_at=post.created_at,
                received_at=now,
            )
            moves.note(question, who=moves.BOT, now=now, new=question.state)
            _remember_opt_out(host, post, now=now)
    except IntegrityError:
        _supersede(host, post, now=now)
        return False
    return True


def _is_ours(host: HostAccount, post: Post) -> bool:
    return post.author_id == host.x_id or _is_our_post(host, post.id)


def _storable(text: str) -> str:
    # No post is longer, so nothing is lost by the cut. PostgreSQL has no NUL in text.
    return text[: texts.MAX_LENGTH].replace("\x00", "")


def summons(host: HostAccount, post: Post) -> Summons:
    """How the post called us. A name that X put in front of a reply by itself is not a typed one."""
    typed = host.handle.casefold() in (handle.casefold() for handle in post.mentions)
    if typed or _is_our_post(host, post.quoted):
        return Summons.TYPED
    return Summons.IMPLIED if _is_our_post(host, post.replied_to) else Summons.NONE


def _is_our_post(host: HostAccount, post_id: str) -> bool:
    return bool(post_id) and Outgoing.objects.filter(host=host, post_id=post_id).exists()


def _remember_opt_out(host: HostAccount, post: Post, *, now: datetime) -> None:
    if opts_out(texts.fold(post.text).text):
        OptOut.objects.get_or_create(host=host, author_id=post.author_id, defaults={"at": now})


def _supersede(host: HostAccount, post: Post, *, now: datetime) -> None:
    """Takes a newer version of a post that we have: what was decided about the old one is undone,
    unless it was already answered.
    """
    with transaction.atomic():
        question = Question.objects.select_related("item").get(host=host, post_id=post.first_id)
        if int(post.id) <= int(question.version_id) or question.state == Q.WITHDRAWN:
            return
        changes: dict[str, Any] = {
            "version_id": post.id,
            "text": _storable(post.text),
            "summons": summons(host, post),
        }
        if question.state in (Q.ANSWERED, Q.RECEIVED):
            Question.objects.filter(pk=question.pk).update(**changes)
            return
        why = "the post was edited"
        answers.stop_unsent(question, why, now=now)
        if question.outgoing.filter(state__in=(OutgoingState.INTENT, OutgoingState.UNKNOWN)).exists():
            Question.objects.filter(pk=question.pk).update(**changes)
            return  # its answer is on its way: it can no longer be called back
        item = question.item
        moves.move(question, Q.RECEIVED, who=moves.BOT, now=now, why=why, item=None, **changes)
        if item is not None:
            answers.drop_if_empty(item, why, now=now)


def follow_deletions(host: HostAccount, x: X, prices: Prices, *, now: datetime) -> int:
    """Asks X whether the posts that we still mean to answer are there. Returns how many are gone.

    Raises XError when X could not be asked.
    """
    open_ones = Question.objects.filter(
        host=host, state__in=(Q.ANSWERING, Q.QUEUED, Q.SIGNPOSTED)
    ).select_related("item", "session")[:100]
    questions = {question.version_id: question for question in open_ones}
    if not questions or host.closed_because:
        return 0
    there = x.lookup(list(questions))
    gone = [question for post_id, question in questions.items() if post_id not in there]
    money.book_reads(host, session_for(host), Charge.POST_READ, there, prices, now=now)
    for question in gone:
        with transaction.atomic():
            answers.withdraw(question, "deleted on X", now=now)
    return len(gone)
