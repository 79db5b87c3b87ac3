"""Whether unpaid premiums are collected by force (強制徴収, 法96条 and the practice of the JPS)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kokunen.dates.month import Month
from kokunen.rulekit.figures import blaming

if TYPE_CHECKING:
    from kokunen.rulekit.working import Working

_APRIL: Final = 4


def enforcement_target(
    *, fiscal_year: int, net_income: int, unpaid_months: int, working: Working
) -> bool:
    """Tell whether the income after deductions (yen) and the unpaid months both reach the limits.

    The limits are those of the fiscal year, 2015 to 2026. Raises `NoValueInForce` for another.
    """
    april = Month(fiscal_year, _APRIL)
    with blaming("fiscal_year"):
        income = working.whole("enforcement.income", april)
        months = working.whole("enforcement.unpaid_months", april)
    target = net_income >= income and unpaid_months >= months
    working.step(
        f"控除後所得 {net_income}円(基準 {income}円以上)、"
        f"未納 {unpaid_months}か月(基準 {months}か月以上)",
        "対象" if target else "対象外",
    )
    return target
