"""Where each person stands in the arrays of a run: by number where numbers are dense."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from typing import Any

_SPARE = 1_000_000


class Slots:
    """A slot for every ``person_id``; `of` finds it, and finds None for who is not a person.

    Numbers that lie close together (up to four places for each person) need no table: the slot is
    the distance from the first. Others are looked up in the sorted numbers.
    """

    def __init__(self, *, first: int, size: int) -> None:
        self.size = size
        self.first = first
        self._exists: pl.Series | None = None
        self._sorted: pl.Series | None = None

    @classmethod
    def among(cls, ids: pl.Series) -> Slots:
        """Return the slots of persons given in any order, perhaps more than once."""
        if ids.is_empty():
            return cls(first=0, size=0)
        first, last = _whole(ids.min()), _whole(ids.max())
        if last - first < 4 * len(ids) + _SPARE:
            slots = cls(first=first, size=last - first + 1)
            there = pl.repeat(value=False, n=slots.size, eager=True)
            slots._exists = there.scatter((ids - first).cast(pl.UInt32), [True])
            return slots
        order = ids.unique().sort()
        slots = cls(first=first, size=len(order))
        slots._sorted = order
        return slots

    @property
    def persons(self) -> int:
        """How many different persons there are."""
        return self.size if self._exists is None else _whole(self._exists.sum())

    def of(self, ids: pl.Series) -> pl.Series:
        """Return the slot of each person; null for null and for who is not a person."""
        if self._sorted is not None:
            at = self._sorted.search_sorted(ids)
            found = self._sorted.gather(at, null_on_oob=True)
            return at.zip_with(found == ids, pl.Series([None], dtype=pl.UInt32))
        distance = (ids - self.first).cast(pl.UInt32, strict=False)
        there = distance < self.size
        if self._exists is not None:
            there = self._exists.gather(distance, null_on_oob=True).fill_null(value=False)
        if there.all(ignore_nulls=True):
            return distance
        return distance.zip_with(there, pl.Series([None], dtype=pl.UInt32))


def _whole(value: Any) -> int:  # noqa: ANN401 - the minimum of a column of any type
    return int(value)
