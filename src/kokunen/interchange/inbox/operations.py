"""The only writer of what comes in: files taken and applied, records tried again or set aside."""

from __future__ import annotations

from kokunen.interchange.inbox.again import (
    UnableToReachSealedRecord,
    retry,
    retry_held,
)
from kokunen.interchange.inbox.applying import apply
from kokunen.interchange.inbox.arriving import receive
from kokunen.interchange.inbox.aside import go_on, set_aside

__all__ = [
    "UnableToReachSealedRecord",
    "apply",
    "go_on",
    "receive",
    "retry",
    "retry_held",
    "set_aside",
]
