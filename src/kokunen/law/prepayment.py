"""Paying premiums ahead (法93条) and by the early debit (早割)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from kokunen.law.premium import nearest_ten
from kokunen.rulekit.figures import blaming

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kokunen.dates.month import Month
    from kokunen.rulekit.working import Working

MONTHS_AHEAD: Final[Mapping[str, int]] = {"cash": 0, "card": 0, "account_transfer": 1}
"""By how many months more each instalment is discounted, for each way of paying."""

MOST_MONTHS: Final = 24

# The root is irrational: with 50 digits the sum is off by less than 10**-40 yen, and a sum that is
# exactly half of ten yen cannot occur (the one rational term is a multiple of ten).
_DIGITS: Final = 50
_SOURCE: Final = "法93条2項・令8条"


@dataclass(frozen=True, slots=True)
class Prepayment:
    """What would be paid month by month, and what is paid ahead; whole yen."""

    gross: int
    amount: int

    @property
    def discount(self) -> int:
        """What is saved, in yen."""
        return self.gross - self.amount


def prepayment(
    *, start: Month, months: int, method: str, additional: bool = False, working: Working
) -> Prepayment:
    """Return what is paid for 1 to 24 months in a row, from ``start`` on, all at once.

    ``method`` is a key of `MONTHS_AHEAD`. Each premium is discounted by compound interest for the
    months until its own (法93条2項, 令8条), the sum rounded to 10 yen; the series of additional
    premiums is discounted and rounded apart. Raises `NoValueInForce`, naming ``start``, when the
    premium of one of the months is not known.
    """
    with blaming("start"):
        rate = working.rate("prepayment.discount_rate", start)
        ahead = [start + later for later in range(months)]
        premiums = [working.whole("premium.monthly", month) for month in ahead]
        total = _discounted(premiums, rate=rate, delay=MONTHS_AHEAD[method])
        working.step(f"{months}か月分 {sum(premiums)}円の前納額(10円未満四捨五入)", total, _SOURCE)
        if not additional:
            return Prepayment(sum(premiums), total)
        extras = [working.whole("premium.additional", month) for month in ahead]
    extra = _discounted(extras, rate=rate, delay=MONTHS_AHEAD[method])
    working.step(f"付加保険料 {sum(extras)}円の前納額(10円未満四捨五入)", extra, _SOURCE)
    return Prepayment(sum(premiums) + sum(extras), total + extra)


def early_debit(*, month: Month, working: Working) -> Prepayment:
    """Return what is debited at the end of the month itself (早割), in law since 2005-04.

    Raises `NoValueInForce` for a month before that or without a known premium.
    """
    working.cite("法92条の2")
    with blaming("month"):
        return prepayment(start=month, months=1, method="account_transfer", working=working)


def _discounted(instalments: Sequence[int], *, rate: Fraction, delay: int) -> int:
    with localcontext() as context:
        context.prec = _DIGITS
        yearly = 1 + Decimal(rate.numerator) / rate.denominator
        value = sum(
            instalment * yearly ** (Decimal(-later) / 12)
            for later, instalment in enumerate(instalments, start=delay)
        )
    return nearest_ten(Fraction(value))
