"""What the database refuses of the exchange, to the web role and to the batch role alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg.errors import CheckViolation, InsufficientPrivilege, IntegrityConstraintViolation

from kokunen.access.openings import queries as openings
from kokunen.interchange import models
from kokunen.postgres.roles import Role
from tests.people.protected import opened, protect
from tests.people.register import register, within_case

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kokunen.audit.domain import Occasion
    from tests.office import Database

DIGEST = "ab" * 32
FILE = (
    "INSERT INTO interchange_file (request_id, direction, partner, layout, version, name, digest,"
    " size, recorded_at, recorded_by) VALUES (gen_random_uuid(), 'in', 'tax', 'x', '1', 'x',"
    " 'DIGEST', 1, now(), 0) RETURNING id"
).replace("DIGEST", DIGEST)
EVENT = (
    "INSERT INTO interchange_event (file_id, number, kind, at, staff, reason, code, detail)"
    " VALUES (%s, %s, %s, now(), 0, 'x', '', '{}')"
)
RECORD = (
    "INSERT INTO interchange_record (file_id, number, attempt, layout, notice, outcome, person_id,"
    " code, says, fix, fields, rows, at, staff)"
    " VALUES (%s, 2, %s, 'x', %s, %s, %s, '', '', '', '[]', '[]', now(), 0)"
)
RAW = (
    "INSERT INTO interchange_raw (file_id, number, person_id, content, at)"
    " VALUES (%s, 2, %s, 'x', now())"
)
MATCH = (
    "INSERT INTO interchange_match (file_id, number, case_id, score, agrees, differs)"
    " VALUES (%s, 2, %s, 50, '[]', '[]')"
)


@pytest.fixture(params=["web", "batch"])
def role(
    request: pytest.FixtureRequest, database: Database
) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """A raw connection of each of the two roles."""
    with database.connect(Role(request.param)) as asked:
        asked.autocommit = True
        yield asked


def new_file(role: psycopg.Connection[tuple[Any, ...]], direction: str = "in") -> int:
    row = role.execute(FILE.replace("'in'", f"'{direction}'").encode()).fetchone()
    assert row is not None
    return int(row[0])


def test_events_follow_each_other_to_the_end(role: psycopg.Connection[tuple[Any, ...]]) -> None:
    file = new_file(role)
    for number, kind in ((1, "applied"), (2, "arrived"), (1, "made")):
        with pytest.raises(IntegrityConstraintViolation):
            role.execute(EVENT, [file, number, kind])
    role.execute(EVENT, [file, 1, "waiting"])
    role.execute(EVENT, [file, 2, "arrived"])
    with pytest.raises(IntegrityConstraintViolation):
        role.execute(EVENT, [file, 4, "applied"])
    role.execute(EVENT, [file, 3, "applied"])
    with pytest.raises(IntegrityConstraintViolation):
        role.execute(EVENT, [file, 4, "set_aside"])
    out = new_file(role, "out")
    with pytest.raises(IntegrityConstraintViolation):
        role.execute(EVENT, [out, 1, "arrived"])
    role.execute(EVENT, [out, 1, "made"])


def test_a_record_is_tried_again_only_while_it_is_open(
    role: psycopg.Connection[tuple[Any, ...]],
) -> None:
    file = new_file(role)
    with pytest.raises(IntegrityConstraintViolation):
        role.execute(RECORD, [file, 2, "", "applied", None])
    for attempt, outcome in ((1, "held"), (2, "refused"), (3, "probable"), (4, "unmatched")):
        role.execute(RECORD, [file, attempt, "", outcome, None])
    with pytest.raises(IntegrityConstraintViolation):
        role.execute(RECORD, [file, 6, "", "applied", None])
    role.execute(RECORD, [file, 5, "", "applied", None])
    with pytest.raises(IntegrityConstraintViolation):
        role.execute(RECORD, [file, 6, "", "set_aside", None])


def test_a_notice_has_its_effect_once(role: psycopg.Connection[tuple[Any, ...]]) -> None:
    for outcome in ("held", "applied", "repeated"):
        role.execute(RECORD, [new_file(role), 1, "N1", outcome, None])
    with pytest.raises(psycopg.errors.UniqueViolation):
        role.execute(RECORD, [new_file(role), 1, "N1", "nothing", None])


@pytest.mark.parametrize(
    "wrong",
    [
        FILE.replace("'tax'", "'somebody'"),
        FILE.replace("'in'", "'both'"),
        FILE.replace(DIGEST, "AB" * 32),
        FILE.replace("'x'," + f" '{DIGEST}', 1", "'x'," + f" '{DIGEST}', -1"),
    ],
)
def test_codes_and_forms(wrong: str, role: psycopg.Connection[tuple[Any, ...]]) -> None:
    with pytest.raises(CheckViolation):
        role.execute(wrong.encode())


@pytest.mark.parametrize(
    "table",
    [
        "file", "event", "record", "raw", "match", "difference", "settlement", "sent", "password",
        "run", "run_phase",
    ],
)  # fmt: skip
def test_rows_are_never_changed(table: str, role: psycopg.Connection[tuple[Any, ...]]) -> None:
    column = {"run": "night", "run_phase": "phase", "settlement": "reason"}.get(table, "file_id")
    column = "name" if table == "file" else column
    for statement in (
        f"UPDATE interchange_{table} SET {column} = {column}",  # noqa: S608 - of the list above
        f"DELETE FROM interchange_{table}",  # noqa: S608 - as above
        f"TRUNCATE interchange_{table}",
    ):
        if table == "raw" and role.info.user == "kokunen_batch" and "DELETE" in statement:
            continue  # the bytes of settled records go with their files (keeping.tidy)
        with pytest.raises(InsufficientPrivilege):
            role.execute(statement.encode())


@pytest.mark.parametrize("known", ["at first", "later", "as a candidate"])
def test_the_bytes_of_a_protected_person_are_sealed(
    known: str, database: Database, occasion: Occasion
) -> None:
    register(90001, occasion)
    case = within_case(90001, occasion=occasion).case
    with database.batch() as batch:
        row = batch.execute(FILE.encode()).fetchone()
        assert row is not None
        file = row[0]
        first = 90001 if known == "at first" else None
        batch.execute(RAW, [file, first])
        batch.execute(RECORD, [file, 1, "", "probable", first])
        if known == "later":
            batch.execute(RECORD, [file, 2, "", "held", 90001])
        if known == "as a candidate":
            batch.execute(MATCH, [file, case])

    def seen() -> int:
        return models.Raw.objects.filter(file=file).count()

    assert seen() == 1
    protect(90001, occasion)
    assert seen() == 0
    with database.batch() as batch:
        assert batch.execute("SELECT count(*) FROM interchange_raw").fetchone() == (1,)
    opening = opened(90001, occasion)
    with openings.standing(opening, occasion.staff):
        assert seen() == 1
    with openings.standing(opening, 999):
        assert seen() == 0
