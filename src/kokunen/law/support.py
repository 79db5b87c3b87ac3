"""The support benefit for old-age pensioners of low income (年金生活者支援給付金), per month."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from kokunen.dates.month import Month
from kokunen.law.month_counts import FULL_MONTHS, MonthCounts, half_up

if TYPE_CHECKING:
    from kokunen.rulekit.working import Working

_MARCH: Final = 3
_SPLIT_SINCE: Final = 2023


def support_benefit(*, fiscal_year: int, counts: MonthCounts, working: Working) -> int:
    """Return yen a month for a fiscal year from 2019 (年金生活者支援給付金法3条, 4条).

    Three parts, each rounded to 1 yen, are added: the base amount for months paid, a sixth of the
    full monthly pension for months exempt in full, by three quarters or by half, and a twelfth
    for months exempt by one quarter, each in 480ths. At most 480 months count, in the order paid,
    one quarter, the others; deferral and student months do not. The income test is not made here.
    Raises `NoValueInForce` for a year whose figures are not known.
    """
    # The benefit began in October 2019, so that a year is known by its last month.
    march = Month(fiscal_year + 1, _MARCH)
    paid = min(counts.paid, FULL_MONTHS)
    quarter = min(counts.one_quarter.total, FULL_MONTHS - paid)
    others = counts.half.total + counts.three_quarters.total + counts.full.total
    others = min(others, FULL_MONTHS - paid - quarter)
    monthly = 0
    for text, months, table in (
        ("納付済期間の額", paid, "benefit.support_base"),
        ("全額・4分の3・半額免除期間の額", others, "benefit.support_exempt"),
        ("4分の1免除期間の額", quarter, "benefit.support_exempt_quarter"),
    ):
        part = half_up(Fraction(working.whole(table, march) * months, FULL_MONTHS))
        working.step(f"{text}(×{months}÷480、1円未満四捨五入)", part, "年金生活者支援給付金法3条")
        monthly += part
    if quarter + others and fiscal_year >= _SPLIT_SINCE:
        working.note("免除期間の額は、1956-04-02以後に生まれた人のものです。")
    return monthly
