"""The two yearly cycles in which applications are examined, each named by its first year."""

from __future__ import annotations

from dataclasses import dataclass

from kokunen.dates.month import Month

_APRIL = 4
_JULY = 7


@dataclass(frozen=True, slots=True)
class Cycle:
    """Twelve months in a row, named by the year in which the first of them lies."""

    year: int
    first: Month
    last: Month

    def contains(self, month: Month) -> bool:
        """Tell whether the month is one of the twelve."""
        return self.first <= month <= self.last


def july_cycle(month: Month) -> Cycle:
    """Return the July–June cycle (免除の年度: 免除・納付猶予) in which the month lies."""
    return _cycle(month, begins_in=_JULY)


def april_cycle(month: Month) -> Cycle:
    """Return the April–March cycle (年度: 学生納付特例) in which the month lies."""
    return _cycle(month, begins_in=_APRIL)


def _cycle(month: Month, *, begins_in: int) -> Cycle:
    first = Month(month.year if month.month >= begins_in else month.year - 1, begins_in)
    return Cycle(first.year, first, first + 11)
