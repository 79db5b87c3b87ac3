"""被保険者一覧: what agrees does nothing, what differs is told; nothing is overwritten.

Founding document 004, Ⅰ2: 内容を確認のうえ登録. Only a basic number that the city lacks is
recorded.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kokunen.interchange.domain import Differs, Effect, RecordOutcome
from kokunen.interchange.reconciliation import differing
from kokunen.interchange.reconciliation.applying import Applying, with_number
from kokunen.interchange.reconciliation.keeping import keep_differing
from kokunen.interchange.reconciliation.matching import folded
from kokunen.interchange.reconciliation.received import Who
from kokunen.interchange.reconciliation.whose import NOBODY, whose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kokunen.interchange.receiving import Context, Incoming
    from kokunen.interchange.reconciliation.differing import Known

AGREES: Final = {"full": "agrees_in_full_list", "changed": "agrees"}
"""The code of a line that agrees, by the scope of its list."""


def receive(records: Sequence[Incoming], context: Context) -> Sequence[Effect]:
    """Compare the insurances of a chunk with those of the register."""
    people = whose([Who.of(each.values) for each in records], occasion=context.occasion)
    effects = [
        NOBODY if known is None else _compared(record, known, context)
        for record, known in zip(records, people, strict=True)
    ]
    keep_differing(records, effects, context)
    return effects


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
    effect = Effect(
        outcome=RecordOutcome.APPLIED if found else RecordOutcome.NOTHING,
        person=known.person,
        code="differs" if found else AGREES[record.header["scope"]],
        says="市の記録と違うところがあります。市の記録は変えていません。" if found else "",
        differences=tuple(Differs(what=what, person=known.person) for what in found),
    )
    under_way = Applying(
        context=context,
        number=record.number,
        request_id=context.request(record.number),
    )
    numbered = with_number(under_way, who, known, effect)
    if numbered.rows and not found:
        return replace(numbered, outcome=RecordOutcome.APPLIED, code="number_recorded")
    return numbered
