"""The timeline as a person would see it, newest first."""

from html import escape

from bot.x.simulator.posts import Post
from bot.x.simulator.world import World

_HEAD = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="5">
<title>Simulated X</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 1rem auto; padding: 0 1rem }
article { border-bottom: 1px solid #767676; padding: .5rem 0 }
article.reply { margin-left: 2rem }
p { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere }
small { color: #595959 }
</style>
<main>
<h1>Simulated X</h1>
<p>Nothing here is real, and nothing leaves this machine.</p>
"""


def html_of(world: World) -> str:
    with world.lock:
        posts = [post for post in reversed(world.standing()) if not post.author.protected]
        return _HEAD + "".join(_article(post) for post in posts) + "</main></html>\n"


def _article(post: Post) -> str:
    kind = "reply" if post.replied_to else "post"
    when = f"{post.created_at:%Y-%m-%d %H:%M:%S} UTC"
    edited = " · edited" if len(post.chain) > 1 else ""
    return (
        f'<article class="{kind}" id="p{post.id}"><strong>{escape(post.author.name)}</strong> '
        f"<small>@{escape(post.author.handle)} · {when}{edited}{_context(post)}</small>"
        f"<p>{escape(post.body)}</p></article>\n"
    )


def _context(post: Post) -> str:
    if post.replied_to:
        return f" · replying to @{escape(post.replied_to.author.handle)}"
    if post.quoted:
        return f" · quoting @{escape(post.quoted.author.handle)}: {escape(post.quoted.body)}"
    if post.retweeted:
        origin = post.retweeted
        return f" · reposted @{escape(origin.author.handle)}: {escape(origin.body)}"
    return ""
