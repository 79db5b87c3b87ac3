"""Steps of many cases taken together leave what the same steps leave one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from kokunen.cases import models, operations, rows
from kokunen.cases.domain import State, StepKind, UnableToTakeStep
from kokunen.cases.taking_many import Taking, hold, take_many
from kokunen.postgres.roles import Role
from tests.interchange import agency
from tests.interchange.test_results import P, Q

if TYPE_CHECKING:
    from kokunen.audit.domain import Occasion
    from tests.office import Database


@pytest.fixture
def cases(database: Database, occasion: Occasion) -> tuple[int, int]:
    del database
    for person in (P, Q):
        agency.somebody(person, occasion)
    return agency.forwarded(P, occasion), agency.forwarded(Q, occasion)


def taking(case: int, **said: Any) -> Taking:  # noqa: ANN401 - any part of it
    usual: dict[str, Any] = {
        "kind": StepKind.GRANTED,
        "expected": rows.newest(case).steps[-1].number,
        "on": agency.TODAY,
        "request_id": uuid4(),
    }
    return Taking(case=case, **(usual | said))


def together(occasion: Occasion, *takings: Taking) -> None:
    with transaction.atomic():
        take_many(takings=takings, held=hold([each.case for each in takings]), occasion=occasion)


def of_step(case: int) -> dict[str, Any]:
    found = models.Step.objects.filter(case_id=case).order_by("-number").values()[0]
    return {
        name: value for name, value in found.items() if name not in ("id", "case_id", "request_id")
    }


def recorded(database: Database, case: int) -> list[tuple[Any, ...]]:
    """Return the lines of the record that a step wrote."""
    with database.owner() as owner:
        found = owner.execute(
            "SELECT act, operation, staff, staff_number, department, purpose, changes -> 0 ->> 0,"
            " changes -> 0 ->> 2, changes -> 0 ->> 4 FROM audit_entry"
            " WHERE case_id = %s AND operation LIKE 'cases.%%' AND act = 'write' ORDER BY id",
            [case],
        )
        return found.fetchall()


@pytest.mark.parametrize(
    ("kind", "reason"), [(StepKind.GRANTED, ""), (StepKind.RETURNED, "添付書類の不足・不備")]
)
def test_it_leaves_the_same(
    database: Database,
    occasion: Occasion,
    cases: tuple[int, int],
    kind: StepKind,
    reason: str,
) -> None:
    one, other = cases
    program = agency.nightly(occasion)
    with database.django_as(Role.BATCH):
        together(program, taking(one, kind=kind, reason=reason))
        operations.take(
            case=other,
            kind=kind,
            expected=rows.newest(other).steps[-1].number,
            occasion=program,
            request_id=uuid4(),
            on=agency.TODAY,
            reason=reason,
        )
    assert of_step(one) == of_step(other)
    assert recorded(database, one) == recorded(database, other)


def test_all_or_none(occasion: Occasion, cases: tuple[int, int]) -> None:
    one, other = cases
    with pytest.raises(UnableToTakeStep):
        together(occasion, taking(one), taking(other, expected=1))
    assert [agency.state(case) for case in cases] == [State.FORWARDED, State.FORWARDED]


@pytest.mark.parametrize(
    "said",
    [
        {"kind": StepKind.EXAMINED},
        {"kind": StepKind.CORRECTED, "reason": "理由"},
        {"kind": StepKind.RETURNED},
        {"on": agency.TODAY + timedelta(days=1)},
        {"on": agency.TODAY - timedelta(days=1)},
        {"reason": "長" * 401},
    ],
    ids="-".join,
)
def test_it_checks_what_a_single_step_checks(
    occasion: Occasion, cases: tuple[int, int], said: dict[str, Any]
) -> None:
    with pytest.raises(UnableToTakeStep):
        together(occasion, taking(cases[0], **said))
    assert agency.state(cases[0]) is State.FORWARDED


def test_the_same_request_again_does_nothing(occasion: Occasion, cases: tuple[int, int]) -> None:
    one, other = cases
    asked = taking(one)
    together(occasion, asked)
    together(occasion, asked, taking(other))
    assert len(rows.newest(one).steps) == asked.expected + 1
    assert agency.state(other) is State.DECIDED


def test_the_walls_stand(occasion: Occasion, cases: tuple[int, int]) -> None:
    """Who holds no true steps of a case cannot write the next one."""
    one, other = cases
    with transaction.atomic():
        held = hold(cases)
    false = {one: replace(held[other], maker=999)}
    with pytest.raises(IntegrityError), transaction.atomic():
        take_many(takings=[taking(one)], held=false, occasion=occasion)
