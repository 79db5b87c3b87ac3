"""What is open, what waits for a second person; and the block in which sealed things are read."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, transaction

from kokunen.access.domain import Field
from kokunen.access.openings import domain, models
from kokunen.access.openings.domain import NEEDS_SECOND_PERSON, Kind, Opening, State
from kokunen.audit.domain import Act
from kokunen.audit.operations import record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from kokunen.audit.domain import Occasion

_SET = "SELECT set_config('kokunen.opening', %s, true), set_config('kokunen.staff', %s, true)"
_NOW = (
    "SELECT COALESCE(current_setting('kokunen.opening', true), ''),"
    " COALESCE(current_setting('kokunen.staff', true), '')"
)


@contextmanager
def standing(
    opening: UUID | None, staff: int | None, *, others: Collection[UUID] = ()
) -> Iterator[None]:
    """Read within an opening: a transaction (or savepoint) that names opening and member of staff.

    The database itself decides whether the opening stands. When the block is left, what was named
    before is named again. None names nothing. ``others`` are openings of further people, where
    what is read may be about each of them.
    """
    named = ",".join(str(each) for each in (opening, *others) if each is not None)
    who = "" if staff is None else str(staff)
    outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        before = None
        if not outermost:
            cursor.execute(_NOW)
            before = cursor.fetchone()
        cursor.execute(_SET, [named, who])
        yield
        # The end of the transaction takes the settings back, and so does a rollback.
        if before is not None:
            cursor.execute(_SET, before)


def stands(*, person: int, kind: Kind) -> bool:
    """Whether the database lets the sealed thing be read; to be asked within ``standing``."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT openings_stand(%s, %s)", [person, Kind(kind).value])
        (answer,) = cursor.fetchone()
    return bool(answer)


def require(*, person: int, kind: Kind, opening: UUID | None, occasion: Occasion) -> None:
    """Pass within a ``standing`` block that opens this person, or raise why it does not.

    Raises ``UnableToOpenExpired`` or ``UnableToOpenNotGranted``.
    """
    if stands(person=person, kind=kind):
        return
    known = None if opening is None else one(opening)
    if known is None or (known.person, known.kind, known.requested_by) != (
        person,
        kind,
        occasion.staff,
    ):
        raise domain.not_granted(None)
    if known.state(occasion.at) is State.EXPIRED:
        raise domain.expired()
    if known.state(occasion.at) is State.STANDING and not _written_here(known.id):
        # By the program's clock it stands; the database's own clock has ended it.
        raise domain.expired()
    raise domain.not_granted(known if known.granted is not True else None)


def one(opening: UUID) -> Opening | None:
    """Return a request with its answer, or None."""
    rows = models.Opening.objects.select_related("answer").filter(id=opening)
    return next(iter(_values(rows)), None)


def waiting(*, staff: int, at: datetime) -> tuple[Opening, ...]:
    """Return the requests of others that a member of staff may answer now, oldest first."""
    rows = models.Opening.objects.filter(
        kind__in=NEEDS_SECOND_PERSON, until__gt=at, answer=None
    ).exclude(requested_by=staff)
    return _values(rows)


def listed(*, staff: int, occasion: Occasion) -> tuple[Opening, ...]:
    """Return what ``waiting`` does, to be shown: that each person is protected is recorded."""
    with transaction.atomic():
        found = waiting(staff=staff, at=occasion.at)
        for person in sorted({each.person for each in found}):
            _read("openings.listed", occasion, person, Kind.PROTECTED)
    return found


def shown(opening: UUID, *, occasion: Occasion) -> Opening | None:
    """Return a request with its answer to be shown, or None; the read is recorded."""
    with transaction.atomic():
        found = one(opening)
        if found is not None:
            _read("openings.shown", occasion, found.person, found.kind)
    return found


def _read(operation: str, occasion: Occasion, person: int, kind: Kind) -> None:
    told = [Field.PROTECTION] if kind is Kind.PROTECTED else []
    record(act=Act.READ, operation=operation, occasion=occasion, person=person, shown=told)


def own(*, staff: int, at: datetime) -> tuple[Opening, ...]:
    """Return a member of staff's own requests whose time is not over, oldest first."""
    return _values(models.Opening.objects.filter(until__gt=at, requested_by=staff))


def _values(rows: QuerySet[models.Opening]) -> tuple[Opening, ...]:
    found = rows.select_related("answer").order_by("requested_at", "id")
    return tuple(_value(row) for row in found)


def _value(row: models.Opening) -> Opening:
    try:
        answer = row.answer
    except ObjectDoesNotExist:
        answer = None
    return Opening(
        id=row.id,
        kind=Kind(row.kind),
        person=row.person_id,
        requested_by=row.requested_by,
        staff_number=row.staff_number,
        purpose=row.purpose,
        case=row.case_id,
        reason=row.reason,
        requested_at=row.requested_at,
        until=row.until,
        granted=None if answer is None else answer.granted,
        answered_by=None if answer is None else answer.answered_by,
        answer_reason="" if answer is None else answer.reason,
    )


def _written_here(opening: UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.xact = pg_current_xact_id_if_assigned()"
            " OR a.xact = pg_current_xact_id_if_assigned()"
            " FROM openings_opening AS o LEFT JOIN openings_answer AS a ON a.opening_id = o.id"
            " WHERE o.id = %s",
            [opening],
        )
        (here,) = cursor.fetchone()
    return bool(here)
