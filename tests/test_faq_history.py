"""Older versions of the FAQ, from folders and from git; and what has to be read again."""

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import faq, faq_history
from bot.faq_history import NoVersion
from tests.test_bad_input import askhour
from tests.test_faq import FACTS, SOURCES, TOPIC

ROOT = Path(__file__).parents[1]


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=T", "-c", "user.email=t@example.org"]
    subprocess.run(["git", "-C", str(folder), *who, *arguments], check=True, capture_output=True)  # noqa: S603, S607


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An FAQ inside a repository, with a first version and a changed one."""
    found = tmp_path / "faq"
    found.mkdir()
    for name, text in (("sources.yaml", SOURCES), ("facts.yaml", FACTS), ("01-appointment.yaml", TOPIC)):
        (found / name).write_text(text, encoding="utf-8")
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "First")
    changed = TOPIC.replace("over in seconds", "soon over")
    (found / "01-appointment.yaml").write_text(changed, encoding="utf-8")
    return found


def test_a_revision_is_the_folder_as_it_was(folder: Path) -> None:
    with faq_history.version("HEAD", folder) as old:
        assert "over in seconds" in faq.load(old).entries["pain"].answers[0]
    assert not old.exists()
    with faq_history.version(str(folder), folder) as now:
        assert "soon over" in faq.load(now).entries["pain"].answers[0]


@pytest.mark.parametrize("name", ["v9", "--help", "HEAD:faq"])
def test_what_is_no_version_is_told(folder: Path, name: str) -> None:
    with pytest.raises(NoVersion, match="no revision of the repository"), faq_history.version(name, folder):
        pass


def test_the_changelog_is_printed_and_written(folder: Path, tmp_path: Path) -> None:
    env = {"ASKHOUR_FAQ": str(folder)}
    done = askhour("faq", "diff", "HEAD", **env)
    assert done.returncode == 0, done.stderr
    assert "It is ~~over~~ **soon** ~~in seconds.~~ **over.** Source: NHS." in done.stdout
    askhour("faq", "diff", str(folder), "HEAD", "--out", str(tmp_path / "changes.md"), **env)
    assert "~~soon~~" in (tmp_path / "changes.md").read_text(encoding="utf-8")


def test_what_expires_is_listed_with_its_line_and_an_exit_code(folder: Path, tmp_path: Path) -> None:
    env = {"ASKHOUR_FAQ": str(folder)}
    before = askhour("faq", "stale", "--before", "2027-05-31", **env)
    assert (before.returncode, before.stdout) == (0, "")
    after = askhour("faq", "stale", "--before", "2027-06-01", **env)
    assert after.returncode == 1
    assert "01-appointment.yaml:20: entries[1].review_by: read it again before 2027-06-01" in after.stdout
    as_json = askhour("faq", "stale", "--before", "2027-06-01", "--json", **env)
    assert json.loads(as_json.stdout)[0]["entry"] == "pain"


def test_the_next_sessions_say_what_is_stale(folder: Path, tmp_path: Path) -> None:
    config = tmp_path / "config"
    sessions = config / "sessions"
    sessions.mkdir(parents=True)
    plan = (ROOT / "config" / "sessions" / "demo.yaml").read_text(encoding="utf-8")
    from_now = plan.replace("2026-12-03 19:00", f"{soon()} 19:00")
    (sessions / "next.yaml").write_text(from_now, encoding="utf-8")
    old = (folder / "01-appointment.yaml").read_text(encoding="utf-8")
    (folder / "01-appointment.yaml").write_text(old.replace("2027-05-31", soon(-1)), encoding="utf-8")
    env = {"ASKHOUR_FAQ": str(folder), "ASKHOUR_CONFIG": str(config)}
    done = askhour("faq", "stale", **env)
    assert done.returncode == 1, done.stderr
    assert f"read it again before {soon()} (next)" in done.stdout


def soon(days: int = 0) -> str:
    """A day within the next weeks: commands go by the machine's clock."""
    return str((datetime.now(UTC) + timedelta(days=20 + days)).date())


def test_the_check_ends_with_1_and_tells_programs_where(folder: Path, tmp_path: Path) -> None:
    env = {"ASKHOUR_FAQ": str(folder)}
    assert askhour("faq", "check", **env).returncode == 0
    path = folder / "01-appointment.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("[pain/1]", "[pain/7]"), encoding="utf-8")
    done = askhour("faq", "check", "--json", **env)
    assert done.returncode == 1
    [row] = json.loads(done.stdout)
    assert (row["file"], row["line"], row["key"]) == (str(path), 17, "entries[1].facts[1]")
    assert "add the fact there" in row["problem"]
