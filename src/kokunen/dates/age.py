"""Age as the law counts it: a year of life is complete at the end of the day before the birthday.

年齢計算ニ関スル法律 (明治35年法律第50号) counts the day of birth as the first day, and 民法143条
ends a period of years on the day before the day that answers to its first.
"""

from __future__ import annotations

from datetime import date, timedelta

from kokunen.dates.errors import Refusal

_LEAP_DAY = (2, 29)


class UnableToTellAge(Refusal):
    """The day asked about lies before the birth."""

    code = "before_birth"


def attained_on(*, birth_date: date, years: int) -> date:
    """Return the day on which an age (in whole years, 1 or more) is attained.

    It is the day before the birthday. Who was born on 29 February attains it on 28 February in
    every year: in a leap year as the day before the birthday, in any other as the last day of
    the month that has no such day (民法143条2項ただし書).
    """
    year = birth_date.year + years
    if (birth_date.month, birth_date.day) == _LEAP_DAY:
        return date(year, 2, 28)
    return birth_date.replace(year=year) - timedelta(days=1)


def age_on(*, birth_date: date, on: date) -> int:
    """Return the age in whole years on a day; raise `UnableToTellAge` for a day before the birth.

    The age rises on the day before the birthday, so 20 is already reached on that day.
    """
    if on < birth_date:
        raise UnableToTellAge(
            f"{on}は生年月日({birth_date})より前の日です。",
            fix="生年月日と基準日を確かめてください。",
        )
    # One more than the calendar years between: 1 January is attained on 31 December.
    years = on.year - birth_date.year + 1
    while attained_on(birth_date=birth_date, years=years) > on:
        years -= 1
    return years
