"""Incomes open for the tested people of an open case, and for nobody else (004, Ⅲ2)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from psycopg import errors

from kokunen.cases import operations
from kokunen.cases.operations import UnableToTest
from kokunen.people import operations as people
from kokunen.people.codes import Source
from kokunen.people.domain import IncomeValue
from kokunen.people.operations import UnableToRepeat
from kokunen.postgres.roles import Role
from tests.cases import desk
from tests.cases.desk import K, lived, received, registered, second, step
from tests.people.register import page

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from kokunen.audit.domain import Occasion
    from tests.office import Database

INSURED, SPOUSE, OTHER = 10001, 10002, 10003
PEOPLE = [(INSURED, "insured"), (SPOUSE, "spouse")]


@pytest.fixture
def incomes(database: Database, occasion: Occasion) -> Database:
    """Three people with an income each."""
    for number in (INSURED, SPOUSE, OTHER):
        registered(occasion, number)
    with database.django_as(Role.OWNER):
        for number in (INSURED, SPOUSE, OTHER):
            declare(number, 2026, occasion.because(purpose="exemption", case=1))
    return database


def declare(number: int, year: int, occasion: Occasion) -> None:
    value = IncomeValue(fiscal_year=year, levy_year=year, total=0)
    people.record_fact(
        person=number,
        fact=value,
        valid=value.valid,
        source=Source.TAX,
        occasion=occasion,
        request_id=uuid4(),
    )


def stated(
    case: int,
    occasion: Occasion,
    people: Sequence[tuple[int, str]] = PEOPLE,
    *,
    request_id: UUID | None = None,
    reason: str = "",
) -> None:
    operations.test(
        case=case,
        people=people,
        occasion=occasion,
        request_id=request_id or uuid4(),
        reason=reason,
    )


def seen(database: Database, case: object) -> list[int]:
    """Return whose incomes raw SQL finds as the web role with a case named."""
    with database.web() as web:
        web.execute("SELECT set_config('kokunen.case', %s, false)", [str(case)])
        rows = web.execute("SELECT person_id FROM people_income ORDER BY 1").fetchall()
    return [person for (person,) in rows]


def test_only_the_tested_and_only_while_the_case_is_open(
    incomes: Database, occasion: Occasion
) -> None:
    case = received(occasion).case
    assert seen(incomes, case) == []
    stated(case, occasion)
    assert seen(incomes, case) == [INSURED, SPOUSE]
    for kind in (K.TAKEN, K.EXAMINED, K.FORWARDED, K.GRANTED, K.NOTIFIED):
        step(case, kind, occasion)
        assert seen(incomes, case) == [INSURED, SPOUSE]
    step(case, K.CLOSED, occasion)
    assert seen(incomes, case) == []
    step(case, K.CORRECTED, occasion)
    assert seen(incomes, case) == [INSURED, SPOUSE]
    step(case, K.WITHDRAWN, occasion)
    assert seen(incomes, case) == []


@pytest.mark.parametrize("named", ["", "0", "-1", "99", "1 OR 1=1", "9" * 30, "１"])
def test_a_case_that_is_none_opens_nothing(
    incomes: Database, occasion: Occasion, named: str
) -> None:
    stated(received(occasion).case, occasion)
    assert seen(incomes, named) == []


def test_the_newest_list_counts_and_a_change_needs_a_reason(
    incomes: Database, occasion: Occasion
) -> None:
    case = received(occasion).case
    stated(case, occasion)
    with pytest.raises(UnableToTest) as refused:
        stated(case, occasion, [(INSURED, "insured")])
    assert refused.value.field == "reason"
    stated(case, occasion)  # as before: nothing to say
    stated(case, occasion, [(INSURED, "insured"), (OTHER, "head")], reason="離婚のため")
    assert seen(incomes, case) == [INSURED, OTHER]
    of = desk.shown(case, occasion)
    found = [(number, role) for number, _, role in of.tested]
    assert found == [(INSURED, "insured"), (OTHER, "head")]


def test_who_looks_cannot_undo_that_they_could(incomes: Database, occasion: Occasion) -> None:
    case = received(occasion).case
    with incomes.web() as web:
        web.execute("SELECT set_config('kokunen.case', %s, false)", [str(case)])
        web.execute(
            "INSERT INTO cases_tested (request_id, case_id, number, person_id, role, reason,"
            " recorded_at, recorded_by) VALUES (gen_random_uuid(), %s, 1, %s, 'insured', '', now(),"
            " 101)",
            [case, INSURED],
        )
        assert web.execute("SELECT * FROM people_income").fetchall() == []
        web.rollback()
    assert seen(incomes, case) == []


def test_an_income_is_written_within_the_case_alone(incomes: Database, occasion: Occasion) -> None:
    case = received(occasion).case
    stated(case, occasion, [(INSURED, "insured")])
    declare(INSURED, 2025, occasion.because(purpose="exemption", case=case))
    assert seen(incomes, case) == [INSURED, INSURED]
    with incomes.web() as web:
        web.execute("SELECT set_config('kokunen.case', %s, false)", [str(case)])
        copied = (
            "INSERT INTO people_income (person_id, valid, source, entry_id, recorded_at,"
            " recorded_by, fiscal_year, levy_year, source_ref, spouse, disabled, widow,"
            " working_student) SELECT %s, daterange('2024-04-01', '2025-04-01'), source, entry_id,"
            " recorded_at, recorded_by, 2024, 2024, '', '', '', '', '' FROM people_income LIMIT 1"
        )
        with pytest.raises(errors.InsufficientPrivilege), web.transaction():
            web.execute(copied, [SPOUSE])
        web.execute(copied, [INSURED])


def test_a_page_shows_the_incomes_of_the_case(incomes: Database, occasion: Occasion) -> None:
    case = received(occasion).case
    stated(case, occasion)
    within = occasion.because(purpose="exemption", case=case)
    shown = page(SPOUSE, within).incomes
    assert isinstance(shown, tuple)
    assert len(shown) == 1
    with incomes.owner() as owner:
        line = owner.execute(
            "SELECT operation, person, case_id FROM audit_entry"
            " WHERE operation = 'cases.test' ORDER BY id"
        ).fetchall()
    assert line == [("cases.test", INSURED, case), ("cases.test", SPOUSE, case)]


def test_sent_twice_it_is_stated_once(incomes: Database, occasion: Occasion) -> None:
    case, request = received(occasion).case, uuid4()
    for _ in range(2):
        stated(case, occasion, request_id=request)
    assert seen(incomes, case) == [INSURED, SPOUSE]
    with pytest.raises(UnableToRepeat):
        stated(case, second(occasion), request_id=request)


@pytest.mark.parametrize(
    "people",
    [
        [],
        [(INSURED, "insured"), (INSURED, "head")],
        [(INSURED, "child")],
        [(SPOUSE, "insured")],
        [(INSURED, "insured"), (99, "spouse")],
    ],
)
def test_whom_a_case_cannot_test(
    incomes: Database, occasion: Occasion, people: list[tuple[int, str]]
) -> None:
    case = received(occasion).case
    with pytest.raises(UnableToTest) as refused:
        stated(case, occasion, people)
    assert refused.value.field == "people"
    assert seen(incomes, case) == []


def test_a_case_that_is_over_tests_nobody(incomes: Database, occasion: Occasion) -> None:
    case = lived(occasion, K.WITHDRAWN)
    with pytest.raises(UnableToTest, match="完結または取下げ"):
        stated(case, occasion)
    assert seen(incomes, case) == []
