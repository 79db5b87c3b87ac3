from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokunen.dates.month import Month
from kokunen.dates.wareki import (
    UnableToReadDate,
    UnableToWriteWareki,
    format_wareki,
    format_wareki_month,
    format_year,
    parse_date,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST, LAST = date(1873, 1, 1), date(2117, 12, 31)
days = st.dates(min_value=FIRST, max_value=LAST)
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
LETTERS = {"明治": "M", "大正": "T", "昭和": "S", "平成": "H", "令和": "R"}


def counted_days(until: date) -> Iterator[tuple[date, str, int]]:
    """Name every day by counting on from 明治6年1月1日, as a calendar maker would."""
    changes = {
        "1912-07-30": "大正",
        "1926-12-25": "昭和",
        "1989-01-08": "平成",
        "2019-05-01": "令和",
    }
    day, era, year = FIRST, "明治", 6
    while day <= until:
        if str(day) in changes:
            era, year = changes[str(day)], 1
        yield day, era, year
        day += timedelta(days=1)
        year += day.month == day.day == 1


def test_every_day_from_1873_to_2100_is_written_and_read_back() -> None:
    for day, era, year in counted_days(until=date(2100, 12, 31)):
        long = f"{era}{'元' if year == 1 else year}年{day.month}月{day.day}日"
        short = f"{LETTERS[era]}{year}.{day.month}.{day.day}"
        assert format_wareki(day) == long
        assert format_wareki(day, style="short") == short
        assert parse_date(long) == parse_date(short) == day


@given(days)
def test_every_form_is_read_as_the_same_day(day: date) -> None:
    short = format_wareki(day, style="short")
    year, month, dom = short[1:].split(".")
    code = {"M": "1", "T": "3", "S": "5", "H": "7", "R": "9"}[short[0]]
    resident = {"M": "1", "T": "2", "S": "3", "H": "4", "R": "5"}[short[0]]
    digits = f"{int(year):02}{int(month):02}{int(dom):02}"
    forms = {
        day.isoformat(),
        day.strftime("%Y/%m/%d"),
        f"{day.year}.{day.month}.{day.day}",
        day.strftime("%Y%m%d"),
        f"{day.year}年{day.month}月{day.day}日",
        format_wareki(day, style="kanji"),
        short.lower().replace(".", "-"),
        short.translate(WIDE),
        short[0] + digits,
        code + digits,
    }
    assert {parse_date(form) for form in forms} == {day}
    assert parse_date(resident + digits, era_codes="resident") == day


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21",
        "2026/11/21",
        "2026.11.21",
        "20261121",
        "2026年11月21日",
        "2026-11-21".translate(WIDE),
        "2026ー11ー21",
        "2026・11・21",
        "二〇二六年十一月二十一日",
        "二〇二六年一一月二一日",
        "R8.11.21",
        "r8-11-21",
        "R08/11/21",
        "R8 11 21",
        "R8。11。21",
        "R8\uff6111\uff6121",
        "R8\uff6511\uff6521",
        "R8\uff7011\uff7021",
        "R8\u221211\u221221",
        "R081121",
        "r8.11.21".translate(WIDE),
        "  R 8 . 11 . 21\u3000".translate(WIDE),
        "令和8年11月21日",
        "令和 8 年 11 月 21 日",
        "令和8年11月21日".translate(WIDE),
        "令和八年十一月二十一日",
        "令和〇八年一一月二一日",
        "令8.11.21",
        "㋿8年11月21日",
        "㋿8.11.21",
        "9081121",
        "9081121".translate(WIDE),
    ],
)
def test_what_a_clerk_types_for_21_november_2026(text: str) -> None:
    assert parse_date(text) == date(2026, 11, 21)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和元年5月1日", date(2019, 5, 1)),
        ("令元.5.1", date(2019, 5, 1)),
        ("R元年5月1日", date(2019, 5, 1)),
        ("㍻元.1.8", date(1989, 1, 8)),
        ("㍼64.1.7", date(1989, 1, 7)),
        ("S63.1.7", date(1988, 1, 7)),
        ("㍽15年12月24日", date(1926, 12, 24)),
        ("㍾6年1月1日", date(1873, 1, 1)),
        ("昭和六十四年一月七日", date(1989, 1, 7)),
        ("昭和四十年十月十日", date(1965, 10, 10)),
        ("昭和零四年二月二十八日", date(1929, 2, 28)),
        ("明四五.七.二九", date(1912, 7, 29)),
        ("平成三十一年四月三十日", date(2019, 4, 30)),
        ("5640107", date(1989, 1, 7)),
        ("7310430", date(2019, 4, 30)),
        ("R6.2.29", date(2024, 2, 29)),
        ("2117-12-31", date(2117, 12, 31)),
        ("R99.12.31", date(2117, 12, 31)),
    ],
)
def test_what_a_clerk_types_for_other_days(text: str, day: date) -> None:
    assert parse_date(text) == day


def test_the_same_seven_digits_mean_another_day_in_the_resident_register() -> None:
    assert parse_date("5081121") == date(1933, 11, 21)
    assert parse_date("5081121", era_codes="resident") == date(2026, 11, 21)


@pytest.mark.parametrize(
    ("text", "message", "fix"),
    [
        ("昭和64.2.1", "昭和は昭和64年1月7日(1989-01-07)まで", "平成元年2月1日 = 1989-02-01"),
        ("昭和64年1月8日", "改元の当日は新しい元号", "平成元年1月8日 = 1989-01-08"),
        ("S70.4.1", "昭和70年4月1日という日はありません", "平成7年4月1日 = 1995-04-01"),
        ("明治45年7月30日", "改元の当日は新しい元号", "大正元年7月30日 = 1912-07-30"),
        ("T15.12.25", "大正15年12月24日(1926-12-24)まで", "昭和元年12月25日 = 1926-12-25"),
        ("H31.5.1", "平成31年4月30日(2019-04-30)まで", "令和元年5月1日 = 2019-05-01"),
        ("7350401", "平成は平成31年4月30日", "令和5年4月1日 = 2023-04-01"),
        ("令和元年4月30日", "令和は令和元年5月1日(2019-05-01)から", "平成31年4月30日 = 2019-04-30"),
        ("H1.1.7", "平成は平成元年1月8日(1989-01-08)から", "昭和64年1月7日 = 1989-01-07"),
        ("R8.2.30", "令和8年2月30日という日はありません", "末日は令和8年2月28日(2026-02-28)"),
        ("R8.11.0", "令和8年11月0日という日はありません", "末日は令和8年11月30日(2026-11-30)"),
        ("2025-02-29", "2025年2月29日という日はありません", "末日は令和7年2月28日(2025-02-28)"),
        ("20260431", "2026年4月31日という日はありません", "末日は令和8年4月30日(2026-04-30)"),
        ("R8.13.1", "令和8年13月という月はありません", "1から12まで"),
        ("2026-00-10", "2026年0月という月はありません", "1から12まで"),
        ("令和0年5月1日", "令和0年という年はありません", "令和元年(R1)"),
        ("9000501", "令和0年という年はありません", "令和元年(R1)"),
        ("X8.11.21", "「X」は元号として読めません", "令和(R)"),
        ("慶応3年1月1日", "「慶応」は元号として読めません", "明治(M)、大正(T)、昭和(S)、平成(H)"),
        ("6081121", "「6」は元号の番号ではありません", "1 明治、3 大正、5 昭和、7 平成、9 令和"),
        ("R2026.11.21", "元号の後に4桁の年", "西暦なら元号を付けずに"),
        ("M5.12.2", "明治5年の日付は、今の暦より前", "明治6年1月1日(1873-01-01)以後"),
        ("1872-12-31", "1872年の日付は、今の暦より前", "明治6年1月1日(1873-01-01)以後"),
        ("0026-11-21", "26年の日付は、今の暦より前", "明治6年1月1日(1873-01-01)以後"),
        ("9999-12-31", "9999年の日付は扱えません", "空欄"),
        ("2118-01-01", "2118年の日付は扱えません", "2117年まで"),
        ("", "日付が空です", "R8.11.21"),
        (" \u3000", "日付が空です", "R8.11.21"),
        ("きのう", "「きのう」は日付として読めません", "令和8年11月21日"),
    ],
)
def test_what_is_no_date_is_refused_with_a_suggestion(text: str, message: str, fix: str) -> None:
    with pytest.raises(UnableToReadDate) as refused:
        parse_date(text)
    assert message in refused.value.message
    assert fix in refused.value.fix
    assert refused.value.code == "invalid_date"


@pytest.mark.parametrize(
    "text", ["8.11.21", "08/11/21", "081121", "8年11月21日", "八年十一月二十一日"]
)
def test_a_year_without_its_era_is_refused_with_every_day_it_could_mean(text: str) -> None:
    with pytest.raises(UnableToReadDate, match="元号がない") as refused:
        parse_date(text)
    for candidate in (
        "昭和8年11月21日(1933-11-21)",
        "平成8年11月21日(1996-11-21)",
        "令和8年11月21日(2026-11-21)",
    ):
        assert candidate in refused.value.fix


def test_only_possible_days_are_suggested_for_a_year_without_its_era() -> None:
    with pytest.raises(UnableToReadDate) as refused:
        parse_date("64.1.7")
    assert "昭和64年1月7日(1989-01-07)、令和64年1月7日(2082-01-07)のどれか" in refused.value.fix
    assert "平成64" not in refused.value.fix
    with pytest.raises(UnableToReadDate) as refused:
        parse_date("26.13.1")
    assert "どれかなら" not in refused.value.fix


@pytest.mark.parametrize(
    "text",
    [
        "2026-11",
        "2026-11/21",
        "2026--11-21",
        "-2026-11-21",
        "2026-11-21T00:00",
        "2026-11-210",
        "R8.11.21.",
        "R8年11月21",
        "R8.11月21日",
        "R81121",
        "226-11-21",
        "99999999999",
        "二十一一年1月1日",
        "2十年1月1日",
        "R8.11.2一",
        "R8.11.二1",
        "令和元元年5月1日",
        "令和二元年5月1日",
        "令和",
        "R٨.١١.٢١",
        "ſ63.1.7",
    ],
)
def test_what_would_need_a_guess_is_refused(text: str) -> None:
    with pytest.raises(UnableToReadDate) as refused:
        parse_date(text)
    assert refused.value.fix


@given(st.text(alphabet="0123456789元一二十〇年月日令和昭平RSHrs㋿./- ・ー\uff17", max_size=14))
def test_any_text_is_a_day_in_range_or_a_refusal(text: str) -> None:
    try:
        day = parse_date(text)
    except UnableToReadDate as refusal:
        fix = refusal.fix
    else:
        assert FIRST <= day <= LAST
        assert parse_date(format_wareki(day)) == day
        return
    assert fix


@given(st.sampled_from("MTSHR"), st.integers(0, 99), st.integers(0, 13), st.integers(0, 32))
def test_a_wareki_is_read_where_the_day_exists_and_nowhere_else(
    letter: str, year: int, month: int, day: int
) -> None:
    text = f"{letter}{year}.{month}.{day}"
    if _exists(letter, year, month, day):
        assert format_wareki(parse_date(text), style="short") == text
        return
    with pytest.raises(UnableToReadDate):
        parse_date(text)


def _exists(letter: str, year: int, month: int, day: int) -> bool:
    """Tell whether the day exists, from each era's first and last day written in wareki."""
    first, last = {
        "M": ((6, 1, 1), (45, 7, 29)),
        "T": ((1, 7, 30), (15, 12, 24)),
        "S": ((1, 12, 25), (64, 1, 7)),
        "H": ((1, 1, 8), (31, 4, 30)),
        "R": ((1, 5, 1), (99, 12, 31)),
    }[letter]
    before = {"M": 1867, "T": 1911, "S": 1925, "H": 1988, "R": 2018}[letter]
    try:
        date(before + year, month, day)
    except ValueError:
        return False
    return first <= (year, month, day) <= last


def test_the_styles() -> None:
    assert format_wareki(date(2026, 11, 21)) == "令和8年11月21日"
    assert format_wareki(date(2026, 11, 21), style="short") == "R8.11.21"
    assert format_wareki(date(2026, 11, 21), style="kanji") == "令和八年十一月二十一日"
    assert format_wareki(date(2019, 5, 1)) == "令和元年5月1日"
    assert format_wareki(date(2019, 5, 1), style="short") == "R1.5.1"
    assert format_wareki(date(2019, 5, 10), style="kanji") == "令和元年五月十日"
    assert format_wareki(date(1965, 12, 30), style="kanji") == "昭和四十年十二月三十日"


@pytest.mark.parametrize("day", [date(1872, 12, 31), date(2118, 1, 1)])
def test_a_day_without_an_era_is_not_written(day: date) -> None:
    with pytest.raises(UnableToWriteWareki, match=str(day)) as refused:
        format_wareki(day)
    assert "1873-01-01から2117-12-31まで" in refused.value.fix
    assert refused.value.code == "no_era"


@pytest.mark.parametrize(
    ("month", "written"),
    [
        ("2026-07", "令和8年7月"),
        ("2019-04", "平成31年4月"),
        ("2019-05", "令和元年5月"),
        ("1988-12", "昭和63年12月"),
        ("1989-01", "平成元年1月"),
        ("1926-12", "昭和元年12月"),
    ],
)
def test_a_month_is_named_by_its_last_day(month: str, written: str) -> None:
    assert format_wareki_month(Month.parse(month)) == written


@pytest.mark.parametrize(
    ("year", "written"),
    [
        (2026, "令和8年度"),
        (2020, "令和2年度"),
        (2019, "令和元年度"),
        (2018, "平成30年度"),
        (1989, "平成元年度"),
        (1988, "昭和63年度"),
    ],
)
def test_a_fiscal_year_is_named_as_the_budget_is(year: int, written: str) -> None:
    assert format_year(year) == written
