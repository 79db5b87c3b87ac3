"""The old-age basic pension and the additional pension."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokunen.law.contract.benefit import decimal_text
from kokunen.law.contract.catalogue import answer
from kokunen.law.month_counts import Exempt, MonthCounts
from kokunen.law.old_age import credited_months
from kokunen.rulekit.figures import Figures
from kokunen.rulekit.working import Working

if TYPE_CHECKING:
    from pathlib import Path

Json = dict[str, Any]

YOUNGER = "1956-04-02"
OLDER = "1956-04-01"


def pension(**given_: object) -> Json:
    found = answer("old-age-pension", given_)
    assert "error" not in found, found
    return found


def annual(fiscal_year: int, birth_date: str | None = None, start_shift: int = 0) -> int:
    found = pension(
        fiscal_year=fiscal_year,
        birth_date=birth_date,
        months={"paid": 480},
        start_shift=start_shift,
    )
    assert found["total"] == found["annual"] + found["additional_annual"]
    amount: int = found["annual"]
    return amount


PUBLISHED = {
    1986: 622800, 1987: 626500, 1988: 627200, 1989: 666000, 1990: 681300, 1991: 702000,
    1992: 725300, 1993: 737300, 1994: 747300, 1995: 785500, 1996: 785500, 1997: 785500,
    1998: 799500, 1999: 804200, 2000: 804200, 2001: 804200, 2002: 804200, 2003: 797000,
    2004: 794500, 2005: 794500, 2006: 792100, 2007: 792100, 2008: 792100, 2009: 792100,
    2010: 792100, 2011: 788900, 2012: 786500, 2013: 786500, 2014: 772800, 2015: 780100,
    2016: 780100, 2017: 779300, 2018: 779300, 2019: 780100, 2020: 781700, 2021: 780900,
    2022: 777800,
}  # fmt: skip


@pytest.mark.parametrize(("year", "yen"), PUBLISHED.items())
def test_one_full_amount_to_2022(year: int, yen: int) -> None:
    assert annual(year) == annual(year, YOUNGER) == annual(year, OLDER) == yen


@pytest.mark.parametrize(
    ("year", "younger", "older"),
    [
        (2023, 795000, 792600),
        (2024, 816000, 813700),
        (2025, 831700, 829300),
        (2026, 847300, 844900),
    ],
)
def test_two_full_amounts_from_2023(year: int, younger: int, older: int) -> None:
    assert annual(year, YOUNGER) == annual(year) == younger
    assert annual(year, OLDER) == older


def test_without_a_birth_date_the_answer_says_which_figure_it_took() -> None:
    assert pension(fiscal_year=2026, months={"paid": 480})["notes"] == [
        "生年月日がないので、年金の満額は1956-04-02以後に生まれた人のものです。"
    ]
    assert "notes" not in pension(fiscal_year=2026, birth_date=OLDER, months={"paid": 480})
    assert "notes" not in pension(fiscal_year=2022, months={"paid": 480})


@pytest.mark.parametrize(("year", "since"), [(1994, "1994-10"), (2013, "2013-10")])
def test_a_year_of_two_amounts_is_answered_as_in_april_and_says_so(year: int, since: str) -> None:
    expected = f"{year}年度は{since}に満額が変わりました。4月の額で計算しています。"
    assert pension(fiscal_year=year, months={"paid": 480})["notes"] == [expected]


@pytest.mark.parametrize(
    ("months", "credited", "yen"),
    [
        # 令和8年度 満額 847,300円
        ({"paid": 240}, "240", 423650),
        ({"paid": 1, "full_from_2009_04": 479}, "240.5", 424533),
        ({"paid": 360, "full_from_2009_04": 120}, "420", 741388),
        ({"paid": 360, "full_to_2009_03": 120}, "400", 706083),
        ({"paid": 480, "deferral": 24, "student": 24}, "480", 847300),
        ({"paid": 400, "deferral": 40, "student": 40}, "400", 706083),
        ({"paid": 479, "one_quarter_from_2009_04": 1}, "479.875", 847079),
        ({"paid": 479, "half_from_2009_04": 1}, "479.75", 846859),
        ({"paid": 479, "three_quarters_from_2009_04": 1}, "479.625", 846638),
        ({"paid": 479, "full_from_2009_04": 1}, "479.5", 846417),
        ({"paid": 479, "one_quarter_to_2009_03": 1}, "479.833", 847006),
        ({"paid": 479, "half_to_2009_03": 1}, "479.667", 846712),
        ({"paid": 479, "three_quarters_to_2009_03": 1}, "479.5", 846417),
        ({"paid": 479, "full_to_2009_03": 1}, "479.333", 846123),
        # Beyond the 480 months only the share paid counts, and never to more than 480.
        ({"paid": 400, "one_quarter_from_2009_04": 120}, "485", None),
        ({"paid": 400, "half_from_2009_04": 120}, "470", 829648),
        ({"paid": 400, "three_quarters_from_2009_04": 120}, "455", 803170),
        ({"paid": 400, "full_from_2009_04": 120}, "440", 776692),
        ({"paid": 400, "half_to_2009_03": 120}, "466.667", 823764),
        ({"paid": 400, "three_quarters_to_2009_03": 120}, "446.667", 788460),
        ({"paid": 300, "one_quarter_to_2009_03": 186}, "453", 799639),
        ({"paid": 400, "full_to_2009_03": 120}, "426.667", 753156),
        ({"paid": 480, "one_quarter_from_2009_04": 1}, "480", 847300),
        ({"paid": 500}, "480", 847300),
        # The order of use is by what was paid, whatever came first.
        ({"paid": 420, "one_quarter_from_2009_04": 60, "full_from_2009_04": 60}, "472.5", 834061),
        ({"paid": 420, "half_from_2009_04": 40, "full_from_2009_04": 60}, "460", 811996),
        ({"paid": 420, "half_from_2009_04": 60, "three_quarters_from_2009_04": 8}, "466", 822587),
        ({}, "0", 0),
    ],
)
def test_months_credited_and_the_amount_in_2026(
    months: dict[str, int], credited: str, yen: int | None
) -> None:
    found = pension(fiscal_year=2026, birth_date=YOUNGER, months=months)
    if yen is None:
        credited, yen = "480", 847300
    assert (found["credited_months"], found["annual"]) == (credited, yen)


BANDS = ("one_quarter", "half", "three_quarters", "full")
# In 24ths of a month: within the 480 and beyond them, from 2009-04 and to 2009-03.
WITHIN = {"newer": (21, 18, 15, 12), "older": (20, 16, 12, 8)}
BEYOND = {"newer": (9, 6, 3, 0), "older": (12, 8, 4, 0)}


def month_by_month(paid: int, months: dict[tuple[str, str], int]) -> int:
    """Lay the months into 480 places one after the other; the sum, in 24ths."""
    places, sum_ = 480, 0
    for _ in range(paid):
        if places:
            places, sum_ = places - 1, sum_ + 24
    for at, band in enumerate(BANDS):
        for side in ("newer", "older"):
            for _ in range(months.get((band, side), 0)):
                sum_ += (WITHIN if places else BEYOND)[side][at]
                places -= places > 0
    return min(sum_, 480 * 24)


@given(
    paid=st.integers(0, 500),
    months=st.dictionaries(
        st.tuples(st.sampled_from(BANDS), st.sampled_from(("newer", "older"))),
        st.integers(0, 300),
    ),
    year=st.sampled_from((2012, 2022, 2023, 2026)),
)
def test_the_pension_laid_out_month_by_month(
    paid: int, months: dict[tuple[str, str], int], year: int
) -> None:
    suffix = {"newer": "from_2009_04", "older": "to_2009_03"}
    given_ = {f"{band}_{suffix[side]}": count for (band, side), count in months.items()}
    found = pension(fiscal_year=year, months={"paid": paid, **given_})
    in_24ths = month_by_month(paid, months)
    full = {2012: 786500, 2022: 777800, 2023: 795000, 2026: 847300}[year]
    # Half up: twice the amount plus one, halved downwards.
    assert found["annual"] == (2 * full * in_24ths + 11520) // 23040
    whole, thousandths = divmod((in_24ths * 1000 + 12) // 24, 1000)
    shown = f"{whole}.{thousandths:03d}"
    assert found["credited_months"] in (shown, shown.rstrip("0").rstrip("."))


def test_a_cap_that_cuts_both_sides_of_2009_is_noted() -> None:
    cut = {"paid": 460, "half_to_2009_03": 20, "half_from_2009_04": 20}
    found = pension(fiscal_year=2026, birth_date=YOUNGER, months=cut)
    assert found["credited_months"] == "480"
    assert found["notes"] == [
        (
            "「同じ割合の免除月数のうち平成21年4月以後の月を先に480月へ数える」(2009-04)は未確認の数値です。"
            "480月の上限が平成21年3月以前と4月以後の月にまたがる場合に、"
            "どちらを先に数えるかは確かめられていません。"
        )
    ]
    for uncut in (
        {"paid": 460, "half_to_2009_03": 10, "half_from_2009_04": 10},
        {"paid": 480, "half_to_2009_03": 10, "half_from_2009_04": 10},
        {"paid": 460, "half_from_2009_04": 40},
        {"paid": 460, "half_to_2009_03": 40},
    ):
        assert "notes" not in pension(fiscal_year=2026, birth_date=YOUNGER, months=uncut)


@pytest.mark.parametrize(
    ("newer", "older", "room", "credited"),
    [(20, 20, 30, "473.333"), (1, 1, 1, "479.917"), (40, 10, 30, "476.667")],
)
def test_the_older_months_would_come_first_if_the_flag_said_so(
    newer: int, older: int, room: int, credited: str, tmp_path: Path
) -> None:
    rows = {
        "weight_half": ("2/3", "3/4"),
        "weight_half_over": ("1/3", "1/4"),
    }
    blank = 'source: 法27条, url: "x", checked: 2026-11-21'
    lines = [
        f'{name}: {{label: a, review: never, values: [{{from: 2002-04, to: 2009-03, rate: "{a}", '
        f'{blank}}}, {{from: 2009-04, rate: "{b}", {blank}}}]}}'
        for name, (a, b) in rows.items()
    ]
    lines.append(
        f"newer_months_first: {{label: b, review: never, "
        f"values: [{{from: 2009-04, flag: false, {blank}}}]}}"
    )
    (tmp_path / "pension.yaml").write_text("\n".join(lines), encoding="utf-8")
    counts = MonthCounts(paid=480 - room, half=Exempt(older=older, newer=newer))
    found = credited_months(counts=counts, working=Working(Figures(tmp_path)))
    assert decimal_text(found) == credited


@pytest.mark.parametrize(
    ("year", "birth_date", "shift", "yen"),
    [
        (2026, "1962-04-02", -1, 843911),
        (2026, "1962-04-02", -60, 643948),
        (2026, "1962-04-01", -60, 593110),
        (2026, "1962-04-01", -1, 843064),
        (2026, None, -60, 643948),
        (2022, None, -12, 740466),
        (2021, None, -12, 734046),
        (2021, "1962-04-02", -12, 734046),
        (2026, "1962-04-02", 1, 853231),
        (2026, "1962-04-02", 12, 918473),
        (2026, "1962-04-02", 120, 1559032),
        (2026, "1952-04-02", 120, 1554616),
        (2026, "1952-04-01", 60, 1199758),
        (2026, "1952-04-01", 61, 1199758),
        (2026, "1952-04-01", 120, 1199758),
        (2026, None, 120, 1559032),
        (2021, None, 60, 1108878),
        (2021, None, 61, 1108878),
        (2022, None, 61, 1109921),
    ],
)
def test_early_and_late_start(year: int, birth_date: str | None, shift: int, yen: int) -> None:
    assert annual(year, birth_date, start_shift=shift) == yen


def test_a_limit_on_late_months_is_noted() -> None:
    late = {"fiscal_year": 2026, "birth_date": "1952-04-01", "months": {"paid": 480}}
    assert pension(**late, start_shift=61)["notes"] == [
        "繰下げで増額されるのは60月までです(令4条の5第1項)。"
    ]
    assert "notes" not in pension(**late, start_shift=60)
    assert [
        note[:20] for note in pension(**late | {"birth_date": None}, start_shift=60)["notes"]
    ] == [
        "生年月日がないので、年金の満額は1956",
        "生年月日がないので、繰下げで増額される月",
    ]


@pytest.mark.parametrize(
    ("months", "shift", "additional"),
    [(1, 0, 200), (36, 0, 7200), (480, 0, 96000), (480, -60, 72960), (7, 1, 1410), (1, -1, 199)],
)
def test_the_additional_pension_moves_with_the_start(
    months: int, shift: int, additional: int
) -> None:
    found = pension(
        fiscal_year=2026,
        birth_date="1962-04-02",
        months={"paid": 480},
        additional_months=months,
        start_shift=shift,
    )
    assert found["additional_annual"] == additional
    assert found["total"] == found["annual"] + additional


@pytest.mark.parametrize(
    ("year", "months", "short"),
    [
        (2026, {"paid": 119}, 120),
        (2026, {"paid": 120}, None),
        (2026, {"paid": 60, "deferral": 20, "student": 20, "full_to_2009_03": 20}, None),
        (2026, {"paid": 60, "deferral": 20, "student": 20, "half_from_2009_04": 19}, 120),
        (2026, {"three_quarters_to_2009_03": 60, "one_quarter_from_2009_04": 60}, None),
        (2017, {"paid": 120}, None),
        (2016, {"paid": 299}, 300),
        (2016, {"paid": 300}, None),
    ],
)
def test_too_few_months_to_qualify_are_noted(
    year: int, months: dict[str, int], short: int | None
) -> None:
    found = pension(fiscal_year=year, birth_date=YOUNGER, months=months)
    given_ = sum(months.values())
    assert found.get("notes") == (
        short
        and [
            (
                f"入力された月数は{given_}月で、受給資格期間の{short}月に足りません。"
                "合算対象期間(カラ期間)を加えても足りないときは受けられません(法26条)。"
            )
        ]
    )


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"fiscal_year": 1985}, "out_of_range", "fiscal_year"),
        ({"fiscal_year": 2027}, "no_value_in_force", "fiscal_year"),
        ({"fiscal_year": 2101}, "out_of_range", "fiscal_year"),
        ({"fiscal_year": 2000, "start_shift": 1}, "no_value_in_force", "fiscal_year"),
        ({"birth_date": "1941-04-01"}, "birth_date_out_of_scope", "birth_date"),
        ({"start_shift": -61}, "out_of_range", "start_shift"),
        ({"start_shift": 121}, "out_of_range", "start_shift"),
        ({"additional_months": 481}, "additional_exceeds_paid", "additional_months"),
        ({"additional_months": -1}, "out_of_range", "additional_months"),
        ({"months": None}, "invalid_type", "months"),
        ({"months": []}, "invalid_type", "months"),
        ({"months": {"paid": 601}}, "out_of_range", "months.paid"),
        ({"months": {"paid": -1}}, "out_of_range", "months.paid"),
        ({"months": {"full": 12}}, "unknown_field", "months.full"),
        ({"months": {"half_from_2009_04": "12"}}, "invalid_type", "months.half_from_2009_04"),
        ({"year": 2026}, "unknown_field", "year"),
    ],
)
def test_pensions_that_are_refused(facts: Json, code: str, field: str) -> None:
    error = answer("old-age-pension", {"fiscal_year": 2026, "months": {"paid": 480}, **facts})[
        "error"
    ]
    assert (error["code"], error["field"]) == (code, field)
    assert error["message"]
    assert error["fix"]


def test_bounds_that_are_still_accepted() -> None:
    assert annual(2026, "1941-04-02") == 844900
    assert pension(fiscal_year=2026, months={"paid": 600}, additional_months=600)["total"] == (
        847300 + 120000
    )
    error = answer("old-age-pension", {"fiscal_year": 2026})["error"]
    assert (error["code"], error["field"]) == ("missing_field", "months")
