"""The insured months of a person: what the register says of each, and what it cannot say. Pure.

The city does not keep which months were paid. A month is counted as paid or exempt only where the
register proves it; every other month stays open, and what rests on it is answered as a range.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Final

from kokunen.dates.month import Month, UnableToReadMonth
from kokunen.law.contribution import Stretch
from kokunen.people.codes import Category, Exemption, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kokunen.benefit.known import Held, Known
    from kokunen.people.domain import ExemptionValue

OPEN: Final = "open"
"""The state of a month that the register cannot tell."""
PARTIAL: Final = frozenset({Exemption.THREE_QUARTERS, Exemption.HALF, Exemption.ONE_QUARTER})
COUNTED_AS_PAID: Final = frozenset({Exemption.CHILDBIRTH, Exemption.CHILDCARE})
"""法88条の2・88条の3: these months are 納付済期間 (法5条1項)."""
_BY_LAW: Final = COUNTED_AS_PAID | {Exemption.STATUTORY}
_EMPLOYED: Final = frozenset({Category.CATEGORY_2, Category.CATEGORY_3})
_ADULT: Final = 20
_LAST_AGE: Final = 60
_LONGEST: Final = 600
_ROW: Final = re.compile(r"\s*(\d{4}-\d{2})\s*(?:[〜~～,、 \u3000-]\s*(\d{4}-\d{2})\s*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """One month: its category (None: not enrolled as far as is known), exemption and state.

    ``state`` is one of ``law.contribution.STATES`` or `OPEN`.
    """

    month: Month
    category: Category | None
    exemption: Exemption | None
    state: str


def lived(known: Known, *, last: Month, stood_on: date | None = None) -> tuple[Lived, ...]:
    """Return the months up to ``last`` that the person was, or may have been, insured.

    These are the months enrolled (法11条: the month of acquisition counts, that of loss does not)
    and, between the ages of 20 and 60, those of which the register says nothing. ``stood_on`` is
    the day on which the record is to have stood: an exemption applied for on it or later does not
    count yet.
    """
    enrolled = _enrolled(known, last)
    months = set(enrolled)
    adult, leaving = known.person.reaches(_ADULT), known.person.reaches(_LAST_AGE)
    if adult is not None and leaving is not None:
        months.update(Month.range(Month.of(adult), min(last, Month.of(leaving) - 1)))
    return tuple(_month(each, enrolled.get(each), known, stood_on) for each in sorted(months))


def _enrolled(known: Known, last: Month) -> dict[Month, Category]:
    found: dict[Month, Category] = {}
    for held in sorted(known.enrolments, key=lambda held: held.valid.start or date.min):
        start, end = held.valid.start, held.valid.end
        if start is None:
            continue
        first = Month.of(start)
        until = last if end is None else max(first, Month.of(end) - 1)
        for month in Month.range(first, min(until, last)):
            found[month] = held.value.category
    return found


def _month(month: Month, category: Category | None, known: Known, stood_on: date | None) -> Lived:
    if category in _EMPLOYED:
        return Lived(month=month, category=category, exemption=None, state="paid")
    exemption = next(
        (
            held.value.kind
            for held in known.exemptions
            if _covers(held, month) and _stands(held.value, stood_on)
        ),
        None,
    )
    state = OPEN
    if category is not None and exemption is not None and exemption not in PARTIAL:
        state = "paid" if exemption in COUNTED_AS_PAID else "exempt"
    return Lived(month=month, category=category, exemption=exemption, state=state)


def _covers(held: Held[ExemptionValue], month: Month) -> bool:
    start, end = held.valid.start, held.valid.end
    begun = start is None or Month.of(start) <= month
    return begun and (end is None or month < Month.of(end))


def _stands(value: ExemptionValue, stood_on: date | None) -> bool:
    if value.kind in _BY_LAW:
        return value.outcome in (None, Outcome.APPROVED)
    if value.outcome is not Outcome.APPROVED:
        return False
    return stood_on is None or value.applied_on is None or value.applied_on < stood_on


def stretches(months: Iterable[Lived], *, open_as: str) -> tuple[Stretch, ...]:
    """Return the months as the law reads them, the open ones taken as ``open_as``."""
    found = []
    rows = [(each.month, open_as if each.state == OPEN else each.state) for each in months]
    for _, run in groupby(
        enumerate(rows), key=lambda row: (row[1][1], row[1][0] - Month(1, 1) - row[0])
    ):
        part = [row for _, row in run]
        found.append(Stretch(part[0][0], part[-1][0], part[0][1]))
    return tuple(found)


def spans(months: Iterable[Month]) -> tuple[tuple[Month, Month], ...]:
    """Return months (ascending) as spans without a gap."""
    found = []
    for _, run in groupby(enumerate(months), key=lambda row: row[1] - Month(1, 1) - row[0]):
        part = [month for _, month in run]
        found.append((part[0], part[-1]))
    return tuple(found)


def written(months: Iterable[Month]) -> str:
    """Write months for a clerk, spans without a gap as such; "" for none."""
    return "、".join(
        str(first) if first == last else f"{first}〜{last}" for first, last in spans(months)
    )


def told_unpaid(given: Mapping[str, object]) -> tuple[frozenset[Month], tuple[str, ...]]:
    """Return the months that the agency's answer names as unpaid, and the lines not understood."""
    months: set[Month] = set()
    unread = []
    for line in str(given.get("unpaid") or "").splitlines():
        if not line.strip():
            continue
        found = _ROW.fullmatch(line)
        try:
            first = Month.parse(found[1]) if found else None
            last = Month.parse(found[2]) if found and found[2] else first
        except UnableToReadMonth:
            first = last = None
        if first is None or last is None or not 0 <= last - first < _LONGEST:
            unread.append(line.strip())
        else:
            months.update(Month.range(first, last))
    return frozenset(months), tuple(unread)


def settled(months: Iterable[Lived], given: Mapping[str, object]) -> tuple[Lived, ...]:
    """Return the months with what the agency's answer on the payments says of the open ones."""
    payments = given.get("payments")
    if payments not in ("all_paid", "some_unpaid"):
        return tuple(months)
    unpaid, unread = told_unpaid(given)
    if payments == "some_unpaid" and (unread or not unpaid):
        return tuple(months)
    none: frozenset[Month] = frozenset()
    told = unpaid if payments == "some_unpaid" else none
    return tuple(
        Lived(
            month=each.month,
            category=each.category,
            exemption=each.exemption,
            state="unpaid"
            if each.month in told
            else ("paid" if each.state == OPEN else each.state),
        )
        for each in months
    )
