"""The same step of many cases at once, after whatever it does to the register.

As ``cases.operations.take``, check by check and wall by wall, with one line in the record for each
case; only the statements are fewer. For answers of the agency, which come by the thousand.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from kokunen.audit.domain import Change
from kokunen.audit.operations import record_changes
from kokunen.cases import checks, models
from kokunen.cases.domain import Step, StepKind, UnableToTakeStep, may_follow
from kokunen.cases.operations import PROGRAM
from kokunen.cases.rows import Newest
from kokunen.dates.tokyo import day_of
from kokunen.people.locks import lock

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from kokunen.audit.domain import Occasion

MANY: Final = frozenset({StepKind.GRANTED, StepKind.REFUSED, StepKind.RETURNED})
"""The steps that may be taken together: neither content nor an examination by a second person."""
_COLUMNS: Final = ("number", "kind", "at", "on_day", "staff", "reason", "detail")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """One step to be taken; as the arguments of ``cases.operations.take``."""

    case: int
    kind: StepKind
    expected: int
    on: date
    request_id: UUID
    reason: str = ""
    detail: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


def hold(cases: Collection[int]) -> dict[int, Newest]:
    """Hold cases as ``take`` does until the end of the transaction, and return their steps.

    Their people are locked before them, whom a duty may then write on, and all in the order of
    their numbers, so that nobody deadlocks.
    """
    of = models.Case.objects.filter(pk__in=cases)
    people = sorted(set(of.values_list("person_id", flat=True)))
    lock(
        [f"people_person {each}" for each in people]
        + [f"cases_case {each}" for each in sorted(cases)]
    )
    steps: dict[int, list[Step]] = {}
    makers: dict[int, int] = {}
    found = models.Step.objects.filter(case_id__in=cases).order_by("case_id", "number")
    for case, maker, number, kind, *rest in found.values_list("case_id", "maker", *_COLUMNS):
        at, on, staff, reason, detail = rest
        makers[case] = maker
        steps.setdefault(case, []).append(
            Step(
                number=number,
                kind=StepKind(kind),
                at=at,
                on=on,
                staff=staff,
                reason=reason,
                detail=detail,
            )
        )
    return {case: Newest(steps=tuple(steps[case]), maker=makers[case]) for case in steps}


def take_many(*, takings: Sequence[Taking], held: Mapping[int, Newest], occasion: Occasion) -> None:
    """Take one step of each of these cases (no case twice), all of them or none.

    ``held`` is what `hold` returned in this transaction. A step that its request took before is
    passed over. Raises `UnableToTakeStep` for the first that cannot be taken.
    """
    of = models.Case.objects.filter(pk__in=[each.case for each in takings])
    cases = {
        case: (person, received_on)
        for case, person, received_on in of.values_list("pk", "person_id", "received_on")
    }
    asked = models.Step.objects.filter(request_id__in=[each.request_id for each in takings])
    done = set(asked.values_list("case_id", "kind"))
    made = [
        _step(each, cases[each.case][1], held[each.case], occasion)
        for each in takings
        if (each.case, each.kind.value) not in done
    ]
    record_changes(
        (
            f"cases.{step.kind}",
            replace(occasion, case=step.case_id),
            cases[step.case_id][0],
            [Change(table="cases_step", row=str(step.pk), field="kind", after=step.kind)],
        )
        for step in models.Step.objects.bulk_create(made)
    )


def _step(taking: Taking, received_on: date, before: Newest, occasion: Occasion) -> models.Step:
    if taking.kind not in MANY:
        raise UnableToTakeStep(
            f"「{taking.kind.label}」はまとめて登録できません。",
            fix="案件を開いて、1件ずつ処理してください。",
            field="kind",
        )
    may_follow(steps=before.steps, kind=taking.kind, expected=taking.expected, reason=taking.reason)
    checks.dated(on=taking.on, received_on=received_on, today=day_of(occasion.at))
    checks.written(reason=taking.reason, detail=taking.detail)
    return models.Step(
        case_id=taking.case,
        number=len(before.steps) + 1,
        kind=taking.kind.value,
        at=occasion.at,
        on_day=taking.on,
        staff=occasion.staff or PROGRAM,
        maker=before.maker,
        reason=taking.reason,
        detail=dict(taking.detail),
        request_id=taking.request_id,
    )
