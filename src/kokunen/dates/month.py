"""A calendar month, the unit in which premiums, exemptions and insured periods are counted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Self, overload

from kokunen.dates.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

_FORM = re.compile(r"(\d{4})-(\d{2})")
_APRIL = 4


class UnableToReadMonth(Refusal):
    """The text is not a month of the form ``YYYY-MM``."""

    code = "invalid_month"


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """One month of the proleptic Gregorian calendar, years 1 to 9999."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1 <= self.year <= 9999 and 1 <= self.month <= 12):  # noqa: PLR2004 - the calendar
            raise UnableToReadMonth(
                f"{self.year}年{self.month}月という月はありません。",
                fix="月は YYYY-MM(例 2026-07)で書いてください。",
            )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``YYYY-MM``; raise `UnableToReadMonth` for anything else."""
        found = _FORM.fullmatch(text) if text.isascii() else None
        if found is None:
            raise UnableToReadMonth(
                f"「{text}」は月として読めません。",
                fix="月は YYYY-MM(例 2026-07)で書いてください。",
            )
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> Self:
        """Return the month in which a day lies."""
        return cls(day.year, day.month)

    @classmethod
    def range(cls, first: Self, last: Self) -> Iterator[Self]:
        """Give every month from ``first`` to ``last``, both included."""
        for step in range(last - first + 1):
            yield first + step

    @property
    def first_day(self) -> date:
        """The first day of the month."""
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        """The last day of the month."""
        if self == Month(9999, 12):
            return date.max
        return (self + 1).first_day - timedelta(days=1)

    @property
    def fiscal_year(self) -> int:
        """The fiscal year (年度), April to March, in which the month lies."""
        return self.year if self.month >= _APRIL else self.year - 1

    def __add__(self, months: int) -> Self:
        """Return the month so many months later."""
        years, zero_based = divmod(self.month - 1 + months, 12)
        return type(self)(self.year + years, zero_based + 1)

    @overload
    def __sub__(self, other: int) -> Self: ...
    @overload
    def __sub__(self, other: Month) -> int: ...
    def __sub__(self, other: int | Month) -> Self | int:
        """Return the month so many months earlier, or the number of months between two."""
        if isinstance(other, Month):
            return 12 * (self.year - other.year) + self.month - other.month
        return self + -other

    def __str__(self) -> str:
        """Return ``YYYY-MM``."""
        return f"{self.year:04d}-{self.month:02d}"
