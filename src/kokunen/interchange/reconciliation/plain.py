"""Answers that change no fact, entered for a whole chunk at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kokunen.benefit.domain import KEPT_AS
from kokunen.cases import taking_many
from kokunen.cases.catalogue import FILINGS
from kokunen.cases.catalogue.kinds import Duty
from kokunen.cases.domain import State, StepKind, state_of
from kokunen.enrolment.queries import is_taken_back
from kokunen.interchange.reconciliation.applying import reason_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kokunen.cases.domain import Step
    from kokunen.cases.rows import Newest
    from kokunen.interchange.reconciliation.applying import Applying
    from kokunen.interchange.reconciliation.matching import Forwarded
    from kokunen.interchange.reconciliation.received import Result

Pending = tuple["Applying", "Result", "Forwarded"]


def take(pending: Sequence[Pending], held: Mapping[int, Newest]) -> Sequence[Pending]:
    """Take together, and return, those whose duty would take the step and nothing else.

    So `result` of each duty says: a filing of 資格 took effect when it was examined, and unless a
    refusal took that back, a grant or a return only reports; a claim that leaves no receipt in the
    register has nothing to write on. ``held`` is of ``taking_many.hold``. Raises the refusals of
    ``cases.operations``: then none is taken.
    """
    found = [each for each in pending if _is_plain(each[1], each[2], held[each[2].case].steps)]
    if found:
        taking_many.take_many(
            takings=[
                taking_many.Taking(
                    case=case.case,
                    kind=result.kind,
                    expected=held[case.case].steps[-1].number,
                    on=result.on,
                    reason=reason_of(result),
                    request_id=under_way.request_id,
                )
                for under_way, result, case in found
            ],
            held=held,
            occasion=found[0][0].context.occasion,
        )
    return found


def _is_plain(result: Result, case: Forwarded, steps: Sequence[Step]) -> bool:
    if state_of(steps) is not State.FORWARDED:
        return False
    duty = FILINGS[case.filing].duty
    if duty is Duty.ENROLMENT:
        reports = result.kind is StepKind.GRANTED and not is_taken_back(steps)
        return reports or result.kind is StepKind.RETURNED
    return duty is Duty.BENEFIT and case.filing not in KEPT_AS
