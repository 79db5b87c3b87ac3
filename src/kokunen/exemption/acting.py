"""One step of a case of this duty under way, and what it does to the register."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import uuid5

from kokunen.cases import acting
from kokunen.exemption import changes, reading
from kokunen.people import operations as people
from kokunen.people.operations import Instead, Stated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kokunen.cases.acting import Asked
    from kokunen.cases.domain import StepKind
    from kokunen.exemption.application import Register
    from kokunen.exemption.changes import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting(acting.Acting):
    """A step of a filing under way."""

    def register(self) -> Register:
        """Return what the register knows of the insured now."""
        return reading.register(
            person=self.case.person,
            occasion=self.asked.occasion,
            sees=self.asked.sees,
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
            occasion=self.asked.occasion,
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
            occasion=self.asked.occasion,
            sees=self.asked.sees,
            opening=self.asked.opening,
        )
        self.carry(
            changes.undone(made=made, cut=cut, history=history),
            operation="exemption.take_back",
        )


@contextmanager
def act(
    asked: Asked, operation: str, kind: StepKind, expected: int, reason: str = ""
) -> Iterator[Acting]:
    """Act with the purpose of the filing, and on no filing that is sealed."""
    asked = replace(asked, occasion=reading.at_case(asked.occasion, asked.case))
    with Acting.begin(asked, operation, kind, expected, reason, sealed=False) as under_way:
        yield under_way
