"""被保険者一覧: what agrees does nothing, what differs is told; nothing is overwritten.

Founding document 004, Ⅰ2: 内容を確認のうえ登録. Only a basic number that the city lacks is
recorded.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kokunen.interchange.domain import RecordOutcome
from kokunen.interchange.reconciliation import differing
from kokunen.interchange.reconciliation.applying import Applying, with_number
from kokunen.interchange.reconciliation.listed import compared, told
from kokunen.interchange.reconciliation.matching import folded
from kokunen.interchange.reconciliation.received import Who

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kokunen.interchange.domain import Effect
    from kokunen.interchange.receiving import Context, Incoming
    from kokunen.interchange.reconciliation.differing import Known

AGREES: Final = {"full": "agrees_in_full_list", "changed": "agrees"}
"""The code of a line that agrees, by the scope of its list."""


def receive(records: Sequence[Incoming], context: Context) -> Sequence[Effect]:
    """Compare the insurances of a chunk with those of the register."""
    return compared(records, context, _compared)


def _compared(record: Incoming, known: Known, context: Context) -> Effect:
    values, who = record.values, Who.of(record.values)
    found = [
        *differing.of_person(who, folded(who.name) | folded(who.kana), known),
        *differing.of_list(
            known,
            category=values["category"],
            acquired_on=values["acquired_on"],
            lost_on=values["lost_on"],
        ),
    ]
    effect = told(known, found, agrees=AGREES[record.header["scope"]])
    under_way = Applying(
        context=context,
        number=record.number,
        request_id=context.request(record.number),
    )
    numbered = with_number(under_way, who, known, effect)
    if numbered.rows and not found:
        return replace(numbered, outcome=RecordOutcome.APPLIED, code="number_recorded")
    return numbered
