"""One step of a case of this duty under way, and what it does to the register."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid5

from kokunen.access.domain import may_check
from kokunen.access.openings.operations import refusals_recorded
from kokunen.access.openings.queries import standing
from kokunen.cases import operations as cases
from kokunen.cases import queries as of_cases
from kokunen.cases.domain import StepKind, may_follow
from kokunen.exemption import changes, reading
from kokunen.people import operations as people
from kokunen.people.operations import Instead, Stated

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date
    from uuid import UUID

    from kokunen.access.domain import Field
    from kokunen.audit.domain import Occasion
    from kokunen.cases.domain import Receipt
    from kokunen.cases.operations import Taken
    from kokunen.cases.values import Case
    from kokunen.exemption.application import Register
    from kokunen.exemption.changes import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who asks for a step, for which case, and with which eyes."""

    case: int
    occasion: Occasion
    request_id: UUID
    sees: Collection[Field]
    opening: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """A step of a case under way; ``done`` is what it did when it was asked for before."""

    asked: Asked
    case: Case
    receipt: Receipt
    occasion: Occasion
    expected: int
    done: Taken | None = None

    def register(self) -> Register:
        """Return what the register knows of the insured now."""
        return reading.register(
            person=self.case.person,
            occasion=self.occasion,
            sees=self.asked.sees,
            opening=self.asked.opening,
        )

    def take(
        self,
        kind: StepKind,
        *,
        on: date | None = None,
        reason: str = "",
        detail: Mapping[str, Any],
        particulars: Mapping[str, Any] | None = None,
    ) -> Taken:
        """Take the step."""
        return cases.take(
            case=self.case.number,
            kind=kind,
            expected=self.expected,
            occasion=self.occasion,
            request_id=self.asked.request_id,
            on=on,
            reason=reason,
            detail=detail,
            particulars=particulars,
            opening=self.asked.opening,
        )

    def carry(self, plan: Plan, *, operation: str) -> dict[str, Any]:
        """Enter a plan; return the rows made and those of others that it cut, for the step."""
        # Rows go before others come, so that what competes with a new row is shortened first.
        order = sorted(plan.puts, key=lambda put: put.instead is None)
        listed: list[Stated | Instead] = [Instead(row=row, kind=kind) for kind, row in plan.drops]
        listed += [
            Stated(
                fact=put.value,
                valid=put.valid,
                source=put.again.source if put.again else None,
                source_ref=put.again.source_ref if put.again else "",
            )
            if put.instead is None
            else Instead(row=put.instead, kind=put.value.KIND, fact=put.value, valid=put.valid)
            for put in order
        ]
        if not listed:
            return {"rows": [], "cut": []}
        entered = people.carry_out(
            person=self.case.person,
            changes=listed,
            operation=operation,
            received_by=self.case.maker,
            source_ref=f"案件{self.case.number}",
            occasion=self.occasion,
            request_id=uuid5(self.asked.request_id, operation),
            opening=self.asked.opening,
        )
        made = entered.rows[len(plan.drops) :]
        return {"rows": [list(row) for row in made], "cut": [list(row) for row in plan.cut]}

    def take_back(self) -> None:
        """Take back what the case did to the register, and put back what that had cut."""
        made, cut = self.case.facts_made, reading.cut_by(self.case)
        if not made and not cut:
            return
        history = reading.histories(
            case=self.case,
            occasion=self.occasion,
            sees=self.asked.sees,
            opening=self.asked.opening,
        )
        self.carry(
            changes.undone(made=made, cut=cut, history=history),
            operation="exemption.take_back",
        )


@contextmanager
def act(
    asked: Asked, *, kind: StepKind, expected: int, reason: str, operation: str
) -> Iterator[Acting]:
    """Act within one transaction, when the step may be taken; refusals are recorded.

    The block must leave at once when ``done`` is set.
    """
    occasion = reading.at_case(asked.occasion, asked.case)
    with (
        refusals_recorded(operation=operation, occasion=occasion),
        standing(asked.opening, occasion.staff),  # it is the transaction, too
    ):
        case = of_cases.one(
            case=asked.case, occasion=occasion, sees=asked.sees, opening=asked.opening
        )
        under_way = Acting(
            asked=asked,
            case=case,
            receipt=case.receipt(),
            occasion=occasion,
            expected=expected,
            done=cases.done(request_id=asked.request_id),
        )
        if under_way.done is None:
            may_follow(steps=case.steps, kind=kind, expected=expected, reason=reason)
            if kind is StepKind.EXAMINED:
                may_check(case.maker, occasion.staff or cases.PROGRAM)
        yield under_way
