"""支援給付金 対象者一覧: a list for the counter; it raises no case and changes no fact.

The register keeps no fact of 年金生活者支援給付金 (004, 別添2), and a person files for it: what
stays of the list is who stands on it (`reconciliation.lists.support_candidates`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kokunen.interchange.domain import Effect, RecordOutcome
from kokunen.interchange.reconciliation.listed import compared

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kokunen.interchange.receiving import Context, Incoming
    from kokunen.interchange.reconciliation.differing import Known


def receive(records: Sequence[Incoming], context: Context) -> Sequence[Effect]:
    """Note who stands on the list, with standing and kind as the code of the line."""
    return compared(records, context, _noted)


def _noted(record: Incoming, known: Known, _: Context) -> Effect:
    return Effect(
        outcome=RecordOutcome.APPLIED,
        person=known.person,
        code=f"{record.values['standing']} {record.values['kind']}",
    )
