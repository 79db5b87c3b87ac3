from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokunen.dates.business import (
    FIRST_KNOWN_DAY,
    LAST_KNOWN_DAY,
    UnableToTellBusinessDay,
    due_on_month_end,
    is_business_day,
    next_business_day,
    previous_business_day,
)
from kokunen.dates.month import Month

# Written by hand from the announced holidays; the substitute and between-days are among them.
HOLIDAYS = {
    1990: "1/1 1/15 2/11 2/12 3/21 4/29 4/30 5/3 5/4 5/5 9/15 9/23 9/24 10/10 11/3 11/12 11/23 "
    "12/23 12/24",
    2015: "1/1 1/12 2/11 3/21 4/29 5/3 5/4 5/5 5/6 7/20 9/21 9/22 9/23 10/12 11/3 11/23 12/23",
    2019: "1/1 1/14 2/11 3/21 4/29 4/30 5/1 5/2 5/3 5/4 5/5 5/6 7/15 8/11 8/12 9/16 9/23 10/14 "
    "10/22 11/3 11/4 11/23",
    2020: "1/1 1/13 2/11 2/23 2/24 3/20 4/29 5/3 5/4 5/5 5/6 7/23 7/24 8/10 9/21 9/22 11/3 11/23",
    2021: "1/1 1/11 2/11 2/23 3/20 4/29 5/3 5/4 5/5 7/22 7/23 8/8 8/9 9/20 9/23 11/3 11/23",
    2025: "1/1 1/13 2/11 2/23 2/24 3/20 4/29 5/3 5/4 5/5 5/6 7/21 8/11 9/15 9/23 10/13 11/3 "
    "11/23 11/24",
    2026: "1/1 1/12 2/11 2/23 3/20 4/29 5/3 5/4 5/5 5/6 7/20 8/11 9/21 9/22 9/23 10/12 11/3 11/23",
    2027: "1/1 1/11 2/11 2/23 3/21 3/22 4/29 5/3 5/4 5/5 7/19 8/11 9/20 9/23 10/11 11/3 11/23",
}
YEAR_TURN = {"12/29", "12/30", "12/31", "1/1", "1/2", "1/3"}
known_days = st.dates(
    min_value=FIRST_KNOWN_DAY + timedelta(days=20), max_value=LAST_KNOWN_DAY - timedelta(days=20)
)


@pytest.mark.parametrize("year", HOLIDAYS)
def test_every_day_of_a_year_against_the_announced_holidays(year: int) -> None:
    closed = YEAR_TURN | set(HOLIDAYS[year].split())
    day = date(year, 1, 1)
    while day.year == year:
        weekend = day.strftime("%a") in {"Sat", "Sun"}
        expected = not weekend and f"{day.month}/{day.day}" not in closed
        assert is_business_day(day) == expected, day
        day += timedelta(days=1)


def test_the_ten_days_of_golden_week_2019() -> None:
    assert is_business_day(date(2019, 4, 26))
    assert next_business_day(date(2019, 4, 27)) == date(2019, 5, 7)
    assert previous_business_day(date(2019, 5, 6)) == date(2019, 4, 26)


def test_the_day_between_two_holidays_in_september_2026() -> None:
    assert next_business_day(date(2026, 9, 19)) == date(2026, 9, 24)


def test_the_turn_of_the_year() -> None:
    assert is_business_day(date(2026, 12, 28))
    assert next_business_day(date(2026, 12, 29)) == date(2027, 1, 4)
    assert previous_business_day(date(2027, 1, 3)) == date(2026, 12, 28)
    assert is_business_day(date(2027, 1, 4))


@pytest.mark.parametrize(
    ("month", "due"),
    [
        ("2025-05", date(2025, 6, 2)),  # the premium of R7.4, published
        ("2026-08", date(2026, 8, 31)),
        ("2026-05", date(2026, 6, 1)),
        ("2024-12", date(2025, 1, 6)),
        ("2026-12", date(2027, 1, 4)),
        ("2019-04", date(2019, 5, 7)),
        ("1989-05", date(1989, 5, 31)),
    ],
)
def test_what_is_due_at_the_end_of_a_month_rolls_forward(month: str, due: date) -> None:
    assert due_on_month_end(Month.parse(month)) == due


def test_the_equinoxes_are_those_of_the_common_approximation() -> None:
    """The constants for 1980–2099; an equinox on a weekend is not seen by a business day."""
    for year in range(1990, 2100):
        leaps = (year - 1980) // 4
        spring = date(year, 3, int(20.8431 + 0.242194 * (year - 1980) - leaps))
        autumn = date(year, 9, int(23.2488 + 0.242194 * (year - 1980) - leaps))
        assert not is_business_day(spring)
        assert not is_business_day(autumn)


@pytest.mark.parametrize("day", [FIRST_KNOWN_DAY, date(1989, 2, 24), LAST_KNOWN_DAY])
def test_the_ends_of_the_known_years_are_answered(day: date) -> None:
    assert is_business_day(day) == (day == date(1989, 2, 1))


@pytest.mark.parametrize("day", [date(1989, 1, 31), date(2100, 1, 1), date(1948, 5, 4)])
def test_a_day_outside_the_known_years_is_refused(day: date) -> None:
    with pytest.raises(UnableToTellBusinessDay, match=str(day)) as refused:
        is_business_day(day)
    assert refused.value.code == "no_business_calendar"
    assert refused.value.fix


def test_a_deadline_that_would_roll_out_of_the_known_years_is_refused() -> None:
    with pytest.raises(UnableToTellBusinessDay):
        due_on_month_end(Month(2099, 12))


@given(known_days)
def test_the_neighbours_are_the_nearest_business_days(day: date) -> None:
    later, earlier = next_business_day(day), previous_business_day(day)
    assert earlier <= day <= later
    assert is_business_day(earlier)
    assert is_business_day(later)
    between = [earlier + timedelta(days=n) for n in range(1, (later - earlier).days)]
    assert not any(is_business_day(d) for d in between)
    assert (later == day) == (earlier == day) == is_business_day(day)


def test_who_asks_for_no_holiday_does_not_load_the_holidays() -> None:
    program = (
        "import sys; from datetime import date; from kokunen.dates import business;"
        "business.is_business_day(date(2026, 11, 21));"  # a Saturday needs none
        "print('jpholiday' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert ran.stdout.strip() == b"False"
