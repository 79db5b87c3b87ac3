"""A line of a periodic list and the person it is about: compared, told, never overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kokunen.interchange.domain import Differs, Effect, RecordOutcome
from kokunen.interchange.reconciliation.keeping import keep_differing
from kokunen.interchange.reconciliation.received import Who
from kokunen.interchange.reconciliation.whose import NOBODY, whose

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from kokunen.interchange.domain import DifferenceKind
    from kokunen.interchange.receiving import Context, Incoming
    from kokunen.interchange.reconciliation.differing import Known


def compared(
    records: Sequence[Incoming],
    context: Context,
    compare: Callable[[Incoming, Known, Context], Effect],
) -> Sequence[Effect]:
    """Compare each line of a chunk with its person, and keep the bytes of those that differ."""
    people = whose([Who.of(each.values) for each in records], occasion=context.occasion)
    effects = [
        NOBODY if known is None else compare(record, known, context)
        for record, known in zip(records, people, strict=True)
    ]
    keep_differing(records, effects, context)
    return effects


def told(known: Known, differs: Collection[DifferenceKind], *, agrees: str = "agrees") -> Effect:
    """Return the effect of a line that only tells in what it differs; ``agrees``: else its code."""
    return Effect(
        outcome=RecordOutcome.APPLIED if differs else RecordOutcome.NOTHING,
        person=known.person,
        code="differs" if differs else agrees,
        says="市の記録と違うところがあります。市の記録は変えていません。" if differs else "",
        differences=tuple(Differs(what=what, person=known.person) for what in differs),
    )
