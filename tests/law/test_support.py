"""The support benefit for old-age pensioners of low income."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokunen.law.contract.catalogue import answer

FIGURES_BY_YEAR = {
    2019: (5000, 10834, 5417),
    2020: (5030, 10856, 5428),
    2021: (5030, 10845, 5422),
    2022: (5020, 10802, 5401),
    2023: (5140, 11041, 5520),
    2024: (5310, 11333, 5666),
    2025: (5450, 11551, 5775),
    2026: (5620, 11768, 5884),
}
FULL = {
    2019: 780100,
    2020: 781700,
    2021: 780900,
    2022: 777800,
    2023: 795000,
    2024: 816000,
    2025: 831700,
    2026: 847300,
}


def monthly(year: int, **months: int) -> int:
    found: int = answer("support-benefit", {"fiscal_year": year, "months": months})["monthly"]
    return found


@pytest.mark.parametrize(
    ("paid", "full", "yen"),
    [(480, 0, 5450), (240, 0, 2725), (360, 120, 6976), (240, 240, 8501), (0, 480, 11551)],
)
def test_the_published_examples_of_2025(paid: int, full: int, yen: int) -> None:
    assert monthly(2025, paid=paid, full_from_2009_04=full) == yen


@pytest.mark.parametrize(("year", "figures"), FIGURES_BY_YEAR.items())
def test_the_three_figures_of_each_year(year: int, figures: tuple[int, int, int]) -> None:
    base, exempt, quarter = figures
    assert monthly(year, paid=480) == base
    for side in ("to_2009_03", "from_2009_04"):
        for band in ("half", "three_quarters", "full"):
            assert monthly(year, **{f"{band}_{side}": 480}) == exempt
        assert monthly(year, **{f"one_quarter_{side}": 480}) == quarter
    # A sixth and a twelfth of the full monthly pension, as published with the fraction dropped.
    assert (exempt, quarter) == (FULL[year] // 72, FULL[year] // 144)


@pytest.mark.parametrize(
    ("months", "yen"),
    [
        ({"paid": 480, "full_from_2009_04": 120}, 5450),
        ({"paid": 600}, 5450),
        ({"paid": 360, "one_quarter_from_2009_04": 120, "full_from_2009_04": 10}, 5532),
        ({"paid": 360, "one_quarter_to_2009_03": 60, "full_to_2009_03": 100}, 6254),
        ({"paid": 400, "one_quarter_to_2009_03": 100}, 5505),
        ({"paid": 100, "deferral": 100, "student": 100}, 1135),
        ({"half_to_2009_03": 1, "three_quarters_from_2009_04": 1, "full_from_2009_04": 1}, 72),
        ({"half_from_2009_04": 1, "three_quarters_to_2009_03": 1, "full_to_2009_03": 1}, 72),
        ({"paid": 1, "one_quarter_from_2009_04": 1, "full_from_2009_04": 1}, 11 + 12 + 24),
        ({}, 0),
    ],
)
def test_at_most_480_months_each_part_rounded(months: dict[str, int], yen: int) -> None:
    assert monthly(2025, **months) == yen


@given(
    paid=st.integers(0, 600),
    quarter=st.integers(0, 600),
    half=st.integers(0, 600),
    full=st.integers(0, 600),
    year=st.sampled_from(sorted(FIGURES_BY_YEAR)),
)
def test_parts_by_480_places(paid: int, quarter: int, half: int, full: int, year: int) -> None:
    places = ("p" * paid + "q" * quarter + "h" * half + "f" * full)[:480]
    counts = (places.count("p"), places.count("h") + places.count("f"), places.count("q"))
    parts = (
        (2 * figure * count + 480) // 960
        for figure, count in zip(FIGURES_BY_YEAR[year], counts, strict=True)
    )
    found = monthly(
        year,
        paid=paid,
        one_quarter_from_2009_04=quarter,
        half_to_2009_03=half,
        full_from_2009_04=full,
    )
    assert found == sum(parts)


def test_exempt_months_depend_on_the_birth_date_since_2023() -> None:
    def notes(year: int, **months: int) -> list[str] | None:
        found = answer("support-benefit", {"fiscal_year": year, "months": months})
        said: list[str] | None = found.get("notes")
        return said

    said = ["免除期間の額は、1956-04-02以後に生まれた人のものです。"]
    assert notes(2023, paid=1, full_to_2009_03=1) == said
    assert notes(2026, one_quarter_to_2009_03=1) == said
    assert notes(2022, full_to_2009_03=1) is None
    assert notes(2026, paid=480) is None
    assert notes(2026, paid=480, full_to_2009_03=1) is None


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"fiscal_year": 2018}, "no_value_in_force", "fiscal_year"),
        ({"fiscal_year": 2027}, "no_value_in_force", "fiscal_year"),
        ({"months": {"full": 1}}, "unknown_field", "months.full"),
        ({"months": 480}, "invalid_type", "months"),
        ({"birth_date": "1956-04-01"}, "unknown_field", "birth_date"),
    ],
)
def test_support_lines_that_are_refused(facts: dict[str, Any], code: str, field: str) -> None:
    error = answer("support-benefit", {"fiscal_year": 2026, "months": {"paid": 1}, **facts})[
        "error"
    ]
    assert (error["code"], error["field"]) == (code, field)
    assert error["message"]
    assert error["fix"]
