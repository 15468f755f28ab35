"""Nothing that a patient wrote and no key gets into a log."""

import json
import logging

import pytest
import structlog

from bot import logs
from bot.x.tweepy_x import Keys


@pytest.fixture(autouse=True)
def configured(capsys: pytest.CaptureFixture[str]) -> None:  # after the capture has begun
    logs.configure(level=logging.DEBUG)


def test_only_known_fields_are_written(capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger().warning("a part failed", part="intake", text="CANARY", token="CANARY")
    line = capsys.readouterr().err
    assert "CANARY" not in line
    assert json.loads(line)["part"] == "intake"


def test_an_exception_is_told_by_its_class_and_place(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        int("CANARY")
    except ValueError as error:
        structlog.get_logger().error("a part failed", exc_info=error)
    line = capsys.readouterr().err
    assert "CANARY" not in line
    assert "ValueError at test_an_exception" in line


def test_what_libraries_log_loses_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("django.request").error("Internal Server Error: %s", "CANARY")
    logging.getLogger("tweepy.client").debug("Authorization: CANARY")
    assert "CANARY" not in capsys.readouterr().err


def test_keys_do_not_show_themselves() -> None:
    assert "CANARY" not in repr(Keys("CANARY", "CANARY", "CANARY", "CANARY"))
