"""Put the invented city into an empty database, in bulk, and go on where an earlier run stopped.

Rows go through COPY as the owner of the database. A chunk, and the line in the ledger that says it
is there, are one transaction: killed at any moment, the load resumes and nothing is there twice.
The ledger stands in a schema of its own, ``demo``, which is also the mark of a database that holds
invented people: without it, and with people in the register already, nothing is loaded.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
import uuid
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg import sql

from kokunen.access.vault.cipher import NONCE, keyring
from kokunen.access.vault.domain import IndividualNumber
from kokunen.dates.errors import Refusal
from kokunen.demo import staff
from kokunen.demo.city import City
from kokunen.demo.sheet import COLUMNS, period
from kokunen.postgres import roles, secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from kokunen.demo.city import Chunk

Connection = psycopg.Connection[tuple[Any, ...]]

_VAULT: Final = (
    "id", "person_id", "valid", "source", "source_ref", "recorded_at", "recorded_by",
    "superseded_at", "superseded_by_id", "key", "nonce", "ciphertext", "blind",
)  # fmt: skip
_LEDGER: Final = """
CREATE SCHEMA demo;
COMMENT ON SCHEMA demo IS '架空の市: この database の人はすべて架空です';
CREATE TABLE demo.city (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    day date NOT NULL, scale text NOT NULL, seed integer NOT NULL, finished_at timestamptz);
CREATE TABLE demo.progress (
    chunk integer PRIMARY KEY, people integer NOT NULL, rows integer NOT NULL);
"""


class UnableToLoadDemo(Refusal):
    """The database holds people who are not invented, or another city."""

    code = "demo_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What stands in the ledger: how many people and rows the loaded chunks have."""

    people: int
    rows: int
    finished: bool


def connect() -> Connection:
    """Connect as the owner, who alone may load; the caller closes."""
    given: dict[str, Any] = dict(roles.parameters(roles.Role.OWNER))
    connection = psycopg.connect(**given)
    # The ledger is lost together with the chunk it speaks of, so waiting for the disk is idle.
    connection.execute("SET synchronous_commit = off")
    connection.commit()
    return connection


def is_demo(connection: Connection) -> bool:
    """Tell whether the database bears the mark of invented people."""
    found = connection.execute("SELECT to_regclass('demo.city') IS NOT NULL").fetchone()
    return found == (True,)


def mark(connection: Connection, *, day: date, scale: Fraction, seed: int) -> City:
    """Mark an empty database for a city, or return the city that is being loaded already.

    A second start goes on with the first one's day. Raises `UnableToLoadDemo` when the register
    has people and no mark, or when another scale or seed was asked for before.
    """
    with connection.transaction():
        if not is_demo(connection):
            people = connection.execute("SELECT EXISTS (SELECT FROM people_person)").fetchone()
            if people != (False,):
                raise UnableToLoadDemo(
                    "このデータベースには、架空の市の印がなく、すでに人が登録されています。",
                    fix="デモには、別の KOKUNEN_HOME か空のデータベースを使ってください。",
                )
            connection.execute(_LEDGER)
            connection.execute(
                "INSERT INTO demo.city (day, scale, seed) VALUES (%s, %s, %s)",
                [day, str(scale), seed],
            )
        row = connection.execute("SELECT day, scale, seed FROM demo.city").fetchone()
    if row is None or (Fraction(row[1]), row[2]) != (scale, seed):
        there = "" if row is None else f"規模{float(Fraction(row[1])):g}、種{row[2]}"
        raise UnableToLoadDemo(
            f"別の架空の市({there})が入っています。",
            fix="同じ --scale で続けるか、kokunen demo --reset で消してから作り直してください。",
            field="scale",
        )
    return City(day=row[0], scale=scale, seed=seed, clerks=staff.clerks(staff.staff(seed)))


def marked_scale() -> Fraction | None:
    """Return the scale of the city that is there, or None where there is none."""
    with closing(connect()) as connection:
        if not is_demo(connection):
            return None
        row = connection.execute("SELECT scale FROM demo.city").fetchone()
    return None if row is None else Fraction(row[0])


def marked_day(connection: Connection) -> date:
    """Return the day of the city that is there."""
    row = connection.execute("SELECT day FROM demo.city").fetchone()
    connection.commit()
    if row is None:
        raise AssertionError
    day: date = row[0]
    return day


def loaded(connection: Connection) -> Loaded:
    """Return what is loaded so far."""
    row = connection.execute(
        "SELECT (SELECT coalesce(sum(people), 0) FROM demo.progress),"
        " (SELECT coalesce(sum(rows), 0) FROM demo.progress),"
        " (SELECT finished_at IS NOT NULL FROM demo.city)"
    ).fetchone()
    connection.commit()
    if row is None:
        raise AssertionError
    return Loaded(people=int(row[0]), rows=int(row[1]), finished=bool(row[2]))


def load(
    connection: Connection, city: City, *, processes: int, tell: Callable[[int], None]
) -> None:
    """Load the chunks that are missing; ``tell`` is told the people of each that is done."""
    done = {
        int(chunk) for (chunk,) in connection.execute("SELECT chunk FROM demo.progress").fetchall()
    }
    connection.commit()
    missing = [index for index in range(city.chunks) if index not in done]
    given = (city.day, city.scale, city.seed, city.clerks)
    if processes <= 1 or len(missing) <= 1:
        for index in missing:
            tell(load_chunk(connection, city, index))
        return
    # The parent has threads and an open connection: the workers begin anew.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        processes, mp_context=context, initializer=_begin_worker, initargs=(os.getpid(),)
    ) as pool:
        try:
            for people in pool.map(_in_worker, [(*given, index) for index in missing]):
                tell(people)
        except BaseException:
            # Ctrl-C: the chunks under way come to their end, the others wait for the next start.
            pool.shutdown(cancel_futures=True)
            raise


def _begin_worker(parent: int) -> None:
    """Leave Ctrl-C to the parent, and go when it is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()


def _leave_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def _in_worker(given: tuple[date, Fraction, int, tuple[int, ...], int]) -> int:
    day, scale, seed, clerks, index = given
    city = _city(day, scale, seed, clerks)
    with closing(connect()) as connection:
        return load_chunk(connection, city, index)


@cache
def _city(day: date, scale: Fraction, seed: int, clerks: tuple[int, ...]) -> City:
    return City(day=day, scale=scale, seed=seed, clerks=clerks)


def load_chunk(connection: Connection, city: City, index: int) -> int:
    """Load one chunk and its line of the ledger, or nothing; return its people."""
    chunk = city.chunk(index)
    count = sum(map(len, chunk.rows.values())) + len(chunk.my_numbers)
    with connection.transaction():
        # First of all: of two programs that load the same chunk, the second one stops here.
        connection.execute(
            "INSERT INTO demo.progress (chunk, people, rows) VALUES (%s, %s, %s)",
            [index, chunk.people, count],
        )
        for table, rows in chunk.rows.items():
            _copy(connection, table, COLUMNS[table], rows)
        _copy(connection, "vault_my_number", _VAULT, _sealed(chunk))
    return chunk.people


def _copy(
    connection: Connection, table: str, columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]
) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _sealed(chunk: Chunk) -> Iterator[tuple[Any, ...]]:
    """Encrypt the individual numbers of a chunk, as the vault does."""
    key = keyring(secrets.read("vault_keys")).current
    for person, digits, since in chunk.my_numbers:
        number, nonce = IndividualNumber(digits), os.urandom(NONCE)
        yield (
            uuid.uuid4(), person, period(since), "resident_register", "", chunk.migrated, None,
            None, None, key.id, nonce, key.seal(number, person=person, nonce=nonce),
            key.blind(number),
        )  # fmt: skip


def settle(connection: Connection) -> None:
    """Let the numbers of new rows follow the loaded ones, and gather statistics."""
    for table, columns in COLUMNS.items():
        name = sql.Identifier(table)
        sequence = connection.execute(
            "SELECT pg_get_serial_sequence(%s, %s)", [table, columns[0]]
        ).fetchone()
        if sequence is not None and sequence[0] is not None:
            connection.execute(
                sql.SQL("SELECT setval(%s, greatest(1, (SELECT max(id) FROM {})))").format(name),
                [sequence[0]],
            )
        connection.execute(sql.SQL("ANALYZE {}").format(name))
    connection.execute("ANALYZE vault_my_number")
    connection.commit()
