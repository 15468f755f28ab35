"""Logs as JSON lines, without the text of any post, a handle or a key.

Every event has a name and fields from ALLOWED; anything else is dropped before it is written, so that
a careless line of code cannot leak what a patient wrote.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

ALLOWED = frozenset(
    "event level timestamp logger part host session cue question item outgoing state count seconds"
    " trouble reason kind route port path status exception".split()
)
#: Libraries that write requests, headers or bodies into their debug logs.
QUIET = ("tweepy", "oauthlib", "requests_oauthlib", "urllib3", "apscheduler", "waitress", "django")


def only_allowed(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {name: value for name, value in event.items() if name in ALLOWED}


def without_values(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An exception as its class and place: its message may quote what somebody wrote."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        place = f" at {trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else ""
        event["exception"] = type(error).__name__ + place
    return event


def configure(*, level: int = logging.INFO) -> None:
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # Django writes the traceback of a failed page, values and all: our own handler does not.
    logging.basicConfig(level=level, handlers=[_Plain()], force=True)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            without_values,
            only_allowed,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


class _Plain(logging.Handler):
    """What libraries log, as one of our lines: the logger's name and the exception, not the message."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.WARNING:
            error = record.exc_info[1] if record.exc_info else None
            structlog.get_logger().warning(
                "a library complained", logger=record.name, kind=record.levelname, exc_info=error
            )
