from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kokunen.dates.month import Month
from kokunen.law.back_payment import BANDS
from kokunen.law.contract.catalogue import answer
from kokunen.law.figures import FIGURES

IN_REIWA_7 = st.dates(date(2025, 4, 1), date(2026, 3, 31))
PARTIAL = ("full", "three_quarters", "half", "one_quarter")


def paid_back(exempt_month: str, band: str, paid_on: str) -> dict[str, Any]:
    return answer("back-payment", {"exempt_month": exempt_month, "band": band, "paid_on": paid_on})


# The table for payments up to the end of March of 令和8年 (JPS and cities); per fiscal year of the
# exempt month: 全額, 4分の3, 半額, 4分の1.
REIWA_7 = {
    2015: ("0.022", 15930, 11950, 7960, 3990),
    2016: ("0.021", 16600, 12450, 8300, 4150),
    2017: ("0.02", 16820, 12620, 8400, 4200),
    2018: ("0.019", 16650, 12480, 8330, 4160),
    2019: ("0.018", 16710, 12530, 8350, 4170),
    2020: ("0.017", 16820, 12610, 8410, 4200),
    2021: ("0.015", 16860, 12650, 8420, 4210),
    2022: ("0.009", 16740, 12550, 8360, 4190),
    2023: ("0", 16520, 12390, 8260, 4130),
}
# The same for payments in 令和6年度.
REIWA_6 = {
    2014: ("0.014", 15460, 11600, 7730, 3860),
    2015: ("0.013", 15790, 11840, 7890, 3950),
    2016: ("0.012", 16460, 12340, 8230, 4110),
    2017: ("0.011", 16670, 12510, 8330, 4170),
}
# 令10条 as it stood for payments in 令和4年度.
REIWA_4 = {
    2012: "0.016", 2013: "0.01", 2014: "0.006", 2015: "0.005",
    2016: "0.004", 2017: "0.003", 2018: "0.002", 2019: "0.001",
}  # fmt: skip


@pytest.mark.parametrize(
    ("paid_on", "year", "rate", "amounts"),
    [("2026-03-31", year, row[0], row[1:]) for year, row in REIWA_7.items()]
    + [("2025-03-31", year, row[0], row[1:]) for year, row in REIWA_6.items()],
)
def test_paying_back_costs_what_was_published(
    paid_on: str, year: int, rate: str, amounts: tuple[int, ...]
) -> None:
    for band, amount in zip(PARTIAL, amounts, strict=True):
        # The last month of the fiscal year is within its ten years on every day asked here.
        found = paid_back(f"{year + 1}-03", band, paid_on)
        assert (found["amount"], found["add_on_rate"]) == (amount, rate)


@pytest.mark.parametrize(("year", "rate"), REIWA_4.items())
def test_the_rates_of_reiwa_4_are_those_of_the_cabinet_order(year: int, rate: str) -> None:
    assert paid_back(f"{year}-10", "full", "2022-10-01")["add_on_rate"] == rate


@pytest.mark.parametrize(
    ("exempt_month", "band", "paid_on", "rate", "amount"),
    [
        ("2018-12", "full", "2024-12-01", "0.01", 16500),
        ("2019-12", "full", "2024-12-01", "0.009", 16560),
        ("2020-12", "full", "2024-12-01", "0.008", 16670),
        ("2021-12", "full", "2024-12-01", "0.006", 16710),
        ("2022-12", "full", "2024-12-01", "0", 16590),
        ("2024-12", "three_quarters", "2026-11-21", "0", 12730),
        ("2024-12", "half", "2026-11-21", "0", 8490),
        ("2024-12", "one_quarter", "2026-11-21", "0", 4240),
        ("2026-10", "student", "2026-11-21", "0", 17920),
        ("2016-07", "deferral", "2025-10-01", "0.021", 16600),
        ("2016-07", "student", "2025-10-01", "0.021", 16600),
    ],
)
def test_paying_back(exempt_month: str, band: str, paid_on: str, rate: str, amount: int) -> None:
    found = paid_back(exempt_month, band, paid_on)
    assert (found["add_on_rate"], found["amount"]) == (rate, amount)


def test_the_whole_answer_with_a_wareki_date() -> None:
    assert paid_back("2016-04", "three_quarters", "R7.10.1") == {
        "amount": 12450,
        "add_on_rate": "0.021",
        "last_day": "2026-04-30",
        "sources": [
            "法87条3項(平成28年度の額)",
            "法90条の2",
            "法94条1項",
            "法94条3項・令10条",
            "令10条(令和7年度)",
        ],
    }


@pytest.mark.parametrize(
    ("exempt_month", "paid_on", "rate"),
    [
        ("2020-03", "2022-04-01", "0"),
        ("2020-03", "2022-04-30", "0"),
        ("2020-03", "2022-05-01", "0.001"),
        ("2020-02", "2022-04-30", "0.001"),
        ("2020-04", "2023-03-31", "0"),
        ("2022-03", "2024-04-30", "0"),
        ("2022-03", "2024-05-01", "0.006"),
        ("2021-03", "2024-04-30", "0.008"),
        ("2023-03", "2025-04-30", "0"),
        ("2023-03", "2025-03-31", "0"),
        ("2024-03", "2026-04-30", "0"),
        ("2017-03", "2019-04-30", "0"),
        ("2022-04", "2025-03-31", "0"),
        ("2022-04", "2025-04-01", "0.009"),
    ],
)
def test_nothing_is_added_for_two_fiscal_years_and_for_march_in_the_april_after(
    exempt_month: str, paid_on: str, rate: str
) -> None:
    assert paid_back(exempt_month, "full", paid_on)["add_on_rate"] == rate


@pytest.mark.parametrize(
    ("exempt_month", "last_day", "day_after"),
    [
        ("2015-10", "2025-10-31", "2025-11-01"),
        ("2015-04", "2025-04-30", "2025-05-01"),
        ("2016-02", "2026-02-28", "2026-03-01"),
        ("2014-06", "2024-06-30", "2024-07-01"),
        ("2012-12", "2022-12-31", "2023-01-01"),
    ],
)
def test_the_last_day_is_the_end_of_the_same_month_ten_years_later(
    exempt_month: str, last_day: str, day_after: str
) -> None:
    assert paid_back(exempt_month, "full", last_day)["last_day"] == last_day
    refused = paid_back(exempt_month, "full", day_after)["error"]
    assert (refused["code"], refused["field"]) == ("not_back_payable", "paid_on")
    assert f"{last_day}まで" in refused["message"]
    assert "10年以内" in refused["message"]
    assert refused["fix"] == "まだ期限の来ていない月の追納を案内してください。"


def test_the_last_day_of_a_february_ten_years_later_may_be_the_29th() -> None:
    assert paid_back("2022-02", "full", "2024-01-01")["last_day"] == "2032-02-29"


def test_the_month_itself_is_the_first_in_which_it_can_be_paid_for() -> None:
    assert paid_back("2026-07", "full", "2026-07-01")["amount"] == 17920
    refused = paid_back("2026-07", "full", "2026-06-30")["error"]
    assert (refused["code"], refused["field"]) == ("not_back_payable", "paid_on")
    assert "2026-07" in refused["message"]
    assert refused["fix"] == "追納する日と免除された月を確かめてください。"


@pytest.mark.parametrize(
    ("band", "before", "first", "paid_on", "amount"),
    [
        ("three_quarters", "2006-06", "2006-07", "2006-08-01", 13860 - 3470),
        ("half", "2002-03", "2002-04", "2002-05-01", 6650),
        ("one_quarter", "2006-06", "2006-07", "2006-08-01", 13860 - 10400),
        ("student", "2000-03", "2000-04", "2002-05-01", 13300),
        ("deferral", "2005-03", "2005-04", "2006-08-01", 13580),
    ],
)
def test_a_band_not_yet_in_law_is_refused(
    band: str, before: str, first: str, paid_on: str, amount: int
) -> None:
    refused = paid_back(before, band, paid_on)["error"]
    assert (refused["code"], refused["field"]) == ("not_back_payable", "band")
    assert before in refused["message"]
    assert refused["fix"] == "免除された月と種類を承認通知書で確かめてください。"
    assert paid_back(first, band, paid_on)["amount"] == amount


@pytest.mark.parametrize(
    ("exempt_month", "paid_on"),
    [
        ("2020-10", "2023-10-01"),  # 令和5年度: the rates could not be found
        ("2020-10", "2026-04-01"),  # 令和8年度: the same
        ("2015-10", "2021-10-01"),  # before the rates known
        ("1999-04", "2002-03-31"),  # before the rule known
    ],
)
def test_an_unknown_rate_is_refused_and_not_guessed(exempt_month: str, paid_on: str) -> None:
    refused = paid_back(exempt_month, "full", paid_on)["error"]
    assert (refused["code"], refused["field"]) == ("no_value_in_force", "paid_on")
    assert refused["message"]
    assert refused["fix"]


def test_the_missing_rate_is_named() -> None:
    refused = paid_back("2020-10", "full", "2023-10-01")["error"]
    assert "2023年度に追納する場合の2020年度分" in refused["message"]
    assert refused["fix"].startswith("年金事務所に追納額を確かめるか、")


@pytest.mark.parametrize("month", ["1989-03", "2028-04"])
def test_a_month_without_a_premium_is_refused(month: str) -> None:
    refused = paid_back(month, "full", "2026-11-21")["error"]
    assert (refused["code"], refused["field"]) == ("no_value_in_force", "exempt_month")


def test_the_rule_before_2019_is_flagged() -> None:
    assert "notes" in paid_back("2018-04", "full", "2019-03-31")
    assert "notes" not in paid_back("2018-04", "full", "2019-04-01")


@given(st.integers(0, 131), st.sampled_from(BANDS), IN_REIWA_7)
def test_the_amount_is_the_exempted_part_and_its_add_on_each_in_tens(
    later: int, band: str, paid_on: date
) -> None:
    month = Month(2015, 4) + later
    assume(month.first_day <= paid_on <= (month + 120).last_day)
    found = paid_back(str(month), band, str(paid_on))
    premium = int(str(FIGURES.table("premium.monthly").on(month).amount))
    quarters = {"three_quarters": 1, "half": 2, "one_quarter": 3}.get(band, 0)
    exempted = premium - (premium * quarters + 20) // 40 * 10
    whole, _, thousandths = found["add_on_rate"].partition(".")
    assert whole == "0"
    add_on = (exempted * int(thousandths.ljust(3, "0") or 0) + 5000) // 10000 * 10
    if found["add_on_rate"] == "0":
        add_on = 0
        assert month.fiscal_year >= 2023 or (month == Month(2023, 3) and paid_on.month == 4)
    assert found["amount"] == exempted + add_on


def test_every_known_year_has_a_rate_for_every_month_that_can_be_paid_for() -> None:
    for year in (2022, 2024, 2025):
        for paid in Month.range(Month(year, 4), Month(year + 1, 3)):
            for month in Month.range(paid - 120, paid):
                assert "amount" in paid_back(str(month), "full", str(paid.first_day))


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"band": "none"}, "invalid_choice", "band"),
        ({"band": "undecidable"}, "invalid_choice", "band"),
        ({"exempt_month": "2016"}, "invalid_month", "exempt_month"),
        ({"paid_on": "2025-02-30"}, "invalid_date", "paid_on"),
        ({"rate": 0}, "unknown_field", "rate"),
    ],
)
def test_a_bad_line_is_refused(change: dict[str, Any], code: str, field: str) -> None:
    line = {"exempt_month": "2016-04", "band": "full", "paid_on": "2025-10-01"} | change
    refused = answer("back-payment", line)["error"]
    assert (refused["code"], refused["field"]) == (code, field)


@pytest.mark.parametrize("name", ["exempt_month", "band", "paid_on"])
def test_a_missing_field_is_refused(name: str) -> None:
    line = {"exempt_month": "2016-04", "band": "full", "paid_on": "2025-10-01"}
    del line[name]
    refused = answer("back-payment", line)["error"]
    assert (refused["code"], refused["field"]) == ("missing_field", name)


def test_the_working_shows_the_lines() -> None:
    line = {"exempt_month": "2020-03", "band": "half", "paid_on": "2022-04-30"}
    shown = answer("back-payment", line, explain=True)["explanation"]
    assert [(step["text"], step["value"], step["source"]) for step in shown] == [
        ("保険料月額(2020-03)", "16410", "法87条3項(令和元年度の額)"),
        ("半額免除が制度にあるか(2020-03)", "あり", "法90条の2"),
        ("半額免除の納付額: 16410 × 1/2(10円未満四捨五入)", "8210", "法90条の2"),
        ("免除された額: 16410 - 8210", "8200", "法90条の2"),
        ("追納できる年数(2020-03)", "10", "法94条1項"),
        ("追納できる最後の日", "2030-03-31", "法94条1項"),
        ("加算のない年度数(追納する年度から前へ)(2022-04)", "2", "法94条3項・令10条"),
        ("2020-03分は2022-04まで加算がない", "0", "令10条1項ただし書"),
        ("追納額: 8200 × (1 + 0)(10円未満四捨五入)", "8200", "法94条3項・令10条"),
    ]
