"""Accounts and roles come and go on their days, on the record, and never by one's own hand."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import psycopg
import pytest

from kokunen.access import operations, place_operations, queries
from kokunen.access.domain import Kind, Role, UnableToActWithoutPermission
from kokunen.access.stale import Why, stale
from kokunen.access.writing import UnableToManageOneself, UnableToManageStaff
from kokunen.audit.domain import Occasion

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.office import Database

AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
PROGRAM = Occasion(at=AT, staff=None, staff_number="test", department="", terminal="test")


def build_office() -> None:
    place_operations.set_branch(code="01", name="中央", occasion=PROGRAM)
    for code, kind in (("P", Kind.PENSION), ("S", Kind.SYSTEMS), ("W", Kind.WELFARE)):
        place_operations.set_department(code=code, name=f"{code}課", kind=kind, occasion=PROGRAM)
    place_operations.set_terminal(name="窓口1", address="127.0.0.1", branch="01", occasion=PROGRAM)


def hire(number: str, *roles: Role, department: str = "P", start: date = date(2026, 4, 1)) -> int:
    pk = operations.create(
        staff_number=number, name="年金 花子", kana="ネンキン ハナコ", start=start, occasion=PROGRAM
    )
    for role in roles:
        operations.assign(
            staff_number=number,
            role=role,
            department=department,
            branch="01",
            start=start,
            occasion=PROGRAM,
        )
    return pk


def acting(number: str, *, at: datetime = AT) -> Occasion:
    pk = queries.identify(number)
    assert pk is not None
    return Occasion(at=at, staff=pk, staff_number=number, department="S", terminal="窓口1")


def roles_on(number: str, day: date) -> frozenset[Role]:
    pk = queries.identify(number)
    assert pk is not None
    found = queries.standing(staff=pk, day=day)
    return found.roles if found else frozenset()


def recorded(database: Database, *, outcome: str = "") -> list[tuple[str, str, str]]:
    with database.owner() as owner:
        return owner.execute(
            "SELECT act, operation, outcome FROM audit_entry"
            " WHERE %(outcome)s IN ('', outcome) ORDER BY id",
            {"outcome": outcome},
        ).fetchall()


def test_a_role_holds_from_its_first_day_up_to_its_end(database: Database) -> None:
    build_office()
    hire("K1", Role.COUNTER)
    operations.end_role(staff_number="K1", role=Role.COUNTER, on=date(2027, 4, 1), occasion=PROGRAM)
    assert roles_on("K1", date(2026, 3, 31)) == frozenset()
    assert roles_on("K1", date(2026, 4, 1)) == {Role.COUNTER}
    assert roles_on("K1", date(2027, 3, 31)) == {Role.COUNTER}
    assert roles_on("K1", date(2027, 4, 1)) == frozenset()
    lines = queries.assignments(staff_number="K1")
    assert [line.superseded_at is None for line in lines] == [True, False]
    assert ("write", "access.end_role", "") in recorded(database)


@pytest.mark.usefixtures("database")
def test_the_same_role_in_another_department_supersedes_and_keeps_the_rest() -> None:
    build_office()
    place_operations.set_department(code="P2", name="支所", kind=Kind.PENSION, occasion=PROGRAM)
    pk = hire("K1", Role.COUNTER, Role.EXAMINER)
    operations.assign(
        staff_number="K1",
        role=Role.COUNTER,
        department="P2",
        start=date(2026, 6, 1),
        end=date(2026, 7, 1),
        occasion=PROGRAM,
    )
    for day, department in (
        (date(2026, 5, 31), "P"),
        (date(2026, 6, 1), "P2"),
        (date(2026, 6, 30), "P2"),
        (date(2026, 7, 1), "P"),
    ):
        found = queries.standing(staff=pk, day=day)
        assert found is not None
        assert found.roles == {Role.COUNTER, Role.EXAMINER}
        assert found.department == department


def test_the_database_forbids_the_same_role_twice_on_a_day(database: Database) -> None:
    build_office()
    pk = hire("K1", Role.COUNTER)
    with database.web() as web, pytest.raises(psycopg.errors.ExclusionViolation):
        web.execute(
            "INSERT INTO access_assignment (staff_id, department_id, role, valid, source,"
            " recorded_at) VALUES (%s, 'P', 'counter', '[2026-05-01,2026-05-02)', 'x', now())",
            [pk],
        )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE access_assignment SET role = 'supervisor'",
        "UPDATE access_assignment SET valid = '[2000-01-01,)'",
        "DELETE FROM access_assignment",
        "DELETE FROM access_staff",
        "UPDATE access_session SET roles = '{supervisor}'",
        "DELETE FROM access_session",
        "UPDATE access_former_password SET password = ''",
    ],
)
def test_the_web_role_cannot_change_what_was(database: Database, statement: str) -> None:
    with database.web() as web, pytest.raises(psycopg.errors.InsufficientPrivilege):
        web.execute(statement)


@pytest.mark.usefixtures("database")
def test_a_wide_role_is_not_given_behind_a_narrow_door() -> None:
    build_office()
    hire("K1")
    for role, department in (
        (Role.SUPERVISOR, "W"),
        (Role.WELFARE, "P"),
        (Role.AUDITOR, "S"),
        (Role.COUNTER, "X"),
    ):
        with pytest.raises(UnableToManageStaff) as refusal:
            operations.assign(
                staff_number="K1", role=role, department=department, start=TODAY, occasion=PROGRAM
            )
        assert refusal.value.field == "department"
    assert roles_on("K1", TODAY) == frozenset()


def test_only_managers_of_staff_manage_and_the_refusal_is_recorded(database: Database) -> None:
    build_office()
    hire("K1", Role.SUPERVISOR)
    hire("K2", Role.COUNTER)
    clerk = acting("K1")
    acts: tuple[Callable[[], object], ...] = (
        lambda: operations.assign(
            staff_number="K2", role=Role.EXAMINER, department="P", start=TODAY, occasion=clerk
        ),
        lambda: operations.end(staff_number="K2", on=TODAY, occasion=clerk),
        lambda: operations.unlock(staff_number="K2", occasion=clerk),
        lambda: operations.issue_password(staff_number="K2", occasion=clerk),
        lambda: operations.reset_second_factor(staff_number="K2", occasion=clerk),
        lambda: operations.apply_personnel(content=b"", occasion=clerk),
        lambda: place_operations.set_branch(code="9", name="x", occasion=clerk),
    )
    for act in acts:
        with pytest.raises(UnableToActWithoutPermission):
            act()
    assert len(recorded(database, outcome="not_permitted")) == 7
    assert roles_on("K2", TODAY) == {Role.COUNTER}


def test_an_administrator_whose_role_has_ended_manages_nothing(database: Database) -> None:
    build_office()
    hire("A1", Role.ADMINISTRATOR, department="S")
    hire("K2", Role.COUNTER)
    operations.end_role(staff_number="A1", role=Role.ADMINISTRATOR, on=TODAY, occasion=PROGRAM)
    with pytest.raises(UnableToActWithoutPermission):
        operations.unlock(staff_number="K2", occasion=acting("A1"))
    before = acting("A1", at=AT - timedelta(days=1))
    operations.unlock(staff_number="K2", occasion=before)
    assert ("write", "access.unlock", "") in recorded(database)


def test_nobody_changes_the_own_account(database: Database) -> None:
    build_office()
    hire("A1", Role.ADMINISTRATOR, department="S")
    own = acting("A1")
    acts: tuple[Callable[[], object], ...] = (
        lambda: operations.assign(
            staff_number="A1", role=Role.SUPERVISOR, department="P", start=TODAY, occasion=own
        ),
        lambda: operations.end_role(
            staff_number="A1", role=Role.ADMINISTRATOR, on=TODAY, occasion=own
        ),
        lambda: operations.end(staff_number="A1", on=TODAY, occasion=own),
        lambda: operations.reset_second_factor(staff_number="A1", occasion=own),
    )
    for act in acts:
        with pytest.raises(UnableToManageOneself):
            act()
    assert len(recorded(database, outcome="own_account")) == 4
    assert roles_on("A1", TODAY) == {Role.ADMINISTRATOR}


def test_an_initial_password_keeps_the_rules_and_is_not_on_the_record(database: Database) -> None:
    from django.contrib.auth.password_validation import validate_password

    from kokunen.access.models import Staff

    build_office()
    hire("K1", Role.COUNTER)
    first = operations.issue_password(staff_number="K1", occasion=PROGRAM)
    second = operations.issue_password(staff_number="K1", occasion=PROGRAM)
    assert first != second
    one = Staff.objects.get(staff_number="K1")
    assert one.must_change_password
    assert one.check_password(second)
    assert one.password.startswith("argon2")
    validate_password(first + "x", one)
    with database.owner() as owner:
        everything = owner.execute("SELECT audit_entry::text FROM audit_entry").fetchall()
    assert not any(first in row or second in row for (row,) in everything)


@pytest.mark.usefixtures("database")
def test_a_department_keeps_its_kind_once_roles_are_held_in_it() -> None:
    build_office()
    hire("K1", Role.COUNTER)
    with pytest.raises(UnableToManageStaff):
        place_operations.set_department(code="P", name="P課", kind=Kind.WELFARE, occasion=PROGRAM)
    place_operations.set_department(code="P", name="年金課", kind=Kind.PENSION, occasion=PROGRAM)
    assert queries.departments()["P"] == "年金課"


@pytest.mark.usefixtures("database")
def test_one_address_is_one_terminal_in_use() -> None:
    build_office()
    with pytest.raises(UnableToManageStaff):
        place_operations.set_terminal(name="窓口2", address="127.0.0.1", occasion=PROGRAM)
    place_operations.set_terminal(name="窓口1", address="127.0.0.1", active=False, occasion=PROGRAM)
    place_operations.set_terminal(name="窓口2", address="127.0.0.1", occasion=PROGRAM)
    found = queries.terminal_at("127.0.0.1")
    assert found is not None
    assert found.name == "窓口2"


@pytest.mark.usefixtures("database")
def test_the_report_names_accounts_that_should_not_be_as_they_are() -> None:
    build_office()
    hire("K1", Role.COUNTER)
    hire("K2")
    hire("K3", Role.COUNTER)
    operations.end_role(staff_number="K3", role=Role.COUNTER, on=TODAY, occasion=PROGRAM)
    hire("K4", Role.COUNTER)
    operations.end(staff_number="K4", on=date(2026, 11, 1), occasion=PROGRAM)
    found = {(one.staff_number, one.why) for one in stale(at=AT)}
    assert found == {
        ("K1", Why.NOT_USED),
        ("K1", Why.NO_SECOND_FACTOR),
        ("K2", Why.NO_ROLE),
        ("K2", Why.NOT_USED),
        ("K2", Why.NO_SECOND_FACTOR),
        ("K3", Why.ROLE_ENDED),
        ("K3", Why.NOT_USED),
        ("K3", Why.NO_SECOND_FACTOR),
    }


@pytest.mark.usefixtures("database")
def test_the_day_of_a_moment_is_that_of_japan() -> None:
    build_office()
    hire("A1", Role.ADMINISTRATOR, department="S", start=TODAY)
    hire("K2", Role.COUNTER)
    before = replace(acting("A1"), at=datetime(2026, 11, 23, 14, 59, tzinfo=UTC))
    with pytest.raises(UnableToActWithoutPermission):
        operations.unlock(staff_number="K2", occasion=before)
    midnight = replace(before, at=datetime(2026, 11, 23, 15, 0, tzinfo=UTC))
    operations.unlock(staff_number="K2", occasion=midnight)


RUN = """
import argparse, sys
from kokunen.cli import staff
parser = argparse.ArgumentParser()
staff.add(parser.add_subparsers())
given = parser.parse_args(sys.argv[1:])
sys.exit(given.run(given))
"""


def command(database: Database, *words: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", RUN, "staff", *words],
        env=database.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout


def test_the_command_line_sets_up_an_office_and_reports(database: Database, tmp_path: Path) -> None:
    assert command(database, "department", "P", "年金課", "pension") == (0, "")
    assert command(database, "branch", "01", "中央") == (0, "")
    assert command(database, "terminal", "窓口1", "10.0.0.1", "--branch", "01") == (0, "")
    file = tmp_path / "personnel.csv"
    file.write_text(
        "職員番号,氏名,カナ,所属コード,支所コード,役割,発令日,終了日,区分\n"
        "K1,年金 花子,ネンキン ハナコ,P,01,窓口,2026-04-01,,新規\n",
        encoding="cp932",
    )
    assert command(database, "import", str(file))[0] == 0
    assert roles_on("K1", TODAY) == {Role.COUNTER}
    code, password = command(database, "password", "K1")
    assert code == 0
    assert len(password.splitlines()[0]) == 16
    code, report = command(database, "stale")
    assert code == 1
    assert "K1" in report
    assert "花子" not in report
    file.write_text(file.read_text(encoding="cp932").replace("窓口", "社長"), encoding="utf-8")
    code, answer = command(database, "import", str(file))
    assert code == 1
    assert "2行目 役割" in answer
