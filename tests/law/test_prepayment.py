from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokunen.dates.month import Month
from kokunen.law.contract.catalogue import answer
from kokunen.law.figures import FIGURES

SCALE = 10**12


def prepaid(start: str, months: int, method: str, **more: bool) -> dict[str, Any]:
    return answer("prepayment", {"start": start, "months": months, "method": method, **more})


def twelfth_root(number: int) -> int:
    """Give the whole part of the twelfth root, by halving."""
    low, high = 0, 1 << (number.bit_length() // 12 + 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**12 <= number else (low, middle)
    return low


def oracle(premiums: list[int], delay: int) -> int:
    """Sum premium × (25/26)^(k/12) in whole parts of a yen's SCALE, then round to ten yen."""
    total = sum(
        twelfth_root((premium * SCALE) ** 12 * 25 ** (k + delay) // 26 ** (k + delay))
        for k, premium in enumerate(premiums)
    )
    ten_yen, rest = divmod(total, 10 * SCALE)
    return (ten_yen + (rest >= 5 * SCALE)) * 10


# What the Japan Pension Service and city offices published, yen.
@pytest.mark.parametrize(
    ("start", "months", "cash", "account"),
    [
        ("2025-04", 24, 409490, 408150),
        ("2025-04", 12, 206390, 205720),
        ("2025-04", 6, 104210, 103870),
        ("2025-10", 6, 104210, 103870),
        ("2023-04", 24, 387170, 385900),
        ("2016-04", 12, 191660, 191030),
        ("2016-04", 6, 96770, 96450),
        ("2013-04", 12, 15040 * 12 - 3200, 15040 * 12 - 3780),
        ("2013-04", 6, 15040 * 6 - 730, 15040 * 6 - 1030),
    ],
)
def test_paying_ahead_costs_what_was_published(
    start: str, months: int, cash: int, account: int
) -> None:
    assert prepaid(start, months, "cash")["amount"] == cash
    assert prepaid(start, months, "card")["amount"] == cash
    assert prepaid(start, months, "account_transfer")["amount"] == account


@pytest.mark.parametrize(("months", "cash"), [(6, 101050), (12, 200140), (24, 398590)])
def test_paying_ahead_in_reiwa_6_costs_what_was_published(months: int, cash: int) -> None:
    assert prepaid("2024-04", months, "cash")["amount"] == cash


@pytest.mark.parametrize(
    ("months", "cash", "account"),
    [(24, 9250, 9220), (12, 4710, 4700), (6, 2380, 2370), (1, 400, 400)],
)
def test_the_additional_premium_is_discounted_apart(months: int, cash: int, account: int) -> None:
    for method, extra in (("cash", cash), ("account_transfer", account)):
        without = prepaid("2025-04", months, method)
        together = prepaid("2025-04", months, method, additional=True)
        assert together["amount"] - without["amount"] == extra
        assert together["gross"] - without["gross"] == 400 * months
        assert together["discount"] == together["gross"] - together["amount"]


def test_the_whole_answer_for_two_years_from_reiwa_7() -> None:
    assert prepaid("2025-04", 24, "account_transfer") == {
        "gross": 425160,
        "amount": 408150,
        "discount": 17010,
        "sources": [
            "法93条2項・令8条",
            "法87条3項(令和7年度の額)",
            "法87条3項(令和8年度の額)",
        ],
    }


@given(
    st.integers(0, 12 * 23 - 1),
    st.integers(1, 24),
    st.sampled_from(["cash", "card", "account_transfer"]),
    st.booleans(),
)
def test_any_series_equals_the_sum_in_whole_numbers(
    later: int,
    months: int,
    method: str,
    additional: bool,  # noqa: FBT001 - drawn by hypothesis
) -> None:
    start = Month(2005, 4) + later
    months = min(months, Month(2028, 3) - start + 1)
    table = FIGURES.table("premium.monthly")
    premiums = [int(str(table.on(start + k).amount)) for k in range(months)]
    delay = 1 if method == "account_transfer" else 0
    expected = oracle(premiums, delay)
    gross = sum(premiums)
    if additional:
        expected += oracle([400] * months, delay)
        gross += 400 * months
    found = prepaid(str(start), months, method, additional=additional)
    assert (found["gross"], found["amount"]) == (gross, expected)
    assert found["discount"] == gross - expected >= 0


def test_one_month_in_cash_is_not_discounted() -> None:
    found = prepaid("2026-05", 1, "cash", additional=True)
    assert (found["gross"], found["amount"], found["discount"]) == (18320, 18320, 0)


@pytest.mark.parametrize(
    ("month", "amount", "discount"),
    [
        ("2005-04", 13540, 40),
        ("2006-04", 13810, 50),
        ("2016-04", 16210, 50),
        ("2018-04", 16290, 50),
        ("2023-04", 16470, 50),
        ("2024-03", 16470, 50),
        ("2024-04", 16920, 60),
        ("2025-04", 17450, 60),
        ("2026-04", 17860, 60),
        ("2028-03", 18230, 60),
    ],
)
def test_the_early_debit(month: str, amount: int, discount: int) -> None:
    found = answer("early-debit", {"month": month})
    assert (found["amount"], found["discount"]) == (amount, discount)
    assert found["sources"][0] == "法92条の2"


@pytest.mark.parametrize(
    ("start", "months"), [("2005-04", 24), ("2026-04", 24), ("2027-04", 12), ("2028-03", 1)]
)
def test_a_series_within_the_known_months_is_answered(start: str, months: int) -> None:
    assert prepaid(start, months, "cash", additional=True)["amount"] > 0


@pytest.mark.parametrize(
    ("start", "months"), [("2005-03", 1), ("2026-05", 24), ("2027-04", 13), ("2028-04", 1)]
)
def test_a_series_reaching_a_month_without_figures_is_refused(start: str, months: int) -> None:
    refused = prepaid(start, months, "cash", additional=True)["error"]
    assert (refused["code"], refused["field"]) == ("no_value_in_force", "start")
    assert refused["message"]
    assert refused["fix"]


@pytest.mark.parametrize("month", ["2005-03", "2028-04"])
def test_the_early_debit_of_an_unknown_month_is_refused(month: str) -> None:
    refused = answer("early-debit", {"month": month})["error"]
    assert (refused["code"], refused["field"]) == ("no_value_in_force", "month")


def test_the_rate_before_2013_is_flagged() -> None:
    assert "notes" in prepaid("2013-03", 1, "account_transfer")
    assert "notes" not in prepaid("2013-04", 1, "account_transfer")


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"months": 0}, "out_of_range", "months"),
        ({"months": 25}, "out_of_range", "months"),
        ({"months": "6"}, "invalid_type", "months"),
        ({"method": "cheque"}, "invalid_choice", "method"),
        ({"additional": "yes"}, "invalid_type", "additional"),
        ({"start": "令和8年4月"}, "invalid_month", "start"),
        ({"end": "2026-09"}, "unknown_field", "end"),
    ],
)
def test_a_bad_line_is_refused(change: dict[str, Any], code: str, field: str) -> None:
    line = {"start": "2026-04", "months": 6, "method": "cash"} | change
    refused = answer("prepayment", line)["error"]
    assert (refused["code"], refused["field"]) == (code, field)
    assert refused["message"]
    assert refused["fix"]


@pytest.mark.parametrize("name", ["start", "months", "method"])
def test_a_missing_field_is_refused(name: str) -> None:
    line = {"start": "2026-04", "months": 6, "method": "cash"}
    del line[name]
    refused = answer("prepayment", line)["error"]
    assert (refused["code"], refused["field"]) == ("missing_field", name)
    refused = answer("early-debit", {})["error"]
    assert (refused["code"], refused["field"]) == ("missing_field", "month")


def test_the_working_shows_the_sums() -> None:
    line = {"start": "2025-04", "months": 1, "method": "account_transfer", "additional": True}
    shown = answer("prepayment", line, explain=True)["explanation"]
    assert [(line["text"], line["value"], line["source"]) for line in shown] == [
        ("前納の割引に使う年利率(2025-04)", "0.04", "法93条2項・令8条"),
        ("保険料月額(2025-04)", "17510", "法87条3項(令和7年度の額)"),
        ("1か月分 17510円の前納額(10円未満四捨五入)", "17450", "法93条2項・令8条"),
        ("付加保険料(2025-04)", "400", "法87条の2"),
        ("付加保険料 400円の前納額(10円未満四捨五入)", "400", "法93条2項・令8条"),
    ]
