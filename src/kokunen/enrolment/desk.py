"""One member of staff at one step of a case: the effects of a filing, carried out or taken back."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid5

from django.db import transaction

from kokunen.access.domain import may_check
from kokunen.access.openings.operations import refusals_recorded
from kokunen.cases import operations as cases
from kokunen.cases import queries as cases_read
from kokunen.cases.catalogue.kinds import Filer
from kokunen.cases.domain import StepKind, Weight, may_follow
from kokunen.cases.particulars import check
from kokunen.enrolment import domain, queries
from kokunen.enrolment.domain import UnableToExamineEnrolment, UnableToTakeBack
from kokunen.people import operations as people
from kokunen.people.codes import Source
from kokunen.people.operations import Instead, Stated, UnableToRecordFact

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date

    from kokunen.access.domain import Field
    from kokunen.audit.domain import Occasion
    from kokunen.cases.domain import Receipt
    from kokunen.cases.operations import Taken
    from kokunen.cases.queries import Case
    from kokunen.enrolment.effects import Change
    from kokunen.enrolment.life import Facts

PROGRAM: Final = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One member of staff at one step of a case."""

    case: int
    occasion: Occasion
    request_id: UUID
    sees: Collection[Field]
    opening: UUID | None

    @contextmanager
    def at_work(
        self, operation: str, kind: StepKind, expected: int, reason: str = ""
    ) -> Iterator[Case | None]:
        """Give the case when the step may be taken; None: this request took it before."""
        with together(operation, self.occasion, None):
            if cases.done(request_id=self.request_id) is not None:
                yield None
                return
            found = cases_read.one(
                case=self.case, occasion=self.occasion, sees=self.sees, opening=self.opening
            )
            may_follow(steps=found.steps, kind=kind, expected=expected, reason=reason)
            yield found

    def take(
        self,
        kind: StepKind,
        expected: int,
        *,
        detail: Mapping[str, Any],
        on: date | None = None,
        reason: str = "",
        particulars: Mapping[str, Any] | None = None,
    ) -> Taken:
        """Take the step, once."""
        return cases.take(
            case=self.case,
            kind=kind,
            expected=expected,
            occasion=self.occasion,
            request_id=self.request_id,
            on=on,
            reason=reason,
            detail=detail,
            particulars=particulars,
            opening=self.opening,
        )

    def facts_before(self, found: Case) -> Facts:
        """Return the facts without what the case has made of them."""
        return queries.facts_before(
            case=found, occasion=self.occasion, sees=self.sees, opening=self.opening
        )

    def carried_out(self, found: Case) -> dict[str, Any]:
        """Let the filing take effect; return which rows it made and which it put an end to."""
        receipt = queries.receipt_of(found)
        facts = self.facts_before(found)
        _examinable(found, receipt, facts)
        made = domain.changes(receipt, facts)
        if not made:
            return {}
        # The second person is asked for first: nothing is entered that nobody may examine.
        may_check(found.maker, self.occasion.staff or PROGRAM)
        done = people.carry_out(
            person=found.person,
            changes=[_entered(each) for each in made],
            operation="enrolment.examine",
            received_by=found.maker,
            source_ref=f"案件{found.number}",
            occasion=self.occasion,
            request_id=uuid5(self.request_id, "effects"),
            source=Source.OFFICE if found.filer is Filer.OFFICE else Source.APPLICATION,
            opening=self.opening,
        )
        return {
            "rows": [
                list(row)
                for row, each in zip(done.rows, made, strict=True)
                if each.value is not None
            ],
            "before": [[each.kind, each.row] for each in made if each.row is not None],
        }

    def taken_back(self, found: Case) -> dict[str, Any]:
        """Take the effects of the case back, so that the register stands as before it."""
        standing = queries.effects_of(found.steps)
        if standing is None:
            return {}
        ended = queries.ended_rows(
            case=found,
            before=standing["before"],
            occasion=self.occasion,
            sees=self.sees,
            opening=self.opening,
        )
        if len(ended) < len(standing["before"]):
            raise _changed_since()
        # What stands again keeps where it came from.
        back = [
            Stated(fact=row.value, valid=row.valid, source=row.source, source_ref=row.source_ref)
            for row in ended
        ]
        gone = [Instead(row=row, kind=kind) for kind, row in standing["rows"]]
        try:
            people.carry_out(
                person=found.person,
                changes=[*gone, *back],
                operation="enrolment.take_back",
                received_by=self.occasion.staff or PROGRAM,
                source_ref=f"案件{found.number}",
                occasion=self.occasion,
                request_id=uuid5(self.request_id, "back"),
                source=Source.OFFICE,
                opening=self.opening,
            )
        except UnableToRecordFact:
            raise _changed_since() from None
        return {"rows": [], "before": []}


@contextmanager
def together(operation: str, occasion: Occasion, person: int | None) -> Iterator[None]:
    """Act in one transaction; a refusal is recorded once it is over."""
    with (
        refusals_recorded(operation=operation, occasion=occasion, person=person),
        transaction.atomic(),
    ):
        yield


def _examinable(found: Case, receipt: Receipt, facts: Facts) -> None:
    for finding in domain.check(receipt, facts):
        if finding.weight is not Weight.NOTE:
            raise UnableToExamineEnrolment(finding.cited, fix=finding.fix, field=finding.item)
    missing = list(check(filing=found.filing, particulars=receipt.particulars).lacks)
    labels = [found.filing.item(name).label for name in missing]
    if found.filing.event is not None and receipt.event_on is None:
        missing.append("event_on")
        labels.append(found.filing.event)
    if missing:
        raise UnableToExamineEnrolment(
            f"届書に足りないものがあります: {'、'.join(labels)}。",
            fix="補正を依頼するか、届出人に確かめて補正を入力してください。",
            field=missing[0],
        )


def _entered(change_: Change) -> Stated | Instead:
    if change_.row is not None:
        return Instead(row=change_.row, kind=change_.kind, fact=change_.value, valid=change_.valid)
    if change_.value is None:
        raise UnableToTakeBack(
            "登録されていない記録は取り消せません。", fix="画面を開き直してください。"
        )
    return Stated(fact=change_.value, valid=change_.valid)


def _changed_since() -> UnableToTakeBack:
    return UnableToTakeBack(
        "この案件が登録した内容は、その後の入力で変わっています。",
        fix="後から登録された案件か訂正を先に取り消してから、もう一度行ってください。",
    )
