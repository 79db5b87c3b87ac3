"""Whose turn it is among the numbered files (通番) of a layout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kokunen.interchange import lifecycle, models
from kokunen.interchange.codec.fields import Wrong
from kokunen.interchange.codec.framing import frames
from kokunen.interchange.codec.records import records
from kokunen.interchange.domain import Direction, EventKind, UnableToReceiveFile

if TYPE_CHECKING:
    from pathlib import Path

    from kokunen.audit.domain import Occasion
    from kokunen.interchange.layout import Layout


def number_of(path: Path, layout: Layout) -> int:
    """Return the number that a file's header says; 0 where none can be read."""
    form, name = records(layout), (layout.checks.sequence or "").rpartition(".")[2]
    try:
        with path.open("rb") as stream:
            kind, parts = form.open(next(frames(stream, layout=layout), b""))
        if kind is None or kind is not layout.header:
            return 0
        return int(str(form.take(kind, parts)[name]))
    except (UnableToReceiveFile, Wrong, UnicodeError, OSError):
        return 0


def expected(layout: str) -> int | None:
    """Return the number whose turn it is; None: any file may be the first of this layout.

    A number whose file was set aside while it waited is passed over.
    """
    taken = _numbers(layout, EventKind.ARRIVED)
    if not taken:
        return None
    aside = _numbers(layout, EventKind.SET_ASIDE)
    turn = max(taken) + 1
    while turn in aside:
        turn += 1
    return turn


def _numbers(layout: str, kind: EventKind) -> set[int]:
    events = models.Event.objects.filter(
        kind=kind.value, file__layout=layout, file__direction=Direction.IN.value
    )
    found = events.values_list("file__sequence", flat=True)
    return {number for number in found if number is not None}


def waiting(layout: str) -> set[int]:
    """Return the numbers of the files that wait for an earlier one."""
    rows = lifecycle.standing(Direction.IN, [EventKind.WAITING]).filter(layout=layout)
    return {number for number in rows.values_list("sequence", flat=True) if number is not None}


def call(layout: str, *, occasion: Occasion) -> None:
    """Let the files come in whose turn it is now; within the lock of the layout."""
    rows = lifecycle.standing(Direction.IN, [EventKind.WAITING]).filter(layout=layout)
    for file in rows.order_by("sequence"):
        if file.sequence == expected(layout):
            lifecycle.add(file.pk, EventKind.ARRIVED, occasion=occasion, code="its_turn")


def before(file: models.File) -> models.File | None:
    """Return the first file that is to be applied before this one, or None."""
    if file.sequence is None:
        return None
    rows = lifecycle.standing(Direction.IN, [EventKind.ARRIVED])
    return rows.filter(layout=file.layout, sequence__lt=file.sequence).order_by("sequence").first()
