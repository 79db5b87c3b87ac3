"""The lump sum on withdrawal."""

from __future__ import annotations

from typing import Any

import pytest

from kokunen.law.contract.catalogue import answer


def amount(months: int, last: str) -> int:
    found: int = answer("withdrawal-lump-sum", {"months": months, "last_paid_month": last})[
        "amount"
    ]
    return found


# 塩竈市の表(令和7年度): 6月ごとに 52,530円
STEPS_2025 = [52530 * step for step in range(1, 11)]


@pytest.mark.parametrize(("step", "yen"), list(enumerate(STEPS_2025, start=1)))
def test_the_published_table_of_2025(step: int, yen: int) -> None:
    assert amount(6 * step, "2025-04") == yen
    assert amount(6 * step + 5, "2026-03") == yen


@pytest.mark.parametrize(
    ("months", "last", "yen"),
    [
        (6, "2022-04", 49770),
        (42, "2023-03", 348390),
        (60, "2022-12", 497700),
        (6, "2026-04", 53760),
        (600, "2027-03", 537600),
        (36, "2021-03", 297720),
        (41, "2021-03", 297720),
        (42, "2021-03", 297720),
        (60, "2021-03", 297720),
        (36, "2021-04", 298980),
        (42, "2021-04", 348810),
        (65, "2021-04", 498300),
        (6, "2005-04", 40740),
        (35, "2005-04", 203700),
    ],
)
def test_the_year_of_the_last_month_and_the_limit_in_force(
    months: int, last: str, yen: int
) -> None:
    assert amount(months, last) == yen


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"months": 5}, "too_few_months", "months"),
        ({"months": 0}, "too_few_months", "months"),
        ({"months": 601}, "out_of_range", "months"),
        ({"months": "36"}, "invalid_type", "months"),
        ({"last_paid_month": "2005-03"}, "no_value_in_force", "last_paid_month"),
        ({"last_paid_month": "2099-04"}, "no_value_in_force", "last_paid_month"),
        ({"last_paid_month": "2026-13"}, "invalid_month", "last_paid_month"),
        ({"paid": 3}, "unknown_field", "paid"),
    ],
)
def test_withdrawals_that_are_refused(facts: dict[str, Any], code: str, field: str) -> None:
    error = answer("withdrawal-lump-sum", {"months": 36, "last_paid_month": "2026-04", **facts})[
        "error"
    ]
    assert (error["code"], error["field"]) == (code, field)
    assert error["message"]
    assert error["fix"]


def test_the_working_shows_each_line() -> None:
    given = {"months": 41, "last_paid_month": "2026-10"}
    lines = answer("withdrawal-lump-sum", given, explain=True)["explanation"]
    article = "法附則9条の3の2第3項"
    assert [line["value"] for line in lines] == ["60", "17920", "36", "322560"]
    assert lines[2] == {"text": "計算に用いる月数(6月単位)", "value": "36", "source": article}
    assert lines[3] == {
        "text": "脱退一時金の額(最後に納付した月の保険料×1/2×月数)",
        "value": "322560",
        "source": article,
    }
