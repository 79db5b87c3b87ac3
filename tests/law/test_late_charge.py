from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokunen.dates.month import Month
from kokunen.law.contract.catalogue import answer
from kokunen.law.figures import FIGURES
from kokunen.law.late_charge import late_charge
from kokunen.rulekit.working import Working

# 延滞金の割合 by calendar year, in thousandths: to three months, and after.
RATES = {
    **dict.fromkeys(range(2010, 2015), (43, 146)),
    **dict.fromkeys((2015, 2016), (28, 91)),
    2017: (27, 90),
    **dict.fromkeys((2018, 2019, 2020), (26, 89)),
    2021: (25, 88),
    **dict.fromkeys(range(2022, 2026), (24, 87)),
    2026: (28, 91),
}


def charged(month: str, paid_on: str, dunned_until: str) -> dict[str, Any]:
    return answer("late-charge", {"month": month, "paid_on": paid_on, "dunned_until": dunned_until})


def oracle(base: int, due: date, paid_on: date) -> tuple[int, int, int]:
    """Count day by day, as with a pencil."""
    start = due + timedelta(days=1)
    turn_month, turn_year = start.month + 3, start.year
    if turn_month > 12:
        turn_month, turn_year = turn_month - 12, turn_year + 1
    turn = date(turn_year, turn_month, start.day)
    early = late = thousandths = 0
    day = start
    while day < paid_on:
        first, after = RATES[day.year]
        if day < turn:
            early += 1
            thousandths += first
        else:
            late += 1
            thousandths += after
        day += timedelta(days=1)
    return early, late, base * thousandths // (365 * 1000 * 50) * 50


def test_the_example_of_the_pension_service() -> None:
    # 令和7年4月分, due on Monday 2 June, paid on 1 October: 92 and 28 days, 200 yen.
    assert charged("2025-04", "2025-10-01", "2025-09-20") == {
        "base": 17500,
        "days": [92, 28],
        "amount": 200,
        "sources": [
            "法87条3項(令和7年度の額)",
            "法97条3項",
            "法91条",
            "法97条1項",
            "法97条1項・附則9条の2の5",
            "法97条5項",
        ],
    }


@pytest.mark.parametrize(
    ("month", "paid_on", "dunned_until", "base", "days", "amount"),
    [
        # 17,500 × 2.4% × 43 / 365 = 49.48 and × 44 = 50.63: under 50 yen nothing is charged.
        ("2025-04", "2025-07-16", "2025-07-01", 17500, [43, 0], 0),
        ("2025-04", "2025-07-17", "2025-07-01", 17500, [44, 0], 50),
        ("2025-04", "2025-09-02", "2025-07-01", 17500, [91, 0], 100),
        ("2025-04", "2025-09-03", "2025-07-01", 17500, [92, 0], 100),
        ("2025-04", "2025-09-04", "2025-07-01", 17500, [92, 1], 100),
        # Due on 31 October 2025; December has the rate of 2025, January that of 2026.
        ("2025-09", "2026-03-01", "2025-12-01", 17500, [92, 28], 200),
        ("2025-11", "2026-06-01", "2026-03-01", 17500, [90, 56], 350),
        ("2009-11", "2010-06-01", "2010-03-01", 14500, [90, 57], 450),
    ],
)
def test_the_charge(
    month: str, paid_on: str, dunned_until: str, base: int, days: list[int], amount: int
) -> None:
    found = charged(month, paid_on, dunned_until)
    assert (found["base"], found["days"], found["amount"]) == (base, days, amount)


@pytest.mark.parametrize(
    ("month", "base"),
    [("2024-04", 16500), ("2023-04", 16500), ("2010-04", 15000), ("2004-04", 13000)],
)
def test_the_premium_is_cut_to_five_hundred_yen(month: str, base: int) -> None:
    paid_on = f"{int(month[:4])}-12-31"
    found = charged(month, paid_on, paid_on)
    assert (found["base"], found["amount"]) == (base, 0)


def test_who_pays_by_the_day_of_the_letter_pays_no_charge() -> None:
    in_time = charged("2025-04", "2025-10-01", "2025-10-01")
    assert (in_time["base"], in_time["days"], in_time["amount"]) == (17500, [92, 28], 0)
    assert "2025-10-01" in in_time["notes"][0]
    assert in_time["sources"][-1] == "法97条4項"
    late = charged("2025-04", "2025-10-02", "2025-10-01")
    assert (late["days"], late["amount"]) == ([92, 29], 200)
    assert "notes" not in late


@pytest.mark.parametrize("paid_on", ["2025-04-10", "2025-06-02", "2025-06-03"])
def test_who_pays_by_the_due_date_has_no_days(paid_on: str) -> None:
    found = charged("2025-04", paid_on, "2025-08-01")
    assert (found["days"], found["amount"]) == ([0, 0], 0)


def test_the_first_day_counted_is_the_day_after_the_due_date() -> None:
    assert charged("2025-04", "2025-06-04", "2025-08-01")["days"] == [1, 0]


@given(st.integers(0, 187), st.integers(1, 1500))
def test_the_charge_is_the_sum_of_its_days(later: int, days: int) -> None:
    month = Month(2010, 1) + later
    working = Working(FIGURES)
    premium = int(str(FIGURES.table("premium.monthly").on(month).amount))
    due = date.fromisoformat(answer("premium", {"month": str(month)})["due_on"])
    paid_on = min(due + timedelta(days=1 + days), date(2027, 1, 1))
    charge = late_charge(
        month=month, paid_on=paid_on, dunned_until=due + timedelta(days=1), working=working
    )
    early, late, amount = oracle(premium - premium % 500, due, paid_on)
    assert charge.days == (early, late)
    assert charge.amount == amount
    assert charge.base == premium - premium % 500


def test_a_premium_due_before_2010_has_no_lighter_rate() -> None:
    found = charged("2009-10", "2010-06-01", "2010-03-01")
    assert found["days"] == [90, 92]
    assert found["amount"] == 14500 * 146 * 182 // (365 * 1000 * 50) * 50 == 1050
    assert "平成21年法律36号附則2条" in found["sources"]


def test_a_leap_day_counts_in_a_year_of_365_days() -> None:
    found = charged("2023-11", "2024-03-15", "2024-03-01")
    # Due on Thursday 4 January 2024.
    assert found["days"] == [70, 0]
    assert found["amount"] == Fraction(16500 * 24 * 70, 365 * 1000) // 50 * 50 == 50


def test_the_last_day_whose_rate_is_known_is_the_last_of_2026() -> None:
    assert charged("2026-04", "2027-01-01", "2026-12-01")["amount"] > 0
    refused = charged("2026-04", "2027-01-02", "2026-12-01")["error"]
    assert (refused["code"], refused["field"]) == ("no_value_in_force", "paid_on")
    assert refused["message"]
    assert refused["fix"]


@pytest.mark.parametrize("month", ["1989-03", "2028-04"])
def test_a_month_without_a_premium_is_refused(month: str) -> None:
    refused = charged(month, "2026-11-21", "2026-11-01")["error"]
    assert (refused["code"], refused["field"]) == ("no_value_in_force", "month")


def test_a_letter_before_the_due_date_is_refused() -> None:
    refused = charged("2025-04", "2025-10-01", "2025-06-02")["error"]
    assert (refused["code"], refused["field"]) == ("dunned_before_due", "dunned_until")
    assert "2025-06-02" in refused["message"]
    assert refused["fix"] == "督促状の指定期限を確かめてください。"
    assert charged("2025-04", "2025-10-01", "2025-06-03")["amount"] == 200


def test_every_month_of_the_rates_is_covered() -> None:
    first, later = FIGURES.table("late_charge.first_rate"), FIGURES.table("late_charge.later_rate")
    for month in Month.range(Month(2010, 1), Month(2026, 12)):
        early, after = RATES[month.year]
        assert first.on(month).amount == Fraction(early, 1000)
        assert later.on(month).amount == Fraction(after, 1000)
    for month in Month.range(Month(1989, 4), Month(2009, 12)):
        assert later.on(month).amount == Fraction(146, 1000)


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"paid_on": None}, "invalid_type", "paid_on"),
        ({"dunned_until": "2025-06-31"}, "invalid_date", "dunned_until"),
        ({"month": "R7.4"}, "invalid_month", "month"),
        ({"rate": 1}, "unknown_field", "rate"),
    ],
)
def test_a_bad_line_is_refused(change: dict[str, Any], code: str, field: str) -> None:
    line = {"month": "2025-04", "paid_on": "2025-10-01", "dunned_until": "2025-09-20"} | change
    refused = answer("late-charge", line)["error"]
    assert (refused["code"], refused["field"]) == (code, field)


@pytest.mark.parametrize("name", ["month", "paid_on", "dunned_until"])
def test_a_missing_field_is_refused(name: str) -> None:
    line = {"month": "2025-04", "paid_on": "2025-10-01", "dunned_until": "2025-09-20"}
    del line[name]
    refused = answer("late-charge", line)["error"]
    assert (refused["code"], refused["field"]) == ("missing_field", name)


def test_the_working_shows_the_lines() -> None:
    line = {"month": "2025-04", "paid_on": "2025-10-01", "dunned_until": "2025-09-20"}
    shown = answer("late-charge", line, explain=True)["explanation"]
    rates = "法97条1項・附則9条の2の5"
    assert [(step["text"], step["value"], step["source"]) for step in shown] == [
        ("保険料月額(2025-04)", "17510", "法87条3項(令和7年度の額)"),
        ("延滞金を計算する保険料の端数の単位(2025-04)", "500", "法97条3項"),
        ("2025-04分の納期限(翌月末日、休業日なら翌営業日)", "2025-06-02", "法91条"),
        ("延滞日数(2025-09-03より前)", "92", "法97条1項"),
        ("延滞日数(2025-09-03から)", "28", "法97条1項"),
        ("最初の3か月の割合が軽いか(納期限の月で見る)(2025-06)", "あり", "法97条1項"),
        ("延滞金の割合(納期限の翌日から3か月まで)(2025-06)", "0.024", rates),
        ("延滞金の割合(3か月を過ぎた日から)(2025-09)", "0.087", rates),
        ("延滞金の端数の単位(2025-04)", "50", "法97条5項"),
        ("延滞金(50円未満切捨て)", "200", "法97条5項"),
    ]
