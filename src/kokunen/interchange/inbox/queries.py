"""The only reader of what came in: frozen values out, each person shown recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction

from kokunen.access.domain import Field
from kokunen.access.openings.queries import standing as opened
from kokunen.access.protection.queries import covered
from kokunen.audit.domain import Act
from kokunen.audit.operations import record
from kokunen.interchange import lifecycle, models
from kokunen.interchange.codec import reading
from kokunen.interchange.domain import (
    DONE,
    STATE_AFTER,
    Direction,
    FileState,
    Partner,
    RecordOutcome,
    UnableToHandleFile,
)
from kokunen.interchange.groups import IN_LISTS, titled
from kokunen.interchange.inbox import applying, ledger
from kokunen.interchange.inbox.listing import lines, title
from kokunen.interchange.inbox.mornings import EARLIER, morning
from kokunen.interchange.inbox.values import (
    FileLine,
    FilePage,
    Morning,
    RawShown,
    RecordLine,
)
from kokunen.people.search import named
from kokunen.people.value import Hidden, Masked

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from django.db.models import QuerySet

    from kokunen.audit.domain import Occasion

__all__ = [
    "EARLIER",
    "FileLine",
    "FilePage",
    "Morning",
    "RawShown",
    "RecordLine",
    "file",
    "files",
    "lines",
    "morning",
    "open_records",
    "raw",
]

_SAYS: Final = "interchange.records"


def files(
    *,
    direction: Direction,
    occasion: Occasion,
    state: FileState | None = None,
    limit: int = 50,
    after: int = 0,
) -> tuple[FileLine, ...]:
    """Return the files of a direction, the newest first; shows nothing of a person.

    ``after`` is the number of the file that the page before ended with (0: there was none).
    """
    del occasion  # a list of files is about nobody
    kinds = [kind for kind, after in STATE_AFTER.items() if after is state] if state else []
    rows = lifecycle.standing(direction, kinds)
    if after:
        rows = rows.filter(pk__lt=after)
    return lines(rows.order_by("-pk")[:limit])


def file(
    *,
    file: int,
    occasion: Occasion,
    sees: Collection[Field],
    outcome: RecordOutcome | None = None,
    limit: int = 100,
    after: int = 0,
    number: int | None = None,
) -> FilePage:
    """Return a file that came in, with a page of its records; whoever is shown is recorded.

    ``outcome`` chooses the records by what stands of them, ``after`` is the number of the record
    that the page before ended with, ``number`` that of the only one asked for: it alone says who
    seals it. Raises `UnableToHandleFile`.
    """
    of = lifecycle.find(file)
    rows = ledger.standing_records().filter(file=file, number__gt=after)
    if number is not None:
        rows = rows.filter(number=number)
    if outcome is not None:
        rows = rows.filter(outcome=outcome.value)
    with transaction.atomic():
        found, more = _records(
            rows, occasion=occasion, sees=sees, limit=limit, seals=number is not None
        )
    (line,) = lines(models.File.objects.filter(pk=file))
    return FilePage(
        line=line,
        version=of.version,
        digest=of.digest,
        size=of.size,
        events=lifecycle.events(file),
        records=found,
        more=more,
    )


def open_records(
    *, occasion: Occasion, sees: Collection[Field], limit: int = 100
) -> tuple[RecordLine, ...]:
    """Return the records that wait for a person, the oldest first; whoever is shown is recorded."""
    with transaction.atomic():
        found, _ = _records(ledger.open_records(), occasion=occasion, sees=sees, limit=limit)
    return found


def _records(
    rows: QuerySet[models.Record],
    *,
    occasion: Occasion,
    sees: Collection[Field],
    limit: int,
    seals: bool = False,
) -> tuple[tuple[RecordLine, ...], bool]:
    """Return at most ``limit`` records, and whether others follow, of whom nobody is read."""
    asked = list(rows.order_by("file", "number")[: limit + 1])
    found = asked[:limit]
    sealing = {
        row.pk: _sealing(row.file_id, row.number)
        for row in found
        if seals and row.outcome not in DONE
    }
    people = {row.person_id for row in found if row.person_id is not None}
    people = people.union(*sealing.values())
    hits = named(
        people=sorted(people), operation=_SAYS, occasion=occasion, sees=IN_LISTS & set(sees)
    )
    shown = tuple(
        RecordLine(
            file=row.file_id,
            layout=row.layout,
            title=title(row.layout),
            number=row.number,
            attempt=row.attempt,
            outcome=RecordOutcome(row.outcome),
            hit=None if row.person_id is None else hits[row.person_id],
            case=row.case_id,
            code=row.code,
            says=row.says,
            fix=row.fix,
            fields=tuple(row.fields),
            rows=tuple((kind, key) for kind, key in row.rows),
            seals=tuple(hits[person] for person in sealing.get(row.pk, ())),
            at=row.at,
        )
        for row in found
    )
    return shown, len(asked) > limit


def raw(
    *,
    file: int,
    number: int,
    occasion: Occasion,
    sees: Collection[Field],
    opening: UUID | None = None,
    others: Collection[UUID] = (),
) -> RawShown | Masked | Hidden:
    """Return a record as it was received, taken apart by its layout.

    The read is recorded for whomever it is about, or may be: that is each of the candidates.
    `Masked` where one of those who seal it (``RecordLine.seals``) was not opened: there may be
    several, and ``others`` are their openings. `Hidden` for tax data where the role does not see
    incomes; a field that the role does not see is `Hidden`, and the bytes are then left out.
    Raises `UnableToHandleFile`: there is no such record, or its bytes were not kept.
    """
    of = lifecycle.find(file)
    if of.partner == Partner.TAX and Field.INCOME not in sees:
        return Hidden()
    version = applying.version_of(of)
    with opened(opening, occasion.staff, others=others):
        kept = models.Raw.objects.filter(file=file, number=number).first()
        stands = models.Record.objects.filter(file=file, number=number).order_by("attempt")
        if kept is None and not _has_bytes(of, stands.first()):
            raise UnableToHandleFile(
                f"ファイル{file}のレコード{number}は、受信したままの内容を残していません。"
                "残すのは、反映できなかったレコードだけです(税のレコードは残しません)。",
                fix="反映した内容は、その人の記録で確かめてください。",
                field="number",
            )
        content = b"" if kept is None else bytes(kept.content)
        fields = () if kept is None else reading.shown(content, layout=version)
        group = titled(version)
        shown = {group[title] for title, text in fields if title in group and text} & set(sees)
        for person in _about(file, number) or (None,):
            record(
                act=Act.READ,
                operation="interchange.raw",
                occasion=occasion,
                person=person,
                shown=shown,
            )
    if kept is None:
        return Masked()
    hidden = {title for title, of_ in group.items() if of_ not in sees}
    return RawShown(
        file=file,
        number=number,
        fields=tuple((title, Hidden() if title in hidden else text) for title, text in fields),
        content=b"" if hidden else content,
    )


def _sealing(file: int, number: int) -> list[int]:
    """Return the protected people whom a record is or may be about, as the database seals it."""
    told = models.Record.objects.filter(file=file, number=number).exclude(person=None)
    people = {*told.values_list("person_id", flat=True), *_candidates(file, number)}
    return sorted(covered(people))


def _about(file: int, number: int) -> tuple[int, ...]:
    """Return whom a record is about; where nobody decided it, whom it may be about."""
    rows = models.Record.objects.filter(file=file, number=number).order_by("-attempt")
    last = rows.values_list("outcome", "person_id").first()
    outcome, known = (None, None) if last is None else last
    people = set() if known is None else {known}
    if known is None or outcome == RecordOutcome.PROBABLE:
        # Of several candidates the record names one who is protected: it may be the others'.
        people |= _candidates(file, number)
    return tuple(sorted(people))


def _candidates(file: int, number: int) -> set[int]:
    found = models.Match.objects.filter(file=file, number=number)
    return set(found.values_list("case__person_id", flat=True))


def _has_bytes(of: models.File, first: models.Record | None) -> bool:
    """Whether the inbox kept the record as it was received when it first looked at it."""
    return first is not None and first.outcome not in DONE and of.layout not in ledger.UNKEPT
