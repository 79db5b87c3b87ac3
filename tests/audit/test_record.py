"""An entry stands or falls with what it is about, and then nobody changes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
from django.db import transaction

from kokunen.audit import journal, operations
from kokunen.audit.domain import Act, Change, UnableToRecord
from kokunen.postgres.roles import Role
from tests.audit.entries import CLERK, PROGRAM, look, seal, verify

if TYPE_CHECKING:
    from tests.office import Database


def lines_now() -> set[object]:
    return {line[0] for _, _, line in journal.lines() if line is not None}


def test_an_entry_holds_what_was_said(database: Database) -> None:
    with transaction.atomic():
        entry = operations.record(
            act=Act.WRITE,
            operation="people.correct_name",
            occasion=CLERK.because(purpose="correction", reason="届出の写し", case=77),
            person=12345,
            shown=["sex", "name", "kana"],
            changes=[Change(table="people_name", row="9", field="source", before="a", after="b")],
            outcome="done",
        )
    with database.owner() as owner:
        held = owner.execute(
            "SELECT at, act, operation, staff, staff_number, department, terminal, purpose, reason,"
            " case_id, person, shown_name, shown_sex, shown_birth_date, shown_address, shown,"
            " changes, outcome, length(mac), epoch <> 0 FROM audit_entry WHERE id = %s",
            [entry],
        ).fetchone()
    assert held == (
        CLERK.at, "write", "people.correct_name", 101, "K00101", "PENSION", "窓口1", "correction",
        "届出の写し", 77, 12345, True, True, False, False, ["kana", "name", "sex"],
        [["people_name", "9", "source", "a", "b"]], "done", 32, True,
    )  # fmt: skip
    assert entry in lines_now()
    assert verify(database).is_clean


def test_a_rollback_leaves_neither_an_entry_nor_a_line(database: Database) -> None:
    class Fault(Exception):
        pass

    kept = look(1)
    entries = []

    def fail_after_recording() -> None:
        with transaction.atomic():
            entries.append(
                operations.record(act=Act.WRITE, operation="a.b", occasion=CLERK, person=1)
            )
            raise Fault

    with pytest.raises(Fault):
        fail_after_recording()
    with database.owner() as owner:
        assert owner.execute("SELECT id FROM audit_entry").fetchall() == [(kept,)]
    assert kept in lines_now()
    assert entries[0] not in lines_now()


@pytest.mark.usefixtures("database")
def test_outside_a_transaction_nothing_is_recorded() -> None:
    with pytest.raises(UnableToRecord):
        operations.record(act=Act.READ, operation="a.b", occasion=CLERK, person=1)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET reason = ''",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "UPDATE audit_entry SET xact = '5'",
        "INSERT INTO audit_entry (id, xact) VALUES (gen_random_uuid(), '5')",
        "INSERT INTO audit_entry (id, epoch) VALUES (gen_random_uuid(), 5)",
        "UPDATE audit_seal SET entries = 1",
        "DELETE FROM audit_seal",
        "TRUNCATE audit_seal",
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
    ],
)
@pytest.mark.parametrize("role", [Role.WEB, Role.BATCH])
def test_programs_cannot_change_the_record(database: Database, role: Role, statement: str) -> None:
    look(1)
    with database.connect(role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement.encode())


def test_the_web_role_cannot_seal(database: Database) -> None:
    look(1)
    with database.web() as web, pytest.raises(psycopg.errors.InsufficientPrivilege):
        web.execute("INSERT INTO audit_seal (id) VALUES (1)")


@pytest.mark.parametrize("table", ["audit_entry", "audit_seal"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET epoch = 1", "DELETE FROM {}", "TRUNCATE {}"])
def test_even_the_owner_slips_on_the_trigger(database: Database, table: str, verb: str) -> None:
    look(1)
    seal(database)
    with database.owner() as owner, pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner.execute(verb.format(table).encode())


def test_the_database_asks_for_a_purpose_by_itself(database: Database) -> None:
    with database.web() as web, pytest.raises(psycopg.errors.CheckViolation) as refused:
        web.execute(
            "INSERT INTO audit_entry (id, at, act, operation, staff_number, department, terminal,"
            " purpose, reason, person, shown_name, shown_sex, shown_birth_date, shown_address,"
            " shown, changes, outcome, mac) VALUES (gen_random_uuid(), now(), 'read', 'a.b', '',"
            " '', '', '', '', 1, true, true, true, true, '{}', '[]', '', '')"
        )
    assert refused.value.diag.constraint_name == "audit_entry_purpose"


def test_a_refusal_is_recorded_without_a_purpose(database: Database) -> None:
    with transaction.atomic():
        operations.record(
            act=Act.REFUSE, operation="access.sign_in", occasion=PROGRAM, outcome="wrong_password"
        )
    assert verify(database).entries == 1


def test_a_journal_that_cannot_be_written_undoes_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(journal, "append", full)
    look(1)
    report = verify(database)
    assert (report.entries, report.without_line, report.is_clean) == (1, 1, True)
