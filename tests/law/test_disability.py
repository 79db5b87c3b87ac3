"""The disability basic pension."""

from __future__ import annotations

from typing import Any

import pytest

from kokunen.law.contract.catalogue import answer


def pension(**given: object) -> tuple[int, int]:
    found = answer("disability-pension", given)
    return found["annual"], found["monthly"]


@pytest.mark.parametrize(
    ("year", "birth_date", "grade", "annual", "monthly"),
    [
        # Published: 令和2, 4, 5年度; the others are five quarters of the published grade 2.
        (2020, None, 1, 977125, 81427),
        (2020, None, 2, 781700, 65141),
        (2022, None, 1, 972250, 81020),
        (2023, "1956-04-02", 1, 993750, 82812),
        (2023, "1956-04-01", 1, 990750, 82562),
        (2024, None, 1, 1020000, 85000),
        (2024, "1956-04-01", 1, 1017125, 84760),
        (2025, None, 2, 831700, 69308),
        (2025, "1956-04-01", 1, 1036625, 86385),
        (2026, None, 1, 1059125, 88260),
        (2026, "1956-04-01", 1, 1056125, 88010),
        (2026, "1956-04-01", 2, 844900, 70408),
        (1986, None, 1, 778500, 64875),
    ],
)
def test_the_two_grades(
    year: int, birth_date: str | None, grade: int, annual: int, monthly: int
) -> None:
    assert pension(fiscal_year=year, birth_date=birth_date, grade=grade) == (annual, monthly)


CHILDREN = {
    2012: (226300, 75400), 2013: (226300, 75400), 2014: (222400, 74100), 2015: (224500, 74800),
    2016: (224500, 74800), 2017: (224300, 74800), 2018: (224300, 74800), 2019: (224500, 74800),
    2020: (224900, 75000), 2021: (224700, 74900), 2022: (223800, 74600), 2023: (228700, 76200),
    2024: (234800, 78300), 2025: (239300, 79800), 2026: (243800, 81300),
}  # fmt: skip


@pytest.mark.parametrize(("year", "sums"), CHILDREN.items())
@pytest.mark.parametrize("birth_date", ["1956-04-01", "1956-04-02"])
@pytest.mark.parametrize("grade", [1, 2])
def test_children_add_the_same_for_every_age_and_grade(
    year: int, sums: tuple[int, int], birth_date: str, grade: int
) -> None:
    facts = {"fiscal_year": year, "birth_date": birth_date, "grade": grade}
    alone, _ = pension(**facts)
    first, third = sums
    for children, added in enumerate((0, first, 2 * first, 2 * first + third)):
        assert pension(**facts, children=children)[0] == alone + added
    annual, monthly = pension(**facts, children=5)
    assert annual == alone + 2 * first + 3 * third
    assert monthly * 12 <= annual < (monthly + 1) * 12


def test_the_monthly_sum_is_a_twelfth_of_all_of_it() -> None:
    assert pension(fiscal_year=2026, grade=2, children=3) == (1416200, 118016)


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"grade": 0}, "out_of_range", "grade"),
        ({"grade": 3}, "out_of_range", "grade"),
        ({"grade": "1"}, "invalid_type", "grade"),
        ({"children": -1}, "out_of_range", "children"),
        ({"children": 31}, "out_of_range", "children"),
        ({"fiscal_year": 2011, "children": 1}, "no_value_in_force", "fiscal_year"),
        ({"fiscal_year": 2027}, "no_value_in_force", "fiscal_year"),
        ({"kids": 1}, "unknown_field", "kids"),
    ],
)
def test_disability_lines_that_are_refused(facts: dict[str, Any], code: str, field: str) -> None:
    error = answer("disability-pension", {"fiscal_year": 2026, "grade": 1, **facts})["error"]
    assert (error["code"], error["field"]) == (code, field)
    assert error["message"]
    assert error["fix"]


def test_without_children_an_early_year_is_answered() -> None:
    assert pension(fiscal_year=2011, grade=2, children=0) == (788900, 65741)
    assert pension(fiscal_year=2026, grade=2, children=30)[0] == 847300 + 2 * 243800 + 28 * 81300
