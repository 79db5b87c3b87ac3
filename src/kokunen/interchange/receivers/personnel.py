"""The personnel file (発令): carried out as a whole by ``access``, or not at all.

Orders of one person depend on each other, so a chunk cannot be carried out alone. Each chunk hands
over the whole file; what a chunk before it carried out is in place already and changes nothing
(``access.operations.apply_personnel``).
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

from kokunen.access.operations import apply_personnel
from kokunen.access.personnel import COLUMNS, UnableToApplyPersonnel
from kokunen.interchange import folders, models
from kokunen.interchange import layout as layouts
from kokunen.interchange.codec import reading
from kokunen.interchange.domain import Effect, RecordOutcome
from kokunen.interchange.receiving import Receives

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kokunen.access.personnel import Fault
    from kokunen.interchange.receiving import Context, Incoming

LAYOUT: Final = "personnel"
_FIELDS: Final = (
    "staff_number",
    "name",
    "kana",
    "department",
    "branch",
    "role",
    "day",
    "last_day",
    "order",
)
"""The fields of the layout in the order of the columns of ``access.personnel``."""
_FIRST_LINE: Final = 2
"""The first order's line in the text that access reads: the heading is line 1."""


def applied(records: Sequence[Incoming], context: Context) -> Sequence[Effect]:
    """Carry out the file that the records are of; all are applied, or each says what is wrong."""
    numbers, text = _whole(context)
    try:
        apply_personnel(content=text, occasion=context.occasion)
    except UnableToApplyPersonnel as refusal:
        return _refused(records, numbers, refusal)
    return [Effect(outcome=RecordOutcome.APPLIED) for _ in records]


def _whole(context: Context) -> tuple[list[int], bytes]:
    """Return the numbers of all records of the file, and the orders as access reads them."""
    file = models.File.objects.get(pk=context.file)
    version = next(each for each in layouts.versions(LAYOUT) if each.version == file.version)
    numbers: list[int] = []
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    with folders.kept(file.digest).open("rb") as stream:
        for each in reading.read(stream, layout=version, city=folders.city()):
            if isinstance(each, reading.Good):  # the policy of the layout leaves no bad one
                numbers.append(each.number)
                writer.writerow([_cell(each.values, name) for name in _FIELDS])
    return numbers, text.getvalue().encode()


def _cell(values: Mapping[str, Any], name: str) -> str:
    value = values[name]
    return "" if value is None else str(value)


def _refused(
    records: Sequence[Incoming], numbers: Sequence[int], refusal: UnableToApplyPersonnel
) -> list[Effect]:
    faults = {fault.line: fault for fault in reversed(refusal.faults)}
    return [
        _effect(faults.get(numbers.index(record.number) + _FIRST_LINE), refusal)
        for record in records
    ]


def _effect(fault: Fault | None, refusal: UnableToApplyPersonnel) -> Effect:
    if fault is None:
        return Effect(
            outcome=RecordOutcome.REFUSED,
            code="file_faulty",
            says=refusal.message,
            fix="直すところのある行を人事の担当に直してもらい、ファイル全体を受け取り直してください。",
        )
    return Effect(
        outcome=RecordOutcome.REFUSED,
        code=refusal.code,
        says=f"{fault.field}: {fault.what}" if fault.field else fault.what,
        fix=fault.fix,
        fields=(_FIELDS[COLUMNS.index(fault.field)],) if fault.field else (),
    )


RECEIVES: Final = (Receives(layout=LAYOUT, apply=applied),)
