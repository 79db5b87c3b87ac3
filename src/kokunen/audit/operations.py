"""The only writer of the record: entries, seals and anchors."""

from __future__ import annotations

import itertools
import json
import os
from functools import cache
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import connection, transaction
from psycopg import Cursor

from kokunen.audit import anchors, form, journal, rows
from kokunen.audit.domain import FOUR_ITEMS, Act, Entry, UnableToRecord, check, name_entry
from kokunen.dates.errors import Refusal
from kokunen.dates.tokyo import day_of
from kokunen.postgres import secrets

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

    from kokunen.audit.domain import Change, Occasion

_COPY: Final = (
    "COPY audit_entry (id, at, act, operation, staff, staff_number, department, terminal,"
    " purpose, reason, case_id, person, shown_name, shown_sex, shown_birth_date, shown_address,"
    " shown, changes, outcome, mac) FROM STDIN"
)
_INSERT_SEAL: Final = (
    "INSERT INTO audit_seal (id, epoch, from_xact, upto_xact, entries, digest, previous,"
    " sealed_at, sealed_by, mac) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
_SEALER: Final = 0x6B6F6B75_6E656E
"""The advisory lock that one sealer at a time holds."""

_numbers = itertools.count()


class UnableToSeal(Refusal):
    """The record cannot be sealed as it stands."""

    code = "audit_unsealable"


@cache
def key() -> bytes:
    """Return the key of the record's MACs, which is never in the database; read once."""
    return secrets.read("audit_key")


def record(
    *,
    act: Act,
    operation: str,
    occasion: Occasion,
    person: int | None = None,
    shown: Collection[str] = (),
    changes: Sequence[Change] = (),
    outcome: str = "",
) -> UUID:
    """Write one line of the record in the transaction of what it is about, and return its id.

    ``operation`` is a dotted name such as ``people.correct_name``; ``person`` is a 宛名番号;
    ``shown`` holds the names of the fields that were really given; ``outcome`` a code, such as the
    reason of a refusal. After the commit one line goes into the journal outside the database.
    Raises `UnableToRecord` outside ``transaction.atomic()``, when a purpose is missing, or when a
    text is too long or cannot be stored; then the act itself must not take place.
    """
    (entry,) = _write(
        [
            _entry(
                act=act,
                operation=operation,
                occasion=occasion,
                person=person,
                shown=shown,
                changes=changes,
                outcome=outcome,
            )
        ]
    )
    return entry


def record_each(
    *,
    act: Act,
    operation: str,
    occasion: Occasion,
    people: Iterable[tuple[int, Collection[str], str]],
) -> None:
    """Write a line for each of many people shown at once: (宛名番号, what was shown, outcome).

    As `record`, in one go.
    """
    _write(
        [
            _entry(
                act=act,
                operation=operation,
                occasion=occasion,
                person=person,
                shown=shown,
                outcome=outcome,
            )
            for person, shown, outcome in people
        ]
    )


def record_reads(read: Iterable[tuple[str, Occasion, int, Collection[str]]]) -> None:
    """Write a line for each of many reads made at once: (operation, occasion, 宛名番号, shown).

    As `record`, in one go.
    """
    _write(
        [
            _entry(
                act=Act.READ,
                operation=operation,
                occasion=occasion,
                person=person,
                shown=shown,
            )
            for operation, occasion, person, shown in read
        ]
    )


def record_changes(
    changed: Iterable[tuple[str, Occasion, int, Sequence[Change]]],
) -> None:
    """Write a line for each of many changes made at once: (operation, occasion, 宛名番号, what).

    As `record`, in one go.
    """
    _write(
        [
            _entry(
                act=Act.WRITE,
                operation=operation,
                occasion=occasion,
                person=person,
                changes=changes,
            )
            for operation, occasion, person, changes in changed
        ]
    )


def _entry(
    *,
    act: Act,
    operation: str,
    occasion: Occasion,
    person: int | None,
    shown: Collection[str] = (),
    changes: Sequence[Change] = (),
    outcome: str = "",
) -> Entry:
    return check(
        Entry(
            id=UUID(int=name_entry(at=occasion.at, number=next(_numbers), random=os.urandom(8))),
            at=occasion.at,
            act=act.value,
            operation=operation,
            staff=occasion.staff,
            staff_number=occasion.staff_number,
            department=occasion.department,
            terminal=occasion.terminal,
            purpose=occasion.purpose,
            reason=occasion.reason,
            case_id=occasion.case,
            person=person,
            **{f"shown_{item}": item in shown for item in FOUR_ITEMS},
            shown=tuple(sorted({str(field) for field in shown})),
            changes=tuple(changes),
            outcome=outcome,
        )
    )


def _write(entries: Sequence[Entry]) -> list[UUID]:
    if not connection.in_atomic_block:
        raise UnableToRecord(
            "記録が、その対象の処理と別のトランザクションになっています。"
            "片方だけが残るおそれがあるため、記録しません。",
            fix="transaction.atomic() の中で呼び出してください。",
        )
    macs = [form.sign(form.of_entry(entry), key=key()) for entry in entries]
    lines = [
        [
            *(getattr(entry, name) for name in Entry.__slots__[:-3]),
            list(entry.shown),
            _as_json(entry.changes),
            entry.outcome,
            mac,
        ]
        for entry, mac in zip(entries, macs, strict=True)
    ]
    # COPY, because an INSERT for each of many lines costs the database six times as much, and that
    # of a single line no less.
    if lines:
        with (
            connection.wrap_database_errors,
            Cursor(connection.connection) as cursor,
            cursor.copy(_COPY) as copy,
        ):
            for line in lines:
                copy.write_row(line)

    def write_lines() -> None:
        journal.append((entry.id, mac, entry.at) for entry, mac in zip(entries, macs, strict=True))

    # A journal that cannot be written must not turn a committed act into an error: Django logs it,
    # and `verify` counts the rows without a line.
    transaction.on_commit(write_lines, robust=True)
    return [entry.id for entry in entries]


def _as_json(changes: Sequence[Change]) -> str:
    return json.dumps([change.texts() for change in changes]) if changes else "[]"


def seal(*, occasion: Occasion) -> tuple[form.Seal, ...]:
    """Seal every entry whose transaction is surely over, and return the new seals.

    Writers are never waited for: a seal ends before the oldest transaction still under way
    (``pg_snapshot_xmin``), so that no entry can come into it later. Transaction numbers belong to
    one cluster; entries that were restored from another one carry its identifier as their epoch
    and are sealed in a range of their own. A seal is itself a record and leaves no entry. While
    another sealer is at work there is nothing to do.
    Raises `UnableToSeal` when the numbers of this cluster have gone back.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Asked alone: the next statement must see what the sealer before us committed.
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SEALER])
            if not cursor.fetchone()[0]:
                return ()
            cursor.execute(
                "SELECT audit_epoch(), pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
            )
            here, oldest = cursor.fetchone()
        made = []
        last = rows.last_seal()
        for epoch in sorted(rows.epochs(), key=lambda epoch: (epoch == here, epoch)):
            start = _sealed_upto(epoch)
            if epoch == here and start > oldest:
                raise UnableToSeal(
                    "データベースの取引番号が、封印済みの番号より前に戻っています。"
                    "古い時点の物理バックアップから戻した場合に起こります。",
                    fix="kokunen backup で取り、新しいサーバーへ kokunen restore してください。",
                )
            end = oldest if epoch == here else _end(epoch)
            new = _seal_range(last, epoch=epoch, start=start, end=end, occasion=occasion)
            if new is not None:
                made.append(new)
                last = new
    return tuple(made)


def _sealed_upto(epoch: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT upto_xact FROM audit_seal WHERE epoch = %s ORDER BY from_xact DESC LIMIT 1",
            [epoch],
        )
        found = cursor.fetchone()
    return 0 if found is None else int(found[0])


def _end(epoch: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT xact::text::bigint + 1 FROM audit_entry WHERE epoch = %s"
            " ORDER BY xact DESC LIMIT 1",
            [epoch],
        )
        return int(cursor.fetchone()[0])


def _seal_range(
    last: form.Seal | None, *, epoch: int, start: int, end: int, occasion: Occasion
) -> form.Seal | None:
    if end <= start:
        return None
    previous = form.GENESIS if last is None else last.digest
    digest = form.Digest(previous)
    for row in rows.between(epoch=epoch, start=start, end=end):
        digest.add(row.form, mac=row.mac, epoch=row.epoch, xact=row.xact)
    if not digest.entries:
        return None
    new = digest.close(
        form.Seal(
            id=1 if last is None else last.id + 1,
            epoch=epoch,
            from_xact=start,
            upto_xact=end,
            entries=digest.entries,
            digest=b"",
            previous=previous,
            sealed_at=occasion.at,
            sealed_by=occasion.staff_number,
        )
    )
    with connection.cursor() as cursor:
        values = [getattr(new, name) for name in form.Seal.__slots__]
        cursor.execute(_INSERT_SEAL, [*values, form.sign(form.of_seal(new), key=key())])
    return new


def anchor(*, occasion: Occasion) -> tuple[form.Anchor, Path]:
    """Write the head of the chain to a file outside the database; return it and the file.

    Raises `anchors.UnableToAnchor` while nothing is sealed, or when the file cannot be written.
    """
    with transaction.atomic():
        head = rows.last_seal()
        if head is None:
            raise anchors.UnableToAnchor(
                "封印がまだありません。",
                fix="kokunen audit seal を実行してから、もう一度アンカーを取ってください。",
            )
        with connection.cursor() as cursor:
            cursor.execute("SELECT sum(entries)::bigint FROM audit_seal WHERE id <= %s", [head.id])
            (entries,) = cursor.fetchone()
        made = form.Anchor(
            day=day_of(occasion.at).isoformat(),
            at=form.instant(occasion.at),
            seal=head.id,
            digest=head.digest.hex(),
            entries=entries,
        )
        made = made.signed(key())
        record(
            act=Act.EXPORT, operation="audit.anchor", occasion=occasion, outcome=f"seal {head.id}"
        )
        return made, anchors.write(made)
