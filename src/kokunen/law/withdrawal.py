"""The lump sum on withdrawal (脱退一時金), for those who leave Japan without a pension."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kokunen.dates.errors import Refusal

if TYPE_CHECKING:
    from kokunen.dates.month import Month
    from kokunen.rulekit.working import Working

_BAND: Final = 6


class UnableToWithdraw(Refusal):
    """Fewer than 6 months were paid."""

    code = "too_few_months"


def withdrawal_lump_sum(*, months: int, last_paid_month: Month, working: Working) -> int:
    """Return the lump sum in yen (法附則9条の3の2).

    It is half the monthly premium of the last month paid, times the months counted down to a
    multiple of 6 and up to the limit in force in that month (36, from 2021-04 60). ``months`` are
    the months paid as category 1. Raises `UnableToWithdraw` below 6 months, and `NoValueInForce`
    before 2005-04 and where the premium is not known.
    """
    if months < _BAND:
        raise UnableToWithdraw(
            f"納付した月数が{months}月です。脱退一時金には{_BAND}月以上が要ります(法附則9条の3の2第1項)。",
            fix="一部納付の月を含めて、納付した月数を確かめてください。",
            field="months",
        )
    most = working.whole("benefit.withdrawal_most_months", last_paid_month)
    premium = working.whole("premium.monthly", last_paid_month)
    counted = min(months, most) // _BAND * _BAND
    working.step("計算に用いる月数(6月単位)", counted, "法附則9条の3の2第3項")
    # A multiple of 6 is even, so that half of it is exact.
    amount = premium * (counted // 2)
    working.step(
        "脱退一時金の額(最後に納付した月の保険料×1/2×月数)", amount, "法附則9条の3の2第3項"
    )
    return amount
