"""The agency's grant of an application: what it does, and many of them entered at once."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid5

from kokunen.cases import queries as of_cases
from kokunen.cases.domain import State, StepKind, state_of
from kokunen.cases.taking_many import Taking, take_many
from kokunen.dates.errors import Refusal
from kokunen.exemption import assessing, changes, keeping, reading, results
from kokunen.people.arranging import Arrangement, Made, arranging
from kokunen.people.codes import Source

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from kokunen.access.domain import Field
    from kokunen.audit.domain import Occasion
    from kokunen.cases.rows import Newest
    from kokunen.cases.values import Case
    from kokunen.exemption.application import Register
    from kokunen.exemption.changes import Plan
    from kokunen.exemption.keeping import Granted

OPERATION = "exemption.result"
"""As what a result stands in the record, entered alone or with others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """The grant of one application; as the arguments of ``operations.result``."""

    case: int
    on: date
    particulars: Mapping[str, Any]
    request_id: UUID
    reason: str = ""


def lines(case: Case, particulars: Mapping[str, Any]) -> tuple[Granted, ...]:
    """Return what was granted, as ``results.read``; without particulars what was assessed."""
    assessed = assessing.last_examined(case.steps).get("assessed", ())
    return results.read(
        receipt=case.receipt(), particulars=particulars, usual=keeping.from_json(assessed)
    )


def plan(case: Case, register: Register, granted: Sequence[Granted], on: date) -> Plan:
    """Return what a grant does to the register."""
    job_loss = assessing.last_examined(case.steps).get("job_loss")
    return changes.granted(
        receipt=case.receipt(),
        register=register,
        lines=granted,
        on=on,
        forwarded_on=case.last_day(StepKind.FORWARDED),
        cause=changes.JOB_LOSS if job_loss else "",
    )


def grant_many(
    *,
    grants: Sequence[Grant],
    held: Mapping[int, Newest],
    occasion: Occasion,
    sees: Collection[Field],
) -> frozenset[int]:
    """Enter what ``operations.result`` would, of many applications of different people at once.

    Returns the cases whose grants were entered: those that wait for their first answer and only add
    to the register. Where a row would be shortened or taken back, or the grant is refused, nothing
    is done: that is for ``result``. ``held`` is what ``taking_many.hold`` returned in this
    transaction. Raises the refusals of ``taking_many.take_many`` and ``people.operations``: then
    none is entered.
    """
    occasion = occasion.because(purpose="exemption", reason=occasion.reason)
    waiting = [each for each in grants if state_of(held[each.case].steps) is State.FORWARDED]
    cases = of_cases.several(cases=[each.case for each in waiting], occasion=occasion, sees=sees)
    granted: dict[int, Sequence[Granted]] = {}
    for grant in waiting:
        with suppress(Refusal):
            granted[grant.case] = lines(cases[grant.case], grant.particulars)
    registers = reading.registers(
        occasions={cases[case].person: reading.at_case(occasion, case) for case in granted},
        sees=sees,
    )
    adding: list[tuple[Grant, Arrangement]] = []
    for grant in waiting:
        if grant.case in granted:
            case = cases[grant.case]
            does = plan(case, registers[case.person], granted[grant.case], grant.on)
            if not (does.drops or does.cut):
                adding.append((grant, _arrangement(grant, case, does)))
    if not adding:
        return frozenset()
    with arranging(
        operation=OPERATION,
        occasion=occasion,
        people=[each.person for _, each in adding],
        kinds={"exemption"},
    ) as act:
        made = act.enter([each for _, each in adding])
    take_many(
        takings=[
            Taking(
                case=grant.case,
                kind=StepKind.GRANTED,
                expected=cases[grant.case].last,
                on=grant.on,
                reason=grant.reason,
                request_id=grant.request_id,
                detail={
                    "rows": [list(row) for row in facts],
                    "cut": [],
                    "granted": keeping.as_json(granted[grant.case]),
                },
            )
            for (grant, _), facts in zip(adding, made, strict=True)
        ],
        held=held,
        occasion=occasion,
    )
    return frozenset(grant.case for grant, _ in adding)


def _arrangement(grant: Grant, case: Case, does: Plan) -> Arrangement:
    return Arrangement(
        request_id=uuid5(grant.request_id, OPERATION),
        person=case.person,
        gone=(),
        made=[
            Made(
                value=put.value,
                valid=put.valid,
                source=Source.APPLICATION,
                source_ref=f"案件{case.number}",
            )
            for put in does.puts
        ],
        case=case.number,
        maker=case.maker,
    )
