"""Grants of a chunk entered together leave what they leave one by one, and no more are entered."""

from __future__ import annotations

import time
from datetime import date
from threading import Thread
from typing import TYPE_CHECKING, Any
from uuid import uuid4, uuid5

import pytest
from django.db import connection, transaction

from kokunen.cases import models as of_cases
from kokunen.cases import rows
from kokunen.cases.domain import State, StepKind
from kokunen.cases.taking_many import hold
from kokunen.dates.month import Month
from kokunen.exemption import operations
from kokunen.interchange import models
from kokunen.people import operations as people
from kokunen.people.codes import Exemption, Outcome, Source
from kokunen.people.domain import ExemptionValue
from kokunen.people.models import Entry
from kokunen.people.models import Exemption as Row
from kokunen.people.periods import Period
from kokunen.postgres.roles import Role
from tests.exemption import desk
from tests.interchange import agency
from tests.people.protected import protect
from tests.people.register import ALL

if TYPE_CHECKING:
    from collections.abc import Callable

    from kokunen.audit.domain import Occasion
    from tests.office import Database

A, B, C = 30_001, 30_002, 30_003
YEAR = (Month(2026, 7), Month(2027, 6))


@pytest.fixture(autouse=True)
def _city(city: None) -> None:
    """Stand in the invented city."""
    del city


def lives(database: Database, occasion: Occasion, person: int) -> int:
    desk.person(person, occasion, household=80_000 + person)
    desk.declare(database, occasion, person, total=0)
    return person


def applied(occasion: Occasion, person: int, **said: object) -> int:
    """Take an application of somebody who lives alone to the agency, and return the case."""
    case = desk.received(occasion, person=person, **said).case
    desk.examined(case, occasion)
    desk.forwarded(case, occasion)
    return case


def result(person: int, case: int, band: str = "full", **said: Any) -> dict[str, Any]:  # noqa: ANN401 - values of a record
    first, last = said.pop("months", YEAR)
    usual: dict[str, Any] = {
        "basic_number": None,
        "kana": "カクウ",
        "sex": None,
        "filing": "exemption",
        "case": case,
        "band_1": band,
        "first_1": first,
        "last_1": last,
    }
    return agency.result(case, person, **(usual | said))


@pytest.fixture
def three(database: Database, occasion: Occasion) -> dict[int, int]:
    """Three people whose applications wait for an answer: their cases."""
    for person in (A, B, C):
        lives(database, occasion, person)
    return {person: applied(occasion, person) for person in (A, B, C)}


def left(database: Database, case: int) -> dict[str, Any]:
    """Return every row that the answer to a case left, without the numbers that differ by case."""
    row: dict[str, Any] = dict(Row.objects.filter(source_ref=f"案件{case}").values().get())
    steps = of_cases.Step.objects.filter(case_id=case).order_by("-number")
    step: dict[str, Any] = dict(steps.values()[0])
    entry: dict[str, Any] = dict(Entry.objects.filter(pk=row["entry_id"]).values().get())
    assert row["entry_id"] == uuid5(step["request_id"], "exemption.result")
    assert step["detail"].pop("rows") == entry.pop("rows") == [["exemption", row["id"]]]
    assert row["person_id"] == entry["person_id"]
    with database.owner() as owner:
        lines = owner.execute(
            "SELECT act, operation, staff, staff_number, department, terminal, purpose, reason,"
            " person = %s, shown_name, shown_sex, shown_birth_date, shown, outcome,"
            " (SELECT jsonb_agg(each - 1) FROM jsonb_array_elements(changes) AS each)"
            " FROM audit_entry WHERE case_id = %s AND staff_number = 'kokunen nightly' ORDER BY id",
            [row["person_id"], case],
        ).fetchall()
    own = {"id", "person_id", "entry_id", "case_id", "request_id", "source_ref"}
    return {
        name: {key: value for key, value in held.items() if key not in own}
        for name, held in (("row", row), ("step", step), ("entry", entry))
    } | {"lines": lines}


def inserts(table: str, do: Callable[[], int]) -> tuple[int, int]:
    """Return what an act returns, and how many statements of it insert into a table."""
    seen: list[str] = []

    def note(execute: Any, sql: str, *given: Any) -> Any:  # noqa: ANN401 - Django's wrapper
        seen.append(sql)
        return execute(sql, *given)

    with connection.execute_wrapper(note):
        done = do()
    return done, sum(sql.startswith(f'INSERT INTO "{table}"') for sql in seen)


def test_together_they_leave_what_one_leaves(
    database: Database, occasion: Occasion, three: dict[int, int]
) -> None:
    protect(B, occasion)  # what a measure seals is no part of it
    file, statements = inserts(
        "people_exemption",
        lambda: agency.send(database, occasion, *(result(each, three[each]) for each in (A, B))),
    )
    assert statements == 1
    assert agency.outcomes(file) == [(2, "matched", three[A]), (3, "matched", three[B])]
    with database.django_as(Role.BATCH):
        operations.result(
            case=three[C],
            kind=StepKind.GRANTED,
            expected=rows.newest(three[C]).steps[-1].number,
            on=agency.TODAY,
            reason="",
            particulars={"band_1": "full", "first_1": "2026-07", "last_1": "2027-06"},
            occasion=agency.nightly(occasion),
            request_id=uuid4(),
            sees=ALL,
        )
    alone = left(database, three[C])
    assert [line[:2] for line in alone["lines"]] == [
        ("read", "cases.one"),
        ("read", "exemption.register"),
        ("write", "exemption.result"),
        ("write", "cases.granted"),
    ]
    assert left(database, three[A]) == alone
    assert left(database, three[B]) == alone


def test_two_grants_of_one_person_are_entered_in_turn(
    database: Database, occasion: Occasion, three: dict[int, int]
) -> None:
    """The second shortens what the first one did."""
    other = applied(occasion, A, again=three[A])
    file = agency.send(
        database,
        occasion,
        result(A, three[A]),
        result(B, three[B]),
        result(A, other, "half", months=(Month(2026, 10), Month(2027, 6))),
    )
    assert [each[1] for each in agency.outcomes(file)] == ["matched"] * 3
    assert desk.exemptions(A, occasion) == [
        ("full", date(2026, 7, 1), date(2026, 10, 1), "approved"),
        ("half", date(2026, 10, 1), date(2027, 7, 1), "approved"),
    ]
    assert desk.exemptions(B, occasion) == [
        ("full", date(2026, 7, 1), date(2027, 7, 1), "approved")
    ]


@pytest.mark.parametrize(
    ("until", "first", "remains"),
    [
        ((2026, 9, 1), (2026, 4, 1), [("half", date(2026, 4, 1), date(2026, 7, 1), "approved")]),
        ((2027, 1, 1), (2026, 7, 1), []),
    ],
    ids=["shortened", "taken back"],
)
def test_a_grant_that_ends_what_stands_is_entered_by_itself(
    database: Database,
    occasion: Occasion,
    three: dict[int, int],
    until: tuple[int, int, int],
    first: tuple[int, int, int],
    remains: list[Any],
) -> None:
    people.record_fact(
        person=A,
        fact=ExemptionValue(kind=Exemption.HALF, outcome=Outcome.APPROVED),
        valid=Period(start=date(*first), end=date(*until)),
        source=Source.AGENCY,
        occasion=occasion,
        request_id=uuid4(),
    )
    file, statements = inserts(
        "people_exemption",
        lambda: agency.send(database, occasion, *(result(each, three[each]) for each in three)),
    )
    assert statements == 2 + len(remains)
    assert [each[1] for each in agency.outcomes(file)] == ["matched"] * 3
    assert desk.exemptions(A, occasion) == [
        *remains,
        ("full", date(2026, 7, 1), date(2027, 7, 1), "approved"),
    ]
    (cut,) = rows.newest(three[A]).steps[-1].detail["cut"]
    assert cut[0] == "exemption"


def test_one_that_is_refused_is_held_and_the_others_are_entered_together(
    database: Database, occasion: Occasion, three: dict[int, int]
) -> None:
    wrong = result(B, three[B], months=(Month(2025, 7), Month(2026, 6)))
    file, statements = inserts(
        "people_exemption",
        lambda: agency.send(database, occasion, result(A, three[A]), wrong, result(C, three[C])),
    )
    assert statements == 1
    assert [each[1] for each in agency.outcomes(file)] == ["matched", "held", "matched"]
    assert models.Record.objects.get(file=file, number=3).code == "invalid_result"
    assert agency.state(three[B]) is State.FORWARDED
    with database.owner() as owner:
        read = owner.execute(
            "SELECT person FROM audit_entry WHERE operation = 'exemption.register'"
            " AND staff_number = 'kokunen nightly' ORDER BY id"
        ).fetchall()
    assert read == [(A,), (C,)]
    assert desk.exemptions(B, occasion) == []


def test_a_changed_answer_takes_the_place_of_the_first(
    database: Database, occasion: Occasion, three: dict[int, int]
) -> None:
    agency.send(database, occasion, result(A, three[A]))
    changed = result(A, three[A], "half") | {"result": "000000000099"}
    file = agency.send(database, occasion, result(B, three[B]), changed, sequence=2)
    assert [each[1] for each in agency.outcomes(file)] == ["matched"] * 2
    assert desk.exemptions(A, occasion) == [
        ("half", date(2026, 7, 1), date(2027, 7, 1), "approved")
    ]


def test_what_the_register_refuses_of_one_leaves_the_others_to_be_tried(
    database: Database, occasion: Occasion, three: dict[int, int]
) -> None:
    """The period of a half month overlaps by days what no month of it shows."""
    people.record_fact(
        person=A,
        fact=ExemptionValue(kind=Exemption.FULL, outcome=Outcome.APPROVED),
        valid=Period(start=date(2026, 4, 1), end=date(2026, 7, 15)),
        source=Source.AGENCY,
        occasion=occasion,
        request_id=uuid4(),
    )
    file = agency.send(database, occasion, *(result(each, three[each]) for each in (A, B)))
    assert [each[1] for each in agency.outcomes(file)] == ["matched"] * 2
    assert desk.exemptions(A, occasion) == [
        ("full", date(2026, 4, 1), date(2026, 7, 1), "approved"),
        ("full", date(2026, 7, 1), date(2027, 7, 1), "approved"),
    ]


def test_people_are_locked_before_cases(database: Database, three: dict[int, int]) -> None:
    """As whoever acts at the desk: while the person is waited for, the case is free."""
    taken: list[int] = []

    def wait() -> None:
        with transaction.atomic():
            taken.extend(hold([three[A]]))
        connection.close()

    lock = "pg_try_advisory_xact_lock(hashtextextended(%s, 0))"
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    chunk = Thread(target=wait)
    with database.owner() as owner:
        owner.execute(f"SELECT {lock}", [f"people_person {A}"])
        chunk.start()
        end = time.monotonic() + 10
        while owner.execute(waiting).fetchone() != (1,):
            assert time.monotonic() < end
            time.sleep(0.01)
        assert owner.execute(f"SELECT {lock}", [f"cases_case {three[A]}"]).fetchone() == (True,)
        assert not taken
    chunk.join()
    assert taken == [three[A]]
