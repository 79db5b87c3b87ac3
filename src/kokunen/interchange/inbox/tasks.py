"""How much of the exchange waits for a member of staff: counts alone, which name nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import connection

from kokunen.interchange.domain import STATE_AFTER, EventKind, FileState, RecordOutcome
from kokunen.interchange.inbox.listing import OPEN

if TYPE_CHECKING:
    from collections.abc import Mapping

_FILES: Final = (EventKind.WAITING, EventKind.MADE, EventKind.CHECKED)
"""Last events of files after which somebody is to do something."""
_WAITING: Final = """
SELECT r.outcome, count(*) FROM interchange_record AS r
WHERE r.outcome = ANY(%(outcomes)s) AND NOT EXISTS (
    SELECT FROM interchange_record AS later
    WHERE later.file_id = r.file_id AND later.number = r.number AND later.attempt > r.attempt)
GROUP BY 1
UNION ALL
SELECT e.kind, count(*) FROM interchange_event AS e
WHERE e.kind = ANY(%(kinds)s) AND NOT EXISTS (
    SELECT FROM interchange_event AS later
    WHERE later.file_id = e.file_id AND later.number > e.number)
GROUP BY 1
"""


def tasks() -> Mapping[RecordOutcome | FileState, int]:
    """Return how many records wait, by outcome, and how many files, by state; none is left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            _WAITING,
            {"outcomes": [each.value for each in OPEN], "kinds": [each.value for each in _FILES]},
        )
        found = dict(cursor.fetchall())
    counted: dict[RecordOutcome | FileState, int] = {
        outcome: found[outcome.value] for outcome in OPEN if outcome.value in found
    }
    return counted | {
        STATE_AFTER[kind]: found[kind.value] for kind in _FILES if kind.value in found
    }
