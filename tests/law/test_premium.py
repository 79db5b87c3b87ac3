from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokunen.dates.month import Month
from kokunen.law.contract.catalogue import answer
from kokunen.law.figures import FIGURES
from kokunen.law.premium import PAYABLE_SHARE, full_premium, monthly_premium, nearest_ten
from kokunen.rulekit.figures import NoValueInForce
from kokunen.rulekit.working import Working

if TYPE_CHECKING:
    from collections.abc import Iterable

FIRST, LAST = Month(1989, 4), Month(2028, 3)
KNOWN = list(Month.range(FIRST, LAST))

# 法87条3項: the amount of each year and its rate of revision in thousandths (保険料改定率).
STATUTORY = {
    2005: (13580, 1000), 2006: (13860, 1000), 2010: (14980, 1008), 2011: (15260, 984),
    2012: (15540, 964), 2013: (15820, 951), 2014: (16100, 947), 2015: (16380, 952),
    2016: (16660, 976), 2017: (16900, 976), 2018: (16900, 967), 2019: (17000, 965),
    2020: (17000, 973), 2021: (17000, 977), 2022: (17000, 976), 2023: (17000, 972),
    2024: (17000, 999), 2025: (17000, 1030), 2026: (17000, 1054), 2027: (17000, 1076),
}  # fmt: skip


def premium_of(month: str) -> dict[str, Any]:
    return answer("premium", {"month": month})


def with_payable(months: Iterable[Month], *bands: str) -> list[Month]:
    found = []
    for month in months:
        payable = monthly_premium(month=month, working=Working(FIGURES)).payable
        if all(payable[band] is not None for band in bands):
            found.append(month)
    return found


def test_the_premium_of_july_of_reiwa_8_is_17920_yen_due_at_the_end_of_august() -> None:
    assert premium_of("2026-07") == {
        "premium": 17920,
        "payable": {"three_quarters": 4480, "half": 8960, "one_quarter": 13440},
        "additional": 400,
        "due_on": "2026-08-31",
        "sources": ["法87条3項(令和8年度の額)", "法90条の2", "法87条の2", "法91条"],
    }


@pytest.mark.parametrize(
    ("year", "premium"),
    [
        (1989, 8000), (1990, 8400), (1991, 9000), (1992, 9700), (1993, 10500), (1994, 11100),
        (1995, 11700), (1996, 12300), (1997, 12800), (1998, 13300), (2004, 13300), (2005, 13580),
        (2006, 13860), (2007, 14100), (2008, 14410), (2009, 14660), (2010, 15100), (2016, 16260),
        (2025, 17510), (2026, 17920), (2027, 18290),
    ],
)  # fmt: skip
def test_the_premium_changes_on_1_april(year: int, premium: int) -> None:
    assert premium_of(f"{year}-04")["premium"] == premium
    assert premium_of(f"{year + 1}-03")["premium"] == premium


@pytest.mark.parametrize(("year", "statutory"), STATUTORY.items())
def test_the_premium_is_the_amount_of_the_statute_times_its_revision(
    year: int, statutory: tuple[int, int]
) -> None:
    amount, thousandths = statutory
    ten_yen, rest = divmod(amount * thousandths, 10_000)
    assert premium_of(f"{year}-12")["premium"] == (ten_yen + (rest >= 5_000)) * 10


@pytest.mark.parametrize(
    ("month", "three_quarters", "half", "one_quarter"),
    [
        ("2025-04", 4380, 8760, 13130),
        ("2024-04", 4250, 8490, 12740),
        ("2018-04", 4090, 8170, 12260),
        ("2017-04", 4120, 8250, 12370),
        ("2006-07", 3470, 6930, 10400),
    ],
)
def test_the_payable_part_is_rounded_to_ten_yen(
    month: str, three_quarters: int, half: int, one_quarter: int
) -> None:
    assert premium_of(month)["payable"] == {
        "three_quarters": three_quarters,
        "half": half,
        "one_quarter": one_quarter,
    }


def test_the_half_band_begins_in_april_2002() -> None:
    assert premium_of("2002-03")["payable"]["half"] is None
    assert premium_of("2002-04")["payable"]["half"] == 6650
    assert with_payable(KNOWN, "half") == list(Month.range(Month(2002, 4), LAST))


def test_the_bands_of_a_quarter_begin_in_july_2006() -> None:
    assert premium_of("2006-06")["payable"] == {
        "three_quarters": None,
        "half": 6930,
        "one_quarter": None,
    }
    assert with_payable(KNOWN, "three_quarters", "one_quarter") == list(
        Month.range(Month(2006, 7), LAST)
    )


@pytest.mark.parametrize(
    ("month", "due_on"),
    [
        ("2025-04", "2025-06-02"),  # 31 May 2025 is a Saturday; the example of the JPS
        ("2025-05", "2025-06-30"),
        ("2025-11", "2026-01-05"),  # 29 December to 3 January, then a Sunday
        ("2026-12", "2027-02-01"),
        ("1989-04", "1989-05-31"),
        ("2028-03", "2028-05-01"),
    ],
)
def test_the_due_date_is_the_end_of_the_next_month_or_the_next_business_day(
    month: str, due_on: str
) -> None:
    assert premium_of(month)["due_on"] == due_on


def test_every_month_from_1989_04_to_2028_03_has_all_its_figures() -> None:
    assert len(KNOWN) == 39 * 12
    for month in KNOWN:
        owed = monthly_premium(month=month, working=Working(FIGURES))
        assert 8000 <= owed.premium <= 18290
        assert owed.premium % 10 == 0
        assert owed.additional == 400
        assert month.last_day < owed.due_on <= (month + 1).last_day + timedelta(days=10)


@pytest.mark.parametrize("month", [FIRST - 1, LAST + 1])
def test_a_month_outside_is_refused_and_not_guessed(month: Month) -> None:
    refused = premium_of(str(month))["error"]
    assert refused["code"] == "no_value_in_force"
    assert refused["field"] == "month"
    assert "保険料月額" in refused["message"]
    assert refused["fix"]
    with pytest.raises(NoValueInForce):
        full_premium(month=month, working=Working(FIGURES))


@given(st.sampled_from(KNOWN))
def test_the_payable_parts_are_the_shares_to_within_five_yen(month: Month) -> None:
    owed = monthly_premium(month=month, working=Working(FIGURES))
    for band, share in PAYABLE_SHARE.items():
        payable = owed.payable[band]
        if payable is not None:
            assert payable % 10 == 0
            assert -5 < payable - owed.premium * share <= 5


def test_the_shares_are_what_the_name_of_the_band_leaves() -> None:
    shares = [(band, 1 - share) for band, share in PAYABLE_SHARE.items()]
    assert shares == [
        ("three_quarters", Fraction(3, 4)),
        ("half", Fraction(1, 2)),
        ("one_quarter", Fraction(1, 4)),
    ]


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [
        (Fraction(0), 0), (Fraction(4), 0), (Fraction(499, 100), 0), (Fraction(5), 10),
        (Fraction(14), 10), (Fraction(1499, 100), 10), (Fraction(15), 20), (Fraction(20), 20),
    ],
)  # fmt: skip
def test_five_yen_go_up(amount: Fraction, rounded: int) -> None:
    assert nearest_ten(amount) == rounded


def test_the_working_shows_each_line_once() -> None:
    shown = answer("premium", {"month": "2024-04"}, explain=True)["explanation"]
    assert [(line["text"], line["value"], line["source"]) for line in shown] == [
        ("保険料月額(2024-04)", "16980", "法87条3項(令和6年度の額)"),
        ("4分の3免除と4分の1免除が制度にあるか(2024-04)", "あり", "法90条の2"),
        ("4分の3免除の納付額: 16980 × 1/4(10円未満四捨五入)", "4250", "法90条の2"),
        ("半額免除が制度にあるか(2024-04)", "あり", "法90条の2"),
        ("半額免除の納付額: 16980 × 1/2(10円未満四捨五入)", "8490", "法90条の2"),
        ("4分の3免除と4分の1免除が制度にあるか(2024-04)", "あり", "法90条の2"),
        ("4分の1免除の納付額: 16980 × 3/4(10円未満四捨五入)", "12740", "法90条の2"),
        ("付加保険料(2024-04)", "400", "法87条の2"),
        ("2024-04分の納期限(翌月末日、休業日なら翌営業日)", "2024-05-31", "法91条"),
    ]


@pytest.mark.parametrize(
    ("given_fields", "code", "field"),
    [
        ({}, "missing_field", "month"),
        ({"month": "2026-13"}, "invalid_month", "month"),
        ({"month": 202607}, "invalid_type", "month"),
        ({"month": "2026-07", "band": "half"}, "unknown_field", "band"),
    ],
)
def test_a_bad_line_is_refused(given_fields: dict[str, Any], code: str, field: str) -> None:
    refused = answer("premium", given_fields)["error"]
    assert (refused["code"], refused["field"]) == (code, field)


def test_the_law_function_gives_typed_values() -> None:
    owed = monthly_premium(month=Month(2025, 4), working=Working(FIGURES))
    assert owed.due_on == date(2025, 6, 2)
    assert owed.premium == 17510
