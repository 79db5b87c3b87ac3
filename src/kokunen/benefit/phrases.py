"""How days, amounts and ranges are written for a clerk. Pure."""

from __future__ import annotations

from datetime import date
from typing import Final

from kokunen.dates.wareki import format_wareki

_FIRST: Final = date(1873, 1, 1)
UNKNOWN: Final = "不明"


def day_text(day: date | None) -> str:
    """Write a day in wareki; one before the solar calendar in ISO form; None as not known."""
    if day is None:
        return UNKNOWN
    return format_wareki(day) if day >= _FIRST else day.isoformat()


def yen(amount: int) -> str:
    """Write an amount."""
    return f"{amount:,}円"


def between(least: int, most: int) -> str:
    """Write a range of amounts; one whose ends are equal is an amount."""
    return yen(least) if least == most else f"{yen(least)}〜{yen(most)}"
