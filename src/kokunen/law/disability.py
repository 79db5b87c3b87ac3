"""The disability basic pension (障害基礎年金), with what is added for children."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kokunen.dates.month import Month
from kokunen.law.month_counts import half_up
from kokunen.law.old_age import full_amount

if TYPE_CHECKING:
    from datetime import date

    from kokunen.rulekit.working import Working

_APRIL: Final = 4
_FIRST_CHILDREN: Final = 2


@dataclass(frozen=True, slots=True)
class DisabilityPension:
    """Yen a year, children included."""

    annual: int

    @property
    def monthly(self) -> int:
        """Yen a month: a twelfth, fractions dropped (法18条の2)."""
        return self.annual // 12


def disability_pension(
    *,
    fiscal_year: int,
    grade: int,
    children: int,
    birth_date: date | None,
    working: Working,
) -> DisabilityPension:
    """Return the pension of grade 1 or 2 in a fiscal year, at the figures of its April.

    Grade 2 is the full old-age amount, grade 1 five quarters of it to 1 yen (法33条); children
    add a sum each, the third and further ones a smaller one, equal for all ages (法33条の2).
    Raises `NoValueInForce` for a year whose figures, or whose sums for children, are not known.
    """
    april = Month(fiscal_year, _APRIL)
    own = full_amount(fiscal_year=fiscal_year, birth_date=birth_date, working=working)
    working.step("2級の年額", own, "法33条1項")
    if grade == 1:
        own = half_up(own * working.rate("benefit.grade_1_multiplier", april))
        working.step("1級の年額(1円未満四捨五入)", own, "法33条2項")
    added = 0
    if children:
        first = min(children, _FIRST_CHILDREN)
        added = first * working.whole("benefit.child_addition", april)
        if children > first:
            third = working.whole("benefit.child_addition_third", april)
            added += (children - first) * third
        working.step("子の加算", added, "法33条の2第1項")
    return DisabilityPension(own + added)
