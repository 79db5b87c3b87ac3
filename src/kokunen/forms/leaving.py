"""What a leaflet for somebody who leaves Japan can say in figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from kokunen.dates.errors import Refusal
from kokunen.enrolment import departure, life
from kokunen.enrolment import queries as enrolment
from kokunen.forms.domain import Departure
from kokunen.law.figures import FIGURES
from kokunen.law.withdrawal import withdrawal_lump_sum
from kokunen.rulekit.working import Working

if TYPE_CHECKING:
    from collections.abc import Callable

    from kokunen.cases.values import Case
    from kokunen.forms.reading import Looker


T = TypeVar("T")


def departure_of(case: Case, looker: Looker) -> Departure:
    """Return the months and amounts of a case of 国外転出; what cannot be told is None.

    Raises ``enrolment.queries``' refusals where the filing is sealed.
    """
    facts = enrolment.facts_before(
        case=case, occasion=looker.occasion, sees=looker.sees, opening=looker.opening
    )
    receipt = enrolment.receipt_of(case)
    is_japanese = life.japanese(facts)
    refund = _or_none(lambda: departure.refund(receipt, facts))
    paid = receipt.particulars.get("months_paid")
    last = departure.last_counted(receipt, facts)
    lump_sum = None
    if not is_japanese and paid is not None and last is not None:
        lump_sum = _or_none(
            lambda: withdrawal_lump_sum(months=paid, last_paid_month=last, working=Working(FIGURES))
        )
    return Departure(
        left_on=case.event_on,
        japanese=is_japanese,
        prepaid_months=len(refund.months) if refund else None,
        refund=refund.amount if refund else None,
        paid_months=paid,
        lump_sum=lump_sum,
    )


def _or_none(compute: Callable[[], T]) -> T | None:
    try:
        return compute()
    except Refusal:
        return None
