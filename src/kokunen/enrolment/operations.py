"""The only writer of 資格と付加: a filing is received, examined, answered, taken back.

A filing takes effect on the register when a second person has examined it; a correction, a refusal
by the agency and a withdrawal take its effects back, row by row. Each is one transaction with its
lines in the record, and the same ``request_id`` again gives the same answer. Beside the refusals
named at each function all raise those of ``cases.operations`` and ``people.operations``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kokunen.cases import operations as cases
from kokunen.cases.acting import Asked, together
from kokunen.cases.catalogue.kinds import Filer
from kokunen.cases.domain import Channel, Receipt, StepKind, lacking
from kokunen.dates.tokyo import day_of
from kokunen.enrolment import domain, queries
from kokunen.enrolment.desk import Desk
from kokunen.enrolment.domain import (
    UnableToExamineEnrolment,
    UnableToReceiveEnrolment,
    UnableToTakeBack,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date
    from uuid import UUID

    from kokunen.access.domain import Field
    from kokunen.audit.domain import Occasion
    from kokunen.cases.operations import Taken
    from kokunen.enrolment.candidates import Candidate
    from kokunen.enrolment.life import Facts

__all__ = [
    "UnableToExamineEnrolment",
    "UnableToReceiveEnrolment",
    "UnableToTakeBack",
    "change",
    "examine",
    "raise_case",
    "receive",
    "result",
    "withdraw",
]


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
    """Receive a filing that law and register allow.

    ``again`` is the number of an earlier case that this one does not repeat, and ``reason`` says
    why. What the filing lacks goes with it, as codes. Raises `UnableToReceiveEnrolment` with the
    weightiest thing that stands against it.
    """
    with together("enrolment.receive", occasion, opening, receipt.person):
        detail: dict[str, Any] = {"again": again} if again else {}
        if cases.done(request_id=request_id) is None:
            receipt = queries.read(receipt)
            facts = queries.facts_of(
                person=receipt.person,
                operation="enrolment.receive",
                occasion=occasion,
                sees=sees,
                opening=opening,
            )
            detail["lacks"] = _lacks(receipt, facts)
        return cases.receive(
            receipt=receipt,
            occasion=occasion,
            request_id=request_id,
            detail=detail,
            reason=reason,
            opening=opening,
        )


def raise_case(
    *,
    candidate: Candidate,
    occasion: Occasion,
    request_id: UUID,
    sees: Collection[Field],
    opening: UUID | None = None,
) -> Taken:
    """Receive, ex officio, the filing that a candidate of a list is to make."""
    return receive(
        receipt=Receipt(
            filing=candidate.filing,
            person=candidate.person,
            channel=Channel.OFFICE,
            received_on=day_of(occasion.at),
            event_on=candidate.event_on,
            filer=Filer.OFFICE,
            particulars=candidate.particulars,
        ),
        occasion=occasion,
        request_id=request_id,
        sees=sees,
        opening=opening,
    )


def change(  # noqa: PLR0913 - what every duty's change takes, and the day
    *,
    case: int,
    kind: StepKind,
    expected: int,
    particulars: Mapping[str, Any],
    reason: str,
    occasion: Occasion,
    request_id: UUID,
    sees: Collection[Field],
    opening: UUID | None = None,
    event_on: date | None = None,
) -> Taken:
    """Complete or correct what stands on a filing; what it had done is taken back.

    ``event_on`` is the day the filing is about, where another is stated now. Raises
    `UnableToReceiveEnrolment` and `UnableToTakeBack`.
    """
    asked = Asked(case=case, occasion=occasion, request_id=request_id, sees=sees, opening=opening)
    with Desk.begin(asked, "enrolment.change", kind, expected, reason) as desk:
        detail: dict[str, Any] = {}
        if desk.done is None:
            receipt = queries.read(
                queries.receipt_of(desk.case, particulars=particulars, event_on=event_on)
            )
            detail["lacks"] = _lacks(receipt, desk.facts_before())
            detail |= desk.taken_back()
        if event_on is not None:
            detail["event_on"] = event_on.isoformat()
        return desk.take(detail=detail, particulars=particulars)


def examine(
    *,
    case: int,
    expected: int,
    occasion: Occasion,
    request_id: UUID,
    sees: Collection[Field],
    opening: UUID | None = None,
) -> Taken:
    """Examine a filing as a second person: it takes effect on the register.

    Raises `UnableToExamineEnrolment` while something stands against it or is lacking.
    """
    asked = Asked(case=case, occasion=occasion, request_id=request_id, sees=sees, opening=opening)
    with Desk.begin(asked, "enrolment.examine", StepKind.EXAMINED, expected) as desk:
        detail = desk.carried_out() if desk.done is None else {}
        return desk.take(detail=detail)


def result(  # noqa: PLR0913 - what every duty's result takes
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
    """Record what the agency answered on a day.

    REFUSED takes the effects back, GRANTED after it brings them back; what is RETURNED is corrected
    or withdrawn afterwards. ``particulars`` stay empty: a result of 資格 has no items. Raises
    `UnableToTakeBack` and `UnableToExamineEnrolment`.
    """
    del particulars
    asked = Asked(case=case, occasion=occasion, request_id=request_id, sees=sees, opening=opening)
    with Desk.begin(asked, "enrolment.result", kind, expected, reason) as desk:
        detail: dict[str, Any] = {}
        if desk.done is None:
            if kind is StepKind.REFUSED:
                detail = desk.taken_back()
            elif kind is StepKind.GRANTED and queries.is_taken_back(desk.case.steps):
                detail = desk.carried_out()
        return desk.take(on=on, detail=detail)


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
    """Withdraw a filing, and take its effects back. Raises `UnableToTakeBack`."""
    asked = Asked(case=case, occasion=occasion, request_id=request_id, sees=sees, opening=opening)
    with Desk.begin(asked, "enrolment.withdraw", StepKind.WITHDRAWN, expected, reason) as desk:
        detail = desk.taken_back() if desk.done is None else {}
        return desk.take(detail=detail)


def _lacks(receipt: Receipt, facts: Facts) -> list[str]:
    """Return the codes of what is lacking, or raise what stands against the filing."""
    return lacking(domain.check(receipt, facts), UnableToReceiveEnrolment, cited=True)
