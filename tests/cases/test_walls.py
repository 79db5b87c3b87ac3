"""What the database itself refuses of a case, whoever asks and in whatever words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from django.db import connection
from psycopg import errors, sql

from kokunen.cases import queries
from kokunen.cases.domain import OVER
from kokunen.people.domain import Hidden, Masked
from kokunen.postgres.roles import Role
from tests.cases.desk import PERSON, SAID, K, lived, received, registered, shown
from tests.people.protected import opened, protect
from tests.people.register import ALL

if TYPE_CHECKING:
    import psycopg

    from kokunen.audit.domain import Occasion
    from tests.office import Database

pytestmark = pytest.mark.usefixtures("person")

TABLES = ("cases_case", "cases_step", "cases_particulars", "cases_tested")
STEP = (
    "INSERT INTO cases_step (case_id, number, kind, at, on_day, staff, maker, reason, detail,"
    " request_id) VALUES (%(case)s, %(number)s, %(kind)s, now(), '2026-11-24', %(staff)s,"
    " %(maker)s, %(reason)s, '{}', gen_random_uuid())"
)


def put(to: psycopg.Connection[tuple[Any, ...]], case: int, **said: object) -> None:
    given: dict[str, object] = {
        "case": case,
        "number": 2,
        "kind": "examined",
        "staff": 202,
        "maker": 101,
    }
    to.execute(STEP, given | {"reason": ""} | said)


@pytest.mark.parametrize("role", ["web", "batch"])
def test_rows_are_inserted_and_nothing_else(
    database: Database, occasion: Occasion, role: str
) -> None:
    lived(occasion, K.EXAMINED)
    with getattr(database, role)() as to:
        for table in (*TABLES, "cases_open"):
            name = sql.Identifier(table)
            for words in ("DELETE FROM {}", "TRUNCATE {}"):
                with pytest.raises(errors.InsufficientPrivilege), to.transaction():
                    to.execute(sql.SQL(words).format(name))
            column = sql.Identifier("case_id" if table == "cases_open" else "id")
            with pytest.raises(errors.InsufficientPrivilege), to.transaction():
                to.execute(sql.SQL("UPDATE {} SET {} = 1").format(name, column))
        with pytest.raises(errors.InsufficientPrivilege), to.transaction():
            to.execute("INSERT INTO cases_open VALUES (1)")
        with pytest.raises(errors.InsufficientPrivilege), to.transaction():
            to.execute("INSERT INTO cases_tested (xact) VALUES ('1')")


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        # Nobody examines their own work, ...
        ({"staff": 101}, errors.CheckViolation),
        # ... nor by saying that somebody else did it, now or in a step before.
        ({"staff": 101, "maker": 202}, errors.IntegrityConstraintViolation),
        ({"kind": "taken", "maker": 202}, errors.IntegrityConstraintViolation),
        ({"kind": "corrected", "reason": "誤記", "maker": 101}, errors.CheckViolation),
        ({"number": 3}, errors.IntegrityConstraintViolation),
        ({"number": 1, "kind": "received", "maker": 202}, errors.IntegrityConstraintViolation),
        ({"kind": "received", "maker": 202}, errors.CheckViolation),
        ({"kind": "decided"}, errors.CheckViolation),
        ({"kind": "withdrawn", "reason": "\u3000"}, errors.CheckViolation),
        ({"staff": -1}, errors.CheckViolation),
    ],
)
def test_a_step_that_would_not_hold(
    database: Database, occasion: Occasion, said: dict[str, Any], refused: type[Exception]
) -> None:
    case = received(occasion).case
    with database.web() as web:
        with pytest.raises(refused), web.transaction():
            put(web, case, **said)
        put(web, case)


def test_particulars_belong_to_a_step_that_writes_them(
    database: Database, occasion: Occasion
) -> None:
    case = lived(occasion, K.ASKED)
    registered(occasion, 10002)
    words = (
        "INSERT INTO cases_particulars (case_id, number, person_id, data) VALUES (%s, %s, %s, '{}')"
    )
    with database.web() as web:
        for number, person in ((1, PERSON), (2, PERSON), (3, PERSON)):
            with pytest.raises(errors.IntegrityError), web.transaction():
                web.execute(words, [case, number, person])
        put(web, case, number=3, kind="completed", staff=101)
        with pytest.raises(errors.IntegrityError), web.transaction():
            web.execute(words, [case, 3, 10002])
        web.execute(words, [case, 3, PERSON])


def test_the_index_of_open_cases_holds_what_the_steps_say(
    database: Database, occasion: Occasion
) -> None:
    ways = (K.EXAMINED, K.FORWARDED, K.GRANTED, K.NOTIFIED, K.CLOSED)
    cases = [
        lived(occasion, *ways, filing="asked", event_on=None, particulars={}),
        lived(occasion, K.WITHDRAWN),
        lived(occasion, *ways, K.CORRECTED, K.TAKEN),
    ]
    with database.web() as web:
        found = {case for (case,) in web.execute("SELECT case_id FROM cases_open").fetchall()}
    says = {case for case in cases if shown(case, occasion).state not in OVER}
    assert found == says == {cases[2]}


def test_what_a_protected_person_filed_is_sealed(database: Database, occasion: Occasion) -> None:
    case = lived(occasion, K.EXAMINED)
    protect(PERSON, occasion)
    assert shown(case, occasion).particulars == Masked()
    opening = opened(PERSON, occasion)
    assert shown(case, occasion, opening=opening).particulars == SAID
    with database.web() as web:
        assert web.execute("SELECT * FROM cases_particulars").fetchall() == []
        put(web, case, number=3, kind="corrected", staff=101, reason="誤記")
        with pytest.raises(errors.InsufficientPrivilege), web.transaction():
            web.execute(
                "INSERT INTO cases_particulars (case_id, number, person_id, data)"
                " VALUES (%s, 3, %s, '{}')",
                [case, PERSON],
            )
    with database.batch() as batch:
        assert len(batch.execute("SELECT * FROM cases_particulars").fetchall()) == 1


def test_a_read_is_recorded_as_it_was_given(database: Database, occasion: Occasion) -> None:
    case = received(occasion).case
    hidden = queries.one(case=case, occasion=occasion, sees=ALL - {"enrolment"})
    assert hidden.particulars == Hidden()
    assert shown(case, occasion).particulars == SAID
    protect(PERSON, occasion)
    shown(case, occasion)
    with database.owner() as owner:
        lines = owner.execute(
            "SELECT shown, case_id, person FROM audit_entry WHERE operation = 'cases.one'"
            " ORDER BY id"
        ).fetchall()
    assert [(sorted(line[0]), *line[1:]) for line in lines] == [
        ([], case, PERSON),
        (["enrolment"], case, PERSON),
        ([], case, PERSON),
    ]


def test_the_owner_may_take_the_walls_down_and_put_them_up(database: Database) -> None:
    with database.django_as(Role.OWNER):
        call_command("migrate", "cases", "0001", verbosity=0, skip_checks=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_proc WHERE proname LIKE 'cases_%'")
            assert cursor.fetchone() is None
        call_command("migrate", "cases", verbosity=0, skip_checks=True)
