"""Grants of applications for exemption, entered for a whole chunk at once."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from kokunen.cases.domain import StepKind
from kokunen.exemption import granting
from kokunen.exemption.domain import APPLIED
from kokunen.interchange.reconciliation.applying import particulars_of, reason_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kokunen.cases.rows import Newest
    from kokunen.interchange.reconciliation.plain import Pending


def take(pending: Sequence[Pending], held: Mapping[int, Newest]) -> Sequence[Pending]:
    """Enter together, and return, the grants that do nothing but add exemptions.

    Of somebody with several results in the chunk each is left to be entered in its turn: what one
    does to the register the next one has to see. ``held`` is of ``taking_many.hold``. Raises the
    refusals of ``exemption.granting.grant_many``: then none is entered.
    """
    results = Counter(case.person for _, _, case in pending)
    found = [
        (under_way, result, case)
        for under_way, result, case in pending
        if case.filing in APPLIED
        and result.kind is StepKind.GRANTED
        and result.bands
        and results[case.person] == 1
    ]
    if not found:
        return ()
    first = found[0][0]
    entered = granting.grant_many(
        grants=[
            granting.Grant(
                case=case.case,
                on=result.on,
                particulars=particulars_of(result, case.filing),
                request_id=under_way.request_id,
                reason=reason_of(result),
            )
            for under_way, result, case in found
        ],
        held=held,
        occasion=first.context.occasion,
        sees=first.sees,
    )
    return [each for each in found if each[2].case in entered]
