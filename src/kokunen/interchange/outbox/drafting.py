"""One file that goes out: its data on the disk and its ledger rows, together or not at all."""

from __future__ import annotations

from itertools import chain
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any, BinaryIO, Final
from uuid import UUID, uuid5

from django.db import connection, transaction

from kokunen.audit.domain import Act
from kokunen.audit.operations import record, record_each
from kokunen.interchange import folders, lifecycle, models
from kokunen.interchange.codec import writing
from kokunen.interchange.domain import Direction, EventKind
from kokunen.interchange.layout import layout as layout_on
from kokunen.interchange.outbox import laying, ledger
from kokunen.interchange.outbox.transfers import BY_LAYOUT, GROUPS, may_send

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from kokunen.audit.domain import Occasion
    from kokunen.interchange.domain import Draft, Sent

_FILES: Final = UUID("6d8c2b5e-4a0b-4c39-9a55-0f0b1f3c7a11")
"""The namespace of the files' request numbers."""
_UNINSURED: Final = """
SELECT p FROM unnest(%s::bigint[]) AS p
WHERE NOT EXISTS (SELECT FROM people_enrolment e WHERE e.person_id = p) LIMIT 1
"""
_COPY: Final = "COPY interchange_sent (file_id, number, layout, key, person_id, case_id) FROM STDIN"
_MOST_REPORTED: Final = 200
"""So many replaced characters are named one by one; the others are counted."""


def make(
    *,
    layout: str,
    pages: Iterable[Sequence[Sent]],
    on: date,
    occasion: Occasion,
    header: Mapping[str, Any] | None = None,
    detail: Mapping[str, Any] | None = None,
    one_by_one: bool = True,
) -> int | None:
    """Write a file with its ledger rows; return its number, or None when there is nothing to send.

    ``pages`` are read once and never held together. ``header`` and ``detail`` (of the MADE event)
    say more than the usual. ``one_by_one``: each person shown has a line in the record; otherwise
    the ledger of what was sent is the record, and the file has one line. Raises `UnableToTransfer`
    for what the founding document does not name, and ``UnableToWriteRecord`` of the codec.
    """
    may_send(layout=layout)
    rest = iter(pages)
    first = next(rest, None)
    if not first:
        return None
    with (
        transaction.atomic(),
        laying.writing() as (path, out),
        TemporaryFile(dir=path.parent) as held,
    ):
        ledger.holding_folders()
        rows = _Rows(layout, held)
        sequence = ledger.next_sequence(layout)
        of = layout_on(layout, on)
        written = writing.write(
            out,
            layout=of,
            header={"made_on": on, "sequence": sequence, **(header or {})},
            details=_values(chain([first], rest), rows, occasion if one_by_one else None),
            city=folders.city(),
        )
        kept = laying.keep(path, out)
        file = models.File.objects.create(
            request_id=uuid5(_FILES, f"{layout} {sequence}"),
            direction=Direction.OUT,
            partner=of.partner,
            layout=layout,
            version=of.version,
            name=f"{layout}-{on:%Y%m%d}-{sequence:06d}",
            digest=kept.digest,
            size=kept.size,
            made_on=on,
            sequence=sequence,
            records=rows.count,
            recorded_at=occasion.at,
            recorded_by=occasion.staff or lifecycle.PROGRAM,
        ).id
        rows.insert(file)
        lifecycle.add(
            file,
            EventKind.MADE,
            occasion=occasion,
            detail={
                **(detail or {}),
                "protected": rows.protected,
                "replaced": len(written.replaced),
                "replacements": [
                    [each.record, each.field] for each in written.replaced[:_MOST_REPORTED]
                ],
            },
        )
        record(
            act=Act.EXPORT,
            operation="outbox.made",
            occasion=occasion,
            outcome=f"file {file} layout {layout} records {rows.count}",
        )
    return file


def make_draft(draft: Draft, *, occasion: Occasion) -> int | None:
    """Make the file of a draft: `make` with its records."""
    return make(
        layout=draft.layout,
        pages=[draft.records],
        on=draft.made_on,
        occasion=occasion,
        header=draft.header,
        detail=draft.header,
    )


def tried(out: BinaryIO, *, layout: str, records: Iterable[Sent], on: date) -> None:
    """Write records to a file that nobody keeps; raises what `make` would raise of the codec."""
    writing.write(
        out,
        layout=layout_on(layout, on),
        header={"made_on": on, "sequence": 1},
        details=(sent.values for sent in records),
        city=folders.city(),
    )


class _Rows:
    """Rows of what is sent, on the disk until the file they belong to is known by its digest."""

    def __init__(self, layout: str, held: IO[bytes]) -> None:
        self.layout = layout
        self.count = self.protected = 0
        self._held = held

    def add(self, sent: Sent) -> None:
        """Take a record; they are numbered as the codec does: the header is the first."""
        self.count += 1
        self.protected += bool(sent.values.get("protected"))
        case = r"\N" if sent.case is None else sent.case
        line = f"{self.count + 1}\t{self.layout}\t{sent.key}\t{sent.person}\t{case}\n"
        self._held.write(line.encode())

    def insert(self, file: int) -> None:
        """Put all of them into the ledger, as those of a file."""
        self._held.seek(0)
        begins = b"%d\t" % file
        with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            for line in self._held:
                copy.write(begins + line)


def _values(
    pages: Iterable[Sequence[Sent]], rows: _Rows, occasion: Occasion | None
) -> Iterator[Mapping[str, Any]]:
    """Give the values of the records, once their page may go out and each is recorded."""
    for page in pages:
        _allowed(rows.layout, page)
        if occasion is not None:
            record_each(
                act=Act.EXPORT,
                operation=f"outbox.{rows.layout}",
                occasion=occasion,
                people=[(sent.person, _shown(sent), f"key {sent.key}") for sent in page],
            )
        for sent in page:
            rows.add(sent)
            yield sent.values


def _shown(sent: Sent) -> set[str]:
    return {
        GROUPS[name] for name, value in sent.values.items() if name in GROUPS and value is not None
    }


def _allowed(layout: str, page: Sequence[Sent]) -> None:
    """Refuse what the founding document does not name, before anything of the page is written."""
    uninsured = False
    if layout in BY_LAYOUT:
        with connection.cursor() as cursor:
            cursor.execute(_UNINSURED, [[sent.person for sent in page]])
            uninsured = cursor.fetchone() is not None
    fields = frozenset().union(*(sent.values.keys() for sent in page))
    may_send(layout=layout, fields=fields, is_insured=not uninsured)
