"""How much of the exchange waits for a member of staff: counts alone, which name nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import connection
from django.db.models import Count

from kokunen.interchange.domain import OPEN, STATE_AFTER, EventKind, RecordOutcome
from kokunen.interchange.inbox import ledger
from kokunen.interchange.reconciliation.differences import uncleared

if TYPE_CHECKING:
    from collections.abc import Mapping

_KINDS: Final = (EventKind.ARRIVED, EventKind.WAITING, EventKind.MADE, EventKind.CHECKED)
"""Last events of files after which somebody is to do something."""
_FILES: Final = """
SELECT e.kind, count(*) FROM interchange_event AS e
WHERE e.kind = ANY(%(kinds)s) AND NOT EXISTS (
    SELECT FROM interchange_event AS later
    WHERE later.file_id = e.file_id AND later.number > e.number)
GROUP BY 1
"""


def tasks() -> Mapping[str, int]:
    """Return how much waits, by what it is called: records, files, differences."""
    with connection.cursor() as cursor:
        cursor.execute(_FILES, {"kinds": [each.value for each in _KINDS]})
        found = dict(cursor.fetchall())
    counted = {outcome.label: count for outcome, count in open_records().items()}
    counted |= {
        STATE_AFTER[kind].label: found[kind.value] for kind in _KINDS if kind.value in found
    }
    differ = uncleared().count()
    return counted | ({"相違": differ} if differ else {})


def open_records() -> Mapping[RecordOutcome, int]:
    """Return how many records wait, by outcome; none is left out."""
    counted = ledger.open_records().values("outcome").annotate(number=Count("id"))
    found = dict(counted.values_list("outcome", "number"))
    return {outcome: found[outcome.value] for outcome in OPEN if outcome.value in found}
