"""The office's time: which day in Japan a moment belongs to, and with which moment a day begins."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from typing import Final

TOKYO: Final = timezone(timedelta(hours=9), "JST")
"""Japan has had no summer time since 1951."""


def day_of(at: datetime) -> date:
    """Return the day in Japan of an aware moment; it changes at midnight there."""
    return at.astimezone(TOKYO).date()


def start_of(day: date) -> datetime:
    """Return the first moment of a day in Japan."""
    return datetime.combine(day, time(), tzinfo=TOKYO)
