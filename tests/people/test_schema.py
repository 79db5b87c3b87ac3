"""The walls in the database itself, met with raw SQL as the role of the web."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, LiteralString
from uuid import uuid4

import psycopg
import pytest
from django.core.management import call_command
from psycopg import errors, sql

from kokunen.people import models, rows
from kokunen.people.domain import VALUES
from kokunen.postgres.roles import Role
from tests.people.protected import opened, protect
from tests.people.register import register, within_case

if TYPE_CHECKING:
    from kokunen.audit.domain import Occasion
    from tests.office import Database

Web = psycopg.Connection[tuple[Any, ...]]
TABLES = sorted(model._meta.db_table for model in models.FACTS)
ENTRY = uuid4()
NEEDED: dict[str, dict[str, object]] = {
    "people_name": {"name": "架空　一郎"},
    "people_identity": {"sex": "male"},
    "people_register": {"residency": "japanese"},
    "people_stop": {"scope": "all"},
    "people_foreign": {"nationality": "架空国"},
    "people_membership": {"household_id": 70001, "head": True},
    "people_address": {"kind": "residence"},
    "people_phone": {"kind": "home", "number": "03-0000-0000"},
    "people_basic_number": {"kind": "current", "number": "0000000009"},
    "people_enrolment": {"category": "category_1"},
    "people_additional": {},
    "people_exemption": {"kind": "full", "outcome": ""},
    "people_claim": {"kind": "old_age", "claimed_on": "2026-04-01"},
    "people_income": {"fiscal_year": 2026, "levy_year": 2026},
}
"""The columns of each table that have no empty value."""

PERIOD = {
    "people_identity": "(,)",
    "people_claim": "[2026-04-01,)",
    "people_income": "[2026-04-01,2027-04-01)",
}


def row(table: str, person: int, **more: object) -> dict[str, object]:
    """A row that the database takes."""
    found: dict[str, object] = {}
    model = next(each for each in models.FACTS if each._meta.db_table == table)
    for column in model._meta.concrete_fields:
        if column.get_internal_type() == "CharField":
            found[str(column.column)] = ""
    found |= {
        "person_id": person,
        "valid": PERIOD.get(table, "[2020-01-01,2025-01-01)"),
        "source": "office",
        "entry_id": ENTRY,
        "recorded_at": "2026-11-24 10:00+09",
        "recorded_by": 101,
    }
    return found | NEEDED[table] | more


def insert(web: Web, table: str, values: dict[str, object]) -> int:
    query = sql.SQL("INSERT INTO {} ({}) VALUES ({}) RETURNING id").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, values)),
        sql.SQL(", ").join(sql.Placeholder() * len(values)),
    )
    made = web.execute(query, list(values.values())).fetchone()
    assert made is not None
    return int(made[0])


@pytest.fixture
def office(database: Database, occasion: Occasion) -> Database:
    """Two persons without a fact, a household, an entry, and the case 1 that tests both."""
    with database.web() as web:
        for person in (1, 2):
            web.execute(
                "INSERT INTO people_person (id, key, created_at)"
                " VALUES (%s, gen_random_uuid(), now())",
                [person],
            )
        web.execute("INSERT INTO people_household (id, created_at) VALUES (70001, now())")
        web.execute(
            "INSERT INTO people_entry (request_id, operation, recorded_at, recorded_by, reason,"
            " rows) VALUES (%s, 'test', now(), 101, '', '[]')",
            [ENTRY],
        )
    within_case(1, 2, occasion=occasion, number=1)
    return database


def case_open(web: Web) -> None:
    web.execute("SELECT set_config('kokunen.case', '1', false)")


def test_an_overlap_is_refused_by_the_database_itself(office: Database) -> None:
    with office.web() as web:
        case_open(web)
        for table in TABLES:
            insert(web, table, row(table, 1))
            overlapping = row(table, 1)
            if table not in PERIOD:
                overlapping["valid"] = "[2024-12-31,)"
            with pytest.raises(errors.ExclusionViolation), web.transaction():
                insert(web, table, overlapping)


def test_the_next_day_and_a_superseded_row_are_no_overlap(office: Database) -> None:
    superseded = {"superseded_at": "2026-11-24 11:00+09", "superseded_entry_id": ENTRY}
    with office.web() as web:
        for table in sorted(set(TABLES) - PERIOD.keys()):
            insert(web, table, row(table, 1))
            insert(web, table, row(table, 1, valid="[2025-01-01,)"))
            insert(web, table, row(table, 1, **superseded))


def test_a_basic_number_belongs_to_one_person_at_a_time(office: Database) -> None:
    table = "people_basic_number"
    with office.web() as web:
        insert(web, table, row(table, 1))
        insert(web, table, row(table, 2, valid="[2025-01-01,)"))
        with pytest.raises(errors.ExclusionViolation):
            insert(web, table, row(table, 2))


def test_a_household_has_one_head_at_a_time(office: Database) -> None:
    table = "people_membership"
    with office.web() as web:
        insert(web, table, row(table, 1))
        insert(web, table, row(table, 2, head=False))
        with pytest.raises(errors.ExclusionViolation):
            insert(web, table, row(table, 2, valid="[2024-12-31,2026-01-01)"))


MARKS = {"superseded_at", "superseded_by_id", "superseded_entry_id"}


def test_the_largest_numbers_are_told_apart(office: Database) -> None:
    """Neighbours are two people and two households, however many digits they have."""
    largest = 999_999_999_999_999
    with office.web() as web:
        for number in (largest - 1, largest):
            web.execute(
                "INSERT INTO people_person (id, key, created_at)"
                " VALUES (%s, gen_random_uuid(), now())",
                [number],
            )
            web.execute(
                "INSERT INTO people_household (id, created_at) VALUES (%s, now())", [number]
            )
            insert(web, "people_name", row("people_name", number))
            lives = row("people_membership", number, household_id=number)
            insert(web, "people_membership", lives)
        with pytest.raises(errors.ExclusionViolation) as refused, web.transaction():
            insert(web, "people_name", row("people_name", largest))
        assert refused.value.diag.constraint_name == "people_name_one_at_a_time"
        other = row("people_membership", 1, household_id=largest)
        with pytest.raises(errors.ExclusionViolation) as refused, web.transaction():
            insert(web, "people_membership", other)
    assert refused.value.diag.constraint_name == "people_membership_one_head_at_a_time"


def test_the_web_changes_nothing_but_marks_once(office: Database) -> None:
    with office.web() as web:
        case_open(web)
        for table in TABLES:
            made = insert(web, table, row(table, 1))
            allowed = web.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = %(table)s::regclass"
                " AND attnum > 0 AND has_column_privilege(%(table)s, attname, 'UPDATE')",
                {"table": table},
            ).fetchall()
            assert {column for (column,) in allowed} == MARKS
            for statement in ("DELETE FROM {}", "TRUNCATE {}", "UPDATE {} SET recorded_by = 5"):
                with pytest.raises(errors.InsufficientPrivilege), web.transaction():
                    web.execute(sql.SQL(statement).format(sql.Identifier(table)))
            first, cleared = (
                sql.SQL(
                    "UPDATE {} SET superseded_at = {}, superseded_entry_id = %s WHERE id = %s"
                ).format(sql.Identifier(table), sql.Literal(at))
                for at in ("2026-11-25", None)
            )
            web.execute(first, [ENTRY, made])
            for again in (first, cleared):
                with (
                    pytest.raises(errors.IntegrityConstraintViolation),
                    web.transaction(),
                ):
                    web.execute(again, [ENTRY, made])


@pytest.mark.parametrize("table", ["people_person", "people_entry", "people_check"])
def test_who_entered_and_who_checked_is_never_changed(table: str, office: Database) -> None:
    name = sql.Identifier(table)
    column = sql.Identifier({"people_person": "key"}.get(table, "recorded_by"))
    for connect in (office.web, office.batch):
        with connect() as role:
            for statement in (
                sql.SQL("DELETE FROM {}").format(name),
                sql.SQL("UPDATE {} SET {} = {}").format(name, column, column),
            ):
                with pytest.raises(errors.InsufficientPrivilege):
                    role.execute(statement)
                role.rollback()


@pytest.mark.parametrize(
    ("maker", "checker", "refused"),
    [
        (101, 101, errors.CheckViolation),
        (999, 101, errors.ForeignKeyViolation),
        (101, 0, errors.CheckViolation),
    ],
)
def test_the_database_knows_who_may_check(
    maker: int, checker: int, refused: type[Exception], office: Database
) -> None:
    with office.web() as web, pytest.raises(refused):
        web.execute(
            "INSERT INTO people_check (entry_id, recorded_by, checked_by, checked_at)"
            " VALUES (%s, %s, %s, now())",
            [ENTRY, maker, checker],
        )


BAD: list[tuple[str, dict[str, object]]] = [
    ("people_name", {"valid": "empty"}),
    ("people_name", {"valid": "[2020-01-01,infinity)"}),
    ("people_name", {"name": " \u3000"}),
    ("people_name", {"source": "rumour"}),
    ("people_name", {"superseded_at": "2026-11-25"}),
    ("people_name", {"superseded_at": "2026-01-01", "superseded_entry_id": ENTRY}),
    ("people_identity", {"sex": "1"}),
    ("people_identity", {"valid": "[2020-01-01,)"}),
    ("people_register", {"arrival": "stork"}),
    ("people_basic_number", {"number": "12345678901"}),
    (
        "people_basic_number",
        {"number": "\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19\uff10"},
    ),
    ("people_basic_number", {"kind": "old", "number": "abc"}),
    ("people_claim", {"claimed_on": "2026-04-02"}),
    ("people_claim", {"certificate_number": "123"}),
    ("people_claim", {"claimant_name": "架空　一郎"}),
    ("people_claim", {"diagnosed_on": "2026-04-01"}),
    ("people_claim", {"kind": "old_age_welfare", "pension_code": "1150"}),
    ("people_income", {"general": -1}),
    ("people_income", {"medical": -1}),
    ("people_income", {"valid": "[2026-04-01,2028-04-01)"}),
    ("people_exemption", {"school_name": "想定大学"}),
    ("people_exemption", {"statutory_lapsed_on": "2026-04-01"}),
]


def test_a_wrong_form_is_refused(office: Database) -> None:
    with office.web() as web:
        case_open(web)
        for table, wrong in BAD:
            with pytest.raises(errors.CheckViolation), web.transaction():
                insert(web, table, row(table, 1, **wrong))


SEALED: list[LiteralString] = [
    "SELECT * FROM people_address WHERE person_id = 1",
    "SELECT * FROM people_phone WHERE person_id = 1",
    "SELECT * FROM people_membership WHERE person_id = 1",
    "SELECT * FROM people_basic_number WHERE person_id = 1 AND kind = 'old'",
    "SELECT * FROM people_search_key WHERE person_id = 1 AND kind IN ('phone', 'old_number')",
    "SELECT a.* FROM people_person p JOIN people_address a ON a.person_id = p.id WHERE p.id = 1",
]


def test_what_is_sealed_is_not_there_for_raw_sql(database: Database, occasion: Occasion) -> None:
    register(1, occasion)
    register(2, occasion, head=False)
    with database.web() as web:
        before = [len(web.execute(statement).fetchall()) for statement in SEALED]
    assert all(before)
    protect(1, occasion)
    with database.web() as web:
        assert [len(web.execute(statement).fetchall()) for statement in SEALED] == [0] * len(SEALED)
        assert web.execute("SELECT person_id FROM people_address").fetchall() == [(2,)]
        for table in ("people_address", "people_phone"):
            with pytest.raises(errors.InsufficientPrivilege):
                insert(web, table, row(table, 1))
            web.rollback()
        changed = web.execute(
            "UPDATE people_address SET superseded_at = '2026-12-01', superseded_entry_id = entry_id"
            " WHERE person_id = 1"
        )
        assert changed.rowcount == 0
    opening = opened(1, occasion)
    with database.web() as web:
        web.execute(
            "SELECT set_config('kokunen.opening', %s, true),"
            " set_config('kokunen.staff', '101', true)",
            [str(opening)],
        )
        assert [len(web.execute(statement).fetchall()) for statement in SEALED] == before
        web.commit()
        assert not web.execute(SEALED[0]).fetchall()


def test_income_is_not_there_without_a_case(office: Database) -> None:
    with office.web() as web:
        case_open(web)
        insert(web, "people_income", row("people_income", 1))
        web.commit()
    with office.web() as web:
        assert web.execute("SELECT * FROM people_income").fetchall() == []
        with pytest.raises(errors.InsufficientPrivilege):
            insert(web, "people_income", row("people_income", 2))


def test_every_part_of_a_value_has_its_column() -> None:
    for kind, value in VALUES.items():
        own = {each.name for each in rows.MODELS[kind]._meta.concrete_fields} - {
            each.name for each in models.Fact._meta.fields
        }
        parts = {each.name for each in fields(value)}
        assert parts == own - {"id"}, kind
        assert {part for columns in value.FIELDS.values() for part in columns} == parts, kind


def test_every_code_of_a_model_is_known_to_the_database(office: Database) -> None:
    with office.owner() as owner:
        held = owner.execute(
            "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'c' AND conrelid::regclass::text LIKE 'people_%'"
        ).fetchall()
    for model in models.FACTS:
        table = model._meta.db_table
        for column in model._meta.concrete_fields:
            for code, _ in column.choices or ():
                assert any(
                    name == table and column.column in rule and f"'{code}'" in rule
                    for name, rule in held
                ), (table, column.column, code)


def test_every_column_says_its_term(office: Database) -> None:
    """A generated page can map the record items: each column of a fact has a Japanese comment."""
    with office.owner() as owner:
        for model in models.FACTS:
            for column in model._meta.concrete_fields:
                if column.name == "id" or column.is_relation:
                    continue
                said = owner.execute(
                    "SELECT col_description(%s::regclass, attnum) FROM pg_attribute"
                    " WHERE attrelid = %s::regclass AND attname = %s",
                    [model._meta.db_table, model._meta.db_table, column.column],
                ).fetchone()
                assert said is not None
                assert said[0], (model._meta.db_table, column.column)


def test_the_migrations_say_what_the_models_say(database: Database) -> None:
    with database.django_as(Role.OWNER):
        call_command("makemigrations", "people", check=True, dry_run=True, verbosity=0)
