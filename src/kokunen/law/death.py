"""The lump sum on death (死亡一時金)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kokunen.dates.month import Month

if TYPE_CHECKING:
    from fractions import Fraction

    from kokunen.law.month_counts import MonthCounts
    from kokunen.rulekit.working import Working

_AS_CHECKED: Final = Month(2026, 11)
_ADDITIONAL_NEEDED: Final = 36


@dataclass(frozen=True, slots=True)
class DeathLumpSum:
    """The weighted months (exact), whether they suffice, and yen (0 when they do not)."""

    counted_months: Fraction
    eligible: bool
    amount: int


def death_lump_sum(
    *, counts: MonthCounts, additional_months: int, working: Working
) -> DeathLumpSum:
    """Return the lump sum for the months of category 1 up to the month before the death.

    Months count by the share of the premium paid (法52条の2); from 36 of them a sum by steps is
    due, and 8,500 yen more from 36 months with the additional premium (法52条の4). The figures are
    those in force at the last check, 2026-11. Whether the dead person had received a pension,
    which excludes the lump sum, is not known here and noted. Raises `UnableToCountAdditional`.
    """
    counts.check_additional(additional_months)
    counted = counts.premiums_paid
    working.step("納付した割合で数えた月数", counted, "法52条の2第1項")
    reached = [
        yen
        for least, yen in working.rows("benefit.death_lump_sum", _AS_CHECKED)
        if counted >= least
    ]
    if not reached:
        return DeathLumpSum(counted, eligible=False, amount=0)
    amount = reached[-1]
    if additional_months >= _ADDITIONAL_NEEDED:
        amount += working.whole("benefit.death_additional", _AS_CHECKED)
    working.step("死亡一時金の額", amount, "法52条の4")
    working.note(
        "亡くなった人が老齢基礎年金か障害基礎年金を受けたことがあるとき、"
        "遺族基礎年金を受けられる人がいるときは、支給されません(法52条の2)。"
    )
    return DeathLumpSum(counted, eligible=True, amount=amount)
