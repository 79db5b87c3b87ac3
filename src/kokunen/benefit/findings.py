"""What the checks of a claim share: how they weigh, and the periods that the law counts. Pure.

A claim may not be turned away because it will probably fail (行政手続法7条): that is a NOTE, said
beforehand. STOP is for what cannot be a claim here: the wrong office, the wrong form, a day that
has not come or cannot be.
"""

from __future__ import annotations

from datetime import date, timedelta

from kokunen.dates.month import Month


def elapsed(first: date, *, months: int) -> date:
    """Return the day after a period of months that begins with ``first`` (…月を経過した日).

    民法143条: the period ends on the day before the one that corresponds; a month without such a
    day ends it with its last.
    """
    month = Month.of(first) + months
    if first.day <= month.last_day.day:
        return date(month.year, month.month, first.day)
    return month.last_day + timedelta(days=1)


def before(day: date, *, months: int) -> date:
    """Return the first day of the so many months that end with ``day``."""
    month = Month.of(day) - months
    if day.day >= month.last_day.day:
        return (month + 1).first_day
    return date(month.year, month.month, day.day) + timedelta(days=1)


def day_of(given: object) -> date | None:
    """Return a day that stands on a filing (ISO), or None."""
    return date.fromisoformat(given) if isinstance(given, str) and given else None


WRONG_OFFICE = "年金事務所に案内してください。"
