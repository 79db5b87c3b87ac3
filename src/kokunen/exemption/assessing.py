"""Assessing an application when it is examined, and keeping what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid5

from django.db import connection

from kokunen.audit.domain import Act, Change
from kokunen.audit.operations import record
from kokunen.cases.domain import StepKind, Weight
from kokunen.dates.errors import Refusal
from kokunen.exemption import explanation, keeping, reading
from kokunen.exemption.models import Assessment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kokunen.cases.domain import Step
    from kokunen.exemption.acting import Acting
    from kokunen.exemption.application import Assessed, Register


class UnableToAssess(Refusal):
    """The application cannot be assessed: a role, a fact or a declaration of income lacks."""

    code = "not_assessable"


def keep(under_way: Acting, known: Register) -> dict[str, Any]:
    """Assess, keep the assessment, and return what of it stands in the step: bands and months."""
    if known.birth_date is None:
        raise UnableToAssess(
            "本人の生年月日が分からないため、審査できません(法7条)。",
            fix="生年月日を確かめて登録してから審査してください。",
            field="birth_date",
        )
    if not reading.may_assess(under_way.case, under_way.asked.sees):
        raise UnableToAssess(
            "所得を見る役割がないか、審査する人が登録されていないため、審査できません。",
            fix="審査の役割を持つ職員が、審査する人を確かめてから審査してください。",
            field="tested",
        )
    found = reading.assessed(
        case=under_way.case,
        receipt=under_way.receipt,
        of=known,
        occasion=under_way.asked.occasion,
        sees=under_way.asked.sees,
        opening=under_way.asked.opening,
    )
    _declared(found, under_way.case.steps)
    _write(under_way, found)
    return {
        "assessed": keeping.as_json(keeping.granted(found)),
        "job_loss": keeping.rests_on_job_loss(found),
        "rows": [],
        "cut": [],
    }


def _declared(found: Sequence[Assessed], steps: Sequence[Step]) -> None:
    """Pass when no income that matters is undeclared, or when the applicant was asked for it."""
    if any(step.kind is StepKind.ASKED for step in steps):
        return
    for finding in explanation.of_incomes(found):
        if finding.weight is Weight.LACKS:
            raise UnableToAssess(
                finding.message,
                fix=f"{finding.fix}補正を依頼した後なら、申告がないままでも審査できます。",
                field=finding.item,
            )


def _write(under_way: Acting, found: tuple[Assessed, ...]) -> None:
    result, facts = keeping.kept(found)
    occasion = under_way.asked.occasion
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('kokunen.case', %s, true)", [str(under_way.case.number)])
        made = Assessment.objects.create(
            request_id=uuid5(under_way.asked.request_id, "assessment"),
            case_id=under_way.case.number,
            number=under_way.case.last,
            person_id=under_way.case.person,
            rules=keeping.rule_version(),
            result=result,
            facts=facts,
            recorded_at=occasion.at,
            recorded_by=occasion.staff or 0,
        )
        cursor.execute("SELECT set_config('kokunen.case', '', true)")
    record(
        act=Act.WRITE,
        operation="exemption.assess",
        occasion=occasion,
        person=under_way.case.person,
        changes=[
            Change(table="exemption_assessment", row=str(made.pk), field="rules", after=made.rules)
        ],
    )


def last_examined(steps: Sequence[Step]) -> Mapping[str, Any]:
    """Return the detail of the newest examination ({}: there was none)."""
    return next(
        (step.detail for step in reversed(steps) if step.kind is StepKind.EXAMINED),
        {},
    )
