from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokunen.dates.errors import Refusal
from kokunen.dates.month import Month, UnableToReadMonth

months = st.builds(Month, st.integers(100, 9000), st.integers(1, 12))
steps = st.integers(-1000, 1000)


def test_a_month_is_read_and_written_as_year_and_month() -> None:
    assert Month.parse("2026-07") == Month(2026, 7)
    assert str(Month(2026, 7)) == "2026-07"
    assert str(Month(33, 4)) == "0033-04"
    assert Month.of(date(2026, 7, 31)) == Month(2026, 7)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "2026-7",
        "2026-13",
        "2026-00",
        "0000-01",
        "2026/07",
        "202607",
        "2026-07-01",
        " 2026-07",
        "2026-07\n",
        "2026-0\uff17",
        "R8-07",
        "-2026-07",
    ],
)
def test_whatever_else_is_refused_with_a_way_out(text: str) -> None:
    with pytest.raises(UnableToReadMonth) as refused:
        Month.parse(text)
    assert refused.value.code == "invalid_month"
    assert "YYYY-MM" in refused.value.fix
    assert isinstance(refused.value, Refusal)


@pytest.mark.parametrize(("year", "month"), [(2026, 0), (2026, 13), (0, 1), (10000, 1)])
def test_a_month_that_does_not_exist_cannot_be_made(year: int, month: int) -> None:
    with pytest.raises(UnableToReadMonth, match=f"{year}年{month}月"):
        Month(year, month)


@pytest.mark.parametrize(
    ("year", "month", "last"),
    [
        (2024, 2, 29),
        (2025, 2, 28),
        (1900, 2, 28),
        (2000, 2, 29),
        (2026, 4, 30),
        (2026, 12, 31),
        (9999, 12, 31),
    ],
)
def test_the_first_and_the_last_day(year: int, month: int, last: int) -> None:
    assert Month(year, month).first_day == date(year, month, 1)
    assert Month(year, month).last_day == date(year, month, last)


def test_the_fiscal_year_begins_in_april() -> None:
    assert Month(2026, 3).fiscal_year == 2025
    assert Month(2026, 4).fiscal_year == 2026
    assert Month(2027, 3).fiscal_year == 2026


def test_steps_cross_the_year() -> None:
    assert Month(2026, 12) + 1 == Month(2027, 1)
    assert Month(2026, 1) - 1 == Month(2025, 12)
    assert Month(2026, 7) + 12 == Month(2027, 7)
    assert Month(2027, 1) - Month(2026, 7) == 6
    assert Month(2026, 7) - Month(2027, 1) == -6


def test_a_step_past_the_calendar_is_refused() -> None:
    with pytest.raises(UnableToReadMonth):
        Month(9999, 12) + 1
    with pytest.raises(UnableToReadMonth):
        Month(1, 1) - 1


def test_a_range_has_both_its_ends() -> None:
    assert [str(m) for m in Month.range(Month(2026, 11), Month(2027, 1))] == [
        "2026-11",
        "2026-12",
        "2027-01",
    ]
    assert list(Month.range(Month(2026, 7), Month(2026, 7))) == [Month(2026, 7)]
    assert list(Month.range(Month(2026, 7), Month(2026, 6))) == []


def test_a_range_reaches_the_last_month_of_the_calendar() -> None:
    assert list(Month.range(Month(9999, 11), Month(9999, 12))) == [Month(9999, 11), Month(9999, 12)]


@given(months, steps)
def test_a_step_there_and_back(month: Month, step: int) -> None:
    assert (month + step) - step == month
    assert (month + step) - month == step


@given(months, months)
def test_months_are_ordered_as_their_days_are(one: Month, other: Month) -> None:
    assert (one < other) == (one.first_day < other.first_day) == (one - other < 0)


@given(months)
def test_text_there_and_back(month: Month) -> None:
    assert Month.parse(str(month)) == month


@given(st.dates(min_value=date(1, 1, 1)))
def test_a_day_lies_in_its_month(day: date) -> None:
    month = Month.of(day)
    assert month.first_day <= day <= month.last_day
    assert (month.last_day - month.first_day).days in range(27, 31)
