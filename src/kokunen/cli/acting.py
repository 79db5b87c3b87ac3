"""Who acts at the command line: the program, on the machine of the office."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kokunen.audit.domain import Occasion


def program(command: str, *, reason: str = "") -> Occasion:
    """Return the occasion of a command such as ``audit verify``, now."""
    import platform
    from datetime import UTC, datetime

    from kokunen.audit.domain import Occasion

    return Occasion(
        at=datetime.now(UTC),
        staff=None,
        staff_number=f"kokunen {command}",
        department="",
        terminal=platform.node()[:64],
        reason=reason,
    )
