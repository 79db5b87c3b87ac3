"""The months that each stretch of insurance counts (法11条・11条の2). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kokunen.dates.month import Month
from kokunen.enrolment.life import ONE_DAY, enrolments

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from kokunen.enrolment.life import Facts
    from kokunen.people.codes import Category
    from kokunen.people.periods import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Months in a row, both included; ``last`` None: they go on."""

    first: Month
    last: Month | None

    def __contains__(self, month: Month) -> bool:
        return self.first <= month and (self.last is None or month <= self.last)

    def common(self, other: Run) -> Month | None:
        """Return the first month of both, or None."""
        month = max(self.first, other.first)
        return month if month in self and month in other else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """One enrolment with the months it counts.

    ``months`` None: no month of it counts. ``lost_on`` None: it goes on.
    """

    category: Category
    acquired_on: date
    lost_on: date | None
    months: Run | None
    article: str

    @property
    def count(self) -> int | None:
        """How many months count; None: it goes on."""
        if self.months is None:
            return 0
        return None if self.months.last is None else self.months.last - self.months.first + 1


def months(facts: Facts) -> tuple[Stretch, ...]:
    """Return every enrolment with its first and last month, oldest first.

    The month of acquisition counts, that of the loss does not; both in one month count as one
    (法11条1項・2項). The month of a change of category, or of a further acquisition, counts in the
    later one (法11条2項ただし書・11条の2). An enrolment without a first day is left out.
    """
    found: list[Stretch] = []
    known = [fact for fact in enrolments(facts) if fact.valid.start is not None]
    for place, fact in enumerate(known):
        start, end = fact.valid.start, fact.valid.end
        if start is None:
            continue
        run, article = _run(start, end)
        after = known[place + 1].valid.start if place + 1 < len(known) else None
        if run.last is not None and after is not None and Month.of(after) <= run.last:
            article = "法11条の2" if after == end else "法11条2項ただし書"
            last = Month.of(after) - 1
            found.append(
                Stretch(
                    category=fact.value.category,
                    acquired_on=start,
                    lost_on=end,
                    months=Run(first=run.first, last=last) if run.first <= last else None,
                    article=article,
                )
            )
            continue
        found.append(
            Stretch(
                category=fact.value.category,
                acquired_on=start,
                lost_on=end,
                months=run,
                article=article,
            )
        )
    return tuple(found)


def _run(start: date, end: date | None) -> tuple[Run, str]:
    first = Month.of(start)
    if end is None:
        return Run(first=first, last=None), "法11条1項"
    if Month.of(end) == first:
        return Run(first=first, last=first), "法11条2項"
    return Run(first=first, last=Month.of(end) - 1), "法11条1項"


def of_period(valid: Period) -> Run | None:
    """Return the months that a period touches; None: it has no first day."""
    if valid.start is None:
        return None
    last = None if valid.end is None else Month.of(valid.end - ONE_DAY)
    return Run(first=Month.of(valid.start), last=last)


def uncovered(run: Run, cover: Iterable[Run]) -> Month | None:
    """Return the first month of a run that none of the others holds, or None."""
    held = tuple(cover)
    month = run.first
    while run.last is None or month <= run.last:
        ends = [each.last for each in held if month in each]
        if not ends:
            return month
        lasts = [last for last in ends if last is not None]
        if len(lasts) < len(ends):
            return None
        month = max(lasts) + 1
    return None
