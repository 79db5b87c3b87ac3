"""Events of the files that go out: read, locked, and added one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from kokunen.interchange import models
from kokunen.interchange.domain import (
    Direction,
    Event,
    EventKind,
    FileState,
    UnableToFindFile,
    UnableToHandleFile,
    state_of,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date
    from uuid import UUID

    from kokunen.audit.domain import Occasion

LOCKS: Final = 0x6F757462
"""The space of the advisory locks; within it a file is its number and 0 the making of files."""
FOLDERS: Final = LOCKS + 1
"""The space of the lock of the folders."""


def one(file: int) -> models.File:
    """Return the row of a file that goes out, or raise `UnableToFindFile`."""
    found = models.File.objects.filter(pk=file, direction=Direction.OUT).first()
    if found is None:
        raise UnableToFindFile(
            "この番号の送付ファイルはありません。",
            fix="送付の一覧から選び直してください。",
            field="file",
        )
    return found


def locked(file: int) -> models.File:
    """Return a file and let nobody else add an event to it before this transaction ends."""
    one(file)  # a number that no file has is none of the lock's either
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCKS, file])
    return one(file)


def holding_folders(*, alone: bool = False) -> None:
    """Keep the folders as they are until this transaction ends: nothing unknown is swept away.

    ``alone``: for whoever sweeps, who waits for all the others.
    """
    shared = "" if alone else "_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock{shared}(%s, 0)", [FOLDERS])


def events(file: int) -> tuple[Event, ...]:
    """Return the events of a file in their order."""
    return tuple(
        Event(
            number=row.number,
            kind=EventKind(row.kind),
            at=row.at,
            staff=row.staff,
            reason=row.reason,
            code=row.code,
            detail=row.detail,
        )
        for row in models.Event.objects.filter(file_id=file).order_by("number")
    )


def append(
    *,
    file: int,
    kind: EventKind,
    occasion: Occasion,
    reason: str = "",
    code: str = "",
    detail: Mapping[str, Any] | None = None,
    request_id: UUID | None = None,
) -> None:
    """Add an event to a file that is locked, or new."""
    said = dict(detail or {}) | ({} if request_id is None else {"request": str(request_id)})
    models.Event.objects.create(
        file_id=file,
        number=models.Event.objects.filter(file_id=file).count() + 1,
        kind=kind,
        at=occasion.at,
        staff=occasion.staff or 0,
        reason=reason,
        code=code,
        detail=said,
    )


def done(found: Collection[Event], request_id: UUID) -> bool:
    """Whether the same request was carried out before."""
    return any(event.detail.get("request") == str(request_id) for event in found)


def state_must_be(found: tuple[Event, ...], *states: FileState) -> None:
    """Pass when the file is in one of the states, or raise `UnableToHandleFile`."""
    state = state_of(found)
    if state not in states:
        raise UnableToHandleFile(
            f"このファイルは「{state.label}」です。この操作は"
            f"「{'」「'.join(each.label for each in states)}」のときだけできます。",
            fix="画面を開き直して、今の状態を確かめてください。",
            field="file",
        )


def made_of(found: tuple[Event, ...]) -> Event:
    """Return the event with which a file that goes out began."""
    return found[0]


def digests_of(file: models.File, found: tuple[Event, ...]) -> set[str]:
    """Return the digests of what is kept for a file: its data and its papers."""
    return {file.digest} | {each["digest"] for each in made_of(found).detail.get("papers", ())}


def next_sequence(layout: str) -> int:
    """Return the 通番 of the next file of a layout; withdrawn ones have theirs all the same."""
    return models.File.objects.filter(direction=Direction.OUT, layout=layout).count() + 1


def unfinished() -> list[models.File]:
    """Return the files that are neither acknowledged nor withdrawn, the oldest first."""
    last = """
        SELECT f.id FROM interchange_file f
        JOIN LATERAL (SELECT kind FROM interchange_event WHERE file_id = f.id
            ORDER BY number DESC LIMIT 1) AS e ON e.kind NOT IN ('acknowledged', 'withdrawn')
        WHERE f.direction = 'out' ORDER BY f.id
    """
    with connection.cursor() as cursor:
        cursor.execute(last)
        numbers = [row[0] for row in cursor.fetchall()]
    found = models.File.objects.in_bulk(numbers)
    return [found[number] for number in numbers]


def kept_digests() -> set[str]:
    """Return the digests of everything that is kept for files that are not finished."""
    return {digest for file in unfinished() for digest in digests_of(file, events(file.id))}


def told(layout: str, detail: Mapping[str, Any], *, since: date | None = None) -> int | None:
    """Return the first file of a layout whose MADE event says this; withdrawn ones do not count.

    ``since``: the first day on which it may have been made (None: any).
    """
    found = models.Event.objects.filter(
        kind=EventKind.MADE, file__layout=layout, detail__contains=dict(detail)
    )
    if since is not None:
        found = found.filter(file__made_on__gte=since)
    withdrawn = models.Event.objects.filter(kind=EventKind.WITHDRAWN).values("file_id")
    first = found.exclude(file_id__in=withdrawn).order_by("file_id").first()
    return None if first is None else first.file_id
