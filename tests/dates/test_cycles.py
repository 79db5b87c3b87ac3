from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokunen.dates.cycles import Cycle, april_cycle, july_cycle
from kokunen.dates.month import Month

months = st.builds(Month, st.integers(1900, 2200), st.integers(1, 12))


def test_the_exemption_year_runs_from_july_to_june() -> None:
    assert july_cycle(Month(2026, 6)) == Cycle(2025, Month(2025, 7), Month(2026, 6))
    assert july_cycle(Month(2026, 7)) == Cycle(2026, Month(2026, 7), Month(2027, 6))
    assert july_cycle(Month(2027, 1)) == july_cycle(Month(2026, 12))


def test_the_student_year_runs_from_april_to_march() -> None:
    assert april_cycle(Month(2026, 3)) == Cycle(2025, Month(2025, 4), Month(2026, 3))
    assert april_cycle(Month(2026, 4)) == Cycle(2026, Month(2026, 4), Month(2027, 3))


@pytest.mark.parametrize("month", ["2026-06", "2027-07"])
def test_the_months_beside_a_cycle_are_outside(month: str) -> None:
    assert not july_cycle(Month(2026, 7)).contains(Month.parse(month))


@given(months)
def test_every_month_lies_in_its_cycles_of_twelve_months(month: Month) -> None:
    for cycle in (july_cycle(month), april_cycle(month)):
        assert cycle.contains(month)
        assert cycle.first.year == cycle.year
        assert len(list(Month.range(cycle.first, cycle.last))) == 12
    assert april_cycle(month).year == month.fiscal_year


@given(months)
def test_every_month_of_a_cycle_names_the_same_cycle(month: Month) -> None:
    cycle = july_cycle(month)
    assert {july_cycle(m) for m in Month.range(cycle.first, cycle.last)} == {cycle}
    assert july_cycle(cycle.last + 1).year == cycle.year + 1
