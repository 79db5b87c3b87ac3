"""Rows of the ledger as values: what the inbox's operations and queries share."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import DatabaseError, OperationalError, connection
from django.db.models import Exists, OuterRef
from psycopg.errors import LockNotAvailable

from kokunen.interchange import lifecycle, models
from kokunen.interchange.domain import (
    DONE,
    OPEN,
    Differs,
    Effect,
    Partner,
    RecordOutcome,
    UnableToFindRecord,
    UnableToHandleFile,
)
from kokunen.interchange.receiving import Context

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

    from django.db.models import QuerySet

    from kokunen.audit.domain import Occasion

UNKEPT: Final = frozenset({"tax_answer", "tax_renewal"})
"""Layouts of whose records no byte is kept: tax data that nobody may have asked for (004, Ⅲ2)."""
_PATIENCE: Final = "5s"
"""How long to wait for whoever holds a lock: as long as a killed program's last statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What one record did, on its way into the ledger; ``raw`` are its bytes."""

    number: int
    effect: Effect
    raw: bytes
    notice: str = ""
    attempt: int = 1


def write(lines: Sequence[Line], *, file: models.File, occasion: Occasion) -> None:
    """Write the lines of a chunk, within the transaction of their effects.

    Load-bearing: an effect without its line would happen twice after a crash, a line without its
    effect never (tests/interchange/test_inbox_kill.py).
    """
    staff = occasion.staff or lifecycle.PROGRAM
    models.Record.objects.bulk_create(
        models.Record(
            file=file,
            number=line.number,
            attempt=line.attempt,
            layout=file.layout,
            notice=line.notice,
            outcome=line.effect.outcome.value,
            person_id=line.effect.person,
            case_id=line.effect.case,
            code=line.effect.code,
            says=line.effect.says[: lifecycle.MOST_SAID],
            fix=line.effect.fix[: lifecycle.MOST_SAID],
            fields=list(line.effect.fields),
            rows=[list(row) for row in line.effect.rows],
            at=occasion.at,
            staff=staff,
        )
        for line in lines
    )
    models.Raw.objects.bulk_create(
        [
            models.Raw(
                file=file,
                number=line.number,
                person_id=line.effect.person,
                content=line.raw,
                at=occasion.at,
            )
            for line in lines
            if line.attempt == 1 and line.effect.outcome not in DONE and file.layout not in UNKEPT
        ]
    )
    # A record tried again says again what was said of it before.
    models.Match.objects.bulk_create(
        [
            models.Match(
                file=file,
                number=line.number,
                case_id=candidate.case,
                score=candidate.score,
                agrees=list(candidate.agrees),
                differs=list(candidate.differs),
            )
            for line in lines
            for candidate in line.effect.candidates
        ],
        ignore_conflicts=True,
    )
    models.Difference.objects.bulk_create(
        [
            _difference(file, line, differs, occasion)
            for line in lines
            for differs in line.effect.differences
        ],
        ignore_conflicts=True,
    )


def _difference(
    file: models.File, line: Line, differs: Differs, occasion: Occasion
) -> models.Difference:
    return models.Difference(
        file=file,
        number=line.number,
        what=differs.what.value,
        person_id=differs.person,
        case_id=differs.case,
        at=occasion.at,
    )


def standing_records() -> QuerySet[models.Record]:
    """Return every record as its last attempt left it."""
    later = models.Record.objects.filter(
        file=OuterRef("file"), number=OuterRef("number"), attempt__gt=OuterRef("attempt")
    )
    return models.Record.objects.filter(~Exists(later))


def open_records() -> QuerySet[models.Record]:
    """Return the records that wait for somebody."""
    return standing_records().filter(outcome__in=[outcome.value for outcome in OPEN])


def last_attempt(*, file: int, number: int) -> models.Record:
    """Return what stands of a record, or raise `UnableToFindRecord`."""
    found = models.Record.objects.filter(file=file, number=number).order_by("-attempt").first()
    if found is None:
        raise UnableToFindRecord(
            f"ファイル{file}にレコード{number}の結果はありません。",
            fix="ファイルの一覧から選び直してください。",
            field="number",
        )
    return found


def follow(*, before: models.Record, effect: Effect, occasion: Occasion) -> None:
    """Write a record's next attempt after the one that stands, whose outcome is open."""
    line = Line(
        number=before.number,
        effect=effect,
        raw=b"",
        notice=before.notice,
        attempt=before.attempt + 1,
    )
    write([line], file=before.file, occasion=occasion)


def effect_of(row: models.Record) -> Effect:
    """Return an attempt as the effect that it was."""
    return Effect(
        outcome=RecordOutcome(row.outcome),
        person=row.person_id,
        case=row.case_id,
        rows=tuple((kind, key) for kind, key in row.rows),
        code=row.code,
        says=row.says,
        fix=row.fix,
        fields=tuple(row.fields),
    )


def context(file: models.File, occasion: Occasion, opening: UUID | None = None) -> Context:
    """Return what a receiver is told of a file."""
    return Context(
        file=file.pk,
        request_id=file.request_id,
        layout=file.layout,
        partner=Partner(file.partner),
        made_on=file.made_on,
        sequence=file.sequence,
        occasion=occasion,
        opening=opening,
    )


def lock(what: str) -> None:
    """Wait until nobody else holds this name, to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [what])


@contextmanager
def alone(what: str, *, busy: UnableToHandleFile) -> Iterator[None]:
    """Hold a name over several transactions; raise ``busy`` when somebody else keeps it.

    The server itself lets go of it when this program dies.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [_PATIENCE])
        try:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [what])
        except OperationalError as error:
            if isinstance(error.__cause__, LockNotAvailable):
                raise busy from error
            raise
        finally:
            cursor.execute("RESET lock_timeout")
    try:
        yield
    finally:
        # Where the connection is lost the lock went with it, and the error to tell is another.
        with suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [what])
