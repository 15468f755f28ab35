"""The page, the control API and the life of the server."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import requests

from bot.x.simulator import Account, Fault, PortInUseError, Server, World, serve


def control(server: Server, path: str, **body: Any) -> dict[str, Any]:
    answer = requests.post(f"{server.url}/control/{path}", json=body, timeout=5)
    answer.raise_for_status()
    result: dict[str, Any] = answer.json()
    return result


def test_a_taken_port_is_named(server: Server, world: World) -> None:
    with pytest.raises(PortInUseError, match=str(server.port)), serve(world, server.port):
        pass


def test_the_page_shows_the_timeline_and_runs_nothing_in_it(
    server: Server, world: World, ana: Account
) -> None:
    world.post(ana, "<script>alert(1)</script> does it hurt?")
    world.post(world.add_account("shy", protected=True), "private")
    answer = requests.get(server.url, timeout=5)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; does it hurt?" in answer.text
    assert "<script>" not in answer.text
    assert "private" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_another_process_can_play_people(server: Server, world: World) -> None:
    control(server, "accounts", handle="mammohour", verified=True)
    control(server, "accounts", handle="ana_p")
    asked = control(server, "posts", **{"as": "ana_p"}, text="@mammohour dose it hurt?")
    edited = control(server, f"posts/{asked['id']}/edit", text="@mammohour does it hurt?")
    reply = control(server, "posts", **{"as": "mammohour"}, text="A little.", reply_to=edited["id"])
    assert [post.id for post in world.replies_to(asked["id"])] == [reply["id"]]
    control(server, f"posts/{reply['id']}/delete")
    state = requests.get(f"{server.url}/control/state", timeout=5).json()
    assert [post["body"] for post in state["posts"]] == ["@mammohour does it hurt?"]


def test_another_process_can_make_trouble(server: Server, world: World) -> None:
    control(server, "settings", credits="1.50", duplicate_window=60, spelling="both")
    control(server, "chaos", level="light", next_post=["timeout_landed"], stall_stream=True)
    assert world.settings.credits == Decimal("1.50")
    assert world.settings.duplicate_window == timedelta(minutes=1)
    assert list(world.chaos.posts) == [Fault.TIMEOUT_LANDED]
    assert world.chaos.stream_stalled


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("posts", {"as": "nobody", "text": "hi"}),
        ("chaos", {"next_post": ["storm"]}),
        ("settings", {"enterprise": "yes"}),
        ("settings", {"no_such": 1}),
        ("nothing", {}),
    ],
)
def test_a_mistake_is_explained(server: Server, path: str, body: dict[str, Any]) -> None:
    answer = requests.post(f"{server.url}/control/{path}", json=body, timeout=5)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_a_web_page_cannot_drive_it(server: Server) -> None:
    """A form in a browser sends no JSON, and a rebound name is not ours."""
    url = f"{server.url}/control/accounts"
    assert requests.post(url, data='{"handle": "x"}', timeout=5).status_code == 403
    evil = {"Host": f"evil.example:{server.port}"}
    assert requests.post(url, json={"handle": "x"}, headers=evil, timeout=5).status_code == 403


def test_an_unknown_path_is_404(server: Server) -> None:
    assert requests.get(f"{server.url}/2/likes", timeout=5).status_code == 404
