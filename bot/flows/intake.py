"""Reads what people post to us, and stores each post once.

Our own mentions are the truth. Every poll reaches back over `overlap` of what was read before: posts
may become visible late (IEKit issue 307, 2025-09-03), and inside a UTC day X does not bill them again.
The cursor moves only when every page down to the old one is stored.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from bot.core import text as texts
from bot.core.money import Charge, Prices
from bot.core.states import (
    TAKING_QUESTIONS,
    OutgoingState,
    QuestionState,
)
from bot.core.triage import opts_out
from bot.flows import answers, moves, outbox
from bot.models import HostAccount, OptOut, Outgoing, Question, Session
from bot.x import snowflake
from bot.x.port import Post, X, XClosed, XError

Q = QuestionState

OVERLAP = timedelta(minutes=12)


@dataclass(frozen=True, slots=True)
class Poll:
    """What one poll brought."""

    new: int = 0
    trouble: str = ""


def poll_mentions(host: HostAccount, x: X, prices: Prices, *, now: datetime) -> Poll:
    """Reads the mentions since the cursor and stores them. Never raises an XError: trouble is told,
    the hole it leaves is remembered in `missing_since` until a later poll has covered it.
    """
    if host.closed_because:
        return Poll(trouble=host.closed_because)
    started = host.read_up_to and snowflake.earliest_id(snowflake.made_at(host.read_up_to) - OVERLAP)
    new = unreadable = 0
    newest = int(host.read_up_to or 0)
    try:
        for page in x.mentions(since_id=started or ""):
            new += store(host, page.posts, prices, now=now)
            unreadable += page.unreadable
            newest = max([newest, *(int(post.id) for post in page.posts)])
    except XError as error:
        _remember_hole(host, now=now)
        if isinstance(error, XClosed):
            outbox.close(host, str(error), now=now)
        return Poll(new, str(error))
    HostAccount.objects.filter(pk=host.pk).update(
        read_up_to=str(newest or ""), read_at=now, missing_since=None
    )
    host.refresh_from_db()
    return Poll(new, f"{unreadable} posts could not be read" if unreadable else "")


def _remember_hole(host: HostAccount, *, now: datetime) -> None:
    since = host.read_at or now
    HostAccount.objects.filter(pk=host.pk, missing_since=None).update(missing_since=since)


def store(host: HostAccount, posts: tuple[Post, ...], prices: Prices, *, now: datetime) -> int:
    """Stores those of the posts that we do not have. Returns how many questions are new."""
    session = session_for(host)
    known = Question.objects.filter(host=host, version_id__in=[post.id for post in posts])
    ids = set(known.values_list("version_id", flat=True))
    unseen = [post for post in posts if post.id not in ids]
    charged = len(unseen) + bill_anew(known, now=now)
    outbox.book(host, session, Charge.OWNED_READ, charged, prices, now=now)
    # Oldest first, so that a question is there before a reply to it.
    return sum(receive(host, post, session, now=now) for post in sorted(unseen, key=_age))


def bill_anew(questions: QuerySet[Question], *, now: datetime) -> int:
    """How many posts X charges for when it shows them again: once each UTC day (pricing page)."""
    return questions.filter(billed_on__lt=now.date()).update(billed_on=now.date())


def _age(post: Post) -> int:
    return int(post.id)


def session_for(host: HostAccount) -> Session | None:
    """The session that takes questions in now; with several, the one that opened last."""
    taking = Session.objects.filter(host=host, state__in=TAKING_QUESTIONS)
    return taking.order_by("-opens_at").first()


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
                summoned=summoned(host, post),
                posted_at=post.created_at,
                received_at=now,
                billed_on=now.date(),
            )
            moves.note(question, who=moves.BOT, now=now, new=question.state)
            _remember_opt_out(host, post, now=now)
    except IntegrityError:
        _supersede(host, post, now=now)
        return False
    return True


def _is_ours(host: HostAccount, post: Post) -> bool:
    return post.author_id == host.x_id or Outgoing.objects.filter(host=host, post_id=post.id).exists()


def _storable(text: str) -> str:
    # No post is longer, so nothing is lost by the cut. PostgreSQL has no NUL in text.
    return text[: texts.MAX_LENGTH].replace("\x00", "")


def summoned(host: HostAccount, post: Post) -> bool:
    """Whether X will let us reply: the author typed our name, or quoted one of our posts, or replies
    to one of ours. Whether that last counts X does not say; operators report that it does
    (2026-09), and a refusal sends the answer to be posted by hand.
    """
    if host.handle.casefold() in (handle.casefold() for handle in post.mentions):
        return True
    ours = [post_id for post_id in (post.quoted, post.replied_to) if post_id]
    return Outgoing.objects.filter(host=host, post_id__in=ours).exists()


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
        changes = {
            "version_id": post.id,
            "text": _storable(post.text),
            "summoned": summoned(host, post),
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
    shown = Question.objects.filter(host=host, version_id__in=list(there))
    charged = bill_anew(shown, now=now)
    outbox.book(host, session_for(host), Charge.POST_READ, charged, prices, now=now)
    for question in gone:
        with transaction.atomic():
            answers.withdraw(question, "deleted on X", now=now)
    return len(gone)
