"""The only writer of this duty: filings received, changed, examined, answered and withdrawn.

Each is one transaction: what it does to the register, the step of the case, and the lines of the
record; the same ``request_id`` again does nothing and gives the same answer. Beside the refusals
named here all raise those of ``cases.operations`` and ``people.operations``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid5

from kokunen.access.openings.operations import refusals_recorded
from kokunen.cases import operations as cases
from kokunen.cases import queries as of_cases
from kokunen.cases.acting import Asked, together
from kokunen.cases.catalogue import FILINGS
from kokunen.cases.domain import StepKind, lacking
from kokunen.cases.particulars import fitted
from kokunen.dates.errors import Refusal
from kokunen.exemption import assessing, changes, domain, granting, keeping, reading, tested
from kokunen.exemption.acting import act
from kokunen.people.codes import Exemption, Outcome
from kokunen.people.domain import ExemptionValue

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from kokunen.access.domain import Field
    from kokunen.audit.domain import Occasion
    from kokunen.cases.domain import Receipt
    from kokunen.cases.operations import Taken
    from kokunen.exemption.acting import Acting
    from kokunen.exemption.application import Register

_KINDS: Final = {
    "statutory_on": Exemption.STATUTORY,
    "childbirth": Exemption.CHILDBIRTH,
    "childcare": Exemption.CHILDCARE,
}
_EFFECTIVE: Final = frozenset(
    {StepKind.EXAMINED, StepKind.GRANTED, StepKind.REFUSED, StepKind.RETURNED}
)
_OUTCOMES: Final = {StepKind.REFUSED: Outcome.REJECTED, StepKind.RETURNED: Outcome.RETURNED}


class UnableToReceiveExemption(Refusal):
    """The law or the register forbids what the filing asks; the message says which."""

    code = "exemption_not_receivable"


class UnableToCorrectTested(Refusal):
    """Who is tested cannot be changed without a reason."""

    code = "tested_not_corrected"


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
    """Receive a filing, and name who is tested where it is an application.

    ``again`` is the number of an earlier case that this one does not repeat, and ``reason`` says
    why. Raises `UnableToReceiveExemption`.
    """
    desk = of_cases.at_reception(occasion)
    with together("exemption.receive", desk, opening, receipt.person):
        done = cases.done(request_id=request_id)
        if done is not None:
            return done
        receipt = fitted(receipt)
        known = reading.register(person=receipt.person, occasion=desk, sees=sees, opening=opening)
        taken = cases.receive(
            receipt=receipt,
            occasion=desk,
            request_id=request_id,
            detail={"lacks": _lacks(receipt, known)} | ({"again": again} if again else {}),
            reason=reason,
            opening=opening,
        )
        if receipt.filing in domain.APPLIED:
            named = reading.at_case(occasion, taken.case)
            found = reading.households(receipt=receipt, occasion=named, sees=sees, opening=opening)
            cases.test(
                case=taken.case,
                people=tested.of_case(found, insured=receipt.person),
                occasion=named,
                request_id=uuid5(request_id, "tested"),
            )
    return taken


def _lacks(receipt: Receipt, known: Register) -> list[str]:
    """Return the codes of what lacks, or raise what makes the filing impossible."""
    return lacking(domain.check(receipt=receipt, register=known), UnableToReceiveExemption)


def correct_tested(
    *,
    case: int,
    people: Sequence[tuple[int, str]],
    reason: str,
    occasion: Occasion,
    request_id: UUID,
) -> None:
    """Put others in the place of those whom the register names: (宛名番号, insured|spouse|head).

    The insured must be among them. ``reason`` says why the register is not followed. Raises
    `UnableToCorrectTested` and ``UnableToTest``.
    """
    named = reading.at_case(occasion, case)
    with refusals_recorded(operation="exemption.correct_tested", occasion=named):
        if not reason.strip() or "insured" not in {role for _, role in people}:
            raise UnableToCorrectTested(
                "審査する人を変える理由がないか、本人が入っていません。",
                fix="本人を残し、住民票の世帯と何が違うのか、何で確かめたのかを書いてください。",
                field="reason",
            )
        cases.test(case=case, people=people, occasion=named, request_id=request_id, reason=reason)


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
    """Complete or correct what stands on a filing; what it did before is taken back.

    ``event_on`` None: the day stays. Who is tested follows the new particulars, unless that was
    corrected by hand. Raises `UnableToReceiveExemption`.
    """
    asked = Asked(case=case, occasion=occasion, request_id=request_id, sees=sees, opening=opening)
    with act(asked, "exemption.change", kind, expected, reason) as under_way:
        if under_way.done is not None:
            return under_way.done
        receipt = fitted(under_way.case.receipt(particulars=particulars, event_on=event_on))
        detail: dict[str, Any] = {"rows": [], "cut": []}
        if event_on is not None:
            detail["event_on"] = event_on.isoformat()
        under_way.take_back()
        lacks = _lacks(receipt, under_way.register())
        taken = under_way.take(detail={**detail, "lacks": lacks}, particulars=particulars)
        if receipt.filing in domain.APPLIED:
            _retest(under_way, receipt)
    return taken


def _retest(under_way: Acting, receipt: Receipt) -> None:
    asked = under_way.asked
    before, after = (
        tested.of_case(
            reading.households(
                receipt=each, occasion=asked.occasion, sees=asked.sees, opening=asked.opening
            ),
            insured=receipt.person,
        )
        for each in (under_way.receipt, receipt)
    )
    now = tuple((person, role) for person, _, role in under_way.case.tested)
    if now in ((), before) and after != now:
        cases.test(
            case=asked.case,
            people=after,
            occasion=asked.occasion,
            request_id=uuid5(asked.request_id, "tested"),
            reason="申請書の記載の変更",
        )


def examine(
    *,
    case: int,
    expected: int,
    occasion: Occasion,
    request_id: UUID,
    sees: Collection[Field],
    opening: UUID | None = None,
) -> Taken:
    """Examine a filing as a second person.

    A notification takes effect on the register, its outcome not known yet; an application is
    assessed, and the assessment is kept. Raises `UnableToReceiveExemption` for what the register
    now forbids, and ``assessing.UnableToAssess``.
    """
    asked = Asked(case=case, occasion=occasion, request_id=request_id, sees=sees, opening=opening)
    with act(asked, "exemption.examine", StepKind.EXAMINED, expected) as under_way:
        if under_way.done is not None:
            return under_way.done
        under_way.ask_second_person()
        receipt = under_way.receipt
        known = under_way.register()
        lacks = _lacks(receipt, known)
        detail: dict[str, Any]
        if receipt.filing in domain.APPLIED:
            detail = assessing.keep(under_way, known)
        elif FILINGS[receipt.filing].decided:
            detail = {}
        else:
            plan = changes.notified(receipt, known)
            detail = under_way.carry(plan, operation="exemption.examine")
        return under_way.take(detail={**detail, "lacks": lacks})


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

    ``particulars`` are those of `queries.result_items`; without any the bands of the assessment
    were granted. An earlier answer is taken back. Raises ``results.UnableToRecordResult``.
    """
    asked = Asked(case=case, occasion=occasion, request_id=request_id, sees=sees, opening=opening)
    with act(asked, granting.OPERATION, kind, expected, reason) as under_way:
        if under_way.done is not None:
            return under_way.done
        if FILINGS[under_way.receipt.filing].decided:
            detail = _decided(under_way, kind, on, particulars)
        else:
            detail = _processed(under_way, kind, on)
        return under_way.take(on=on, detail=detail)


def _decided(
    under_way: Acting, kind: StepKind, on: date, particulars: Mapping[str, Any]
) -> dict[str, Any]:
    """Carry out the answer to an application."""
    receipt = under_way.receipt
    lines: tuple[keeping.Granted, ...] = ()
    if kind is StepKind.GRANTED and receipt.filing in domain.APPLIED:
        lines = granting.lines(under_way.case, particulars)
    under_way.take_back()
    plan = changes.Plan()
    if kind is StepKind.GRANTED:
        plan = granting.plan(under_way.case, under_way.register(), lines, on)
    elif kind is StepKind.REFUSED and receipt.filing in domain.APPLIED:
        plan = changes.refused(
            receipt=receipt,
            on=on,
            forwarded_on=under_way.case.last_day(StepKind.FORWARDED),
            outcome=_OUTCOMES[kind],
        )
    detail = under_way.carry(plan, operation=granting.OPERATION)
    return {**detail, "granted": keeping.as_json(lines)}


def _processed(under_way: Acting, kind: StepKind, on: date) -> dict[str, Any]:
    """Write the agency's answer on what a notification did, or take that back."""
    own = _KINDS.get(under_way.receipt.filing)
    made = set(under_way.case.facts_made)
    forwarded_on = under_way.case.last_day(StepKind.FORWARDED)
    outcome = _OUTCOMES.get(kind, Outcome.APPROVED)

    def answer(value: ExemptionValue) -> ExemptionValue:
        return replace(value, outcome=outcome, outcome_on=on, forwarded_on=forwarded_on)

    newest = next(
        (step.kind for step in reversed(under_way.case.steps) if step.kind in _EFFECTIVE), None
    )
    if kind is StepKind.GRANTED and newest is StepKind.REFUSED:
        # The agency changed its answer: what the refusal took back takes effect once more.
        under_way.take_back()
        known = under_way.register()
        _lacks(under_way.receipt, known)
        plan = changes.notified(under_way.receipt, known)
        puts = tuple(
            replace(put, value=answer(put.value))
            if isinstance(put.value, ExemptionValue) and put.value.kind is own
            else put
            for put in plan.puts
        )
        return under_way.carry(replace(plan, puts=puts), operation=granting.OPERATION)
    answered = [
        changes.Put(value=answer(fact.value), valid=fact.valid, instead=fact.id)
        for fact in under_way.register().exemptions
        if changes.row_of(fact) in made and fact.value.kind is own
    ]
    if kind is StepKind.GRANTED:
        plan = changes.Plan(puts=tuple(answered))
        detail = under_way.carry(plan, operation=granting.OPERATION)
        done = {(each.value.KIND, each.instead) for each in answered}
        rest = [list(row) for row in under_way.case.facts_made if row not in done]
        cut = [list(row) for row in reading.cut_by(under_way.case)]
        return {"rows": rest + detail["rows"], "cut": cut}
    under_way.take_back()
    left = tuple(replace(each, instead=None) for each in answered)
    detail = under_way.carry(changes.Plan(puts=left), operation=granting.OPERATION)
    return {"rows": detail["rows"], "cut": []}


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
    """Withdraw a filing; what it did to the register is taken back."""
    asked = Asked(case=case, occasion=occasion, request_id=request_id, sees=sees, opening=opening)
    with act(asked, "exemption.withdraw", StepKind.WITHDRAWN, expected, reason) as under_way:
        if under_way.done is not None:
            return under_way.done
        under_way.take_back()
        return under_way.take(detail={"rows": [], "cut": []})
