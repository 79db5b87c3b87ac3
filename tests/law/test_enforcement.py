from __future__ import annotations

from typing import Any

import pytest

from kokunen.law.contract.catalogue import answer


def target(fiscal_year: int, net_income: int, unpaid_months: int) -> dict[str, Any]:
    return answer(
        "enforcement",
        {"fiscal_year": fiscal_year, "net_income": net_income, "unpaid_months": unpaid_months},
    )


@pytest.mark.parametrize(
    ("fiscal_year", "income", "months"),
    [(2015, 4_000_000, 7), (2016, 3_500_000, 7), (2017, 3_000_000, 13)]
    + [(year, 3_000_000, 7) for year in range(2018, 2027)],
)
def test_both_limits_of_the_year_must_be_reached(
    fiscal_year: int, income: int, months: int
) -> None:
    assert target(fiscal_year, income, months)["target"] is True
    assert target(fiscal_year, income - 1, months)["target"] is False
    assert target(fiscal_year, income, months - 1)["target"] is False
    assert target(fiscal_year, 100 * income, 25)["target"] is True
    assert target(fiscal_year, 100 * income, 0)["target"] is False


@pytest.mark.parametrize("fiscal_year", [1, 2014, 2027, 9999])
def test_a_year_whose_limits_are_not_known_is_refused(fiscal_year: int) -> None:
    refused = target(fiscal_year, 5_000_000, 24)["error"]
    assert (refused["code"], refused["field"]) == ("no_value_in_force", "fiscal_year")
    assert "強制徴収" in refused["message"]
    assert refused["fix"]


def test_the_years_whose_limits_are_in_doubt_are_flagged() -> None:
    assert len(target(2017, 3_000_000, 13)["notes"]) == 2
    assert "notes" not in target(2018, 3_000_000, 7)
    assert "notes" not in target(2024, 3_000_000, 7)
    assert len(target(2025, 3_000_000, 7)["notes"]) == 2


def test_the_whole_answer() -> None:
    assert target(2024, 3_000_000, 7) == {
        "target": True,
        "sources": ["法96条・日本年金機構の取扱い"],
    }


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"net_income": -1}, "out_of_range", "net_income"),
        ({"unpaid_months": -1}, "out_of_range", "unpaid_months"),
        ({"unpaid_months": 481}, "out_of_range", "unpaid_months"),
        ({"fiscal_year": 0}, "out_of_range", "fiscal_year"),
        ({"fiscal_year": 10000}, "out_of_range", "fiscal_year"),
        ({"fiscal_year": "2026"}, "invalid_type", "fiscal_year"),
        ({"net_income": None}, "invalid_type", "net_income"),
        ({"age": 30}, "unknown_field", "age"),
    ],
)
def test_a_bad_line_is_refused(change: dict[str, Any], code: str, field: str) -> None:
    line = {"fiscal_year": 2026, "net_income": 3_000_000, "unpaid_months": 7} | change
    refused = answer("enforcement", line)["error"]
    assert (refused["code"], refused["field"]) == (code, field)


@pytest.mark.parametrize("name", ["fiscal_year", "net_income", "unpaid_months"])
def test_a_missing_field_is_refused(name: str) -> None:
    line = {"fiscal_year": 2026, "net_income": 3_000_000, "unpaid_months": 7}
    del line[name]
    refused = answer("enforcement", line)["error"]
    assert (refused["code"], refused["field"]) == ("missing_field", name)


def test_the_most_unpaid_months_are_those_of_forty_years() -> None:
    assert target(2024, 3_000_000, 480)["target"] is True


def test_the_working_shows_the_limits() -> None:
    for net_income, said in ((3_000_000, "対象"), (2_999_999, "対象外")):
        line = {"fiscal_year": 2024, "net_income": net_income, "unpaid_months": 8}
        shown = answer("enforcement", line, explain=True)["explanation"]
        assert (shown[-1]["text"], shown[-1]["value"]) == (
            f"控除後所得 {net_income}円(基準 3000000円以上)、未納 8か月(基準 7か月以上)",
            said,
        )
