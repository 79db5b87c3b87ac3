"""Periods of days and how a new one cuts what was there: pure, no database, no clock."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from kokunen.dates.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

K = TypeVar("K", bound=Hashable)


class UnableToReadPeriod(Refusal):
    """A period ends before it begins, or holds no day."""

    code = "invalid_period"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The days from ``start`` (included) to ``end`` (not included); None: without bound."""

    start: date | None = None
    end: date | None = None

    def __post_init__(self) -> None:
        if self.start is not None and self.end is not None and self.start >= self.end:
            raise UnableToReadPeriod(
                "期間の終わりが始まりより前か同じ日です。",
                fix="終わりの日には、有効でなくなる最初の日(始まりより後の日)を入れてください。",
                field="valid",
            )

    def __contains__(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)

    def overlaps(self, other: Period) -> bool:
        """Tell whether the two have a day in common."""
        return _before(self.start, other.end) and _before(other.start, self.end)

    def without(self, other: Period) -> tuple[Period, ...]:
        """Return what remains without the days of the other: no, one or two parts."""
        if not self.overlaps(other):
            return (self,)
        left, right = [], []
        if other.start is not None and (self.start is None or self.start < other.start):
            left = [Period(start=self.start, end=other.start)]
        if other.end is not None and (self.end is None or other.end < self.end):
            right = [Period(start=other.end, end=self.end)]
        return (*left, *right)


ALWAYS = Period()


def _before(start: date | None, end: date | None) -> bool:
    return start is None or end is None or start < end


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece(Generic[K]):
    """What is left of an existing period, which ``key`` names."""

    key: K
    valid: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut(Generic[K]):
    """What a new period does to the existing ones: these end being current, these pieces remain."""

    superseded: tuple[K, ...]
    leftovers: tuple[Piece[K], ...]


def cut(existing: Iterable[tuple[K, Period]], new: Period) -> Cut[K]:
    """Return which existing periods the new one supersedes and what is left of each."""
    touched = [(key, period) for key, period in existing if period.overlaps(new)]
    return Cut(
        superseded=tuple(key for key, _ in touched),
        leftovers=tuple(
            Piece(key=key, valid=part) for key, period in touched for part in period.without(new)
        ),
    )
