"""Rows of the record as they lie in the database, read in a stream and turned back into values."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db import connection
from psycopg import ServerCursor

from kokunen.audit import form
from kokunen.audit.domain import Change, Entry, UnableToRecord

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

# An instant that no program can have written (infinity, a year before 1) is read as null.
COLUMNS: Final = (
    "id, CASE WHEN at > '0002-01-01Z' AND at < '9999-01-01Z' THEN at END, act, operation, staff,"
    " staff_number, department, terminal, purpose, reason, case_id, person, shown_name, shown_sex,"
    " shown_birth_date, shown_address, shown, changes::text, outcome"
)
_ROW: Final = f"SELECT mac, epoch, xact::text::bigint, {COLUMNS} FROM audit_entry"  # noqa: S608 - a constant
_SEAL: Final = (
    "SELECT id, epoch, from_xact, upto_xact, entries, digest, previous, sealed_at, sealed_by, mac"
    " FROM audit_seal"
)
_AT_ONCE: Final = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One entry as it lies in the database; ``form`` is empty if no program can have written it."""

    id: UUID
    form: bytes
    mac: bytes
    epoch: int
    xact: int


def entry(columns: Sequence[Any]) -> Entry:
    """Return the entry that the columns of `COLUMNS` hold; raise ValueError if they hold none."""
    (
        name, at, act, operation, staff, staff_number, department, terminal, purpose, reason,
        case_id, person, shown_name, shown_sex, shown_birth_date, shown_address, shown, changes,
        outcome,
    ) = columns  # fmt: skip
    if at is None:
        raise ValueError(name)
    return Entry(
        id=name,
        at=at,
        act=act,
        operation=operation,
        staff=staff,
        staff_number=staff_number,
        department=department,
        terminal=terminal,
        purpose=purpose,
        reason=reason,
        case_id=case_id,
        person=person,
        shown_name=shown_name,
        shown_sex=shown_sex,
        shown_birth_date=shown_birth_date,
        shown_address=shown_address,
        shown=tuple(shown),
        changes=() if changes == "[]" else _changes(changes),
        outcome=outcome,
    )


def _changes(text: str) -> tuple[Change, ...]:
    """Read the changes strictly: nothing but lists of five may pass for what was signed."""
    held = json.loads(text)
    if not isinstance(held, list) or not all(isinstance(parts, list) for parts in held):
        raise ValueError(text)
    return tuple(
        Change(table=table, row=row, field=field, before=before, after=after)
        for table, row, field, before, after in held
    )


def between(*, epoch: int, start: int, end: int | None) -> Iterator[Row]:
    """Yield the rows of an epoch with start <= xact (< end), in the order (xact, id)."""
    where, values = "WHERE epoch = %s AND xact >= %s::text::xid8", [epoch, start]
    if end is not None:
        where, values = f"{where} AND xact < %s::text::xid8", [*values, end]
    with stream(f"{_ROW} {where} ORDER BY epoch, xact, id", values) as cursor:
        for mac, of_epoch, xact, *columns in cursor:
            try:
                signed = form.of_entry(entry(columns))
            except (ValueError, TypeError, UnableToRecord):
                signed = b""
            yield Row(id=columns[0], form=signed, mac=bytes(mac or b""), epoch=of_epoch, xact=xact)


def seals() -> Iterator[tuple[form.Seal, bytes]]:
    """Yield every seal with its MAC, in the order of their numbers."""
    with stream(f"{_SEAL} ORDER BY id", []) as cursor:
        for columns in cursor:
            yield seal(columns)


def last_seal() -> form.Seal | None:
    """Return the seal with the highest number, if there is one."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_SEAL} ORDER BY id DESC LIMIT 1")
        found = cursor.fetchone()
    return None if found is None else seal(found)[0]


def seal(columns: Sequence[Any]) -> tuple[form.Seal, bytes]:
    """Return a seal and its MAC from the columns of the table."""
    number, epoch, start, end, entries, digest, previous, sealed_at, sealed_by, mac = columns
    held = form.Seal(
        id=number,
        epoch=epoch,
        from_xact=start,
        upto_xact=end,
        entries=entries,
        digest=bytes(digest),
        previous=bytes(previous),
        sealed_at=sealed_at,
        sealed_by=sealed_by,
    )
    return held, bytes(mac)


def epochs() -> tuple[int, ...]:
    """Return the clusters in which entries were made, without reading every entry."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE found AS (SELECT min(epoch) AS epoch FROM audit_entry UNION ALL"
            " SELECT (SELECT min(epoch) FROM audit_entry WHERE epoch > found.epoch)"
            " FROM found WHERE found.epoch IS NOT NULL)"
            " SELECT epoch FROM found WHERE epoch IS NOT NULL"
        )
        return tuple(epoch for (epoch,) in cursor)


_numbers = iter(range(1, 1 << 62))


@contextmanager
def stream(query: str, values: Sequence[Any]) -> Iterator[ServerCursor[tuple[Any, ...]]]:
    """Open a cursor that stays in the server; must be called inside a transaction."""
    connection.ensure_connection()
    name = f"audit_{next(_numbers)}"
    with ServerCursor[tuple[Any, ...]](connection.connection, name) as cursor:
        cursor.itersize = _AT_ONCE
        cursor.execute(query, values)
        yield cursor
