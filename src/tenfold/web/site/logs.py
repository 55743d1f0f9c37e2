"""Logs for machines: a JSON object a line, and nothing of what people wrote, are called or may see.

A line holds no text of a request, a row or an exception: addresses as the pattern that they matched, arguments of a
message only where they are numbers, and of an exception its kind and the places that it came through.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from http.client import responses
from typing import Any

UNSAID = "…"  # stands for an argument of a message
FRAMES = 12  # the last places that an exception came through


class Lines(logging.Formatter):
    """Writes a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line: when, how grave, who says it, what, and the figures of a request."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        if figures := _figures(record.args):
            line["figures"] = figures
        line |= getattr(record, "said", {})
        if record.exc_info and record.exc_info[1] is not None:
            line |= _exception(record.exc_info[1])
        return json.dumps(line, ensure_ascii=True)


def _message(record: logging.LogRecord) -> str:
    """Return what a record says, without the arguments that may be texts of people."""
    status = getattr(record, "status_code", None)
    if status in responses:  # as Django says it of an answer, it names the address
        return responses[status]
    if not isinstance(record.args, tuple) or not record.args:
        return str(record.msg)
    kept = tuple(one if type(one) in (int, float) else UNSAID for one in record.args)
    try:
        return str(record.msg) % kept
    except (TypeError, ValueError):  # a number was wanted where a text stands
        return str(record.msg)


def _figures(args: Any) -> list[int | float]:
    """Return those arguments of a message that are numbers: the others may be texts of people."""
    return [one for one in args if type(one) in (int, float)] if isinstance(args, tuple) else []


def _exception(error: BaseException) -> dict[str, Any]:
    """Return the kind of an exception and where it came from, without what it says."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    return {"error": type(error).__name__, "places": [f"{one.filename}:{one.lineno} {one.name}" for one in frames]}


def logging_of(level: str) -> dict[str, Any]:
    """Return the settings of logs: everything from this level on, on standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": f"{__name__}.Lines"}},
        "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["lines"], "level": level},
        "loggers": {
            # What passes through here on its way would be said twice, or with an address in it.
            "django.server": {"handlers": [], "propagate": False},
            "gunicorn.error": {"handlers": ["lines"], "level": level, "propagate": False},
        },
    }
