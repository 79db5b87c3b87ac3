from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokunen.dates.age import UnableToTellAge, age_on, attained_on

births = st.dates(min_value=date(1873, 1, 1), max_value=date(2020, 12, 31))


@pytest.mark.parametrize(
    ("birth_date", "attained"),
    [
        (date(2006, 5, 2), date(2026, 5, 1)),
        (date(2006, 4, 1), date(2026, 3, 31)),
        (date(2006, 1, 1), date(2025, 12, 31)),
        (date(2004, 3, 1), date(2024, 2, 29)),
        (date(2006, 3, 1), date(2026, 2, 28)),
        (date(2004, 2, 29), date(2024, 2, 28)),
    ],
)
def test_twenty_is_attained_on_the_day_before_the_birthday(
    birth_date: date, attained: date
) -> None:
    assert attained_on(birth_date=birth_date, years=20) == attained
    assert age_on(birth_date=birth_date, on=attained) == 20
    assert age_on(birth_date=birth_date, on=attained - timedelta(days=1)) == 19


@pytest.mark.parametrize("years", range(1, 121))
def test_a_leap_day_child_grows_older_on_28_february_in_every_year(years: int) -> None:
    born = date(1996, 2, 29)
    assert attained_on(birth_date=born, years=years) == date(1996 + years, 2, 28)
    assert age_on(birth_date=born, on=date(1996 + years, 2, 28)) == years
    assert age_on(birth_date=born, on=date(1996 + years, 2, 27)) == years - 1


def test_the_first_year() -> None:
    born = date(2026, 7, 10)
    assert age_on(birth_date=born, on=born) == 0
    assert age_on(birth_date=born, on=date(2027, 7, 8)) == 0
    assert age_on(birth_date=born, on=date(2027, 7, 9)) == 1


def test_before_the_birth_there_is_no_age() -> None:
    with pytest.raises(UnableToTellAge, match="2026-07-09") as refused:
        age_on(birth_date=date(2026, 7, 10), on=date(2026, 7, 9))
    assert refused.value.code == "before_birth"
    assert "生年月日" in refused.value.fix


@given(births, st.integers(0, 45000))
def test_the_age_is_that_of_the_ordinary_count_on_the_day_after(born: date, days: int) -> None:
    """Everyday counting raises the age on the birthday: one day later than the law."""
    on = born + timedelta(days=days)
    after = on + timedelta(days=1)
    everyday = after.year - born.year - ((after.month, after.day) < (born.month, born.day))
    assert age_on(birth_date=born, on=on) == everyday


@given(births, st.integers(1, 120))
def test_an_age_holds_from_the_day_it_is_attained(born: date, years: int) -> None:
    attained = attained_on(birth_date=born, years=years)
    assert age_on(birth_date=born, on=attained) == years
    assert age_on(birth_date=born, on=attained - timedelta(days=1)) == years - 1
