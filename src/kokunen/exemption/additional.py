"""The additional premium (付加) beside an exemption: it ends with the first exempt month. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from kokunen.dates.month import Month
from kokunen.exemption.applied import APPLIED_KINDS
from kokunen.people.codes import Exemption
from kokunen.people.periods import Period

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from kokunen.people.domain import AdditionalValue, Recorded

ENDS_ADDITIONAL: Final = APPLIED_KINDS | {Exemption.STATUTORY}
"""The exemptions beside which no additional premium is paid (法87条の2第1項); it goes on beside
産前産後 and 育児."""
LEFT_CAUSE: Final = "免除等"


def ended(
    additionals: Iterable[Recorded[AdditionalValue]], spans: Collection[tuple[Month, Month]]
) -> Iterator[tuple[Recorded[AdditionalValue], Period | None]]:
    """Yield each additional premium that reaches into exempt months, and what is left of it.

    ``spans`` are first and last months, both included. None: nothing is left. It does not begin
    again after the exemption: who wishes it applies anew (法87条の2第1項).
    """
    for fact in additionals:
        start, end = fact.valid.start, fact.valid.end
        if start is None:
            continue
        first = Month.of(start)
        # A period may end within a month, with the insurance: that month is still touched.
        last = None if end is None else Month.of(end - timedelta(days=1))
        common = [
            max(first, since)
            for since, until in spans
            if first <= until and (last is None or since <= last)
        ]
        if common:
            gone = min(common).first_day
            yield fact, Period(start=start, end=gone) if gone > start else None
