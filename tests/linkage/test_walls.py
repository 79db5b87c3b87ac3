"""The walls: the city's roles reach nothing of the platform's, the platform nothing of theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from kokunen.linkage.models import PRIVILEGES
from kokunen.postgres.roles import Role

if TYPE_CHECKING:
    from tests.office import Database

AGREED = ("system", "certificate", "permission", "item", "hand_over", "right")


def tables(database: Database) -> list[str]:
    with database.owner() as owner:
        return [
            str(name)
            for (name,) in owner.execute(
                "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p', 'v')"
                " AND relnamespace = 'public'::regnamespace"
            ).fetchall()
        ]


@pytest.mark.parametrize("role", [Role.WEB, Role.BATCH])
def test_the_city_reads_and_writes_nothing_of_the_platform(database: Database, role: Role) -> None:
    of_platform = [name for name in tables(database) if name.startswith("linkage_")]
    assert sorted(of_platform) == sorted(PRIVILEGES)
    with database.connect(role) as other:
        other.autocommit = True
        for name in of_platform:
            for act in (f"SELECT 1 FROM {name}", f"DELETE FROM {name}"):  # noqa: S608 - names from the catalogue
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    other.execute(act)


def test_the_platform_reaches_its_own_tables_and_the_record_alone(database: Database) -> None:
    with database.connect(Role.LINKAGE) as platform:
        platform.autocommit = True
        reached = {
            (str(table), str(privilege))
            for table, privilege in platform.execute(
                "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
                " WHERE grantee = 'kokunen_linkage'"
            ).fetchall()
        }
        columns = {
            str(table)
            for (table,) in platform.execute(
                "SELECT DISTINCT table_name FROM information_schema.role_column_grants"
                " WHERE grantee = 'kokunen_linkage'"
            ).fetchall()
        }
        assert {table for table, _ in reached} == set(PRIVILEGES)
        assert columns == {*PRIVILEGES, "audit_entry"}
        assert {table for table, privilege in reached if privilege != "SELECT"} == {
            table for table in PRIVILEGES if table.removeprefix("linkage_") not in AGREED
        }
        assert not [table for table, privilege in reached if privilege in {"DELETE", "TRUNCATE"}]
        others = [name for name in tables(database) if not name.startswith("linkage_")]
        assert {"people_person", "audit_entry", "vault_my_number", "access_staff"} <= set(others)
        for name in others:
            for act in (f"SELECT 1 FROM {name}", f"DELETE FROM {name}"):  # noqa: S608 - names from the catalogue
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    platform.execute(act)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO linkage_system (code, title, since) VALUES ('x', 'x', '2020-01-01')",
        "UPDATE linkage_certificate SET revoked_at = NULL",
        "INSERT INTO linkage_right (staff_number, function, since) VALUES ('x', 'x', now())",
        "UPDATE linkage_message SET system = 'x'",
        "UPDATE linkage_refusal SET code = ''",
        "DELETE FROM linkage_refusal",
        "UPDATE linkage_subject SET number = '1'",
        "CREATE TABLE mine (x int)",
        "SET ROLE kokunen_owner",
        "SELECT vault_holder('00000000-0000-0000-0000-000000000000', '{}')",
    ],
)
def test_the_platform_cannot_let_itself_in(database: Database, statement: str) -> None:
    with (
        database.connect(Role.LINKAGE) as platform,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        platform.execute(statement)
