"""The only writer of this duty: claims received, changed, examined, answered and withdrawn.

Each is one transaction: what it does to the register, the step of the case, and the lines of the
record; the same ``request_id`` again does nothing and gives the same answer. Beside the refusals
named here all raise those of ``cases.operations`` and ``people.operations``.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid5

from kokunen.benefit import domain, reading
from kokunen.benefit.domain import KEPT_AS, UnableToKeepClaim, UnableToReceiveClaim
from kokunen.cases import acting, rows
from kokunen.cases import operations as cases
from kokunen.cases import queries as of_cases
from kokunen.cases.acting import Asked, together
from kokunen.cases.domain import StepKind, lacking
from kokunen.cases.particulars import fitted
from kokunen.people import operations as people
from kokunen.people.codes import Outcome
from kokunen.people.operations import Instead, Stated
from kokunen.people.periods import Period

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from kokunen.access.domain import Field
    from kokunen.audit.domain import Occasion
    from kokunen.benefit.known import Held, Known
    from kokunen.cases.domain import Receipt
    from kokunen.cases.operations import Taken
    from kokunen.people.domain import ClaimValue

__all__ = [
    "UnableToKeepClaim",
    "UnableToReceiveClaim",
    "change",
    "examine",
    "receive",
    "result",
    "withdraw",
]

_KIND: Final = "claim"
_OUTCOMES: Final = {
    StepKind.GRANTED: Outcome.APPROVED,
    StepKind.REFUSED: Outcome.REJECTED,
    StepKind.RETURNED: Outcome.RETURNED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting(acting.Acting):
    """A step of a claim or report under way."""

    def known(self, receipt: Receipt | None = None) -> Known:
        """Return what the register knows now of the people of the filing."""
        return reading.known(
            receipt=receipt or self.receipt,
            occasion=self.asked.occasion,
            sees=self.asked.sees,
            opening=self.asked.opening,
        )

    def carry(self, changes: Sequence[Stated | Instead], *, operation: str) -> list[list[Any]]:
        """Enter changes to the claims of the person; return their rows for the step."""
        if not changes:
            return []
        entered = people.carry_out(
            person=self.case.person,
            changes=changes,
            operation=f"benefit.{operation}",
            received_by=self.case.maker,
            source_ref=f"案件{self.case.number}",
            occasion=self.asked.occasion,
            request_id=uuid5(self.asked.request_id, operation),
            opening=self.asked.opening,
        )
        return [list(row) for row in entered.rows]

    def take_back(self) -> None:
        """Take back what the case left in the register."""
        if not self.case.facts_made:
            return
        known = self.known()
        kept = domain.own(receipt=self.receipt, known=known)
        changes = [] if kept is None else [Instead(row=kept.row, kind=_KIND)]
        changes += _put(domain.deaths_undone(receipt=self.receipt, known=known))
        self.carry(changes, operation="take_back")


def receive(
    *,
    receipt: Receipt,
    occasion: Occasion,
    request_id: UUID,
    sees: Collection[Field],
    opening: UUID | None = None,
    again: str = "",
    reason: str = "",
) -> Taken:
    """Receive a claim or report, with its further last days and the codes of what it lacks.

    ``again`` is the number of an earlier case that this one does not repeat, and ``reason`` says
    why. Raises `UnableToReceiveClaim`.
    """
    desk = of_cases.at_reception(occasion)
    with together("benefit.receive", desk, opening, receipt.person):
        done = cases.done(request_id=request_id)
        if done is not None:
            return done
        receipt = fitted(receipt)
        known = reading.known(receipt=receipt, occasion=desk, sees=sees, opening=opening)
        stated = {
            **({"again": again} if again else {}),
            "lacks": _lacks(receipt, known),
            "limits": [list(each) for each in domain.limits(receipt=receipt, known=known)],
        }
        return cases.receive(
            receipt=receipt,
            occasion=desk,
            request_id=request_id,
            detail=stated,
            reason=reason,
            opening=opening,
        )


def change(  # noqa: PLR0913 - the one signature of every duty
    *,
    case: int,
    kind: StepKind,
    expected: int,
    particulars: Mapping[str, Any],
    reason: str,
    occasion: Occasion,
    request_id: UUID,
    sees: Collection[Field],
    event_on: date | None = None,
    opening: UUID | None = None,
) -> Taken:
    """Complete or correct what stands on a claim; what it left in the register is taken back.

    ``event_on`` None: the day stays. Raises `UnableToReceiveClaim`.
    """
    asked = Asked(case=case, occasion=occasion, request_id=request_id, sees=sees, opening=opening)
    with _act(asked, "benefit.change", kind, expected, reason) as under_way:
        if under_way.done is not None:
            return under_way.done
        receipt = fitted(under_way.case.receipt(particulars=particulars, event_on=event_on))
        detail: dict[str, Any] = {"rows": []}
        if event_on is not None:
            detail["event_on"] = event_on.isoformat()
        under_way.take_back()
        detail["lacks"] = _lacks(receipt, under_way.known(receipt))
        return under_way.take(detail=detail, particulars=particulars)


def examine(
    *,
    case: int,
    expected: int,
    occasion: Occasion,
    request_id: UUID,
    sees: Collection[Field],
    opening: UUID | None = None,
) -> Taken:
    """Examine a claim as a second person: its receipt enters the register, the outcome not known.

    A death report adds 死亡情報 to the kept claims of who died. Raises `UnableToReceiveClaim` for
    what the register now forbids, and `UnableToKeepClaim`.
    """
    asked = Asked(case=case, occasion=occasion, request_id=request_id, sees=sees, opening=opening)
    with _act(asked, "benefit.examine", StepKind.EXAMINED, expected) as under_way:
        if under_way.done is not None:
            return under_way.done
        under_way.ask_second_person()
        receipt, known = under_way.receipt, under_way.known()
        lacks = _lacks(receipt, known)
        changes: list[Stated | Instead] = list(_put(domain.deaths(receipt=receipt, known=known)))
        value = domain.claimed(receipt=receipt, claimant_name=_claimant_name(under_way))
        if value is not None:
            domain.refuse_another(receipt=receipt, known=known)
            changes.append(Stated(fact=value, valid=Period(start=value.claimed_on)))
        made = under_way.carry(changes, operation="examine")
        return under_way.take(detail={"rows": made, "lacks": lacks})


def result(  # noqa: PLR0913 - the one signature of every duty
    *,
    case: int,
    kind: StepKind,
    expected: int,
    on: date,
    reason: str,
    particulars: Mapping[str, Any],
    occasion: Occasion,
    request_id: UUID,
    sees: Collection[Field],
    opening: UUID | None = None,
) -> Taken:
    """Record what the agency answered: GRANTED, REFUSED or RETURNED on a day.

    A kept claim gets the outcome, its day and the day it was forwarded; ``particulars`` are those
    of `queries.result_items`. A report or benefit that leaves no fact gets the step alone.
    """
    asked = Asked(case=case, occasion=occasion, request_id=request_id, sees=sees, opening=opening)
    with _act(asked, "benefit.result", kind, expected, reason) as under_way:
        if under_way.done is not None:
            return under_way.done
        if not under_way.case.facts_made or under_way.receipt.filing not in KEPT_AS:
            return under_way.take(on=on, detail={})
        kept = domain.own(receipt=under_way.receipt, known=under_way.known())
        if kept is None:
            raise UnableToKeepClaim(
                "この案件の裁定受付が台帳に見つかりません。ほかの訂正で取り消されています。",
                fix="本人の裁定受付の履歴を確かめ、理由を書いて訂正してから審査し直してください。",
                field="case",
            )
        value = domain.answered(
            kept.value,
            outcome=_OUTCOMES[kind],
            on=on,
            forwarded_on=under_way.case.last_day(StepKind.FORWARDED),
            particulars=particulars,
        )
        made = under_way.carry(_put([(kept, value)]), operation="result")
        return under_way.take(on=on, detail={"rows": made})


def withdraw(
    *,
    case: int,
    expected: int,
    reason: str,
    occasion: Occasion,
    request_id: UUID,
    sees: Collection[Field],
    opening: UUID | None = None,
) -> Taken:
    """Withdraw a claim; what it left in the register is taken back."""
    asked = Asked(case=case, occasion=occasion, request_id=request_id, sees=sees, opening=opening)
    with _act(asked, "benefit.withdraw", StepKind.WITHDRAWN, expected, reason) as under_way:
        if under_way.done is not None:
            return under_way.done
        under_way.take_back()
        return under_way.take(detail={"rows": []})


@contextmanager
def _act(
    asked: Asked, operation: str, kind: StepKind, expected: int, reason: str = ""
) -> Iterator[Acting]:
    """Act with the purpose of the filing, and on no filing that is sealed."""
    named = reading.at_case(asked.occasion, case=asked.case, filing=rows.case(asked.case).filing)
    asked = replace(asked, occasion=named)
    with Acting.begin(asked, operation, kind, expected, reason, sealed=False) as under_way:
        yield under_way


def _lacks(receipt: Receipt, known: Known) -> list[str]:
    """Return the codes of what lacks, or raise what makes the filing impossible."""
    return lacking(domain.check(receipt=receipt, known=known), UnableToReceiveClaim)


def _claimant_name(under_way: Acting) -> str:
    claimant = under_way.receipt.particulars.get("claimant")
    if claimant is None or under_way.receipt.filing not in KEPT_AS:
        return ""
    return reading.name_of(
        person=claimant,
        on=under_way.receipt.received_on,
        occasion=under_way.asked.occasion,
        sees=under_way.asked.sees,
        opening=under_way.asked.opening,
    )


def _put(changes: Iterable[tuple[Held[ClaimValue], ClaimValue]]) -> list[Instead]:
    return [
        Instead(row=held.row, kind=_KIND, fact=value, valid=held.valid) for held, value in changes
    ]
