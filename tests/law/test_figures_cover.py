"""Every month has exactly one figure, from the first to the last for which figures are known."""

from __future__ import annotations

import pytest

from kokunen.dates.month import Month
from kokunen.law.figures import FIGURES
from kokunen.rulekit.figures import NoValueInForce, Table

TABLES = list(FIGURES.tables())
OPEN_UNTIL = Month(2030, 12)


def last_of(table: Table) -> Month:
    return table.values[-1].last or OPEN_UNTIL


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_month_of_a_table_has_exactly_one_value(table: Table) -> None:
    first, last = table.values[0].first, last_of(table)
    assert first < last
    for month in Month.range(first, last):
        in_force = [
            value
            for value in table.values
            if value.first <= month and (value.last is None or month <= value.last)
        ]
        assert in_force == [table.on(month)], month


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_one_month_outside_raises(table: Table) -> None:
    outside = [table.values[0].first - 1]
    if table.values[-1].last is not None:
        outside.append(table.values[-1].last + 1)
    for month in outside:
        with pytest.raises(NoValueInForce, match=str(month)):
            FIGURES.on(table.name, month)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_value_says_where_it_was_read_and_when(table: Table) -> None:
    assert table is FIGURES.table(table.name)
    for value in table.values:
        assert value.source.strip()
        assert value.url.startswith("http")
        assert Month(2026, 1) <= Month.of(value.checked)


def test_the_premium_is_known_from_april_1989_to_march_2028() -> None:
    monthly = FIGURES.table("premium.monthly")
    assert (monthly.values[0].first, monthly.values[-1].last) == (Month(1989, 4), Month(2028, 3))
    for table in TABLES:
        if table.name.startswith("premium."):
            assert table.values[0].first <= Month(1989, 4), table.name
            assert last_of(table) >= Month(2028, 3), table.name


def test_the_exemption_is_known_from_july_2006() -> None:
    # These count from the day of the application or from the rule's own beginning.
    own_beginning = {"exemption.retroactive_months": Month(2014, 4)}
    names = [table.name for table in TABLES if table.name.startswith("exemption.")]
    assert len(names) >= 20
    for name in names:
        table = FIGURES.table(name)
        assert table.values[0].first <= own_beginning.get(name, Month(2006, 7)), name
        assert last_of(table) >= Month(2028, 3), name
    assert FIGURES.table("exemption.full_added").values[0].first == Month(2006, 7)


def test_the_figures_follow_the_fiscal_year_and_the_exemption_year() -> None:
    for table in TABLES:
        if table.name.startswith("exemption."):
            for value in table.values[1:]:
                assert value.first.month in (4, 7), (table.name, value.first)
    for value in FIGURES.table("premium.monthly").values:
        assert value.first.month == 4
        assert value.last == value.first + 11
