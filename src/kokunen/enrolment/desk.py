"""One member of staff at one step of a case: the effects of a filing, carried out or taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid5

from kokunen.cases.acting import Acting
from kokunen.cases.catalogue.kinds import Filer
from kokunen.cases.domain import Weight
from kokunen.cases.operations import PROGRAM
from kokunen.cases.particulars import check
from kokunen.enrolment import domain, queries
from kokunen.enrolment.domain import UnableToExamineEnrolment, UnableToTakeBack
from kokunen.people import operations as people
from kokunen.people.codes import Source
from kokunen.people.operations import Instead, Stated, UnableToRecordFact

if TYPE_CHECKING:
    from kokunen.cases.domain import Receipt
    from kokunen.cases.queries import Case
    from kokunen.enrolment.effects import Change
    from kokunen.enrolment.life import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk(Acting):
    """One member of staff at one step of a case."""

    def facts_before(self) -> Facts:
        """Return the facts without what the case has made of them."""
        return queries.facts_before(
            case=self.case,
            occasion=self.asked.occasion,
            sees=self.asked.sees,
            opening=self.asked.opening,
        )

    def carried_out(self) -> dict[str, Any]:
        """Let the filing take effect; return which rows it made and which it put an end to."""
        receipt = queries.receipt_of(self.case)
        facts = self.facts_before()
        _examinable(self.case, receipt, facts)
        made = domain.changes(receipt, facts)
        if not made:
            return {}
        # The second person is asked for first: nothing is entered that nobody may examine.
        self.ask_second_person()
        done = people.carry_out(
            person=self.case.person,
            changes=[_entered(each) for each in made],
            operation="enrolment.examine",
            received_by=self.case.maker,
            source_ref=f"案件{self.case.number}",
            occasion=self.asked.occasion,
            request_id=uuid5(self.asked.request_id, "effects"),
            source=Source.OFFICE if self.case.filer is Filer.OFFICE else Source.APPLICATION,
            opening=self.asked.opening,
        )
        return {
            "rows": [
                list(row)
                for row, each in zip(done.rows, made, strict=True)
                if each.value is not None
            ],
            "before": [[each.kind, each.row] for each in made if each.row is not None],
        }

    def taken_back(self) -> dict[str, Any]:
        """Take the effects of the case back, so that the register stands as before it."""
        standing = queries.effects_of(self.case.steps)
        if standing is None:
            return {}
        ended = queries.ended_rows(
            case=self.case,
            before=standing["before"],
            occasion=self.asked.occasion,
            sees=self.asked.sees,
            opening=self.asked.opening,
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
                person=self.case.person,
                changes=[*gone, *back],
                operation="enrolment.take_back",
                received_by=self.asked.occasion.staff or PROGRAM,
                source_ref=f"案件{self.case.number}",
                occasion=self.asked.occasion,
                request_id=uuid5(self.asked.request_id, "back"),
                source=Source.OFFICE,
                opening=self.asked.opening,
            )
        except UnableToRecordFact:
            raise _changed_since() from None
        return {"rows": [], "before": []}


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
