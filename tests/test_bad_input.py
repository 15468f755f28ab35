"""What people get wrong: a clear word each, and nothing is lost."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot import config, environment, mistakes, yamlfile
from bot.config import Content
from bot.flows import queue
from bot.rehearsal import script

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "config" / "sessions" / "demo.yaml"


def askhour(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """The command as a person runs it."""
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "bot.cli", *words],
        cwd=ROOT,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def broken(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    """The demo's plan with some lines changed."""
    text = DEMO.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "broken.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("zone: Europe/London", "zone: Europe/Londn", "zone: 'Europe/Londn' is not a time zone"),
        ("start: 2026-12-03 19:00", "start: next week", "start: should be a valid datetime"),
        ("budget_usd: 5.00", "budget: 5.00", "budget: unknown key; did you mean `budget_usd`?"),
        ("length_minutes: 60", "length_minutes: 60\nlength_minutes: 50", "length_minutes: stands twice"),
        ("closing: >-", "closing: &c >-", "anchors and aliases"),
        ("  - minute: 18", "  - minute: 99", "prompts[2].minute: should be inside the hour"),
        ('#MammoHour"\nhost', '#Mammo Hour"\nhost', "hashtag: should be # and then letters"),
    ],
)
def test_a_broken_plan_is_told_by_line_and_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(yamlfile.BadFiles) as bad:
        config.read_plan(broken(tmp_path, (old, new)))
    assert said in str(bad.value)
    assert f"{tmp_path / 'broken.yaml'}:" in str(bad.value)


def test_all_problems_of_a_plan_are_told_at_once(tmp_path: Path) -> None:
    path = broken(tmp_path, ("  - minute: 18", "  - minute: 99"), ("  - minute: 33", "  - minute: 0"))
    with pytest.raises(yamlfile.BadFiles) as bad:
        config.read_plan(path)
    assert len(bad.value.problems) == 2


def test_times_and_words_keep_their_meaning(tmp_path: Path) -> None:
    """PyYAML alone reads 19:00 as 1140 and no as False."""
    path = tmp_path / "a.yaml"
    path.write_text("a: 19:00\nb: no\nc: 012\nd: 5\ne: true\n", encoding="utf-8")
    assert yamlfile.load(path).data == {"a": "19:00", "b": "no", "c": "012", "d": 5, "e": True}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"a: \xff", "not UTF-8"),
        (b"a: [1", "not valid YAML"),
        (b"a: !!python/object/apply:os.system [ls]", "is not allowed"),
        (b"a: " + b"x" * 2_100_000, "larger than 2 MB"),
    ],
)
def test_a_file_that_is_no_strict_yaml_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(content)
    with pytest.raises(yamlfile.BadFiles, match=said):
        yamlfile.load(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(yamlfile.BadFiles, match=r"prices\.yaml: cannot be read: No such file"):
        config.read_prices(Content(tmp_path, tmp_path))


def test_an_unknown_session_is_told_with_those_that_there_are() -> None:
    with pytest.raises(yamlfile.BadFiles, match="no session 'dmeo'; there are: demo"):
        config.find_plan(Content(ROOT / "faq", ROOT / "config"), "dmeo")


def test_a_key_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    env = {"ASKHOUR_X_API_KEY_FILE": str(tmp_path / "gone")}
    with pytest.raises(environment.BadEnvironment, match="gone, which cannot be read"):
        environment.secret("X_API_KEY", env=env)


def test_a_secret_is_given_once(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("from the file\n", encoding="utf-8")
    assert environment.secret("K", env={"ASKHOUR_K_FILE": str(file)}) == "from the file"
    with pytest.raises(environment.BadEnvironment, match="keep one"):
        environment.secret("K", env={"ASKHOUR_K": "a", "ASKHOUR_K_FILE": str(file)})
    with pytest.raises(environment.BadEnvironment, match="write 1 or 0"):
        environment.flag("F", default=True, env={"ASKHOUR_F": "maybe"})


def test_the_demo_does_not_start_beside_real_keys() -> None:
    refused = askhour("demo", "--headless", ASKHOUR_X_API_KEY="a-real-key")
    assert refused.returncode == 1
    assert "keys for the real X are set" in refused.stderr
    assert "a-real-key" not in refused.stderr + refused.stdout


def test_running_without_keys_says_which_are_missing() -> None:
    refused = askhour("run")
    assert refused.returncode == 1
    assert "ASKHOUR_X_ACCESS_TOKEN_SECRET" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_port_in_use_is_told_with_what_to_do() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused = askhour("demo", "--port", str(taken.getsockname()[1]))
    assert refused.returncode == 1
    assert "is taken: choose another with --port" in refused.stderr


def test_an_empty_answer_is_told_without_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert mistakes.explain(queue.Incomplete("the answer is empty")) == 1
    assert capsys.readouterr().err == "askhour: the answer is empty\n"


def test_a_file_of_posts_is_read_whole_or_told_line_by_line(tmp_path: Path) -> None:
    plan = config.read_plan(DEMO)
    path = tmp_path / "posts.jsonl"
    path.write_text('{"text": 5}\nnot json\n{"text": "a", "at": "2026-01-01"}\n', encoding="utf-8")
    with pytest.raises(yamlfile.BadFiles) as bad:
        script.read_posts(path, plan)
    assert [problem.line for problem in bad.value.problems] == [1, 2, 3]

    rows = [{"text": "a\u2028b", "label": "x"}, {"text": "@MammoHour c", "author": "eve", "at": 7}]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    first, second = script.read_posts(path, plan)
    assert (first.text, first.minute) == ("@mammohour a\u2028b", 0)
    assert (second.text, second.author, second.minute) == ("@MammoHour c", "eve", 7)


def test_the_packaged_faq_and_settings_have_no_problems() -> None:
    checked = askhour("check")
    assert checked.returncode == 0, checked.stdout
