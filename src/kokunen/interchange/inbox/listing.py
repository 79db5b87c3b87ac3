"""Files as lines of a list, with what became of their records."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from django.db import connection

from kokunen.interchange import layout as layouts
from kokunen.interchange import lifecycle, models
from kokunen.interchange.domain import STATE_AFTER, EventKind, Partner, RecordOutcome
from kokunen.interchange.inbox import ledger
from kokunen.interchange.inbox.values import FileLine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from kokunen.interchange.domain import Event

_FIRST: Final = """
SELECT file_id, outcome, count(*) FROM interchange_record
WHERE file_id = ANY(%s) AND attempt = 1 GROUP BY 1, 2
"""
# Each later attempt takes a record from one outcome to another; there are few of them.
_MOVED: Final = """
SELECT after.file_id, before.outcome, after.outcome, count(*)
FROM interchange_record AS after JOIN interchange_record AS before
    ON before.file_id = after.file_id AND before.number = after.number
    AND before.attempt = after.attempt - 1
WHERE after.file_id = ANY(%s) AND after.attempt > 1 GROUP BY 1, 2, 3
"""


def lines(rows: QuerySet[models.File]) -> tuple[FileLine, ...]:
    """Return rows of files as lines of a list."""
    found = list(rows)
    last = {
        event.file_id: lifecycle.event(event)
        for event in models.Event.objects.filter(file__in=found).order_by("number")
    }
    counts = _counts(last)
    return tuple(
        FileLine(
            id=row.pk,
            partner=Partner(row.partner),
            layout=row.layout,
            title=title(row.layout),
            name=row.name,
            state=STATE_AFTER[last[row.pk].kind],
            made_on=row.made_on,
            sequence=row.sequence,
            records=row.records,
            counts=counts[row.pk],
            recorded_at=row.recorded_at,
            last=last[row.pk],
        )
        for row in found
    )


def _counts(last: Mapping[int, Event]) -> Mapping[int, Mapping[RecordOutcome, int]]:
    """Count the records of files by the outcome that stands, given the last event of each."""
    # An applied file may have 600,000 records; its event has counted them.
    found = {
        file: Counter({RecordOutcome(outcome): number for outcome, number in event.detail.items()})
        if event.kind is EventKind.APPLIED
        else Counter[RecordOutcome]()
        for file, event in last.items()
    }
    with connection.cursor() as cursor:
        begun = [file for file, event in last.items() if event.kind is EventKind.ARRIVED]
        cursor.execute(_FIRST, [begun])
        for file, outcome, number in cursor.fetchall():
            found[file][RecordOutcome(outcome)] += number
        cursor.execute(_MOVED, [list(last)])
        for file, before, after, number in cursor.fetchall():
            found[file][RecordOutcome(before)] -= number
            found[file][RecordOutcome(after)] += number
    return {file: +counted for file, counted in found.items()}


def with_open() -> frozenset[int]:
    """Return the files of which a record still waits for somebody."""
    return frozenset(ledger.open_records().values_list("file", flat=True).distinct())


def title(layout: str) -> str:
    """Return the name of a layout; its code where the layout is no more."""
    return layouts.versions(layout)[-1].title if layout in layouts.codes() else layout


def fields(layout: str) -> Mapping[str, str]:
    """Return the 項目名 of the fields of a layout by their names; none where it is no more."""
    if layout not in layouts.codes():
        return {}
    newest = layouts.versions(layout)[-1]
    return {each.name: each.title for kind in newest.kinds for each in kind.fields}
