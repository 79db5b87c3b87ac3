"""The calculators on pensions, benefits and lump sums."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from kokunen.dates.errors import Refusal
from kokunen.dates.month import Month
from kokunen.law import contribution as contribution_law
from kokunen.law import death as death_law
from kokunen.law import disability as disability_law
from kokunen.law import old_age as old_age_law
from kokunen.law import support as support_law
from kokunen.law import withdrawal as withdrawal_law
from kokunen.law.contract.fields import Fields, UnableToReadInput
from kokunen.law.month_counts import EXEMPT_BANDS, Exempt, MonthCounts, half_up
from kokunen.rulekit.figures import blaming

if TYPE_CHECKING:
    from fractions import Fraction

    from kokunen.rulekit.working import Working

_FIRST_YEAR: Final = 1986
_LAST_YEAR: Final = 2100
_MOST_MONTHS: Final = 600
"""From 20 to 70, the age at which the last voluntary insurance ends."""
_MOST_CHILDREN: Final = 30
_EARLIEST: Final = -60
_LATEST: Final = 120
_ROW: Final = 3


def old_age_pension(fields: Fields, working: Working) -> dict[str, Any]:
    """Answer ``old-age-pension``."""
    fiscal_year = _fiscal_year(fields)
    birth_date = fields.optional_date("birth_date")
    counts = _counts(fields)
    additional_months = _additional(fields)
    start_shift = fields.whole("start_shift", least=_EARLIEST, most=_LATEST, default=0)
    fields.done()
    with blaming("fiscal_year"):
        found = old_age_law.old_age_pension(
            fiscal_year=fiscal_year,
            counts=counts,
            birth_date=birth_date,
            additional_months=additional_months,
            start_shift=start_shift,
            working=working,
        )
    return {
        "credited_months": decimal_text(found.credited_months),
        "annual": found.annual,
        "additional_annual": found.additional_annual,
        "total": found.total,
    }


def disability_pension(fields: Fields, working: Working) -> dict[str, Any]:
    """Answer ``disability-pension``."""
    fiscal_year = _fiscal_year(fields)
    grade = fields.whole("grade", least=1, most=2)
    children = fields.whole("children", most=_MOST_CHILDREN, default=0)
    birth_date = fields.optional_date("birth_date")
    fields.done()
    with blaming("fiscal_year"):
        found = disability_law.disability_pension(
            fiscal_year=fiscal_year,
            grade=grade,
            children=children,
            birth_date=birth_date,
            working=working,
        )
    return {"annual": found.annual, "monthly": found.monthly}


def support_benefit(fields: Fields, working: Working) -> dict[str, Any]:
    """Answer ``support-benefit`` (the old-age kind)."""
    fiscal_year = _fiscal_year(fields)
    counts = _counts(fields)
    fields.done()
    with blaming("fiscal_year"):
        monthly = support_law.support_benefit(
            fiscal_year=fiscal_year, counts=counts, working=working
        )
    return {"monthly": monthly}


def death_lump_sum(fields: Fields, working: Working) -> dict[str, Any]:
    """Answer ``death-lump-sum``."""
    counts = _counts(fields)
    additional_months = _additional(fields)
    fields.done()
    found = death_law.death_lump_sum(
        counts=counts, additional_months=additional_months, working=working
    )
    return {
        "counted_months": decimal_text(found.counted_months),
        "eligible": found.eligible,
        "amount": found.amount,
    }


def withdrawal_lump_sum(fields: Fields, working: Working) -> dict[str, Any]:
    """Answer ``withdrawal-lump-sum``."""
    months = fields.whole("months", most=_MOST_MONTHS)
    last_paid_month = fields.month("last_paid_month")
    fields.done()
    with blaming("last_paid_month"):
        amount = withdrawal_law.withdrawal_lump_sum(
            months=months, last_paid_month=last_paid_month, working=working
        )
    return {"amount": amount}


def contribution_requirement(fields: Fields, working: Working) -> dict[str, Any]:
    """Answer ``contribution-requirement``."""
    event_on = fields.date("event_on")
    first_visit_on = fields.optional_date("first_visit_on")
    record = _record(fields)
    fields.done()
    found = contribution_law.contribution_requirement(
        event_on=event_on, first_visit_on=first_visit_on, record=record, working=working
    )
    return {"two_thirds": found.two_thirds, "last_year": found.last_year, "met": found.met}


def decimal_text(months: Fraction) -> str:
    """Write months as a decimal: exactly where that ends, else (thirds) to three places."""
    return str(Decimal(half_up(months * 1000)) / 1000)


def _fiscal_year(fields: Fields) -> int:
    return fields.whole("fiscal_year", least=_FIRST_YEAR, most=_LAST_YEAR)


def _additional(fields: Fields) -> int:
    return fields.whole("additional_months", most=_MOST_MONTHS, default=0)


def _counts(fields: Fields) -> MonthCounts:
    inner = Fields(fields.raw("months"), path=fields.where("months"))

    def months(name: str) -> int:
        return inner.whole(name, most=_MOST_MONTHS, default=0)

    bands = {
        band: Exempt(months(f"{band}_to_2009_03"), months(f"{band}_from_2009_04"))
        for band in EXEMPT_BANDS
    }
    found = MonthCounts(
        paid=months("paid"), deferral=months("deferral"), student=months("student"), **bands
    )
    inner.done()
    return found


def _record(fields: Fields) -> list[contribution_law.Stretch]:
    rows = fields.raw("record")
    if not isinstance(rows, list):
        raise _not_a_row(fields.where("record"), rows)
    return [_stretch(row, fields.where(f"record[{at}]")) for at, row in enumerate(rows)]


def _stretch(row: Any, where: str) -> contribution_law.Stretch:
    if not isinstance(row, list) or len(row) != _ROW or not all(isinstance(x, str) for x in row):
        raise _not_a_row(where, row)
    first, last, state = row
    if state not in contribution_law.STATES:
        raise UnableToReadInput(
            "invalid_choice",
            f"「{state}」という納付の状態はありません。",
            fix=f"使える値は {'、'.join(contribution_law.STATES)} です。",
            field=where,
        )
    try:
        return contribution_law.Stretch(Month.parse(first), Month.parse(last), state)
    except Refusal as refusal:
        refusal.field = where
        raise


def _not_a_row(where: str, given: Any) -> UnableToReadInput:
    return UnableToReadInput(
        "invalid_type",
        f"納付の記録 {given!r} は読めません。",
        fix='["2016-07", "2026-05", "paid"] の形の行を並べて書いてください。',
        field=where,
    )
