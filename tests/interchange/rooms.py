"""What other rooms of the town hall send, written into real files and taken in like any other."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.db import connection

from kokunen.interchange import folders, models
from kokunen.interchange.codec import writing
from kokunen.interchange.inbox import operations as inbox
from kokunen.interchange.layout import layout as layout_on

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kokunen.audit.domain import Occasion
    from kokunen.interchange.domain import Draft

CITY = folders.INVENTED_CITY
TODAY = date(2026, 11, 24)


def program(occasion: Occasion, purpose: str = "correction") -> Occasion:
    """Return the occasion of the night."""
    return type(occasion)(
        at=occasion.at,
        staff=None,
        staff_number="kokunen nightly",
        department="PENSION",
        terminal="",
        purpose=purpose,
        reason="夜間処理",
    )


def file(
    layout: str,
    details: Sequence[dict[str, Any]],
    *,
    sequence: int = 1,
    made_on: date = TODAY,
    name: str = "",
) -> Path:
    """Write a file of a layout into its folder; what a detail does not say is left blank."""
    of = layout_on(layout, made_on)
    path = folders.incoming(layout) / (name or f"{layout}-{sequence}.csv")
    marks = set(of.detail.mark)
    blank = {field.name: None for field in of.detail.fields if field.name not in marks}
    with path.open("wb") as stream:
        writing.write(
            stream,
            layout=of,
            header={"made_on": made_on, "sequence": sequence},
            details=[blank | said for said in details],
            city=CITY,
        )
    return path


def arrive(
    layout: str,
    details: Sequence[dict[str, Any]],
    occasion: Occasion,
    *,
    sequence: int = 1,
    made_on: date = TODAY,
) -> int:
    """Write a file, take it in and apply it; return its number."""
    path = file(layout, details, sequence=sequence, made_on=made_on)
    night = program(occasion)
    number = inbox.receive(layout=layout, path=path, occasion=night)
    inbox.apply(file=number, occasion=night)
    return number


def give(draft: Draft, occasion: Occasion, *, released: bool = True) -> None:
    """Write a request into the ledger as the outbox does, given away or still to be released."""
    sequence = 1 + models.File.objects.filter(layout=draft.layout).count()
    of = layout_on(draft.layout, draft.made_on)
    out = io.BytesIO()
    written = writing.write(
        out,
        layout=of,
        header={"made_on": draft.made_on, "sequence": sequence, **draft.header},
        details=[record.values for record in draft.records],
        city=CITY,
    )
    made = models.File.objects.create(
        request_id=uuid4(),
        direction="out",
        partner=of.partner.value,
        layout=of.code,
        version=of.version,
        name=f"{of.code}-{sequence}.csv",
        digest=written.digest,
        size=written.size,
        made_on=draft.made_on,
        sequence=sequence,
        records=written.records,
        recorded_at=occasion.at,
        recorded_by=0,
    )
    for number, kind in enumerate(("made", "released", "sent") if released else ("made",), start=1):
        models.Event.objects.create(file=made, number=number, kind=kind, at=occasion.at, staff=0)
    for number, record in enumerate(draft.records, start=2):
        models.Sent.objects.create(
            file=made,
            number=number,
            layout=of.code,
            key=record.key,
            person_id=record.person,
            case_id=record.case,
        )


def lines(file: int) -> list[models.Record]:
    """Return what became of the records, the last attempt of each."""
    found = models.Record.objects.filter(file=file).order_by("number", "attempt")
    return list({line.number: line for line in found}.values())


def said(file: int) -> list[tuple[str, str]]:
    """Return the outcome and the code of each record."""
    return [(line.outcome, line.code) for line in lines(file)]


def anywhere(*wanted: str) -> list[str]:
    """Return the tables in which any of the texts stands, whatever the column."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in sorted(cursor.fetchall()):
            for text in wanted:
                # Bytes are compared as the hexadecimal digits in which a row shows them.
                cursor.execute(
                    f'SELECT count(*) FROM "{table}" AS t'  # noqa: S608 - a table of the catalogue
                    " WHERE t::text LIKE %s OR t::text LIKE %s",
                    [f"%{text}%", f"%{text.encode().hex()}%"],
                )
                row = cursor.fetchone()
                if row is not None and row[0]:
                    found.append(table)
    return found
