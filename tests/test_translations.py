"""The pages in Spanish: every word of them is translated, and what is compiled is what is written."""

import gettext
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from bot.console.words import WORDS

BOT = Path(__file__).parents[1] / "bot"
CATALOG = Path("locale/es/LC_MESSAGES")
NAMED = re.compile(r"%\((\w+)\)s")


def compiled() -> dict[str, str]:
    with (BOT / CATALOG / "django.mo").open("rb") as file:
        return dict(gettext.GNUTranslations(file)._catalog)  # type: ignore[attr-defined]


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="no gettext on this machine")
def test_every_word_of_the_pages_is_in_spanish(tmp_path: Path) -> None:
    for part in ("console", "locale"):
        shutil.copytree(BOT / part, tmp_path / part, ignore=shutil.ignore_patterns("vendor", "__pycache__"))
    command = [sys.executable, "-m", "django", "makemessages", "-l", "es", "--no-location", "--no-wrap"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)  # noqa: S603 - our own program
    text = (tmp_path / CATALOG / "django.po").read_text(encoding="utf-8")
    missing = re.findall(r'^msgid ("(?:[^"\\]|\\.)+")\nmsgstr ""\n(?!")', text, re.MULTILINE)
    assert missing == []
    assert "fuzzy" not in text
    subprocess.run(  # noqa: S603
        ["msgfmt", "--check-format", "-o", str(tmp_path / "new.mo"), str(BOT / CATALOG / "django.po")],  # noqa: S607
        check=True, capture_output=True,
    )  # fmt: skip
    assert (tmp_path / "new.mo").read_bytes() == (BOT / CATALOG / "django.mo").read_bytes()


def test_what_is_filled_in_is_the_same_in_both_languages() -> None:
    for english, spanish in compiled().items():
        if english:
            assert set(NAMED.findall(english)) == set(NAMED.findall(spanish)), english


def test_what_core_says_is_translated_too() -> None:
    assert [word for word in WORDS if word not in compiled()] == []


@pytest.mark.django_db
def test_a_browser_gets_its_language_and_a_person_may_choose_another() -> None:
    from bot.console.desk import KEY, Desk  # noqa: PLC0415
    from tests.console.conftest import NOW  # noqa: PLC0415

    client = Client(**{KEY: Desk(None, lambda: NOW)})  # type: ignore[arg-type]
    spanish = client.get("/sign-in/help", headers={"accept-language": "es-MX,es;q=0.9"})
    assert "Primera vez aquí" in spanish.content.decode()
    assert '<html lang="es">' in spanish.content.decode()
    client.post("/language", {"language": "en", "next": "/sign-in/help"})
    english = client.get("/sign-in/help", headers={"accept-language": "es"})
    assert "First time here" in english.content.decode()
