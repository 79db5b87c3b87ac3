"""Paying later for exempt months (追納, 法94条)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from kokunen.dates.errors import Refusal
from kokunen.dates.month import Month
from kokunen.law.premium import (
    BAND_NAMES,
    full_premium,
    nearest_ten,
    payable_premium,
)
from kokunen.rulekit.figures import NoValueInForce, blaming

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from kokunen.rulekit.working import Working

BANDS: Final = tuple(BAND_NAMES)

_WHOLE_IN_LAW: Final[Mapping[str, str | None]] = {
    "full": None,
    "deferral": "back_payment.deferral_band",
    "student": "back_payment.student_band",
}
"""The bands in which the whole premium was exempt, and what tells whether they were in law."""

_MARCH: Final = 3
_APRIL: Final = 4


class UnableToBackPay(Refusal):
    """The month cannot be paid for on that day, or could not have been exempt in that band."""

    code = "not_back_payable"


@dataclass(frozen=True, slots=True)
class BackPayment:
    """What is paid for one exempt month (yen), the rate added, and the last day to pay."""

    amount: int
    add_on_rate: Fraction
    last_day: date


def back_payment(*, exempt_month: Month, band: str, paid_on: date, working: Working) -> BackPayment:
    """Return what is paid on a day for one exempt month; ``band`` is one of `BANDS`.

    The exempted part of the premium, with the add-on of 令10条 from the third fiscal year on,
    rounded to 10 yen. Raises `UnableToBackPay` for a band not in law in that month, before the
    month and after the last day (the end of the same month ten years later), and `NoValueInForce`
    for an unknown premium or an unknown rate.
    """
    with blaming("exempt_month"):
        exempted = _exempted(month=exempt_month, band=band, working=working)
        years = working.whole("back_payment.window_years", exempt_month)
    last_day = (exempt_month + 12 * years).last_day
    working.step("追納できる最後の日", last_day, "法94条1項")
    if paid_on < exempt_month.first_day:
        raise UnableToBackPay(
            f"{paid_on}は、免除された{exempt_month}より前の日です。",
            fix="追納する日と免除された月を確かめてください。",
            field="paid_on",
        )
    if paid_on > last_day:
        raise UnableToBackPay(
            f"{exempt_month}分を追納できるのは{last_day}までです"
            f"({years}年以内、法94条1項)。{paid_on}には追納できません。",
            fix="まだ期限の来ていない月の追納を案内してください。",
            field="paid_on",
        )
    rate = _add_on_rate(exempt_month=exempt_month, paid_on=paid_on, working=working)
    amount = nearest_ten(exempted * (1 + rate))
    working.step(
        f"追納額: {exempted} × (1 + {as_decimal(rate)})(10円未満四捨五入)",
        amount,
        "法94条3項・令10条",
    )
    return BackPayment(amount, rate, last_day)


def as_decimal(rate: Fraction) -> str:
    """Write a rate of whole thousandths as a decimal number."""
    return str(Decimal(rate.numerator) / rate.denominator)


def _exempted(*, month: Month, band: str, working: Working) -> int:
    """Return the exempted part of the premium; it is what is left of it, not a rounded share."""
    premium = full_premium(month=month, working=working)
    if band not in _WHOLE_IN_LAW:
        payable = payable_premium(month=month, premium=premium, band=band, working=working)
        if payable is None:
            raise _not_in_law(month, band)
        working.step(f"免除された額: {premium} - {payable}", premium - payable, "法90条の2")
        return premium - payable
    in_law = _WHOLE_IN_LAW[band]
    if in_law is not None and not working.flag(in_law, month):
        raise _not_in_law(month, band)
    return premium


def _not_in_law(month: Month, band: str) -> UnableToBackPay:
    return UnableToBackPay(
        f"{month}には{BAND_NAMES[band]}はまだありませんでした。",
        fix="免除された月と種類を承認通知書で確かめてください。",
        field="band",
    )


def _add_on_rate(*, exempt_month: Month, paid_on: date, working: Working) -> Fraction:
    paid = Month.of(paid_on)
    with blaming("paid_on"):
        first_free = paid.fiscal_year - working.whole("back_payment.free_years", paid)
        if exempt_month.fiscal_year >= first_free:
            return Fraction(0)
        # 令10条1項ただし書: a March falls due only in April, and so stays free for that April.
        if exempt_month == Month(first_free, _MARCH) and paid.month == _APRIL:
            working.step(f"{exempt_month}分は{paid}まで加算がない", 0, "令10条1項ただし書")
            return Fraction(0)
        rates = working.rates_by_year("back_payment.add_on_rates", paid)
        if exempt_month.fiscal_year not in rates:
            raise NoValueInForce(
                f"{paid.fiscal_year}年度に追納する場合の"
                f"{exempt_month.fiscal_year}年度分の加算率は登録されていません(令10条)。",
                fix="年金事務所に追納額を確かめるか、公表された率をパラメータに加えてください。",
            )
        return rates[exempt_month.fiscal_year]
