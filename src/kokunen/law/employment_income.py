"""Income from employment after its deduction (給与所得控除後の金額, 所得税法28条・別表第五)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kokunen.dates.month import Month
from kokunen.rulekit.figures import blaming

if TYPE_CHECKING:
    from kokunen.rulekit.working import Working

_JANUARY: Final = 1
_PER_CENT: Final = 100


def employment_income(*, income_year: int, salary: int, working: Working) -> int:
    """Return the income in yen for a year's salary (yen, 0 or more), income years 2020 to 2027.

    The row of the table whose lower bound the salary reaches last decides: the salary is cut to
    its unit, a percentage taken and an amount added, fractions of a yen dropped. Raises
    `NoValueInForce` for a year whose table is not known.
    """
    with blaming("income_year"):
        rows = working.rows("tax.employment_income", Month(income_year, _JANUARY))
    _, unit, percent, add = next(row for row in reversed(rows) if row[0] <= salary)
    cut = salary // unit * unit
    income = cut * percent // _PER_CENT + add
    working.step(f"給与収入 {salary}円: {cut} × {percent}% + ({add})", income, "所得税法28条")
    return income
