"""Structured logs without personal data: what happened and where, never a value.

An exception's message may quote a row (a database names the key that clashed), so only its class
and the lines of our code it passed are written. The record of access is `kokunen.audit`, not this.
"""

from __future__ import annotations

import sys
import traceback
from typing import TYPE_CHECKING, Any, Final

import structlog

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

KEPT: Final = {"event", "level", "logger", "timestamp", "status_code", "raised", "passed"}
"""Whatever else a library hands over (a request, a user, SQL and its parameters) is left out."""


def raised(
    _logger: object, _name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Put an exception's class and the lines it passed in place of its message."""
    given = event.pop("exc_info", None)
    found = sys.exc_info() if given is True else given
    if isinstance(found, tuple) and found[0] is not None:
        event["raised"] = found[0].__name__
        event["passed"] = [
            f"{frame.f_globals.get('__name__', '?')}:{line}"
            for frame, line in traceback.walk_tb(found[2])
        ]
    return event


def without_values(
    _logger: object, _name: str, event: MutableMapping[str, Any]
) -> Mapping[str, Any]:
    """Keep the fixed words of an event and drop what was put into them."""
    record = event.pop("_record", None)
    if record is not None:
        event["event"] = str(record.msg)  # before its arguments are put in
    return {key: value for key, value in event.items() if key in KEPT}


_PROCESSORS: Final = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.ExtraAdder(allow=["status_code"]),
    raised,
]

LOGGING: Final[dict[str, Any]] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": _PROCESSORS,
            "processors": [
                without_values,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "kokunen": {"level": "INFO"},
    },
}
"""Django's `LOGGING`: one JSON object a line, on standard error."""
