"""Which records of files that came in are about a case; shows nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kokunen.interchange import models
from kokunen.interchange.domain import RecordOutcome
from kokunen.interchange.inbox.listing import title

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OfCase:
    """A record that came in for a case, as its last attempt left it."""

    file: int
    number: int
    title: str
    outcome: RecordOutcome
    at: datetime


def of_case(case: int) -> tuple[OfCase, ...]:
    """Return the records about a case, in the order in which they came."""
    rows = models.Record.objects.filter(case_id=case).order_by("file_id", "number", "attempt")
    last = {(row.file_id, row.number): row for row in rows}
    return tuple(
        OfCase(
            file=row.file_id,
            number=row.number,
            title=title(row.layout),
            outcome=RecordOutcome(row.outcome),
            at=row.at,
        )
        for row in last.values()
    )
