"""Corrections and cancellations: what an earlier notice stated, taken back or stated anew. Pure.

The facts of a notice bear its source_ref; those of its corrections bear the same with the
correction's own behind it, so that a correction of a correction finds them all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from kokunen.interchange.receivers import residents_domain as domain
from kokunen.interchange.receivers.residents_lanes import KEPT, Lanes, Standing, lane_of
from kokunen.people.domain import RegisterValue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kokunen.interchange.receivers.residents_domain import Notice
    from kokunen.people.arranging import Row


_NUMBERS: Final = re.compile("[0-9]+")


def corrected_ref(root: str, own: str) -> str:
    """Return the source_ref of what a correction states for the notice with the first one."""
    return f"{root} 訂正 {own}"


def root_of(ref: str) -> str:
    """Return the source_ref of the notice that a fact goes back to."""
    return ref.partition(" ")[0]


def standing(row: Row) -> Standing:
    """Return a row as a fact in force."""
    return Standing(
        value=row.value, valid=row.valid, ref=row.source_ref, source=row.source, row=row.id
    )


def cancel(lanes: Lanes, root: str, rows: Sequence[Row]) -> int:
    """Take back a whole notice and return how many of its facts stood.

    ``rows`` are all rows of the person, also those that stand no more. Raises
    `UnableToTakeBackNotice` where another notice has taken the place of a part of it.
    """
    family = [row for row in rows if standing(row).of(root)]
    stated = {lane_of(row.value) for row in family}
    stand = [row for row in family if not row.superseded]
    if stated != {lane_of(row.value) for row in stand}:
        raise domain.overtaken_since()
    lanes.take_back(root, sorted(stated), earlier=_earlier(family, rows), keep=KEPT)
    _reopen(lanes, stand)
    return len(stand)


def correct(
    lanes: Lanes,
    notice: Notice,
    values: Mapping[str, Any],
    *,
    root: str,
    own: str,
    rows: Sequence[Row],
) -> None:
    """Put in the place of what a notice stated what its correction states.

    What the correction does not speak of stays; after a later correction of the same notice it
    says nothing any more. Raises what `residents_domain.apply` does.
    """
    family = [row for row in rows if standing(row).of(root)]
    stand = [row for row in family if not row.superseded]
    if any(_place(row.source_ref) > _place(own) for row in stand if row.source_ref != root):
        return
    lasting = {lane_of(row.value) for row in stand}
    overtaken = {
        lane_of(row.value): row.value for row in family if lane_of(row.value) not in lasting
    }
    spoken = {lane_of(value) for value in domain.stated(notice, values, lanes)}
    lanes.take_back(root, sorted(spoken & lasting), earlier=_earlier(family, rows))
    if domain.REGISTER in spoken:
        _reopen(lanes, stand)
    domain.apply(lanes, notice, values, corrected_ref(root, own), overtaken=overtaken)


def _place(ref: str) -> tuple[int, ...]:
    """Return the file and the number of the record that stated a fact last, as a source_ref."""
    return tuple(int(number) for number in _NUMBERS.findall(ref)[-2:])


def _reopen(lanes: Lanes, stand: Sequence[Row]) -> None:
    for row in stand:
        if isinstance(row.value, RegisterValue) and row.valid.start is not None:
            domain.reopen(lanes, row.value, row.valid.start)


def _earlier(family: Sequence[Row], rows: Sequence[Row]) -> list[Standing]:
    """Return what the notice replaced from its first day on, the latest last."""
    by = {row.id: row for row in family}
    return [
        standing(row)
        for row in rows
        if row.superseded_by in by
        and row.id not in by
        and by[row.superseded_by].value.KIND == row.value.KIND
        and by[row.superseded_by].valid.start == row.valid.start
    ]
