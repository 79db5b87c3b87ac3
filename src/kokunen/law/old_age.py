"""The old-age basic pension (老齢基礎年金) and the additional pension (付加年金), per year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Final, cast

from kokunen.dates.errors import Refusal
from kokunen.dates.month import Month
from kokunen.law.month_counts import EXEMPT_BANDS, FULL_MONTHS, MonthCounts, half_up

if TYPE_CHECKING:
    from kokunen.law.month_counts import Exempt
    from kokunen.rulekit.working import Working

_FIRST_FULL_480: Final = date(1941, 4, 2)
_LAST_OLDER: Final = Month(2009, 3)
_FIRST_NEWER: Final = Month(2009, 4)
_APRIL: Final = 4
_ALL: Final = Fraction(1)


@dataclass(frozen=True, slots=True)
class _Split:
    """A figure that is another for those born before a day, from a month on."""

    younger: str
    older: str
    first_younger: date
    since: Month
    shown: str


_FULL: Final = _Split(
    "pension.full", "pension.full_older", date(1956, 4, 2), Month(2023, 4), "年金の満額"
)
_EARLY: Final = _Split(
    "pension.early_rate",
    "pension.early_rate_older",
    date(1962, 4, 2),
    Month(2022, 4),
    "繰上げの減額率",
)
_LATE_MOST: Final = _Split(
    "pension.late_most_months",
    "pension.late_most_months_older",
    date(1952, 4, 2),
    Month(2022, 4),
    "繰下げで増額される月数の上限",
)


class UnableToCountBefore1941(Refusal):
    """The full number of months of so old a person is less than 480 (昭60改正法附則13条)."""

    code = "birth_date_out_of_scope"


@dataclass(frozen=True, slots=True)
class OldAgePension:
    """Months credited out of 480 (exact) and yen a year, after early or late start."""

    credited_months: Fraction
    annual: int
    additional_annual: int

    @property
    def total(self) -> int:
        """Both pensions together, in yen a year."""
        return self.annual + self.additional_annual


def old_age_pension(
    *,
    fiscal_year: int,
    counts: MonthCounts,
    birth_date: date | None,
    additional_months: int,
    start_shift: int,
    working: Working,
) -> OldAgePension:
    """Return the pension of a fiscal year (法27条, 法28条, 法44条, 法附則9条の2).

    The full amount is that of April of the year. The amount for the credited months is rounded to
    1 yen, then raised or lowered for ``start_shift`` months (−60 to 120; late months above the
    limit of the person's age group add nothing) and rounded again; the additional pension alike.
    Raises `UnableToCountBefore1941`, `UnableToCountAdditional`, and `NoValueInForce` for a year
    whose figures are not known.
    """
    if birth_date is not None and birth_date < _FIRST_FULL_480:
        raise UnableToCountBefore1941(
            f"{_FIRST_FULL_480}より前に生まれた人は加入可能月数が480月より短く、"
            "この計算では求められません(昭60改正法附則13条)。",
            fix="年金事務所に確かめてください。",
            field="birth_date",
        )
    counts.check_additional(additional_months)
    april = Month(fiscal_year, _APRIL)
    full = full_amount(fiscal_year=fiscal_year, birth_date=birth_date, working=working)
    credited = credited_months(counts=counts, working=working)
    at_65 = half_up(full * credited / FULL_MONTHS)
    working.step("65歳からの年額(満額×月数÷480、1円未満四捨五入)", at_65, "法27条・法17条1項")
    additional = 0
    if additional_months:
        additional = additional_months * working.whole("pension.additional_per_month", april)
        working.step("付加年金の年額", additional, "法44条")
    factor = _factor(start_shift=start_shift, month=april, birth_date=birth_date, working=working)
    if factor != _ALL:
        working.step("繰上げ・繰下げ後の割合", factor)
    needed = working.whole("pension.qualifying_months", april + 11)
    if counts.qualifying < needed:
        working.note(
            f"入力された月数は{counts.qualifying}月で、受給資格期間の{needed}月に足りません。"
            "合算対象期間(カラ期間)を加えても足りないときは受けられません(法26条)。"
        )
    return OldAgePension(credited, half_up(at_65 * factor), half_up(additional * factor))


def full_amount(*, fiscal_year: int, birth_date: date | None, working: Working) -> int:
    """Return the full amount (yen a year) in force in April of a fiscal year (法27条, 法27条の3).

    From 2023 it differs for those born before 1956-04-02; without a birth date it is that of the
    younger, and a note says so. Raises `NoValueInForce` for a year that is not known.
    """
    april = Month(fiscal_year, _APRIL)
    table = _of_birth(_FULL, month=april, birth_date=birth_date, working=working)
    full = working.dated(table, april)
    if full.last is not None and full.last < april + 11:
        working.note(
            f"{fiscal_year}年度は{full.last + 1}に満額が変わりました。4月の額で計算しています。"
        )
    return cast("int", full.amount)


def credited_months(*, counts: MonthCounts, working: Working) -> Fraction:
    """Return the months credited out of 480, exactly (法27条1号〜8号, 平16改正法附則10条).

    The 480 are used up in the order paid, one quarter, half, three quarters, full, by months as
    they are; partly paid months beyond them count for the share paid alone, others not at all.
    """
    room = FULL_MONTHS - min(counts.paid, FULL_MONTHS)
    credited = Fraction(FULL_MONTHS - room)
    working.step("保険料納付済の月数(480まで)", FULL_MONTHS - room, "法27条1号")
    for band in EXEMPT_BANDS:
        months = counts.band(band)
        if months.total:
            credited += _weighted(band=band, months=months, room=room, working=working)
            room -= min(months.total, room)
    credited = min(credited, Fraction(FULL_MONTHS))
    working.step("年金額に反映する月数(480まで)", credited, "法27条")
    return credited


def _weighted(*, band: str, months: Exempt, room: int, working: Working) -> Fraction:
    newer_first = True
    if months.newer and months.older and 0 < room < months.total:
        newer_first = working.flag("pension.newer_months_first", _FIRST_NEWER)
    stretches = [(months.newer, _FIRST_NEWER), (months.older, _LAST_OLDER)]
    weighted = Fraction(0)
    for count, month in stretches if newer_first else reversed(stretches):
        within = min(count, room)
        room -= within
        if within:
            weighted += within * working.rate(f"pension.weight_{band}", month)
        if count > within and band != "full":
            weighted += (count - within) * working.rate(f"pension.weight_{band}_over", month)
    return weighted


def _factor(
    *, start_shift: int, month: Month, birth_date: date | None, working: Working
) -> Fraction:
    if start_shift < 0:
        table = _of_birth(_EARLY, month=month, birth_date=birth_date, working=working)
        working.cite("法附則9条の2")
        return 1 + start_shift * working.rate(table, month)
    if start_shift > 0:
        working.cite("法28条")
        rate = working.rate("pension.late_rate", month)
        table = _of_birth(_LATE_MOST, month=month, birth_date=birth_date, working=working)
        most = working.whole(table, month)
        if start_shift > most:
            working.note(f"繰下げで増額されるのは{most}月までです(令4条の5第1項)。")
        return 1 + min(start_shift, most) * rate
    return _ALL


def _of_birth(split: _Split, *, month: Month, birth_date: date | None, working: Working) -> str:
    if month < split.since:
        return split.younger
    if birth_date is None:
        working.note(
            f"生年月日がないので、{split.shown}は{split.first_younger}以後に生まれた人のものです。"
        )
        return split.younger
    return split.younger if birth_date >= split.first_younger else split.older
