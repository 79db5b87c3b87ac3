"""A step of a case under way: the frame within which a duty does its own work."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kokunen.access.domain import may_check
from kokunen.access.openings.operations import refusals_recorded
from kokunen.access.openings.queries import standing
from kokunen.cases import operations, queries
from kokunen.cases.domain import may_follow

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date
    from typing import Self
    from uuid import UUID

    from kokunen.access.domain import Field
    from kokunen.audit.domain import Occasion
    from kokunen.cases.domain import Receipt, StepKind
    from kokunen.cases.operations import Taken
    from kokunen.cases.values import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who asks for a step, of which case, and with which eyes."""

    case: int
    occasion: Occasion
    request_id: UUID
    sees: Collection[Field]
    opening: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """A step of a case under way; ``done`` is what it did when it was asked for before.

    A duty derives its own and adds what it reads in the register and does to it.
    """

    asked: Asked
    case: Case
    kind: StepKind
    expected: int
    reason: str
    done: Taken | None

    @classmethod
    @contextmanager
    def begin(
        cls,
        asked: Asked,
        operation: str,
        kind: StepKind,
        expected: int,
        reason: str = "",
        *,
        sealed: bool = True,
    ) -> Iterator[Self]:
        """Begin a step that may be taken, in one transaction; a refusal is recorded.

        ``sealed``: also of a filing that cannot be read. When ``done`` is set the block must do
        nothing to the register.
        """
        with together(operation, asked.occasion, asked.opening):
            case = queries.one(
                case=asked.case, occasion=asked.occasion, sees=asked.sees, opening=asked.opening
            )
            if not sealed:
                case.receipt()
            done = operations.done(request_id=asked.request_id)
            if done is None:
                may_follow(steps=case.steps, kind=kind, expected=expected, reason=reason)
            yield cls(
                asked=asked, case=case, kind=kind, expected=expected, reason=reason, done=done
            )

    @property
    def receipt(self) -> Receipt:
        """The filing as it now stands; raises ``UnableToReadFiling``."""
        return self.case.receipt()

    def ask_second_person(self) -> None:
        """Pass when whoever acts did not write what stands on the filing."""
        may_check(self.case.maker, self.asked.occasion.staff or operations.PROGRAM)

    def take(
        self,
        *,
        detail: Mapping[str, Any],
        on: date | None = None,
        particulars: Mapping[str, Any] | None = None,
    ) -> Taken:
        """Take the step, once."""
        return operations.take(
            case=self.asked.case,
            kind=self.kind,
            expected=self.expected,
            occasion=self.asked.occasion,
            request_id=self.asked.request_id,
            on=on,
            reason=self.reason,
            detail=detail,
            particulars=particulars,
            opening=self.asked.opening,
        )


@contextmanager
def together(
    operation: str, occasion: Occasion, opening: UUID | None, person: int | None = None
) -> Iterator[None]:
    """Act in one transaction, with the opening named; a refusal is recorded once it is over."""
    with (
        refusals_recorded(operation=operation, occasion=occasion, person=person),
        standing(opening, occasion.staff),  # it is the transaction, too
    ):
        yield
