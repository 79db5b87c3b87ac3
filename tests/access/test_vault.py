"""The vault in the database: one way in, one way out, and keys that change under it."""

from __future__ import annotations

import base64
import logging
import os
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from kokunen.access.domain import UnableToOpenWithoutPurpose
from kokunen.access.openings import operations as openings
from kokunen.access.openings.domain import Kind, UnableToOpen
from kokunen.access.vault import operations, queries, rotation
from kokunen.access.vault.domain import (
    IndividualNumber,
    UnableToFindPerson,
    UnableToOpenNumber,
    UnableToStoreNumber,
    UnableToUseKeys,
)
from kokunen.audit.domain import Occasion
from kokunen.postgres import embedded, roles, secrets
from kokunen.postgres.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from tests.office import Database

DIGITS, OTHER = "621498320257", "100000000005"
NUMBER = IndividualNumber(DIGITS)
PERSON = 9001


def by(staff: int | None = 11) -> Occasion:
    return Occasion(
        at=datetime.now(tz=UTC),
        staff=staff,
        staff_number=f"K{staff}",
        department="PENSION",
        terminal="窓口1",
        purpose="claim",
        case=41,
    )


def stored(person: int = PERSON, number: str = DIGITS, *, since: date = date(2026, 1, 1)) -> UUID:
    return operations.store(
        person=person,
        number=IndividualNumber(number),
        since=since,
        source="card",
        source_ref="提示",
        occasion=by(),
    )


def asked(person: int = PERSON, staff: int = 11) -> UUID:
    return openings.request(kind=Kind.MY_NUMBER, person=person, occasion=by(staff))


def opened(person: int = PERSON) -> str:
    opening = asked(person)  # before the occasion of what it opens: entries stand in their order
    return operations.open_number(person=person, occasion=by(), opening=opening)


@pytest.fixture
def keys() -> Iterator[None]:
    """Whatever a test does to the keys of the tests' office, put back."""
    before = secrets.read("vault_keys").decode()
    yield
    secrets.write("vault_keys", before)


def test_a_number_comes_out_for_a_case_and_is_recorded_without_it(database: Database) -> None:
    row = stored()
    assert opened() == DIGITS
    with database.owner() as owner:
        lines = owner.execute(
            "SELECT act, operation, person, case_id, shown FROM audit_entry ORDER BY id"
        ).fetchall()
        text = str(owner.execute("SELECT audit_entry::text FROM audit_entry").fetchall())
    assert lines == [
        ("write", "vault.store", PERSON, 41, []),
        ("open", "openings.request", PERSON, 41, []),
        ("open", "vault.open_number", PERSON, 41, ["my_number"]),
    ]
    assert str(row) in text
    assert DIGITS not in text


def test_without_a_standing_opening_nothing_comes_out_and_the_refusal_is_recorded(
    database: Database,
) -> None:
    stored()
    others = asked(staff=22)
    elsewhere = asked(person=9002)
    for opening in (None, others, elsewhere):
        with pytest.raises(UnableToOpen) as refused:
            operations.open_number(person=PERSON, occasion=by(), opening=opening)
        assert DIGITS not in f"{refused.value}{refused.value.fix}"
    with database.owner() as owner:
        assert owner.execute(
            "SELECT count(*) FROM audit_entry WHERE act = 'refuse'"
            " AND operation = 'vault.open_number' AND person = %s"
            " AND outcome = 'opening_not_granted'",
            [PERSON],
        ).fetchone() == (3,)


def test_the_number_is_never_opened_inside_a_transaction(database: Database) -> None:
    del database
    stored()
    opening = asked()
    with transaction.atomic(), pytest.raises(RuntimeError):
        operations.open_number(person=PERSON, occasion=by(), opening=opening)


def test_a_person_without_a_number_is_said_to_have_none(database: Database) -> None:
    del database
    with pytest.raises(UnableToOpenNumber, match="記録されていません"):
        opened()


def test_a_new_number_supersedes_and_what_was_is_kept(database: Database) -> None:
    first = stored()
    second = stored(number=OTHER, since=date(2026, 6, 1))
    assert opened() == OTHER
    with database.owner() as owner:
        rows = owner.execute(
            "SELECT id, lower(valid), upper(valid), superseded_by_id FROM vault_my_number"
            " ORDER BY superseded_by_id NULLS LAST, lower(valid)"
        ).fetchall()
    assert rows[0] == (first, date(2026, 1, 1), None, second)
    assert [line[1:] for line in rows[1:]] == [
        (date(2026, 1, 1), date(2026, 6, 1), None),
        (date(2026, 6, 1), None, None),
    ]
    # The piece that is left over opens like any other row.
    before = replace(by(), at=datetime(2026, 3, 1, tzinfo=UTC))
    with pytest.raises(UnableToOpen):
        operations.open_number(person=PERSON, occasion=before, opening=None)
    assert operations.open_number(person=PERSON, occasion=before, opening=asked()) == DIGITS


def test_a_number_has_one_holder(database: Database) -> None:
    del database
    stored()
    with pytest.raises(UnableToStoreNumber) as refused:
        stored(person=9002)
    assert str(PERSON) not in f"{refused.value}{refused.value.fix}"
    stored(number=OTHER, since=date(2026, 6, 1))
    with pytest.raises(UnableToStoreNumber):
        stored(person=9002)  # held by another before
    stored(since=date(2026, 7, 1))  # one's own again


def test_of_two_people_given_a_number_at_once_one_has_it(database: Database) -> None:
    both = threading.Barrier(2)
    outcomes: list[str] = []

    def one(person: int) -> None:
        try:
            both.wait()
            stored(person)
            outcomes.append("stored")
        except UnableToStoreNumber:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(person,)) for person in (9001, 9002)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused", "stored"]
    with database.owner() as owner:
        assert owner.execute("SELECT count(*) FROM vault_my_number").fetchone() == (1,)


def test_a_person_is_found_by_number_for_a_case_and_the_search_is_recorded(
    database: Database,
) -> None:
    stored()
    assert operations.find_person(number=NUMBER, occasion=by()) == PERSON
    assert operations.find_person(number=IndividualNumber(OTHER), occasion=by()) is None
    stored(number=OTHER, since=date(2026, 6, 1))
    assert operations.find_person(number=NUMBER, occasion=by()) is None  # no longer current
    for occasion, refusal in (
        (replace(by(), purpose=""), UnableToOpenWithoutPurpose),
        (replace(by(), purpose="reception", case=None), UnableToFindPerson),
        (by(None), UnableToFindPerson),
        (replace(by(), at=datetime.now(tz=UTC) - timedelta(minutes=9)), UnableToFindPerson),
    ):
        with pytest.raises(refusal):
            operations.find_person(number=NUMBER, occasion=occasion)
    with database.owner() as owner:
        acts = owner.execute(
            "SELECT act, count(*) FROM audit_entry WHERE operation = 'vault.find_person'"
            " GROUP BY act ORDER BY act"
        ).fetchall()
    assert acts == [("open", 4), ("read", 1), ("refuse", 4)]


@pytest.mark.parametrize(
    "harm",
    [
        "nonce = set_byte(v.nonce, 0, 255 - get_byte(v.nonce, 0))",
        "ciphertext = set_byte(v.ciphertext, 3, 255 - get_byte(v.ciphertext, 3))",
        "ciphertext = substr(v.ciphertext, 1, 20)",
        "nonce = ''",
        "key = 'k0'",
        "nonce = o.nonce, ciphertext = o.ciphertext",
        "person_id = o.person_id",
    ],
)
def test_a_row_that_was_tampered_with_or_swapped_does_not_open(
    database: Database, harm: str
) -> None:
    stored()
    stored(person=9002, number=OTHER)
    with database.owner() as owner:
        if "person_id" in harm:
            owner.execute(
                "ALTER TABLE vault_my_number DROP CONSTRAINT vault_my_number_one_at_a_time"
            )
        owner.execute(
            f"UPDATE vault_my_number AS v SET {harm} FROM vault_my_number AS o WHERE o.id <> v.id"  # noqa: S608 - of the list above
        )
    for person in (PERSON, 9002):
        with pytest.raises(UnableToOpenNumber) as refused:
            opened(person)
        said = f"{refused.value}{refused.value.fix}"
        assert DIGITS not in said
        assert OTHER not in said
    with database.owner() as owner:
        assert owner.execute(
            "SELECT count(*) FROM audit_entry WHERE outcome = 'my_number_not_opened'"
        ).fetchone() == (2,)


def test_the_number_is_in_no_dump_query_or_log(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    queries_log = logging.getLogger("django.db.backends")
    queries_log.addHandler(caplog.handler)
    with (
        caplog.at_level(logging.DEBUG),
        caplog.at_level(logging.DEBUG, queries_log.name),
        CaptureQueriesContext(connection) as captured,
    ):
        stored()
        assert opened() == DIGITS
        assert operations.find_person(number=NUMBER, occasion=by()) == PERSON
        with pytest.raises(UnableToStoreNumber):
            stored(person=9002)
    queries_log.removeHandler(caplog.handler)
    given = roles.parameters(Role.OWNER)
    dump = subprocess.run(
        [embedded.program("pg_dump"), "--data-only", "--inserts"],
        env=os.environ
        | {
            "PGHOST": given["host"],
            "PGPORT": given.get("port", ""),
            "PGUSER": given["user"],
            "PGPASSWORD": given["password"],
            "PGDATABASE": database.name,
        },
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "INSERT INTO public.vault_my_number" in dump
    assert len(captured.captured_queries) > 10
    assert "vault_my_number" in caplog.text
    for place in (dump, caplog.text, str(captured.captured_queries)):
        for form in (
            DIGITS,
            DIGITS.encode().hex(),
            base64.b64encode(DIGITS.encode()).decode(),
            f"{int(DIGITS):x}",
        ):
            assert form not in place


def test_the_environment_can_hold_the_keys_and_then_they_are_not_changed_here(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KOKUNEN_VAULT_KEYS", f"env1 {base64.b64encode(b'e' * 32).decode()}")
    stored()
    assert opened() == DIGITS
    with database.django_as(Role.BATCH):
        assert [(use.key, use.rows) for use in queries.uses()] == [("env1", 1)]
        with pytest.raises(UnableToUseKeys):
            rotation.add_key(occasion=by(None))


def test_keys_change_under_the_rows_and_the_old_one_can_be_removed(
    database: Database, keys: None
) -> None:
    del keys
    stored()
    stored(number=OTHER, since=date(2026, 6, 1))
    stored(person=9002, number="200000000000")
    old = queries.keys().current.id
    with database.django_as(Role.BATCH):
        new = rotation.add_key(occasion=by(None))
        assert [(use.key, use.rows, use.current) for use in queries.uses()][-2:] == [
            (old, 4, False),
            (new, 0, True),
        ]
    # Between the two keys everything works, and a number still has one holder.
    assert opened() == OTHER
    assert operations.find_person(number=IndividualNumber(OTHER), occasion=by()) == PERSON
    with pytest.raises(UnableToStoreNumber):
        stored(person=9003, number=OTHER)
    with database.django_as(Role.BATCH):
        assert [batch.rows for batch in rotation.rotate(size=3, occasion=by(None))] == [3, 1]
        assert list(rotation.rotate(size=3, occasion=by(None))) == []
        assert [(use.key, use.rows) for use in queries.uses()][-2:] == [(old, 0), (new, 4)]
    lines = secrets.read("vault_keys").decode().splitlines()
    secrets.write("vault_keys", "\n".join(line for line in lines if line.split()[0] != old))
    assert opened() == OTHER
    assert operations.find_person(number=IndividualNumber(OTHER), occasion=by()) == PERSON
    with database.owner() as owner:
        assert owner.execute(
            "SELECT operation, outcome FROM audit_entry WHERE act = 'run' ORDER BY id"
        ).fetchall() == [
            ("vault.add_key", new),
            ("vault.rotate", f"3 {new}"),
            ("vault.rotate", f"1 {new}"),
        ]


def test_a_key_that_rows_need_is_missed_and_a_broken_row_is_left_and_named(
    database: Database, keys: None
) -> None:
    del keys
    broken = stored()
    with database.owner() as owner:
        owner.execute("UPDATE vault_my_number SET ciphertext = '\\x00'")
    stored(person=9002, number=OTHER)
    old = queries.keys().current.id
    with database.django_as(Role.BATCH):
        rotation.add_key(occasion=by(None))
        (batch,) = rotation.rotate(size=10, occasion=by(None))
        assert (batch.rows, batch.broken) == (1, (broken,))
        secrets.write("vault_keys", secrets.read("vault_keys").decode().splitlines()[-1])
        missing = queries.uses()[-1]
        assert (missing.key, missing.rows, missing.held) == (old, 1, False)
    with pytest.raises(UnableToOpenNumber, match=old):
        opened()


PROGRAM = """
import argparse, sys
from kokunen.cli import vault
parser = argparse.ArgumentParser()
vault.add(parser.add_subparsers())
given = parser.parse_args(sys.argv[1:])
sys.exit(given.run(given))
"""


def test_a_rotation_that_is_killed_goes_on_where_it_was(database: Database, keys: None) -> None:
    del keys
    numbers = {}
    key = queries.keys().current
    with database.owner() as owner, owner.cursor() as cursor:
        for person in range(1, 201):
            eleven = f"{person:011d}"
            rest = sum(
                int(d) * w for d, w in zip(eleven, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2), strict=True)
            )
            number = IndividualNumber(f"{eleven}{-rest % 11 % 10}")
            numbers[person], nonce = number, os.urandom(12)
            cursor.execute(
                "INSERT INTO vault_my_number (id, person_id, valid, source, source_ref,"
                " recorded_at, key, nonce, ciphertext, blind) VALUES (gen_random_uuid(), %s,"
                " '[2026-01-01,)', 'test', '', now(), %s, %s, %s, %s)",
                [
                    person,
                    key.id,
                    nonce,
                    key.seal(number, person=person, nonce=nonce),
                    key.blind(number),
                ],
            )

    def program(*arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", PROGRAM, "vault", *arguments],
            env=database.environment(),
            stdout=subprocess.PIPE,
            text=True,
        )

    with program("new-key") as made:
        made.communicate(timeout=60)
    assert made.returncode == 0
    kills, ends = 0, []
    for lines in (1, 4, 1000):
        with program("rotate", "--batch", "3") as running:
            assert running.stdout is not None
            for _ in range(lines):
                if not running.stdout.readline():
                    break
            else:
                kills += 1
                running.kill()
        ends.append(running.returncode)
    assert (kills, ends) == (2, [-9, -9, 0])

    current = queries.keys().current
    with database.owner() as owner:
        rows = owner.execute(
            "SELECT person_id, key, nonce, ciphertext, blind FROM vault_my_number"
        ).fetchall()
        said = owner.execute(
            "SELECT sum(split_part(outcome, ' ', 1)::int) FROM audit_entry"
            " WHERE operation = 'vault.rotate'"
        ).fetchone()
    assert said == (200,)
    assert len(rows) == 200
    for person, name, nonce, ciphertext, blind in rows:
        assert name == current.id != key.id
        assert current.open(ciphertext, person=person, nonce=nonce) == numbers[person]
        assert blind == current.blind(numbers[person])
    with program("keys") as told:
        listed, _ = told.communicate(timeout=60)
    assert told.returncode == 0
    assert "外せます" in listed.splitlines()[-2]
    assert "200行  現在の鍵" in listed.splitlines()[-1]
