"""The life of a file: its row and the events that say where it stands, of both directions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import OuterRef, Subquery

from kokunen.interchange import models
from kokunen.interchange.domain import (
    STATE_AFTER,
    Direction,
    Event,
    EventKind,
    FileState,
    UnableToFindFile,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from django.db.models import QuerySet

    from kokunen.audit.domain import Occasion

PROGRAM: Final = 0
"""Who acted, where it was no member of staff."""
MOST_SAID: Final = 400
"""Characters of a reason and of what to do about it; the columns are as wide."""


def find(file: int, *, direction: Direction = Direction.IN) -> models.File:
    """Return the row of a file, or raise `UnableToFindFile`."""
    found = models.File.objects.filter(pk=file, direction=direction.value).first()
    if found is None:
        raise UnableToFindFile(
            f"番号{file}の{direction.label}ファイルはありません。",
            fix="一覧から選び直してください。",
            field="file",
        )
    return found


def event(row: models.Event) -> Event:
    """Return an event as a value."""
    return Event(
        number=row.number,
        kind=EventKind(row.kind),
        at=row.at,
        staff=row.staff,
        reason=row.reason,
        code=row.code,
        detail=row.detail,
    )


def events(file: int) -> tuple[Event, ...]:
    """Return the events of a file in their order."""
    return tuple(event(row) for row in models.Event.objects.filter(file=file).order_by("number"))


def state(file: int) -> FileState:
    """Return where a file stands."""
    last = models.Event.objects.filter(file=file).latest("number")
    return STATE_AFTER[EventKind(last.kind)]


def add(
    file: int,
    kind: EventKind,
    *,
    occasion: Occasion,
    reason: str = "",
    code: str = "",
    detail: Mapping[str, Any] | None = None,
    request_id: UUID | None = None,
) -> None:
    """Write the next event of a file that is locked, or new."""
    said = dict(detail or {}) | ({} if request_id is None else {"request": f"{request_id}"})
    last = models.Event.objects.filter(file=file).order_by("-number").first()
    models.Event.objects.create(
        file_id=file,
        number=1 if last is None else last.number + 1,
        kind=kind.value,
        at=occasion.at,
        staff=occasion.staff or PROGRAM,
        reason=reason[:MOST_SAID],
        code=code,
        detail=said,
    )


def standing(direction: Direction, kinds: Sequence[EventKind] = ()) -> QuerySet[models.File]:
    """Return the files of a direction, with ``last_kind``; of ``kinds`` alone where given."""
    last = models.Event.objects.filter(file=OuterRef("pk")).order_by("-number")
    rows = models.File.objects.filter(direction=direction.value).annotate(
        last_kind=Subquery(last.values("kind")[:1])
    )
    return rows.filter(last_kind__in=[kind.value for kind in kinds]) if kinds else rows
