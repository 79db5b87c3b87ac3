"""Raw SQL as the web role: the grants are the declared ones, and the sealed rows are not there.

What `tests/access/test_walls.py`, `tests/people/test_schema.py` and `tests/audit/test_record.py`
ask of single tables is asked here of every table, and of the whole office with its two people.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from kokunen.access.domain import Role
from kokunen.sites import migrating
from tests.matrix import marked
from tests.matrix.marked import ORDINARY, SHIELDED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.office import Database

Web = psycopg.Connection[tuple[Any, ...]]
Grants = dict[tuple[str, str, str], frozenset[str]]

WHOLE: Final = "*"
APPEND_ONLY: Final = (
    "audit_entry", "audit_seal", "openings_opening", "openings_answer", "protection_measure",
    "protection_member", "protection_other_party", "protection_step", "protection_check",
    "protection_number_link", "people_entry", "people_check",
)  # fmt: skip
SEALED: Final = (
    "people_address", "people_phone", "people_membership", "protection_number_link",
    "protection_other_party", "protection_member", "vault_my_number",
)  # fmt: skip
_TABLE_GRANTS: Final = """
SELECT c.relname, r.rolname, a.privilege_type
FROM pg_class AS c CROSS JOIN LATERAL aclexplode(c.relacl) AS a
JOIN pg_roles AS r ON r.oid = a.grantee
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
    AND a.grantee <> c.relowner
"""
_COLUMN_GRANTS: Final = """
SELECT c.relname, r.rolname, a.privilege_type, t.attname
FROM pg_class AS c JOIN pg_attribute AS t ON t.attrelid = c.oid
CROSS JOIN LATERAL aclexplode(t.attacl) AS a JOIN pg_roles AS r ON r.oid = a.grantee
WHERE c.relnamespace = 'public'::regnamespace AND a.grantee <> c.relowner
"""
_DECLARED: Final = re.compile(r"([A-Z]+)\s*(?:\(([^)]*)\))?")


def declared() -> Grants:
    """Return table, role, privilege → columns, as the models say."""
    return {
        (table, f"kokunen_{role}", found[1]): frozenset(
            part.strip() for part in (found[2] or WHOLE).split(",")
        )
        for table, by_role in migrating.declared().items()
        for role, words in by_role.items()
        for found in _DECLARED.finditer(words)
    }


def granted(owner: Web) -> Grants:
    """Return the same, as the database has it."""
    found: dict[tuple[str, str, str], set[str]] = {}
    for table, role, privilege in owner.execute(_TABLE_GRANTS).fetchall():
        found.setdefault((table, role, privilege), set()).add(WHOLE)
    for table, role, privilege, column in owner.execute(_COLUMN_GRANTS).fetchall():
        found.setdefault((table, role, privilege), set()).add(column)
    return {key: frozenset(columns) for key, columns in found.items()}


def test_every_table_has_exactly_the_declared_grants(database: Database) -> None:
    with database.owner() as owner:
        assert granted(owner) == declared()
        owned = owner.execute(
            "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
        assert owned == [("kokunen_owner",)]


def test_a_grant_too_much_is_found(database: Database) -> None:
    with database.owner() as owner:
        owner.execute("GRANT DELETE ON audit_entry TO kokunen_web")
        owner.execute("GRANT UPDATE (outcome) ON audit_entry TO kokunen_web")
        more = granted(owner).items() - declared().items()
        assert dict(more) == {
            ("audit_entry", "kokunen_web", "DELETE"): {WHOLE},
            ("audit_entry", "kokunen_web", "UPDATE"): {"outcome"},
        }


def test_the_roles_have_no_power_beside_their_grants(database: Database) -> None:
    with database.owner() as owner:
        attributes = owner.execute(
            "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls"
            " FROM pg_roles WHERE rolname LIKE 'kokunen_%' AND rolname <> 'kokunen_owner'"
            " ORDER BY rolname"
        ).fetchall()
        member = owner.execute(
            "SELECT count(*) FROM pg_auth_members AS m JOIN pg_roles AS r ON r.oid = m.member"
            " WHERE r.rolname IN ('kokunen_web', 'kokunen_batch', 'kokunen_linkage')"
        ).fetchall()
        create = owner.execute(
            "SELECT r.rolname, has_schema_privilege(r.oid, 'public', 'CREATE'),"
            " has_database_privilege(r.oid, current_database(), 'CREATE')"
            " FROM pg_roles AS r"
            " WHERE r.rolname IN ('kokunen_web', 'kokunen_batch', 'kokunen_linkage')"
        ).fetchall()
    assert attributes == [
        (role, *[False] * 5) for role in ("kokunen_batch", "kokunen_linkage", "kokunen_web")
    ]
    assert member == [(0,)]
    assert {may for _, *rights in create for may in rights} == {False}


def test_what_is_only_added_to_cannot_be_changed_or_removed(database: Database) -> None:
    with database.owner() as owner:
        columns = dict(
            owner.execute(
                "SELECT attrelid::regclass::text, array_agg(attname::text) FROM pg_attribute"
                " WHERE attrelid = ANY(%s::regclass[]) AND attnum > 0 AND NOT attisdropped"
                " GROUP BY attrelid",
                [list(APPEND_ONLY)],
            ).fetchall()
        )
    assert len(columns) == len(APPEND_ONLY)
    with database.web() as web:
        for table, names in columns.items():
            statements = [
                *(f"UPDATE {table} SET {column} = {column}" for column in names),  # noqa: S608 - of the catalogue
                f"DELETE FROM {table}",  # noqa: S608 - as above
                f"TRUNCATE {table} CASCADE",
                f"DROP TABLE {table}",
                f"ALTER TABLE {table} DISABLE TRIGGER ALL",
                f"MERGE INTO {table} USING (SELECT 1) AS x ON true WHEN MATCHED THEN DELETE",
            ]
            for statement in statements:
                with pytest.raises(InsufficientPrivilege), web.transaction():
                    web.execute(statement.encode())


@contextmanager
def asking(database: Database, **named: str) -> Iterator[Web]:
    with database.web() as web, web.transaction():
        for name, value in named.items():
            web.execute("SELECT set_config(%s, %s, true)", [f"kokunen.{name}", value])
        yield web


def told(web: Web, person: marked.Person) -> Mapping[str, int]:
    """Return how many rows of each table of the database speak of a person in any column."""
    tables = web.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind = 'r' AND has_table_privilege(oid, 'SELECT') ORDER BY relname"
    ).fetchall()
    words = [
        f"{person.mark}ヶ丘町", f"{person.mark}荘", f"{person.mark}前町", person.phone,
        person.phone.replace("-", ""), f"{person.mark}続柄", str(person.household),
        person.old_number, person.old_number.replace("-", ""), str(person.income),
        person.my_number,
    ]  # fmt: skip
    found = {}
    for (table,) in tables:
        count = sql.SQL("SELECT count(*) FROM {} AS t WHERE t::text LIKE ANY(%s)").format(
            sql.Identifier(table)
        )
        ((rows,),) = web.execute(count, [[f"%{word}%" for word in words]]).fetchall()
        if rows:
            found[str(table)] = int(rows)
    return found


def test_no_table_that_the_web_reads_tells_what_is_sealed(seeded: marked.Seeded) -> None:
    database = seeded.office.database
    with database.owner() as owner:
        everything = told(owner, SHIELDED)
    assert everything.keys() >= {
        "people_address", "people_phone", "people_membership", "people_basic_number",
        "people_income", "people_search_key",
    }  # fmt: skip
    with asking(database) as web:
        # The number of a household stands alone in its table: it names nobody.
        assert told(web, SHIELDED).keys() == {"people_household"}
        assert told(web, ORDINARY).keys() == everything.keys() - {"people_income"}
    with asking(database, case=str(marked.CASE)) as web:
        assert told(web, SHIELDED).keys() == {"people_household", "people_income"}


def test_only_the_standing_opening_of_the_one_who_asked_opens(seeded: marked.Seeded) -> None:
    database = seeded.office.database
    opening = str(seeded.opened_for(Role.EXAMINER))
    asked_by = str(seeded.occasion(Role.EXAMINER, which=1).staff)
    other = str(seeded.occasion(Role.EXAMINER, which=2).staff)
    with asking(database, opening=opening, staff=other) as web:
        assert told(web, SHIELDED).keys() == {"people_household"}
    with asking(database, opening=str(seeded.waiting), staff=asked_by) as web:
        assert told(web, SHIELDED).keys() == {"people_household"}
    with asking(database, opening=opening, staff=asked_by) as web:
        assert told(web, SHIELDED).keys() >= {
            "people_address", "people_phone", "people_membership", "people_basic_number",
            "people_search_key",
        }  # fmt: skip
        assert web.execute("SELECT count(*) FROM vault_my_number").fetchall() == [(0,)]


def test_the_sealed_tables_have_row_security_that_is_on(database: Database) -> None:
    with database.owner() as owner:
        on = owner.execute(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relname = ANY(%s)",
            [[*SEALED, "people_basic_number", "people_search_key", "people_income"]],
        ).fetchall()
    assert {name for (name,) in on} == {
        *SEALED, "people_basic_number", "people_search_key", "people_income"
    }  # fmt: skip


def test_the_secrets_of_the_vault_are_not_readable_even_as_bytes(seeded: marked.Seeded) -> None:
    with seeded.office.database.owner() as owner:
        rows = owner.execute("SELECT vault_my_number::text FROM vault_my_number").fetchall()
    assert len(rows) == len(marked.PEOPLE)
    for one in marked.PEOPLE.values():
        for (row,) in rows:
            assert one.my_number not in row
            assert one.my_number.encode().hex() not in row
