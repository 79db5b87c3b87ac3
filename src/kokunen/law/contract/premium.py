"""Premiums in the calculation contract: reading the fields, calling the law, shaping the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kokunen.law import back_payment as back_payments
from kokunen.law import prepayment as prepayments
from kokunen.law.enforcement import enforcement_target
from kokunen.law.late_charge import late_charge as charge_on
from kokunen.law.premium import monthly_premium

if TYPE_CHECKING:
    from kokunen.law.contract.fields import Fields
    from kokunen.rulekit.working import Working

_LAST_YEAR: Final = 9999
_MOST_UNPAID: Final = 480


def premium(fields: Fields, working: Working) -> dict[str, Any]:
    """Answer ``premium``."""
    month = fields.month("month")
    fields.done()
    owed = monthly_premium(month=month, working=working)
    return {
        "premium": owed.premium,
        "payable": owed.payable,
        "additional": owed.additional,
        "due_on": owed.due_on.isoformat(),
    }


def prepayment(fields: Fields, working: Working) -> dict[str, Any]:
    """Answer ``prepayment``."""
    start = fields.month("start")
    months = fields.whole("months", least=1, most=prepayments.MOST_MONTHS)
    method = fields.choice("method", prepayments.MONTHS_AHEAD)
    additional = fields.flag("additional", default=False)
    fields.done()
    paid = prepayments.prepayment(
        start=start, months=months, method=method, additional=additional, working=working
    )
    return {"gross": paid.gross, "amount": paid.amount, "discount": paid.discount}


def early_debit(fields: Fields, working: Working) -> dict[str, Any]:
    """Answer ``early-debit``."""
    month = fields.month("month")
    fields.done()
    paid = prepayments.early_debit(month=month, working=working)
    return {"amount": paid.amount, "discount": paid.discount}


def back_payment(fields: Fields, working: Working) -> dict[str, Any]:
    """Answer ``back-payment``."""
    exempt_month = fields.month("exempt_month")
    band = fields.choice("band", back_payments.BANDS)
    paid_on = fields.date("paid_on")
    fields.done()
    paid = back_payments.back_payment(
        exempt_month=exempt_month, band=band, paid_on=paid_on, working=working
    )
    return {
        "amount": paid.amount,
        "add_on_rate": back_payments.as_decimal(paid.add_on_rate),
        "last_day": paid.last_day.isoformat(),
    }


def late_charge(fields: Fields, working: Working) -> dict[str, Any]:
    """Answer ``late-charge``."""
    month = fields.month("month")
    paid_on = fields.date("paid_on")
    dunned_until = fields.date("dunned_until")
    fields.done()
    charge = charge_on(month=month, paid_on=paid_on, dunned_until=dunned_until, working=working)
    return {"base": charge.base, "days": list(charge.days), "amount": charge.amount}


def enforcement(fields: Fields, working: Working) -> dict[str, Any]:
    """Answer ``enforcement``."""
    fiscal_year = fields.whole("fiscal_year", least=1, most=_LAST_YEAR)
    net_income = fields.whole("net_income")
    unpaid_months = fields.whole("unpaid_months", most=_MOST_UNPAID)
    fields.done()
    target = enforcement_target(
        fiscal_year=fiscal_year,
        net_income=net_income,
        unpaid_months=unpaid_months,
        working=working,
    )
    return {"target": target}
