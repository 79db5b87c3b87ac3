"""The monthly premium, what remains payable of it, and when it is due (法87条〜91条)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from kokunen.dates.business import due_on_month_end
from kokunen.rulekit.figures import blaming

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from kokunen.dates.month import Month
    from kokunen.rulekit.working import Working

PAYABLE_SHARE: Final[Mapping[str, Fraction]] = {
    "three_quarters": Fraction(1, 4),
    "half": Fraction(1, 2),
    "one_quarter": Fraction(3, 4),
}
"""The share that remains payable in each partial band (法90条の2); a band is named by what it
exempts."""

_IN_LAW: Final[Mapping[str, str]] = {
    "three_quarters": "premium.quarter_bands",
    "half": "premium.half_band",
    "one_quarter": "premium.quarter_bands",
}
BAND_NAMES: Final[Mapping[str, str]] = {
    "full": "全額免除",
    "three_quarters": "4分の3免除",
    "half": "半額免除",
    "one_quarter": "4分の1免除",
    "deferral": "納付猶予",
    "student": "学生納付特例",
}
"""The statutory name of each band."""


@dataclass(frozen=True, slots=True)
class MonthlyPremium:
    """What is owed for one month: whole yen; ``payable`` is None for a band not yet in law."""

    premium: int
    payable: dict[str, int | None]
    additional: int
    due_on: date


def nearest_ten(amount: Fraction) -> int:
    """Round an amount of yen (0 or more) to 10 yen, 5 yen upwards."""
    return (amount + 5) // 10 * 10


def full_premium(*, month: Month, working: Working) -> int:
    """Return the premium of a month in yen (法87条3項), 1989-04 to 2028-03.

    Raises `NoValueInForce` for any other month.
    """
    with blaming("month"):
        return working.whole("premium.monthly", month)


def payable_premium(*, month: Month, premium: int, band: str, working: Working) -> int | None:
    """Return what remains payable, in yen, of a month's premium in one of the partial bands.

    None where the band was not yet in law: the half band begins in 2002-04, those of a quarter
    in 2006-07 (法90条の2).
    """
    if not working.flag(_IN_LAW[band], month):
        return None
    payable = nearest_ten(premium * PAYABLE_SHARE[band])
    working.step(
        f"{BAND_NAMES[band]}の納付額: {premium} × {PAYABLE_SHARE[band]}(10円未満四捨五入)",
        payable,
        "法90条の2",
    )
    return payable


def monthly_premium(*, month: Month, working: Working) -> MonthlyPremium:
    """Return all that is owed for a month, 1989-04 to 2028-03.

    The due date is the last day of the following month, or the next business day (法91条).
    Raises `NoValueInForce` for a month without a known premium.
    """
    premium = full_premium(month=month, working=working)
    payable = {
        band: payable_premium(month=month, premium=premium, band=band, working=working)
        for band in PAYABLE_SHARE
    }
    additional = working.whole("premium.additional", month)
    return MonthlyPremium(premium, payable, additional, due_date(month=month, working=working))


def due_date(*, month: Month, working: Working) -> date:
    """Return the day by which the premium of a month is to be paid (法91条)."""
    due = due_on_month_end(month + 1)
    working.step(f"{month}分の納期限(翌月末日、休業日なら翌営業日)", due, "法91条")
    return due
