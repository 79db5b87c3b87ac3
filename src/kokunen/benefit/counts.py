"""The months that a pension is reckoned from, at least and at most. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from kokunen.benefit import record
from kokunen.dates.month import Month
from kokunen.law.month_counts import EXEMPT_BANDS, FULL_MONTHS, Exempt, MonthCounts
from kokunen.people.codes import Category, Exemption

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from kokunen.benefit.known import Known
    from kokunen.benefit.record import Lived

_FIRST_NEWER: Final = Month(2009, 4)
_BANDS: Final[Mapping[Exemption, str]] = {
    Exemption.STATUTORY: "full",
    Exemption.FULL: "full",
    Exemption.THREE_QUARTERS: "three_quarters",
    Exemption.HALF: "half",
    Exemption.ONE_QUARTER: "one_quarter",
    Exemption.DEFERRAL: "deferral",
    Exemption.STUDENT: "student",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What is certain (``least``), and what it is if all that is open was paid (``most``).

    ``additional`` are the months with the additional premium, likewise at least and at most;
    ``combined`` those of 合算対象期間 (None: not known). ``told``: the agency's record was looked
    up; ``blank`` are its counts that were left empty.
    """

    least: MonthCounts
    most: MonthCounts
    additional: tuple[int, int]
    combined: int | None
    told: bool
    blank: tuple[str, ...] = ()

    @property
    def qualifying(self) -> tuple[int, int]:
        """The months towards 受給資格期間, at least and at most."""
        combined = self.combined or 0
        return self.least.qualifying + combined, self.most.qualifying + combined

    def reaches(self, months: int) -> bool | None:
        """Whether the qualifying months suffice; None: that is not known.

        Without the agency's record the combined months stay unknown, so that nothing but enough
        months is an answer.
        """
        least, most = self.qualifying
        if least >= months:
            return True
        return False if self.told and not self.blank and most < months else None


def counted(known: Known, *, given: Mapping[str, Any], last: Month) -> Counts:
    """Return the months of category 1 to 3 up to ``last``: as told, or as the register knows."""
    if given.get("record") in ("agency", "statement"):
        return _told(given)
    months = [
        each
        for each in record.lived(known, last=last)
        if _within(known, each.month) or each.category is not Category.CATEGORY_2
    ]
    return _known(known, months)


def counted_of_category_1(known: Known, *, given: Mapping[str, Any], last: Month) -> Counts:
    """Return the months of category 1 and of voluntary insurance alone (法49条・法52条の2)."""
    if given.get("record") in ("agency", "statement"):
        return _told(given)
    months = [
        each
        for each in record.lived(known, last=last)
        if each.category not in (Category.CATEGORY_2, Category.CATEGORY_3)
    ]
    return _known(known, months)


def _within(known: Known, month: Month) -> bool:
    """Whether a month lies between 20 and 60; of category 2 no other counts (昭60改正法附則8条)."""
    first, end = known.person.reaches(20), known.person.reaches(60)
    if first is None or end is None:
        return True
    return Month.of(first) <= month < Month.of(end)


def _known(known: Known, months: Iterable[Lived]) -> Counts:
    kept = list(months)
    least = _sum(kept, lambda each: "" if each.state == record.OPEN else _kind(each))
    most = _sum(kept, _kind)
    additional = [
        each.month
        for each in kept
        if any(
            held.valid.start is not None
            and Month.of(held.valid.start) <= each.month
            and (held.valid.end is None or each.month < Month.of(held.valid.end))
            for held in known.additionals
        )
    ]
    return Counts(
        least=least,
        most=most,
        additional=(0, min(len(additional), most.paid)),
        combined=None,
        told=False,
    )


def _kind(each: Lived) -> str:
    """Name what a month counts as; an open month as if all that is due for it was paid."""
    if each.category is None or each.exemption is None:
        return "paid"
    return _BANDS.get(each.exemption, "paid")


def _sum(months: Iterable[Lived], kind: Callable[[Lived], str]) -> MonthCounts:
    found = Counter((kind(each), each.month >= _FIRST_NEWER) for each in months)

    def both(name: str) -> int:
        return found[name, False] + found[name, True]

    bands = {name: Exempt(found[name, False], found[name, True]) for name in EXEMPT_BANDS}
    return MonthCounts(
        paid=both("paid"), deferral=both("deferral"), student=both("student"), **bands
    )


def _told(given: Mapping[str, Any]) -> Counts:
    blank = []

    def count(name: str) -> int:
        value = given.get(f"months_{name}")
        if value is None:
            blank.append(name)
        return int(value or 0)

    bands = {name: Exempt(count(f"{name}_older"), count(name)) for name in EXEMPT_BANDS}
    least = MonthCounts(
        paid=count("paid"), deferral=count("deferral"), student=count("student"), **bands
    )
    additional = given.get("months_additional")
    most = least
    if blank:
        most = replace(least, paid=max(least.paid, FULL_MONTHS - least.qualifying + least.paid))
    return Counts(
        least=least,
        most=most,
        additional=(int(additional or 0), int(additional or 0)),
        combined=given.get("months_combined"),
        told=True,
        blank=tuple(blank),
    )


def problems(given: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of counts that cannot be: more than 80 years of months, or too many paid."""
    wrong = [
        name
        for name, value in given.items()
        if name.startswith("months_") and isinstance(value, int) and value > 2 * FULL_MONTHS
    ]
    additional, paid = given.get("months_additional"), given.get("months_paid")
    if additional is not None and paid is not None and additional > paid:
        wrong.append("months_additional")
    return tuple(wrong)
