"""One field: its text into a value, and its value into the one text that stands for it. Pure.

The functions are made once for each field. A text that is not the one a value is written as is
refused, so that whatever is accepted is written again as it came.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from kokunen.dates.errors import Refusal
from kokunen.dates.month import Month
from kokunen.dates.wareki import format_wareki, parse_date

if TYPE_CHECKING:
    from kokunen.interchange.codec.shape import Field, Value

Parse = Callable[[str], "Value"]
Write = Callable[["Value"], str]

FIRST_YEAR, LAST_YEAR = 1873, 2117
"""As everywhere in the product: the common calendar, and era years of two digits."""
_UNFIT: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_KANA: Final = re.compile("[ァ-ヿ\uff61-\uff9f・\u3000 .,()'-]+")
_DAYS_KEPT: Final = 65_536


class Wrong(ValueError):
    """A field does not hold what its type says: what is wrong, what to do, and a code."""

    def __init__(self, what: str, fix: str, code: str = "bad_field") -> None:
        super().__init__(what)
        self.what, self.fix, self.code = what, fix, code


class Converter(NamedTuple):
    """The two ways of a field, for its text without padding."""

    parse: Parse
    write: Write


def converter(field: Field, *, fixed: bool) -> Converter:
    """Return the two ways of a field; each raises `Wrong`."""
    made = _MAKERS[field.type](field, fixed)
    blank = _blank(field)
    optional = field.optional

    def parse(text: str) -> Value:
        if text == blank or not text:
            if optional and text == blank:
                return None
            raise Wrong("必須の項目が空欄です", _ASK, "blank")
        return made.parse(text)

    def write(value: Value) -> str:
        if value is None:
            if optional:
                return blank
            raise Wrong("必須の項目に値がありません", "値を入れてください", "blank")
        text = made.write(value)
        if text == blank or not text:
            raise Wrong("空欄と区別できない値です", "値がないなら None としてください")
        return text

    return Converter(parse, write)


_ASK: Final = "送付元に確かめ、直したファイルを受け取ってください"


def _blank(field: Field) -> str:
    """Return the text of a blank field: nothing, or zeros where the layout says so."""
    if field.pad == "zero" and field.type in ("date", "month", "code", "flag"):
        length = field.length or len(_day_form(field)(date(2000, 1, 1)))
        return "0" * (length if field.type != "month" else 6)
    return ""


def unfit(text: str) -> str:
    """Return the first character that no field may hold (control, format, private), or ``""``."""
    if text.isprintable():
        return ""
    for char in text:
        code = ord(char)
        nothing = 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE  # noqa: PLR2004 - no characters
        if nothing or unicodedata.category(char) in _UNFIT:
            return char
    return ""


def _text(field: Field, fixed: bool) -> Converter:  # noqa: FBT001 - one shape for every maker
    most = None if fixed else field.length
    kana = field.type == "kana"
    ends = "" if not fixed else " \u3000" if field.pad == "wide" else " "
    right = field.align == "right"

    def parse(text: str) -> Value:
        if not text.isprintable() and (char := unfit(text)):
            raise Wrong(
                f"使えない文字(U+{ord(char):04X})があります",
                "制御文字や外字を除き、外字は字を確かめて送り直すよう求めてください",
                "character",
            )
        if most is not None and len(text) > most:
            raise Wrong(f"{most}文字を超えています", _ASK, "length")
        if kana and _KANA.fullmatch(text) is None:
            raise Wrong("カナ以外の文字があります", _ASK, "kana")
        return text

    def write(value: Value) -> str:
        if not isinstance(value, str):
            raise _not_a("文字", value)
        if ends and value != (value.lstrip(ends) if right else value.rstrip(ends)):
            raise Wrong("埋め草と区別できない空白が端にあります", "端の空白を除いてください")
        parse(value)
        return value

    return Converter(parse, write)


def _digits(field: Field, fixed: bool) -> Converter:  # noqa: FBT001 - one shape for every maker
    length = field.length
    exact = length if field.pad == "zero" else None
    del fixed

    def parse(text: str) -> Value:
        if not (text.isascii() and text.isdigit()):
            raise Wrong("数字以外の文字があります", _ASK, "digits")
        if exact is not None and len(text) != exact:
            raise Wrong(f"{exact}桁ではありません", _ASK, "length")
        if length is not None and len(text) > length:
            raise Wrong(f"{length}桁を超えています", _ASK, "length")
        return text

    def write(value: Value) -> str:
        if not isinstance(value, str):
            raise _not_a("数字の文字", value)
        if not value:
            raise Wrong("空の文字です", "値がないなら None としてください", "blank")
        text = value.zfill(exact) if exact is not None and value.isdigit() else value
        parse(text)
        return text

    return Converter(parse, write)


def _integer(field: Field, fixed: bool) -> Converter:  # noqa: FBT001 - one shape for every maker
    width = field.length if field.pad == "zero" else None
    least, longest = field.least, field.length or _LONGEST_NUMBER
    most = 10**_LONGEST_NUMBER if field.most is None else field.most
    allowed = f"{least}から{'' if field.most is None else most}"
    del fixed

    def form(value: int) -> str:
        return str(value) if width is None else f"{value:0{width}d}"

    def within(value: int) -> None:
        if not least <= value <= most:
            raise Wrong(f"値が範囲({allowed})の外です", _ASK, "range")
        if len(form(value)) > longest:
            raise Wrong(f"{longest}桁に収まりません", _ASK, "length")

    def parse(text: str) -> Value:
        value = _whole(text)
        if form(value) != text:
            raise Wrong("整数の書き方が違います(符号・先頭の0・桁数)", _ASK, "form")
        within(value)
        return value

    def write(value: Value) -> str:
        if not isinstance(value, int) or isinstance(value, bool):
            raise _not_a("整数", value)
        within(value)
        return form(value)

    return Converter(parse, write)


_LONGEST_NUMBER: Final = 20


def _whole(text: str) -> int:
    try:
        return int(text if text.isascii() and len(text) <= _LONGEST_NUMBER else "")
    except ValueError:
        raise Wrong("整数ではありません", _ASK, "integer") from None


def _day_form(field: Field) -> Callable[[date], str]:
    numbers = {letter: number for number, letter in field.eras.items()}

    def wareki(day: date) -> str:
        short = format_wareki(day, style="short")
        if short[0] not in numbers:
            raise Wrong("この様式にない元号の日付です", "日付を確かめてください", "era")
        year, month, number = map(int, short[1:].split("."))
        return f"{numbers[short[0]]}{year:02d}{month:02d}{number:02d}"

    return _western_form if field.era == "western" else wareki


def _date(field: Field, fixed: bool) -> Converter:  # noqa: FBT001 - one shape for every maker
    form, eras = _day_form(field), field.eras
    number = len(next(iter(eras))) if eras else 0
    del fixed

    def wareki(text: str) -> Value:
        letter, digits = eras.get(text[:number], ""), text[number:]
        if not letter or len(digits) != len("YYMMDD"):
            raise Wrong("元号の番号か日付の書き方が違います", _ASK, "date")
        return _wareki_day(letter, digits)

    def write(value: Value) -> str:
        if type(value) is not date:
            raise _not_a("日付", value)
        if not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise Wrong("この様式で表せない日付です", "日付を確かめてください", "date")
        return form(value)

    return Converter(wareki if eras else _western_day, write)


@lru_cache(maxsize=_DAYS_KEPT)
def _western_form(day: date) -> str:
    return f"{day.year:04d}{day.month:02d}{day.day:02d}"


@lru_cache(maxsize=_DAYS_KEPT)
def _western_day(text: str) -> Value:
    year, month, day = _numbers(text, "YYYYMMDD")
    try:
        return date(_within(year), month, day)
    except ValueError:
        raise Wrong("ない日付です", _ASK, "date") from None


@lru_cache(maxsize=_DAYS_KEPT)
def _wareki_day(letter: str, digits: str) -> Value:
    if not (digits.isascii() and digits.isdigit()):
        raise Wrong("日付の書き方が違います", _ASK, "date")
    try:
        return parse_date(letter + digits)
    except Refusal:
        raise Wrong("ない日付、または元号の外の日付です", _ASK, "date") from None


@lru_cache(maxsize=_DAYS_KEPT)
def _western_month(text: str) -> Value:
    year, month, _ = _numbers(text, "YYYYMM")
    try:
        return Month(_within(year), month)
    except (ValueError, Refusal):
        raise Wrong("ない年月です", _ASK, "month") from None


def _numbers(text: str, form: str) -> tuple[int, int, int]:
    """Return year, month and day (0 where the form has none) of digits."""
    if not (text.isascii() and text.isdigit()) or len(text) != len(form):
        raise Wrong(f"書き方が違います({form}の数字)", _ASK, "date")
    return int(text[:4]), int(text[4:6]), int(text[6:] or 0)


def _within(year: int) -> int:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(year)
    return year


def _month(field: Field, fixed: bool) -> Converter:  # noqa: FBT001 - one shape for every maker
    del field, fixed

    def write(value: Value) -> str:
        if not isinstance(value, Month):
            raise _not_a("年月", value)
        text = f"{value.year:04d}{value.month:02d}"
        _western_month(text)
        return text

    return Converter(_western_month, write)


def _code(field: Field, fixed: bool) -> Converter:  # noqa: FBT001 - one shape for every maker
    ours = dict(field.codes)
    theirs = {value: key for key, value in ours.items()}
    del fixed

    def parse(text: str) -> Value:
        try:
            return ours[text]
        except KeyError:
            raise Wrong("コード表にない値です", _ASK, "code") from None

    def write(value: Value) -> str:
        try:
            return theirs[value]  # type: ignore[index]  # what is no text is no key either
        except (KeyError, TypeError):
            raise Wrong("コード表にない値です", "コード表にある値にしてください", "code") from None

    return Converter(parse, write)


def _flag(field: Field, fixed: bool) -> Converter:  # noqa: FBT001 - one shape for every maker
    del field, fixed

    def parse(text: str) -> Value:
        if text not in ("0", "1"):
            raise Wrong("1 か 0 ではありません", _ASK, "flag")
        return text == "1"

    def write(value: Value) -> str:
        if not isinstance(value, bool):
            raise _not_a("真偽", value)
        return "1" if value else "0"

    return Converter(parse, write)


def _not_a(kind: str, value: object) -> Wrong:
    return Wrong(f"{kind}ではない値です({type(value).__name__})", f"{kind}にしてください", "type")


_MAKERS: Final = {
    "text": _text,
    "kana": _text,
    "digits": _digits,
    "integer": _integer,
    "date": _date,
    "month": _month,
    "code": _code,
    "flag": _flag,
}
