"""Business days, on which a premium can be paid, and the deadlines that roll to them.

Closed are Saturdays, Sundays, the holidays of 国民の祝日に関する法律 and 29 December to 3 January
(行政機関の休日に関する法律1条; banks close only from 31 December by 銀行法施行令5条, which gives
the same deadline at the end of a month). The answers are limited to the years for which that is so:

- from 1 February 1989, the month in which banks began to close on every Saturday. (jpholiday must
  not be asked about much earlier years: it has the 国民の休日 of 4 May from 1948, the law from
  1986.)
- to 31 December 2099. The equinoxes of a year are fixed by the official gazette of the February
  before it; those of later years are the astronomical forecast, and a new law may move any holiday,
  so that a day in a year not yet announced is provisional.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from kokunen.dates.errors import Refusal

if TYPE_CHECKING:
    from kokunen.dates.month import Month

FIRST_KNOWN_DAY = date(1989, 2, 1)
LAST_KNOWN_DAY = date(2099, 12, 31)

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5
_YEAR_END = (12, 29)
_NEW_YEAR = (1, 3)


class UnableToTellBusinessDay(Refusal):
    """The day lies outside the years whose holidays are known."""

    code = "no_business_calendar"


def is_business_day(day: date) -> bool:
    """Tell whether offices and banks are open on the day.

    Raises `UnableToTellBusinessDay` outside 1989-02-01 to 2099-12-31.
    """
    if not FIRST_KNOWN_DAY <= day <= LAST_KNOWN_DAY:
        raise UnableToTellBusinessDay(
            f"{day}が営業日かどうかは分かりません。"
            f"休日が分かるのは{FIRST_KNOWN_DAY}から{LAST_KNOWN_DAY}までです。",
            fix="日付を確かめてください。",
        )
    if day.weekday() >= _SATURDAY:
        return False
    of_year = (day.month, day.day)
    if of_year >= _YEAR_END or of_year <= _NEW_YEAR:
        return False
    # Imported here because most calculations never ask for a holiday, and start faster for it.
    import jpholiday  # noqa: PLC0415 - see the line above

    return not jpholiday.is_holiday(day)


def next_business_day(day: date) -> date:
    """Return the day itself if it is a business day, else the first one after it."""
    while not is_business_day(day):
        day += _ONE_DAY
    return day


def previous_business_day(day: date) -> date:
    """Return the day itself if it is a business day, else the last one before it."""
    while not is_business_day(day):
        day -= _ONE_DAY
    return day


def due_on_month_end(month: Month) -> date:
    """Return the deadline at the end of a month: its last day, rolled to the next business day.

    The premium of a month is due at the end of the *following* month (国民年金法91条): pass that
    month. The premium of April 2025 was due at the end of May, a Saturday, and so on 2025-06-02.
    """
    return next_business_day(month.last_day)
