"""Which duty answers for a filing: its operations and queries, found by ``Filing.duty``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Protocol

from kokunen.benefit import operations as benefit_operations
from kokunen.benefit import queries as benefit
from kokunen.cases.catalogue.kinds import Duty
from kokunen.enrolment import operations as enrolment_operations
from kokunen.enrolment import queries as enrolment
from kokunen.exemption import operations as exemption_operations
from kokunen.exemption import queries as exemption

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date
    from uuid import UUID

    from kokunen.access.domain import Field
    from kokunen.audit.domain import Occasion
    from kokunen.cases.catalogue.kinds import Filing, Item
    from kokunen.cases.domain import Advice, Receipt, StepKind
    from kokunen.cases.operations import Taken


class Operations(Protocol):
    """What every duty does with a case."""

    def receive(
        self,
        *,
        receipt: Receipt,
        occasion: Occasion,
        request_id: UUID,
        sees: Collection[Field],
        opening: UUID | None = None,
        again: str = "",
        reason: str = "",
    ) -> Taken:
        """Receive a filing; ``again``: an earlier case it does not repeat, ``reason``: why."""

    def change(  # noqa: PLR0913 - the one signature of every duty
        self,
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
        """Complete or correct what stands on it."""

    def examine(
        self,
        *,
        case: int,
        expected: int,
        occasion: Occasion,
        request_id: UUID,
        sees: Collection[Field],
        opening: UUID | None = None,
    ) -> Taken:
        """Examine it as a second person."""

    def result(  # noqa: PLR0913 - as above
        self,
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
        """Record what the agency answered."""

    def withdraw(
        self,
        *,
        case: int,
        expected: int,
        reason: str,
        occasion: Occasion,
        request_id: UUID,
        sees: Collection[Field],
        opening: UUID | None = None,
    ) -> Taken:
        """Take it back, and its effects."""


class Queries(Protocol):
    """What every duty says about a filing."""

    def prefill(
        self,
        *,
        filing: str,
        person: int,
        occasion: Occasion,
        sees: Collection[Field],
        opening: UUID | None = None,
    ) -> Mapping[str, Any]:
        """Return what the register already answers."""

    def advise(
        self,
        *,
        receipt: Receipt,
        case: int | None,
        occasion: Occasion,
        sees: Collection[Field],
        opening: UUID | None = None,
    ) -> Advice:
        """Return what law and register say beside it."""

    def result_items(self, filing: str) -> tuple[Item, ...]:
        """Return what is asked when a result is recorded."""


@dataclass(frozen=True, slots=True)
class Work:
    """One duty."""

    operations: Operations
    queries: Queries


_WORK: Final[Mapping[Duty, Work]] = {
    Duty.ENROLMENT: Work(enrolment_operations, enrolment),
    Duty.EXEMPTION: Work(exemption_operations, exemption),
    Duty.BENEFIT: Work(benefit_operations, benefit),
}


def of(filing: Filing) -> Work:
    """Return the duty that answers for a filing."""
    return _WORK[filing.duty]


def items(filing: Filing, *, on: date) -> tuple[Item, ...]:
    """Return the items of a filing, with the choices that are open on a day."""
    open_then = exemption.choices(filing=filing.code, on=on)
    return tuple(
        replace(item, choices=open_then[item.name]) if item.name in open_then else item
        for item in filing.items
    )


def assessed(
    filing: Filing,
    *,
    case: int,
    occasion: Occasion,
    sees: Collection[Field],
    opening: UUID | None,
) -> Mapping[str, Any]:
    """Return with what the items of a result begin: what the office has assessed."""
    if filing.duty is not Duty.EXEMPTION:
        return {}
    return exemption.result_prefill(case=case, occasion=occasion, sees=sees, opening=opening)
