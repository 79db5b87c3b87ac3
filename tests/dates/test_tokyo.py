"""A day of the office begins at midnight in Japan, wherever the clock stands."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from kokunen.dates.tokyo import day_of, start_of

DAY = date(2026, 11, 24)


def test_midnight_in_japan_is_three_in_the_afternoon_before_in_utc() -> None:
    assert start_of(DAY) == datetime(2026, 11, 23, 15, tzinfo=UTC)
    assert day_of(datetime(2026, 11, 23, 14, 59, 59, tzinfo=UTC)) == date(2026, 11, 23)
    assert day_of(datetime(2026, 11, 23, 15, tzinfo=UTC)) == DAY


@given(st.dates(min_value=date(1952, 1, 1), max_value=date(2200, 1, 1)))
def test_each_moment_of_a_day_belongs_to_it(day: date) -> None:
    first = start_of(day)
    assert day_of(first) == day
    assert day_of(first - timedelta(microseconds=1)) == day - timedelta(days=1)
    assert day_of(start_of(day + timedelta(days=1)) - timedelta(microseconds=1)) == day
    assert first == datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("Asia/Tokyo"))
