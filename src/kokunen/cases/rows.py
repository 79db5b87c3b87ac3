"""Rows of a case as values: what operations and queries share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kokunen.cases import models
from kokunen.cases.domain import Step, StepKind
from kokunen.dates.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class UnableToFindCase(Refusal):
    """There is no case of this number."""

    code = "no_case"


@dataclass(frozen=True, slots=True, kw_only=True)
class Newest:
    """The steps of a case, and who wrote what now stands on the filing."""

    steps: tuple[Step, ...]
    maker: int


def case(number: int) -> models.Case:
    """Return the row of a case, or raise `UnableToFindCase`."""
    return case_each([number])[number]


def case_each(numbers: Collection[int]) -> Mapping[int, models.Case]:
    """Return the rows of several cases, or raise `UnableToFindCase`."""
    found = models.Case.objects.in_bulk(numbers)
    if len(found) != len(set(numbers)):
        raise UnableToFindCase(
            "この番号の案件はありません。", fix="案件番号を確かめてください。", field="case"
        )
    return found


def newest(number: int) -> Newest:
    """Return the steps of a case in their order, with the maker of the particulars."""
    return newest_each([number])[number]


def newest_each(numbers: Collection[int]) -> Mapping[int, Newest]:
    """Return the same of several cases, in one query."""
    found: dict[int, list[models.Step]] = {}
    for row in models.Step.objects.filter(case_id__in=numbers).order_by("case_id", "number"):
        found.setdefault(row.case_id, []).append(row)
    return {
        case: Newest(steps=tuple(step(row) for row in steps), maker=steps[-1].maker)
        for case, steps in found.items()
    }


def step(row: models.Step) -> Step:
    """Return a step as a value."""
    return Step(
        number=row.number,
        kind=StepKind(row.kind),
        at=row.at,
        on=row.on_day,
        staff=row.staff,
        reason=row.reason,
        detail=row.detail,
    )


def particulars(number: int) -> Mapping[str, Any] | None:
    """Return what stands on a filing now; None: the database hides it."""
    return particulars_each([number]).get(number)


def particulars_each(numbers: Collection[int]) -> Mapping[int, Mapping[str, Any]]:
    """Return the same of several cases, in one query; what the database hides is left out."""
    found = models.Particulars.objects.filter(case_id__in=numbers)
    newest = found.order_by("case_id", "-number").distinct("case_id")
    return dict(newest.values_list("case_id", "data"))


def tested(number: int) -> tuple[tuple[int, str], ...]:
    """Return who is tested now: (宛名番号, role), in the order stated."""
    return tested_each([number])[number]


def tested_each(numbers: Collection[int]) -> Mapping[int, tuple[tuple[int, str], ...]]:
    """Return the same of several cases, in one query."""
    stated: dict[int, list[models.Tested]] = {number: [] for number in numbers}
    for row in models.Tested.objects.filter(case_id__in=numbers).order_by("id"):
        stated[row.case_id].append(row)
    return {
        number: tuple(
            (row.person_id, row.role) for row in each if row.request_id == each[-1].request_id
        )
        for number, each in stated.items()
    }
