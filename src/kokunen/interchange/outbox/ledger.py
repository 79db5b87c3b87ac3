"""What the operations and queries of the files that go out share: locks, and what was told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from kokunen.interchange import lifecycle, models
from kokunen.interchange.domain import (
    Direction,
    Event,
    EventKind,
    FileState,
    UnableToHandleFile,
    state_of,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date
    from uuid import UUID


LOCKS: Final = 0x6F757462
"""The space of the advisory locks; within it a file is its number and 0 the making of files."""
FOLDERS: Final = LOCKS + 1
"""The space of the lock of the folders."""


def locked(file: int) -> models.File:
    """Return a file and let nobody else add an event to it before this transaction ends."""
    row = lifecycle.find(file, direction=Direction.OUT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCKS, file])
    return row


def holding_folders(*, alone: bool = False) -> None:
    """Keep the folders as they are until this transaction ends: nothing unknown is swept away.

    ``alone``: for whoever sweeps, who waits for all the others.
    """
    shared = "" if alone else "_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock{shared}(%s, 0)", [FOLDERS])


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
    ended = (EventKind.ACKNOWLEDGED, EventKind.WITHDRAWN)
    kinds = [kind for kind in EventKind if kind not in ended]
    return list(lifecycle.standing(Direction.OUT, kinds).order_by("pk"))


def kept_digests() -> set[str]:
    """Return the digests of everything that is kept for files that are not finished."""
    return {
        digest for file in unfinished() for digest in digests_of(file, lifecycle.events(file.pk))
    }


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
