from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokunen.law.contract.catalogue import answer

YEARS = range(2020, 2028)
# The salary up to which the least deduction is taken in full, and that deduction.
LEAST = {2024: (1_628_000, 550_000), 2025: (1_900_000, 650_000), 2026: (2_200_000, 740_000)}


def income(income_year: int, salary: int) -> int:
    found = answer("employment-income", {"income_year": income_year, "salary": salary})["income"]
    assert isinstance(found, int)
    return found


def deduction(salary: int) -> int:
    """Give the deduction of 28条3項 for the lower bound of a step, in whole yen."""
    if salary <= 1_800_000:
        return salary * 4 // 10 - 100_000
    if salary <= 3_600_000:
        return 620_000 + (salary - 1_800_000) * 3 // 10
    if salary <= 6_600_000:
        return 1_160_000 + (salary - 3_600_000) * 2 // 10
    # Above the steps the fraction of a yen is dropped from the income, not from the deduction.
    return min(1_760_000 - (6_600_000 - salary) // 10, 1_950_000)


COMMON = [
    (3_599_999, 2_437_200), (3_600_000, 2_440_000), (3_603_999, 2_440_000),
    (3_604_000, 2_443_200), (6_599_999, 4_836_800), (6_600_000, 4_840_000),
    (6_600_001, 4_840_000), (6_600_009, 4_840_008), (6_600_010, 4_840_009),
    (8_499_999, 6_549_999), (8_500_000, 6_550_000), (8_500_001, 6_550_001),
    (100_000_000_000, 99_998_050_000),
]  # fmt: skip


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize(("salary", "expected"), COMMON)
def test_from_2200000_yen_the_years_are_alike(year: int, salary: int, expected: int) -> None:
    assert income(year, salary) == expected
    assert income(year, 2_200_000) == 1_460_000


@pytest.mark.parametrize("year", range(2020, 2025))
@pytest.mark.parametrize(
    ("salary", "expected"),
    [
        (0, 0), (1, 0), (550_999, 0), (551_000, 1_000), (551_001, 1_001),
        (1_618_999, 1_068_999), (1_619_000, 1_069_000), (1_619_999, 1_069_000),
        (1_620_000, 1_070_000), (1_621_999, 1_070_000), (1_622_000, 1_072_000),
        (1_623_999, 1_072_000), (1_624_000, 1_074_000), (1_627_999, 1_074_000),
        (1_628_000, 1_076_800), (1_631_999, 1_076_800), (1_632_000, 1_079_200),
        (1_799_999, 1_177_600), (1_800_000, 1_180_000), (1_803_999, 1_180_000),
        (1_804_000, 1_182_800), (1_899_999, 1_247_200),
    ],
)  # fmt: skip
def test_income_years_2020_to_2024(year: int, salary: int, expected: int) -> None:
    assert income(year, salary) == expected


@pytest.mark.parametrize(
    ("salary", "expected"),
    [
        (0, 0), (650_999, 0), (651_000, 1_000), (1_627_999, 977_999), (1_899_999, 1_249_999),
        (1_900_000, 1_250_000), (1_903_999, 1_250_000), (1_904_000, 1_252_800),
    ],
)  # fmt: skip
def test_income_year_2025(salary: int, expected: int) -> None:
    assert income(2025, salary) == expected


@pytest.mark.parametrize("year", [2026, 2027])
@pytest.mark.parametrize(
    ("salary", "expected"),
    [
        (0, 0), (740_999, 0), (741_000, 1_000), (2_190_999, 1_450_999), (2_191_000, 1_451_000),
        (2_192_999, 1_451_000), (2_193_000, 1_453_000), (2_195_999, 1_453_000),
        (2_196_000, 1_456_000), (2_199_999, 1_456_000), (2_203_999, 1_460_000),
        (2_204_000, 1_462_800),
    ],
)  # fmt: skip
def test_income_years_2026_and_2027(year: int, salary: int, expected: int) -> None:
    assert income(year, salary) == expected


@given(st.sampled_from(sorted(LEAST)), st.integers(0, 20_000_000))
def test_the_income_is_the_salary_less_the_deduction_of_its_step(year: int, salary: int) -> None:
    found = income(year, salary)
    upper, least = LEAST[year]
    if salary < upper:
        # Below the steps: the salary less the least deduction, at most 4,000 yen coarser.
        assert max(salary - least, 0) - 4_000 < found <= max(salary - least, 0)
        return
    bound = salary - salary % 4_000 if salary < 6_600_000 else salary
    assert found == bound - deduction(bound)


@given(st.sampled_from(YEARS), st.integers(0, 10_000_000), st.integers(0, 10_000))
def test_more_salary_is_never_less_income(year: int, salary: int, more: int) -> None:
    assert income(year, salary) <= income(year, salary + more)


@given(st.integers(0, 20_000_000))
def test_no_reform_raised_an_income(salary: int) -> None:
    assert income(2024, salary) >= income(2025, salary) >= income(2026, salary)


@pytest.mark.parametrize("year", [1, 2019, 2028, 9999])
def test_a_year_whose_table_is_not_known_is_refused(year: int) -> None:
    refused = answer("employment-income", {"income_year": year, "salary": 1})["error"]
    assert (refused["code"], refused["field"]) == ("no_value_in_force", "income_year")
    assert "給与所得控除後の金額" in refused["message"]
    assert refused["fix"]


def test_the_whole_answer_and_its_working() -> None:
    shown = answer("employment-income", {"income_year": 2025, "salary": 3_001_000}, explain=True)
    assert shown["income"] == 2_020_000
    assert shown["sources"] == ["所得税法28条・別表第五(令和7年分)", "所得税法28条"]
    assert set(shown) == {"income", "sources", "explanation"}
    assert shown["explanation"][-1] == {
        "text": "給与収入 3001000円: 3000000 × 70% + (-80000)",
        "value": "2020000",
        "source": "所得税法28条",
    }


def test_the_tables_of_2026_and_2027_cite_the_special_measures() -> None:
    for year in (2026, 2027):
        found = answer("employment-income", {"income_year": year, "salary": 1})
        assert "租税特別措置法29条の4" in found["sources"][0]


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"salary": -1}, "out_of_range", "salary"),
        ({"salary": 1.5}, "invalid_type", "salary"),
        ({"salary": None}, "invalid_type", "salary"),
        ({"income_year": 0}, "out_of_range", "income_year"),
        ({"income_year": 10000}, "out_of_range", "income_year"),
        ({"bonus": 1}, "unknown_field", "bonus"),
    ],
)
def test_a_bad_line_is_refused(change: dict[str, Any], code: str, field: str) -> None:
    refused = answer("employment-income", {"income_year": 2025, "salary": 1} | change)["error"]
    assert (refused["code"], refused["field"]) == (code, field)


@pytest.mark.parametrize("name", ["income_year", "salary"])
def test_a_missing_field_is_refused(name: str) -> None:
    line = {"income_year": 2025, "salary": 1}
    del line[name]
    refused = answer("employment-income", line)["error"]
    assert (refused["code"], refused["field"]) == ("missing_field", name)
