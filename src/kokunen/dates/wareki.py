"""Dates as a clerk types them, and wareki as an office prints it.

The day on which an era changes belongs to the new era. For 30 July 1912 and 25 December 1926 the
old era's name is also found on paper, because both changes were proclaimed on the day itself; the
rule here is that of the edicts ("from this day") and of the common calendar libraries (ICU, Java).
Dates before 1 January 1873 (明治6年1月1日), counted in the old lunisolar calendar, are refused, and
so is everything after 令和99年: era years have two digits, and 9999-12-31 is not a date but a way
to say that there is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, NoReturn

from kokunen.dates.errors import Refusal
from kokunen.dates.month import Month

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

EraCodes = Literal["pension", "resident"]
Style = Literal["long", "short", "kanji"]


class UnableToReadDate(Refusal):
    """The text is not a date, or names a day that does not exist."""

    code = "invalid_date"


class UnableToWriteWareki(Refusal):
    """The day lies before 1873-01-01 or after 令和99年."""

    code = "no_era"


@dataclass(frozen=True, slots=True)
class _Era:
    name: str
    letter: str
    square: str
    year_before: int
    first: date
    last: date


_ERAS = (
    _Era("明治", "M", "㍾", 1867, date(1873, 1, 1), date(1912, 7, 29)),
    _Era("大正", "T", "㍽", 1911, date(1912, 7, 30), date(1926, 12, 24)),
    _Era("昭和", "S", "㍼", 1925, date(1926, 12, 25), date(1989, 1, 7)),
    _Era("平成", "H", "㍻", 1988, date(1989, 1, 8), date(2019, 4, 30)),
    _Era("令和", "R", "㋿", 2018, date(2019, 5, 1), date(2117, 12, 31)),
)
_FIRST_YEAR = _ERAS[0].first.year
_LAST_YEAR = _ERAS[-1].last.year
_BY_NAME = {
    name: era for era in _ERAS for name in (era.name, era.name[0], era.letter, era.letter.lower())
}
_BY_CODE: Mapping[EraCodes, Mapping[str, _Era]] = {
    "pension": dict(zip("13579", _ERAS, strict=True)),
    "resident": dict(zip("12345", _ERAS, strict=True)),
}

_EXAMPLES = "R8.11.21、令和8年11月21日、2026-11-21"
_MONTHS = range(1, 13)
_TWO_DIGITS = 2

# Beside full width letters: the keys / . - as they come out while a kana keyboard is on.
_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | str.maketrans(
    {era.square: era.name for era in _ERAS}
    | dict.fromkeys("。\uff61・\uff65", ".")
    | dict.fromkeys("ー\uff70‐‑‒–—―−", "-")
)
_KANJI = "〇一二三四五六七八九"
_KANJI_DIGITS = str.maketrans("零" + _KANJI, "0" + "0123456789")
_SPACES = re.compile(r"\s+")
_AROUND_MARKS = re.compile(r" ?([./年月日-]) ?")
_ONE_TO_NINE = rf"([{_KANJI[1:]}]?)"
_DIGIT = rf"[0-9零{_KANJI}十]"
_KANJI_NUMBER = re.compile(
    rf"(?<!{_DIGIT})(?:{_ONE_TO_NINE}(十){_ONE_TO_NINE}|[零{_KANJI}]{{1,4}})(?!{_DIGIT})"
)
_FIRST_OF_ERA = re.compile(r"(?<![0-9])元(?=[年./ -])")
_ERA_YEAR = r"(?P<era>[^0-9./ -]*) ?(?P<year>[0-9]{4}|[0-9]{1,2})"
_MONTH = r"(?P<month>[0-9]{1,2})"
_DAY = r"(?P<day>[0-9]{1,2})"
_WRITTEN = re.compile(rf"{_ERA_YEAR}年{_MONTH}月{_DAY}日")
_PUNCTUATED = re.compile(rf"{_ERA_YEAR}(?P<mark>[./ -]){_MONTH}(?P=mark){_DAY}")
_SOLID = re.compile(
    r"(?P<era>[^0-9./ -]*) ?(?P<year>[0-9]{4}|[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
)
_CODED = re.compile(r"([0-9])([0-9]{2})([0-9]{2})([0-9]{2})")


def parse_date(text: str, *, era_codes: EraCodes = "pension") -> date:
    """Read a date in any form an office types; raise `UnableToReadDate` for anything else.

    Western: ``2026-11-21``, with ``/`` or ``.``, ``20261121``, ``2026年11月21日``. Wareki: the era
    as name, first character, letter or square character, then ``8.11.21`` (or ``-``, ``/``, a
    space), ``8年11月21日`` or six digits, with 元 for the first year; kanji numerals, full width
    and surrounding spaces are read too. Seven digits are an era digit and six digits: by default
    as the pension service numbers the eras (1 明治, 3 大正, 5 昭和, 7 平成, 9 令和), with
    ``era_codes="resident"`` as the resident register does (1 to 5).

    The answer lies between 1873-01-01 and 2117-12-31. A day outside its era, a day that the month
    does not have, and a year that could be of several eras are refused with a suggestion.
    """
    plain = _normalise(text)
    if coded := _CODED.fullmatch(plain):
        codes = _BY_CODE[era_codes]
        if coded[1] not in codes:
            known = "、".join(f"{code} {era.name}" for code, era in codes.items())
            raise UnableToReadDate(
                f"「{text}」の先頭の「{coded[1]}」は元号の番号ではありません。",
                fix=f"元号の番号は {known} です。",
            )
        return _in_era(codes[coded[1]], *map(int, coded.groups()[1:]))
    found = _WRITTEN.fullmatch(plain) or _PUNCTUATED.fullmatch(plain) or _SOLID.fullmatch(plain)
    if found is None:
        raise UnableToReadDate(
            f"「{text}」は日付として読めません。" if plain else "日付が空です。",
            fix=f"日付は {_EXAMPLES} のどれかの形で書いてください。",
        )
    name, year_text = found.group("era", "year")
    year, month, day = map(int, found.group("year", "month", "day"))
    if not name:
        if len(year_text) <= _TWO_DIGITS:
            _refuse_two_digit_year(text, year, month, day)
        return _in_western_year(year, month, day)
    era = _BY_NAME.get(name)
    if era is None:
        raise UnableToReadDate(
            f"「{text}」の「{name}」は元号として読めません。",
            fix="元号は" + "、".join(f"{e.name}({e.letter})" for e in _ERAS) + "のどれかです。",
        )
    if len(year_text) > _TWO_DIGITS:
        raise UnableToReadDate(
            f"「{text}」は元号の後に4桁の年が書かれています。",
            fix="西暦なら元号を付けずに、和暦なら1桁か2桁の年で書いてください。",
        )
    return _in_era(era, year, month, day)


def format_wareki(day: date, *, style: Style = "long") -> str:
    """Write 令和8年11月21日 (``long``), R8.11.21 (``short``) or 令和八年十一月二十一日 (``kanji``).

    The first year is 元年 in the long and kanji styles, 1 in the short one. Raises
    `UnableToWriteWareki` before 1873-01-01 and after 2117-12-31.
    """
    era = _era_on(day)
    year = day.year - era.year_before
    if style == "short":
        return f"{era.letter}{year}.{day.month}.{day.day}"
    if style == "kanji":
        year_text = "元" if year == 1 else _kanji(year)
        return f"{era.name}{year_text}年{_kanji(day.month)}月{_kanji(day.day)}日"
    return f"{_year_name(era, year)}{day.month}月{day.day}日"


def format_wareki_month(month: Month) -> str:
    """Write 令和8年7月; the month of a change of era is named by its last day (平成元年1月)."""
    era = _era_on(month.last_day)
    return f"{_year_name(era, month.year - era.year_before)}{month.month}月"


def format_year(year: int) -> str:
    """Write a fiscal year, given by the year it begins in: 令和8年度.

    The year of a change of era is named by the new one (平成元年度, 令和元年度), as the budget is.
    """
    era = _era_on(Month(year, 12).last_day)
    return f"{_year_name(era, year - era.year_before)}度"


def _normalise(text: str) -> str:
    plain = _SPACES.sub(" ", text.translate(_PLAIN)).strip()
    plain = _AROUND_MARKS.sub(r"\1", plain)
    return _FIRST_OF_ERA.sub("1", _KANJI_NUMBER.sub(_digits, plain))


def _digits(number: re.Match[str]) -> str:
    tens, ten, ones = number.groups()
    shown = f"{tens or '一'}{ones or '〇'}" if ten else number[0]
    return shown.translate(_KANJI_DIGITS)


def _kanji(number: int) -> str:
    tens, ones = divmod(number, 10)
    written = f"{_KANJI[tens]}十" if tens > 1 else "十" * tens
    return written + (_KANJI[ones] if ones else "")


def _year_name(era: _Era, year: int) -> str:
    return f"{era.name}{'元' if year == 1 else year}年"


def _both(day: date) -> str:
    return f"{format_wareki(day)}({day})"


def _era_on(day: date) -> _Era:
    for era in _ERAS:
        if era.first <= day <= era.last:
            return era
    raise UnableToWriteWareki(
        f"{day}は和暦で表せません。",
        fix=f"{_ERAS[0].first}から{_ERAS[-1].last}までの日付にしてください。",
    )


def _in_era(era: _Era, year: int, month: int, day: int) -> date:
    """Return the day, refusing one that lies outside the era."""
    if year == 0:
        raise UnableToReadDate(
            f"{era.name}0年という年はありません。",
            fix=f"最初の年は{era.name}元年({era.letter}1)です。年を確かめて書き直してください。",
        )
    shown = _year_name(era, year)
    if era.year_before + year < _FIRST_YEAR:
        _refuse_lunisolar(shown)
    found = _in_month(shown, era.year_before + year, month, day)
    actual = _era_on(found)
    if found > era.last:
        why = f"{era.name}は{_both(era.last)}までです。"
        if found == actual.first:
            why += "改元の当日は新しい元号で数えます。"
    elif found < era.first:
        why = f"{era.name}は{_both(era.first)}からです。"
    else:
        return found
    raise UnableToReadDate(
        f"{shown}{month}月{day}日という日はありません。{why}",
        fix=f"{format_wareki(found)} = {found} ではありませんか。確かめて書き直してください。",
    )


def _in_western_year(year: int, month: int, day: int) -> date:
    if year < _FIRST_YEAR:
        _refuse_lunisolar(f"{year}年")
    if year > _LAST_YEAR:
        raise UnableToReadDate(
            f"{year}年の日付は扱えません。",
            fix=f"{_LAST_YEAR}年までの日付にしてください。日が決まっていないなら空欄にしてください。",
        )
    return _in_month(f"{year}年", year, month, day)


def _in_month(shown: str, year: int, month: int, day: int) -> date:
    """Return the day, refusing a month or a day that the calendar does not have."""
    if month not in _MONTHS:
        raise UnableToReadDate(
            f"{shown}{month}月という月はありません。",
            fix="月は1から12までです。確かめて書き直してください。",
        )
    last = Month(year, month).last_day
    if 1 <= day <= last.day:
        return date(year, month, day)
    raise UnableToReadDate(
        f"{shown}{month}月{day}日という日はありません。",
        fix=f"{shown}{month}月は1日から{last.day}日までで、"
        f"末日は{_both(last)}です。確かめて書き直してください。",
    )


def _refuse_lunisolar(shown: str) -> NoReturn:
    raise UnableToReadDate(
        f"{shown}の日付は、今の暦より前のものなので扱えません。",
        fix=f"{_both(_ERAS[0].first)}以後の日付にしてください。",
    )


def _refuse_two_digit_year(text: str, year: int, month: int, day: int) -> NoReturn:
    candidates = "、".join(_both(found) for found in _with_any_era(year, month, day))
    raise UnableToReadDate(
        f"「{text}」は元号がないので、どの年か決められません。",
        fix=(f"{candidates}のどれかなら、" if candidates else "")
        + f"元号を付けるか西暦4桁で書いてください(例 {_EXAMPLES})。",
    )


def _with_any_era(year: int, month: int, day: int) -> Iterator[date]:
    for era in _ERAS:
        try:
            yield _in_era(era, year, month, day)
        except UnableToReadDate:
            continue
