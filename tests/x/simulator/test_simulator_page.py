"""The page: what a person would see of it all."""

from html.parser import HTMLParser

import pytest
import requests

from bot.x.simulator import Account, Server, World

VOID = {"meta", "link", "br"}


class Outline(HTMLParser):
    """Where each post stands: how deep in lists it is, and what it says. Notes tags that do not pair."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.unpaired: list[str] = []
        self.posts: list[tuple[int, str]] = []
        self.tags: set[str] = set()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "article":
            self.posts.append((self.open.count("ol"), ""))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.unpaired.append(tag)

    def handle_data(self, data: str) -> None:
        if "article" in self.open:
            depth, said = self.posts.pop()
            self.posts.append((depth, said + data))


def page(server: Server, handle: str = "") -> Outline:
    answer = requests.get(server.url, params={"handle": handle} if handle else {}, timeout=5)
    outline = Outline(answer.text)
    assert outline.unpaired == []
    assert outline.open == []
    return outline


def test_an_answer_stands_below_what_it_answers(
    server: Server, world: World, host: Account, ana: Account, ben: Account
) -> None:
    first = world.post(host, "First")
    second = world.post(ana, "Second")
    question = world.reply(ana, to=first, text="Question")
    world.reply(ben, to=first, text="Me too")
    world.reply(host, to=question, text="Answer")
    shown = [(depth, text) for depth, text in page(server).posts]
    words = ["Second", "First", "Question", "Answer", "Me too"]
    assert [depth for depth, _ in shown] == [1, 1, 2, 3, 2]
    assert [word in text for word, (_, text) in zip(words, shown, strict=True)] == [True] * 5
    assert "@mammohour" in shown[1][1]
    assert "2026-10-01 12:00:00 UTC" in shown[1][1]
    assert second.author is ana


def test_what_was_edited_hidden_quoted_or_deleted_says_so(
    server: Server, world: World, host: Account, ana: Account
) -> None:
    root = world.edit(world.post(host, "We are opn"), "We are open")
    rude = world.reply(ana, to=root, text="Go away")
    rude.hidden = True
    gone = world.reply(ana, to=root, text="A secret")
    world.reply(host, to=gone, text="Nothing to see")
    world.delete(gone)
    world.quote(ana, root, "Look at this")
    lost = world.post(ana, "Another secret")
    world.quote(host, lost, "I saw that")
    world.retweet(ana, root)
    world.delete(lost)
    texts = {text for _, text in page(server).posts}
    assert any("We are open" in text and "edited" in text for text in texts)
    assert any("Go away" in text and "hidden" in text for text in texts)
    assert any("Look at this" in text and "We are open" in text for text in texts)
    assert any("I saw that" in text and "not available" in text for text in texts)
    assert any("reposted" in text and "We are open" in text for text in texts)
    assert any("This post was deleted." in text for text in texts)
    assert not any("secret" in text or "opn" in text for text in texts)


def test_a_conversation_of_which_nothing_is_left_is_gone(server: Server, world: World, ana: Account) -> None:
    world.delete(world.post(ana, "one"))
    assert page(server).posts == []


@pytest.mark.parametrize("handle", ["ana_p", "@ANA_P"])
def test_one_may_look_at_what_concerns_somebody(
    server: Server, world: World, host: Account, ana: Account, ben: Account, handle: str
) -> None:
    about = world.post(host, "Hello @ana_p")
    world.reply(ben, to=about, text="In the same conversation")
    world.post(ben, "Elsewhere")
    texts = " ".join(text for _, text in page(server, handle).posts)
    assert "Hello" in texts
    assert "In the same conversation" in texts
    assert "Elsewhere" not in texts


def test_nothing_that_people_write_becomes_part_of_the_page(server: Server, world: World) -> None:
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    account = world.add_account("evil", name=evil, description=evil)
    world.quote(account, world.reply(account, to=world.post(account, evil), text=evil), evil)
    shown = page(server)
    assert not shown.tags & {"script", "img"}
    assert not page(server, evil).tags & {"script", "img"}
    assert shown.tags >= {"main", "h1", "time"}


def test_the_page_reloads_itself_only_for_who_asks(server: Server) -> None:
    assert "http-equiv" not in requests.get(server.url, timeout=5).text
    assert "content='5'" in requests.get(f"{server.url}/?watch=1", timeout=5).text


def test_a_very_long_conversation_is_shown_and_does_not_leave_the_page(
    server: Server, world: World, ana: Account, ben: Account
) -> None:
    post = world.post(ana, "0")
    for number in range(1_200):
        post = world.reply((ana, ben)[number % 2], to=post, text=f"{number + 1}")
    shown = page(server).posts
    assert len(shown) == 1_201
    assert max(depth for depth, _ in shown) == 7
