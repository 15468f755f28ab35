"""Lets simulated patients post what the script says, when it is time."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.core.crowd import Kind
from bot.rehearsal.script import Line, Then
from bot.x.simulator import Account, Post, World

LATER = timedelta(minutes=2)


class Player:
    """Plays a script. Call `play` as often as you like: what is due is done once."""

    def __init__(self, world: World, host: Account, script: Iterable[Line], opens: datetime) -> None:
        self._world, self._host = world, host
        self._coming = sorted(
            ((opens + timedelta(minutes=line.minute), line) for line in script), key=lambda x: x[0]
        )
        self._afterwards: list[tuple[datetime, Line, Post]] = []
        self._first: dict[str, Post] = {}
        self.kinds: dict[str, Kind] = {}  # what each post means, by its id

    @property
    def done(self) -> bool:
        return not self._coming and not self._afterwards

    def play(self, now: datetime) -> None:
        while self._coming and self._coming[0][0] <= now:
            due, line = self._coming.pop(0)
            post = self._post(line)
            if not line.repost:
                self._first.setdefault(line.text, post)
                self.kinds[post.chain[0]] = line.kind
            if line.then is not Then.NOTHING:
                self._afterwards.append((due + LATER, line, post))
        for item in [item for item in self._afterwards if item[0] <= now]:
            self._afterwards.remove(item)
            self._follow_up(item[1], item[2])

    def _post(self, line: Line) -> Post:
        world = self._world
        author = world.find_account(line.author) or world.add_account(line.author)
        if line.repost:
            return world.retweet(author, self._original(line))
        prompts = [p for p in reversed(world.timeline(self._host)) if p.text.startswith("T")]
        if 0 < line.reply_to_prompt <= len(prompts):
            return world.reply(author, to=prompts[line.reply_to_prompt - 1], text=line.text)
        return world.post(author, line.text)

    def _original(self, line: Line) -> Post:
        return self._first[line.text]

    def _follow_up(self, line: Line, post: Post) -> None:
        if line.then is Then.DELETE:
            self._world.delete(post)
        else:
            self._world.edit(post, line.then_text)
