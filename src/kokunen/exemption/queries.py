"""The only reader of this duty: frozen values out, and each person shown recorded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from kokunen.cases import queries as cases
from kokunen.cases.catalogue import FILINGS
from kokunen.cases.domain import (
    Advice,
    Finding,
    Line,
    Receipt,
    Section,
    StepKind,
    Weight,
    note,
    refused,
)
from kokunen.cases.particulars import UnableToReceive, fitted
from kokunen.dates.tokyo import day_of
from kokunen.exemption import (
    assessing,
    attachments,
    changes,
    domain,
    explanation,
    keeping,
    reading,
    results,
    starting,
)
from kokunen.exemption.lists import Renewal, renewals
from kokunen.exemption.printed import ApplicationData, PersonData, data_of
from kokunen.exemption.tested import of_cycle

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

    from kokunen.access.domain import Field
    from kokunen.audit.domain import Occasion
    from kokunen.cases.catalogue.kinds import Item
    from kokunen.cases.values import Case
    from kokunen.exemption.application import Register
    from kokunen.exemption.tested import Found

__all__ = [
    "ApplicationData",
    "PersonData",
    "Renewal",
    "advise",
    "application_data",
    "choices",
    "prefill",
    "renewals",
    "result_items",
    "result_prefill",
]

choices = starting.choices
_WHY: Final[Mapping[str, tuple[str, str]]] = {
    "household_unknown": (
        "世帯の記録がないため、配偶者と世帯主が分かりません。",
        "申請書と聞き取りで確かめ、審査する人を理由とともに直してください。",
    ),
    "household_sealed": (
        "支援措置で世帯が封じられているため、配偶者と世帯主を住民基本台帳から取れません。",
        "開示を申請して承認を受けるか、本人の申出で審査する人を理由とともに入れてください。",
    ),
    "spouse_unclear": (
        "続柄だけでは、世帯の中の誰が配偶者か決まりません。",
        "申請書と聞き取りで確かめ、審査する人を理由とともに直してください。",
    ),
}


def prefill(
    *,
    filing: str,
    person: int,
    occasion: Occasion,
    sees: Collection[Field],
    opening: UUID | None = None,
) -> Mapping[str, Any]:
    """Return what the register and the day already answer of a filing's items."""
    known = reading.register(
        person=person, occasion=cases.at_reception(occasion), sees=sees, opening=opening
    )
    return starting.prefilled(filing=filing, register=known, on=day_of(occasion.at))


def result_items(filing: str) -> tuple[Item, ...]:
    """Return what is asked when a result is recorded; see `result_prefill` for its start."""
    return results.items(filing)


def result_prefill(
    *, case: int, occasion: Occasion, sees: Collection[Field], opening: UUID | None = None
) -> Mapping[str, str]:
    """Return the bands and months of the newest assessment as the values of `result_items`."""
    found = cases.one(
        case=case, occasion=reading.at_case(occasion, case), sees=sees, opening=opening
    )
    stated = assessing.last_examined(found.steps).get("assessed", ())
    return results.filled(keeping.from_json(stated))


def advise(
    *,
    receipt: Receipt,
    case: int | None,
    occasion: Occasion,
    sees: Collection[Field],
    opening: UUID | None = None,
) -> Advice:
    """Return what the law says beside a filing, received (``case``) or only being filled in.

    Incomes are looked at only within a case that is under way, for its tested people, and by a
    role that sees them; each look has its line in the record.
    """
    looking = cases.at_reception(occasion) if case is None else reading.at_case(occasion, case)
    papers = attachments.attachments(receipt=receipt)
    try:
        receipt = fitted(receipt)
    except UnableToReceive as refusal:
        return Advice(findings=(refused(refusal),), attachments=papers)
    known = reading.register(person=receipt.person, occasion=looking, sees=sees, opening=opening)
    of = None
    if case is not None:
        of = cases.one(case=case, occasion=looking, sees=sees, opening=opening)
        known = reading.before_case(
            case=of, now=known, occasion=looking, sees=sees, opening=opening
        )
    advice = Advice(findings=domain.check(receipt=receipt, register=known), attachments=papers)
    if any(finding.weight is Weight.STOP for finding in advice.findings):
        return advice
    if receipt.filing in domain.APPLIED:
        advice = _applied(advice, receipt, known, of, looking, sees, opening)
    else:
        # A cancellation takes effect when it is granted, a notification when it is examined.
        decided = FILINGS[receipt.filing].decided
        plan = (
            changes.granted(
                receipt=receipt,
                register=known,
                lines=(),
                on=day_of(occasion.at),
                forwarded_on=None,
            )
            if decided
            else changes.notified(receipt, known)
        )
        advice = replace(advice, effects=changes.effects(before=known, plan=plan))
    if of is not None:
        advice = replace(advice, findings=(*advice.findings, *_answered(of)))
    return advice


def _applied(
    advice: Advice,
    receipt: Receipt,
    known: Register,
    case: Case | None,
    occasion: Occasion,
    sees: Collection[Field],
    opening: UUID | None,
) -> Advice:
    found = reading.households(receipt=receipt, occasion=occasion, sees=sees, opening=opening)
    findings = (*advice.findings, *_unclear(found))
    if case is None or known.birth_date is None or not reading.may_assess(case, sees):
        return replace(advice, findings=findings, sections=(_without(case),))
    assessed = reading.assessed(
        case=case, receipt=receipt, of=known, occasion=occasion, sees=sees, opening=opening
    )
    plan = changes.granted(
        receipt=receipt,
        register=known,
        lines=keeping.granted(assessed),
        on=day_of(occasion.at),
        forwarded_on=None,
    )
    return replace(
        advice,
        findings=(*findings, *explanation.of_incomes(assessed)),
        effects=changes.effects(before=known, plan=plan, expected=True),
        sections=explanation.sections(assessed),
    )


def _unclear(found: Mapping[str, Found]) -> tuple[Finding, ...]:
    codes = dict.fromkeys(each.why for each in found.values() if each.why)
    return tuple(
        note(
            code,
            _WHY[code][0],
            _WHY[code][1],
            article="法90条1項",
        )
        for code in codes
    )


def _without(case: Case | None) -> Section:
    """Say what stands in the place of an assessment where incomes are not open."""
    if case is None:
        text = "所得は受付の後、案件の中で、審査の職員だけが見ます。"
        return Section(heading="試算", lines=(Line(label="", text=text),))
    lines = keeping.from_json(assessing.last_examined(case.steps).get("assessed", ()))
    if not lines:
        text = "所得を見る役割の職員が審査すると、ここに区分と月が出ます。"
        return Section(heading="試算", lines=(Line(label="", text=text),))
    return Section(
        heading="審査した時の試算",
        lines=tuple(
            Line(label=explanation.months(line), text=explanation.band(line)) for line in lines
        ),
        note="市の試算です。承認・却下は日本年金機構が決めます(法109条の4)。",
    )


def _answered(case: Case) -> tuple[Finding, ...]:
    """Set the newest answer beside the newest assessment."""
    if case.filing.code not in domain.APPLIED:
        return ()
    answer = next(
        (
            step
            for step in reversed(case.steps)
            if step.kind in (StepKind.GRANTED, StepKind.REFUSED)
        ),
        None,
    )
    if answer is None:
        return ()
    return explanation.differs(
        assessed=keeping.from_json(assessing.last_examined(case.steps).get("assessed", ())),
        answered=keeping.from_json(answer.detail.get("granted", ())),
    )


def application_data(
    *, case: int, occasion: Occasion, sees: Collection[Field], opening: UUID | None = None
) -> ApplicationData:
    """Return what an application form is filled with, the tested persons' incomes among it.

    Founding document 004, Ⅰ2 機能4②. Names come with each person; incomes only where the case opens
    them for this role (else None). Raises ``cases.values.UnableToReadFiling``.
    """
    looking = reading.at_case(occasion, case)
    of = cases.one(case=case, occasion=looking, sees=sees, opening=opening)
    receipt = of.receipt()
    found = reading.households(receipt=receipt, occasion=looking, sees=sees, opening=opening)
    named = [(person, role) for person, _, role in of.tested]
    roles: dict[str, Mapping[str, int]] = {
        code: {"insured": receipt.person, **of_cycle(found, cycle=code, named=named)}
        for code in found
    }
    return data_of(
        case=of,
        receipt=receipt,
        roles=roles,
        occasion=looking,
        sees=sees,
        opening=opening,
    )
