"""Two members of staff at one filing of enrolment, for the tests with a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from kokunen.cases import operations as cases
from kokunen.cases.catalogue.kinds import Filer
from kokunen.cases.domain import Channel, Receipt, StepKind
from kokunen.enrolment import operations
from tests.people.register import ALL, page

if TYPE_CHECKING:
    from kokunen.audit.domain import Occasion
    from kokunen.cases.operations import Taken

PERSON = 1001
COUNTER, EXAMINER = 101, 202


class Desk:
    """Two members of staff at one filing."""

    def __init__(self, occasion: Occasion) -> None:
        self.occasion = occasion.because(purpose="reception")

    def by(self, staff: int, case: int | None = None) -> Occasion:
        numbered = replace(self.occasion, staff=staff, staff_number=f"K{staff:05}")
        return numbered.because(purpose="reception", case=case)

    def receive(self, filing: str, *, event: str | None = None, **given: Any) -> Taken:  # noqa: ANN401 - as the operation
        request_id = given.pop("request_id", None) or uuid4()
        again, given_opening = given.pop("again", ""), given.pop("opening", None)
        return operations.receive(
            receipt=Receipt(
                filing=filing,
                person=given.pop("person", PERSON),
                channel=given.pop("channel", Channel.COUNTER),
                received_on=date(2026, 11, 24),
                event_on=date.fromisoformat(event) if event else None,
                filer=given.pop("filer", Filer.SELF),
                particulars=given,
            ),
            occasion=self.by(COUNTER),
            request_id=request_id,
            sees=ALL,
            opening=given_opening,
            again=again,
            reason="別の届書" if again else "",
        )

    def examine(self, taken: Taken, *, by: int = EXAMINER, **given: Any) -> Taken:  # noqa: ANN401 - as the operation
        return operations.examine(
            case=taken.case,
            expected=taken.number,
            occasion=self.by(by, taken.case),
            sees=ALL,
            **{"request_id": uuid4(), **given},
        )

    def take(self, taken: Taken, kind: StepKind, **given: Any) -> Taken:  # noqa: ANN401 - as the operation
        return cases.take(
            case=taken.case,
            kind=kind,
            expected=taken.number,
            occasion=self.by(EXAMINER, taken.case),
            request_id=uuid4(),
            **given,
        )

    def result(self, taken: Taken, kind: StepKind, reason: str = "") -> Taken:
        return operations.result(
            case=taken.case,
            kind=kind,
            expected=taken.number,
            on=date(2026, 11, 24),
            reason=reason,
            particulars={},
            occasion=self.by(EXAMINER, taken.case),
            request_id=uuid4(),
            sees=ALL,
        )

    def correct(self, taken: Taken, *, event_on: date | None = None, **particulars: Any) -> Taken:  # noqa: ANN401 - JSON values
        return operations.change(
            case=taken.case,
            kind=StepKind.CORRECTED,
            expected=taken.number,
            particulars=particulars,
            reason="届出人に確かめた",
            occasion=self.by(COUNTER, taken.case),
            request_id=uuid4(),
            sees=ALL,
            event_on=event_on,
        )

    def withdraw(self, taken: Taken) -> Taken:
        return operations.withdraw(
            case=taken.case,
            expected=taken.number,
            reason="届出人の申出",
            occasion=self.by(COUNTER, taken.case),
            request_id=uuid4(),
            sees=ALL,
        )

    def story(self, person: int = PERSON) -> list[str]:
        shown = page(person, self.by(EXAMINER))
        assert isinstance(shown.enrolments, tuple)
        return [
            f"{each.value.category} {each.valid.start or ''}..{each.valid.end or ''}"
            f" {each.value.acquired_cause}>{each.value.lost_cause}"
            for each in shown.enrolments
        ]
