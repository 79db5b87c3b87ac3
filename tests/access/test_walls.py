"""Raw SQL with the role of the web: what is sealed stays sealed without an opening on record."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.errors import CheckViolation, ForeignKeyViolation, InsufficientPrivilege

from kokunen.access.protection import operations as protection
from kokunen.access.protection.domain import Evidence, Ground, Member, OtherParty
from kokunen.access.vault import operations as vault
from kokunen.access.vault.domain import IndividualNumber
from kokunen.access.vault.queries import keys as vault_keys
from kokunen.audit.domain import Occasion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.office import Database

Web = psycopg.Connection[tuple[Any, ...]]

PERSON, CHILD, STRANGER = 8001, 8002, 8003
CLERK, SUPERVISOR = 11, 22
SEALED = {
    "protection_member": "protected",
    "protection_other_party": "protected",
    "protection_number_link": "protected",
    "vault_my_number": "my_number",
}
TABLES = [
    "openings_opening",
    "openings_answer",
    "protection_measure",
    "protection_step",
    "protection_check",
    *SEALED,
]


@pytest.fixture
def office(database: Database) -> Database:
    """A protected person with a member, another party, a changed number and a My Number."""
    occasion = Occasion(
        at=datetime.now(tz=UTC),
        staff=CLERK,
        staff_number="K11",
        department="PENSION",
        terminal="窓口1",
        purpose="protection",
        reason="申出",
    )
    for person, child, number in (
        (PERSON, CHILD, "621498320257"),
        (STRANGER, 8004, "100000000005"),
    ):
        protection.register(
            person=person,
            ground=Ground.DV,
            on=date(2026, 4, 1),
            evidence=Evidence.APPLICATION,
            evidence_ref="申出書",
            members=[Member(person=child)],
            other_parties=[OtherParty(name="相手方", address="川辺市")],
            occasion=occasion,
        )
        protection.change_number(
            person=person,
            old_number="1234567890",
            new_number="9700000001",
            on=date(2026, 5, 1),
            evidence_ref="通知",
            occasion=occasion,
        )
        vault.store(
            person=person,
            number=IndividualNumber(number),
            since=date(2026, 1, 1),
            source="card",
            occasion=occasion,
        )
    return database


def ask(
    web: Web,
    kind: str,
    *,
    person: int = PERSON,
    staff: int = CLERK,
    minutes: int = 10,
    ahead: int = 0,
) -> UUID:
    """Insert an opening as a raw row; the caller commits or does not."""
    opening = uuid4()
    asked = datetime.now(tz=UTC) + timedelta(minutes=ahead)
    until = asked + timedelta(minutes=abs(minutes))
    if minutes < 0:
        asked, until = asked + timedelta(minutes=2 * minutes), asked + timedelta(minutes=minutes)
    web.execute(
        "INSERT INTO openings_opening (id, kind, person_id, requested_by, staff_number, purpose,"
        " case_id, reason, requested_at, until)"
        " VALUES (%s, %s, %s, %s, 'K', 'reception', 7, '理由', %s, %s)",
        [opening, kind, person, staff, asked, until],
    )
    return opening


def grant(web: Web, opening: UUID, *, granted: bool = True, asked_by: int = CLERK) -> None:
    web.execute(
        "INSERT INTO openings_answer (opening_id, requested_by, answered_by, granted, reason, at)"
        " VALUES (%s, %s, %s, %s, '', now())",
        [opening, asked_by, SUPERVISOR, granted],
    )


def name(web: Web, opening: object, staff: object = CLERK) -> None:
    web.execute(
        "SELECT set_config('kokunen.opening', %s, true), set_config('kokunen.staff', %s, true)",
        [str(opening), str(staff)],
    )


def rows(web: Web, table: str) -> int:
    found = web.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - of the list above
    return len(found)


@contextmanager
def opened(database: Database, kind: str, **asked: int) -> Iterator[tuple[Web, UUID]]:
    """A connection that names a proper opening, granted where that is needed."""
    with database.web() as web:
        opening = ask(web, kind, **asked)
        if kind == "protected":
            grant(web, opening, asked_by=asked.get("staff", CLERK))
        web.commit()
        name(web, opening)
        yield web, opening


def test_a_proper_opening_shows_that_persons_rows_alone(office: Database) -> None:
    for table, kind in SEALED.items():
        with opened(office, kind) as (web, _):
            assert rows(web, table) == 1
            column = "applicant_id" if table == "protection_member" else "person_id"
            (person,) = web.execute(f"SELECT {column} FROM {table}").fetchall()  # noqa: S608 - of the list above
            assert person == (PERSON,)
            web.commit()
            # What was named for one transaction is gone with it.
            assert rows(web, table) == 0
        with office.owner() as owner:
            assert rows(owner, table) == 2


def test_several_openings_show_their_people_and_each_must_stand(office: Database) -> None:
    for table, kind in SEALED.items():
        with opened(office, kind) as (web, mine):
            web.commit()
            other = ask(web, kind, person=STRANGER)
            web.commit()
            name(web, f"{mine},{other}")
            # One that still waits opens nothing, and closes nothing.
            assert rows(web, table) == (1 if kind == "protected" else 2)
            if kind == "protected":
                grant(web, other)
                web.commit()
            name(web, f"{other},{mine}")
            assert rows(web, table) == 2
            name(web, f"{other},{mine}", SUPERVISOR)
            assert rows(web, table) == 0
            for named in (f"{mine}{other}", f"{mine},", f"{mine}, {other}", f"{mine};{other}"):
                name(web, named)
                assert rows(web, table) == 0, named


def test_an_opening_that_has_already_written_in_its_transaction_still_stands(
    office: Database,
) -> None:
    for table, kind in SEALED.items():
        with opened(office, kind) as (web, _):
            ask(web, "my_number", person=STRANGER)
            assert rows(web, table) == 1


def test_nothing_without_a_stated_purpose(office: Database) -> None:
    for table in SEALED:
        unknown = str(uuid4())
        with office.web() as web:
            assert rows(web, table) == 0
            for named in ("", "x", "' OR true --", unknown, unknown.upper(), f"{unknown}\n"):
                name(web, named)
                assert rows(web, table) == 0


def test_nothing_with_an_opening_of_the_same_transaction_or_rolled_back(office: Database) -> None:
    for table, kind in SEALED.items():
        with office.web() as web:
            opening = ask(web, kind)
            if kind == "protected":
                grant(web, opening)
            name(web, opening)
            assert rows(web, table) == 0
            web.rollback()
            name(web, opening)
            assert rows(web, table) == 0
            web.rollback()

            with web.transaction():
                with web.transaction():  # a savepoint is no transaction of its own
                    opening = ask(web, kind)
                    if kind == "protected":
                        grant(web, opening)
                name(web, opening)
                assert rows(web, table) == 0


def test_nothing_with_an_answer_missing_refused_or_uncommitted(office: Database) -> None:
    for table in [table for table, kind in SEALED.items() if kind == "protected"]:
        with office.web() as web:
            opening = ask(web, "protected")
            web.commit()
            name(web, opening)
            assert rows(web, table) == 0
            grant(web, opening)
            assert rows(web, table) == 0
            web.rollback()
            name(web, opening)
            assert rows(web, table) == 0
            grant(web, opening, granted=False)
            web.commit()
            name(web, opening)
            assert rows(web, table) == 0


def test_a_refused_my_number_stays_closed(office: Database) -> None:
    with opened(office, "my_number") as (web, opening):
        assert rows(web, "vault_my_number") == 1
        grant(web, opening, granted=False)
        web.commit()
        name(web, opening)
        assert rows(web, "vault_my_number") == 0


def test_nothing_with_the_opening_of_another_member_of_staff_person_or_kind(
    office: Database,
) -> None:
    for table, kind in SEALED.items():
        other = "my_number" if kind == "protected" else "protected"
        with opened(office, kind, staff=33) as (web, opening):
            assert rows(web, table) == 0
            for staff in ("", "33 ", SUPERVISOR):
                name(web, opening, staff)
                assert rows(web, table) == 0
        with opened(office, kind, person=9999) as (web, _):
            assert rows(web, table) == 0
        with opened(office, other) as (web, _):
            assert rows(web, table) == 0


def test_nothing_with_an_expired_opening_whatever_times_it_gives(office: Database) -> None:
    for table, kind in SEALED.items():
        with opened(office, kind, minutes=-1) as (web, _):
            assert rows(web, table) == 0
        # An opening dated far into the future stands for an hour by the database's own clock.
        with opened(office, kind, ahead=60 * 24 * 365) as (web, opening):
            assert rows(web, table) == 1
            with office.owner() as owner:
                owner.execute(
                    "UPDATE openings_opening SET stated_at = now() - interval '61 minutes'"
                    " WHERE id = %s",
                    [opening],
                )
            assert rows(web, table) == 0


def test_a_condition_that_fails_on_a_hidden_row_does_not_tell_of_it(office: Database) -> None:
    for table in SEALED:
        with office.web() as web:
            found = web.execute(
                f"SELECT count(*) FROM {table} WHERE ({table}::text || 'x')::int = 1"  # noqa: S608 - of the list above
            ).fetchone()
            assert found == (0,)


def test_the_web_changes_and_removes_nothing(office: Database) -> None:
    for table in TABLES:
        with office.owner() as owner:
            columns = owner.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
                " AND NOT attisdropped",
                [table],
            ).fetchall()
        statements = [
            *(f"UPDATE {table} SET {column} = {column}" for (column,) in columns),  # noqa: S608 - of the list above
            f"DELETE FROM {table}",  # noqa: S608 - of the list above
            f"TRUNCATE {table} CASCADE",
        ]
        with office.web() as web:
            for statement in statements:
                with pytest.raises(InsufficientPrivilege), web.transaction():
                    web.execute(statement)


def test_the_web_cannot_forge_what_the_database_writes(office: Database) -> None:
    forged = {
        "openings_opening": ("stated_at", "xact"),
        "openings_answer": ("xact",),
    }
    with office.web() as web:
        for table, columns in forged.items():
            for column in columns:
                with pytest.raises(InsufficientPrivilege), web.transaction():
                    web.execute(f"INSERT INTO {table} ({column}) VALUES (NULL)")  # noqa: S608 - of the list above


def test_the_second_person_is_the_databases_rule_too(office: Database) -> None:
    with office.web() as web:
        opening = ask(web, "protected")
        web.commit()
        answer = (
            "INSERT INTO openings_answer (opening_id, requested_by, answered_by, granted, reason,"
            " at) VALUES (%s, %s, %s, true, '', now())"
        )
        with pytest.raises(CheckViolation), web.transaction():
            web.execute(answer, [opening, CLERK, CLERK])
        with pytest.raises(ForeignKeyViolation), web.transaction():
            web.execute(answer, [opening, SUPERVISOR, CLERK])
        (step,) = web.execute("SELECT id FROM protection_step LIMIT 1").fetchone() or (None,)
        check = (
            "INSERT INTO protection_check (step_id, entered_by, checked_by, accepted, reason, at)"
            " VALUES (%s, %s, %s, true, '', now())"
        )
        with pytest.raises(CheckViolation), web.transaction():
            web.execute(check, [step, CLERK, CLERK])
        with pytest.raises(ForeignKeyViolation), web.transaction():
            web.execute(check, [step, SUPERVISOR, CLERK])


def test_the_web_cannot_climb_over(office: Database) -> None:
    with office.web() as web:
        for statement in (
            "SET ROLE kokunen_owner",
            "SET ROLE kokunen_batch",
            "ALTER TABLE vault_my_number DISABLE ROW LEVEL SECURITY",
            "DROP POLICY opened ON vault_my_number",
            "CREATE TEMP TABLE openings_opening (id uuid)",
            "CREATE FUNCTION public.leak(text) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
            "SET row_security = off; SELECT * FROM vault_my_number",
            "COPY vault_my_number TO PROGRAM 'cat'",
        ):
            with pytest.raises(InsufficientPrivilege), web.transaction():
                web.execute(statement)


def test_the_batch_has_no_door_to_the_sealed_links(office: Database) -> None:
    with office.batch() as batch:
        for table in [table for table, kind in SEALED.items() if kind == "protected"]:
            with pytest.raises(InsufficientPrivilege), batch.transaction():
                rows(batch, table)


def test_every_function_that_looks_behind_a_wall_is_fenced(office: Database) -> None:
    with office.owner() as owner:
        functions = owner.execute(
            "SELECT proname, prosecdef, proconfig,"
            " array(SELECT grantee::regrole::text FROM aclexplode(proacl)"
            "       WHERE grantee <> proowner ORDER BY 1)"
            " FROM pg_proc WHERE proname ~ '^(openings|protection|vault)_' ORDER BY proname"
        ).fetchall()
    assert [function for function, *_ in functions] == [
        "openings_stand",
        "protection_covers",
        "vault_close",
        "vault_holder",
        "vault_taken",
    ]
    for function, behind, settings, grantees in functions:
        assert behind, function
        assert settings == ["search_path=pg_catalog, public, pg_temp"], function
        assert grantees == ["kokunen_batch", "kokunen_web"], function


def searched(web: Web, *, staff: int | None = CLERK, case: int | None = 7, old: int = 0) -> UUID:
    entry = uuid4()
    web.execute(
        "INSERT INTO audit_entry (id, at, act, operation, staff, staff_number, department,"
        " terminal, purpose, reason, case_id, person, shown_name, shown_sex, shown_birth_date,"
        " shown_address, shown, changes, outcome, mac) VALUES (%s, now() - %s * interval"
        " '1 minute', 'open', 'vault.find_person', %s, 'K', 'D', 'T', 'reception', '', %s, NULL,"
        " false, false, false, false, '{}', '[]', '', '')",
        [entry, old, staff, case],
    )
    return entry


def test_a_search_by_number_needs_its_entry_in_the_record_first(office: Database) -> None:
    blinds = vault_keys().blinds(IndividualNumber("621498320257"))
    with office.web() as web:

        def found(entry: UUID, staff: int = CLERK) -> object:
            with web.transaction():
                name(web, "", staff)
                return web.execute("SELECT vault_holder(%s, %s)", [entry, blinds]).fetchone()

        proper = searched(web)
        with pytest.raises(InsufficientPrivilege):
            found(proper)  # not committed yet
        web.commit()
        assert found(proper) == (PERSON,)
        for entry, staff in (
            (uuid4(), CLERK),
            (proper, SUPERVISOR),
            (searched(web, case=None), CLERK),
            (searched(web, old=6), CLERK),
            (searched(web, old=-6), CLERK),
        ):
            web.commit()
            with pytest.raises(InsufficientPrivilege):
                found(entry, staff)


# Each line of `openings_stand` is needed: without it, the attack beside it succeeds.
ATTACKS = {
    "AND o.xact IS DISTINCT FROM pg_current_xact_id_if_assigned()": "uncommitted request",
    "AND a.xact IS DISTINCT FROM COALESCE(pg_current_xact_id_if_assigned(), '0'::xid8)": (
        "uncommitted answer"
    ),
    "AND o.person_id = openings_stand.person": "another person",
    "AND o.kind = openings_stand.kind": "another kind",
    "AND o.requested_by::text = current_setting('kokunen.staff', true)": "another clerk",
    "AND statement_timestamp() < LEAST(o.until, o.stated_at + interval '1 hour')": "expired",
    "AND CASE WHEN o.kind = 'my_number' THEN a.granted IS NOT false\n"
    "                   ELSE a.granted IS true END": "unanswered",
}


def attacked(web: Web, attack: str) -> int:
    """Return how many rows of the other parties an attack lays open."""
    opening = ask(
        web,
        "my_number" if attack == "another kind" else "protected",
        person=9999 if attack == "another person" else PERSON,
        staff=33 if attack == "another clerk" else CLERK,
        minutes=-1 if attack == "expired" else 10,
    )
    if attack != "uncommitted request":
        if attack == "uncommitted answer":
            web.commit()
        if attack != "unanswered":
            grant(web, opening, asked_by=33 if attack == "another clerk" else CLERK)
        if attack != "uncommitted answer":
            web.commit()
    name(web, opening)
    return rows(web, "protection_other_party")


def test_every_line_of_the_wall_is_needed(office: Database) -> None:
    with office.owner() as owner, office.web() as web:
        (whole,) = owner.execute(
            "SELECT pg_get_functiondef('openings_stand'::regproc)"
        ).fetchone() or ("",)
        for line, attack in ATTACKS.items():
            assert whole.count(line) == 1
            assert attacked(web, attack) == 0, attack
            web.rollback()
            owner.execute(whole.replace(line, ""))
            if attack == "uncommitted request":
                owner.execute(whole.replace(line, "").replace("a.granted IS true", "true"))
            owner.commit()
            assert attacked(web, attack) > 0, attack
            web.rollback()
            owner.execute(whole)
            owner.commit()
