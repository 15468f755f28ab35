"""The timeline as a person would see it: newest conversation first, answers below what they answer."""

from html import escape

from bot.x.simulator.posts import Post
from bot.x.simulator.world import World

_HEAD = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Simulated X</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 1rem auto; padding: 0 1rem }
ol { list-style: none; margin: 0; padding: 0 }
ol ol { margin-left: 1rem; padding-left: 1rem; border-left: 2px solid #767676 }
article { border-bottom: 1px solid #767676; padding: .5rem 0 }
article:target { outline: 2px solid }
p { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere }
blockquote { margin: .25rem 0; padding: .25rem .5rem; border: 1px solid #767676 }
small { color: #595959 }
</style>
<main>
<h1>Simulated X</h1>
<p>Nothing here is real, and nothing leaves this machine.</p>
"""
_WATCH = "<p><a href='/?watch=1'>Watch it: reload every five seconds</a></p>\n"
_WATCHING = "<meta http-equiv='refresh' content='5'><p><a href='/'>Stop reloading</a></p>\n"
DEEPEST = 6  # answers to answers move no further to the right


def html_of(world: World, *, handle: str = "", watch: bool = False) -> str:
    """Only the conversations in which `handle` wrote or is named, if one is given.

    It reloads itself only for who asks to `watch`: a page that moves by itself is hard to read.
    """
    wanted = handle.removeprefix("@").lower()
    with world.lock:
        world.catch_up()
        threads = _threads(world)
        shown = [posts for posts in threads if not wanted or any(_concerns(p, wanted) for p in posts)]
        items = "".join(_thread(posts) for posts in shown)
    top = _WATCHING if watch else _WATCH
    if wanted:
        top += f"<p>Only @{escape(wanted)}. <a href='/'>Show everybody</a></p>\n"
    below = _list(items) if items else "<p>Nobody has posted.</p>"
    return f"{_HEAD}{top}{below}</main></html>\n"


def _threads(world: World) -> list[list[Post]]:
    """The posts of each conversation, oldest first; the conversation that began last comes first.

    A deleted post stays as a gap while anybody's answer hangs on it.
    """
    threads: dict[str, list[Post]] = {}
    for post in world.posts.values():
        if post.is_latest and not post.author.protected:
            threads.setdefault(post.conversation_id, []).append(post)
    living = [posts for posts in threads.values() if not all(post.deleted for post in posts)]
    return living[::-1]


def _concerns(post: Post, handle: str) -> bool:
    people = (post.author, *post.mentions)
    return not post.deleted and any(person.handle.lower() == handle for person in people)


def _thread(posts: list[Post]) -> str:
    """Flat rather than recursive: a conversation may be deeper than Python's stack."""
    answers: dict[str, list[Post]] = {}
    known = {post.key for post in posts}
    for post in posts:
        above = post.replied_to.key if post.replied_to and post.replied_to.key in known else ""
        answers.setdefault(above, []).append(post)
    pieces: list[str] = []
    todo: list[tuple[Post | None, int]] = [(post, 0) for post in reversed(answers.get("", []))]
    while todo:
        next_one, depth = todo.pop()
        if next_one is None:
            pieces.append("</ol></li>\n")
            continue
        below = answers.get(next_one.key, [])
        nested = bool(below) and depth < DEEPEST
        pieces.append(f"<li>{_article(next_one)}" + ("<ol>" if nested else "</li>\n"))
        todo += [(None, depth)] if nested else []
        todo += [(answer, depth + 1) for answer in reversed(below)]
    return "".join(pieces)


def _list(items: str) -> str:
    return f"<ol>{items}</ol>"


def _article(post: Post) -> str:
    if post.deleted:
        return f'<article id="p{post.id}"><small>This post was deleted.</small></article>'
    author, at = post.author, post.created_at
    return (
        f'<article id="p{post.id}"><strong>{escape(author.name)}</strong> '
        f'<small><a href="/?handle={escape(author.handle)}">@{escape(author.handle)}</a> · '
        f'<time datetime="{at:%Y-%m-%dT%H:%M:%SZ}">{at:%Y-%m-%d %H:%M:%S} UTC</time>'
        f"{_marks(post)}</small><p>{escape(post.body)}</p>{_quoted(post)}</article>"
    )


def _marks(post: Post) -> str:
    marks = ["replying to @" + escape(post.replied_to.author.handle)] if post.replied_to else []
    marks += ["edited"] if len(post.chain) > 1 else []
    marks += ["hidden by the author of the conversation"] if post.hidden else []
    marks += ["reposted"] if post.retweeted else []
    return "".join(f" · {mark}" for mark in marks)


def _quoted(post: Post) -> str:
    """What it quotes or reposts; a person does not see what was deleted or is protected."""
    other = post.quoted or post.retweeted
    if other is None:
        return ""
    if other.deleted or other.author.protected:
        return "<blockquote><small>This post is not available.</small></blockquote>"
    return (
        f"<blockquote><small>@{escape(other.author.handle)}</small><p>{escape(other.body)}</p></blockquote>"
    )
