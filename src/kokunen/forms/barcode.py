"""The code on a form, by which a scanner finds its case again: a QR code with the case number.

QR rather than stripes: read at any angle, from a folded or copied sheet (a quarter of it may be
unreadable), and small. It holds the number of the case and nothing of a person.
"""

from __future__ import annotations

import re
from typing import Final

import segno

SIDE: Final = 21
"""Modules on each side (version 1)."""

_WRITTEN: Final = re.compile(r"CASE([0-9]{1,12})")


def text_of(case: int) -> str:
    """Return what the code says."""
    return f"CASE{case:010d}"


def case_of(scanned: str) -> int | None:
    """Return the case that a scanned text names, or None when it is not one of our codes."""
    found = _WRITTEN.fullmatch(scanned.strip())
    return int(found[1]) if found else None


def modules(case: int) -> list[int]:
    """Return the code row by row, one number for each module: 0 is black, 255 white.

    The mask is fixed: to choose it would take longer than all the rest of the page.
    """
    code = segno.make_qr(text_of(case), version=1, error="q", mask=3, boost_error=False)
    return [0 if module else 255 for row in code.matrix for module in row]
