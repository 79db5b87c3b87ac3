"""A file arrives: it is read whole, and taken, made to wait, or refused whole.

Each policy stands in docs/adr/2026-11-21-exchange.md.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid5

from django.db import transaction

from kokunen.audit.domain import Act, Change
from kokunen.audit.operations import record
from kokunen.dates.tokyo import day_of
from kokunen.interchange import folders, lifecycle, models, registry
from kokunen.interchange import layout as layouts
from kokunen.interchange.codec import reading
from kokunen.interchange.codec.framing import frames
from kokunen.interchange.domain import Direction, EventKind, Fault, UnableToReceiveFile
from kokunen.interchange.inbox import keeping, ledger, policies, turns

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from kokunen.audit.domain import Occasion
    from kokunen.interchange.codec.reading import Survey
    from kokunen.interchange.inbox.keeping import Copy
    from kokunen.interchange.layout import Layout

MOST_FAULTS: Final = 20
"""Faults of a refused file that are kept: enough to see what is wrong with it."""
_NAME: Final = 200
_FILES: Final = UUID("6f0c2f6e-4f0d-5c55-8f6e-7a3a0d6b9a51")
"""The name space of the request numbers of files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What the first reading of a file found: how it reads, or why it is refused."""

    of: Layout
    survey: Survey | None = None
    refusal: UnableToReceiveFile | None = None

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What is wrong with a file that cannot be read."""
        return tuple(getattr(self.refusal, "faults", ()))[:MOST_FAULTS]


def receive(*, layout: str, path: Path, occasion: Occasion) -> int:
    """Take a file into the ledger and return its number; nothing of it is applied yet.

    It then stands as ARRIVED, or WAITING for the file before it. What is refused stands in the
    ledger as REFUSED, with code and faults, and `UnableToReceiveFile` is raised. The same delivery
    (the same file on the same disk, not touched since) is answered as it was the first time. The
    file itself stays where it is. Further raises `UnableToHandleFile` (it cannot be opened, or is
    still being written), `folders.UnableToNameCity`, `registry.UnableToFindReceiver` and the
    layout's own refusals; these leave no row.
    """
    registry.receives(layout)
    versions = _versions(layout, day_of(occasion.at))
    city = folders.city()
    with keeping.copied(path) as copy:
        repeats = _accepted(layout, copy.digest)
        found = _Found(of=versions[0]) if repeats else _read(copy, versions, city)
        with transaction.atomic(durable=True):
            ledger.lock(f"interchange_layout {layout}")
            before = _recorded(layout, copy)
            if before is None:
                file, refusal = _decide(copy, found, path.name, occasion)
            else:
                file, refusal = before
        if refusal is not None:
            raise refusal
        return file


def _accepted(layout: str, digest: str) -> int | None:
    """Return the file of this content that was not refused, or None."""
    rows = models.File.objects.filter(request_id=_request(layout, digest))
    return rows.values_list("pk", flat=True).first()


def _request(layout: str, digest: str) -> UUID:
    return uuid5(_FILES, f"{layout} {digest}")


def _recorded(layout: str, copy: Copy) -> tuple[int, UnableToReceiveFile | None] | None:
    """Return what was answered when this very delivery was received before."""
    row = (
        models.Event.objects.filter(
            file__layout=layout, file__digest=copy.digest, detail__arrival=copy.arrival
        )
        .order_by("-file_id")
        .first()
    )
    if row is None:
        return None
    if row.kind != EventKind.REFUSED.value:
        return row.file_id, None
    refusal = UnableToReceiveFile(row.reason, fix=row.detail["fix"])
    setattr(refusal, "code", row.code)  # noqa: B010 - of this one refusal, as it was told
    return row.file_id, refusal


def _versions(layout: str, today: date) -> list[Layout]:
    """Return the version in force, then those that were while a file may still be on its way."""
    first = layouts.layout(layout, today)
    since = today - timedelta(days=policies.oldest())
    return [first] + [
        version
        for version in reversed(layouts.versions(layout))
        if version.end is not None and since <= version.end < today
    ]


def _read(copy: Copy, versions: Sequence[Layout], city: str) -> _Found:
    """Read a file by the version in force; by an earlier one where it is of that."""
    found = []
    for version in versions:
        try:
            with copy.path.open("rb") as stream:
                survey = reading.survey(stream, layout=version, city=city)
        except UnableToReceiveFile as refusal:
            found.append(_Found(of=version, refusal=refusal))
        else:
            return _Found(of=version, survey=survey)
    return found[0]


def _decide(
    copy: Copy, found: _Found, name: str, occasion: Occasion
) -> tuple[int, UnableToReceiveFile | None]:
    """Write the file with its first event; the lock of the layout is held."""
    of = found.of
    repeats = _accepted(of.code, copy.digest)
    refusal = policies.again(repeats) if repeats else found.refusal
    if refusal is None and found.survey is not None:
        refusal = policies.against(of, found.survey, day_of(occasion.at))
    request = _request(of.code, copy.digest)
    if refusal is not None:
        # The number of a file that is taken stays free for it.
        told = models.File.objects.filter(layout=of.code, digest=copy.digest).count()
        request = uuid5(request, f"refused {told}")
    head = None if found.survey is None else found.survey.head
    file = models.File.objects.create(
        request_id=request,
        direction=Direction.IN.value,
        partner=of.partner.value,
        layout=of.code,
        version=of.version,
        name=name.encode(errors="replace").decode()[:_NAME],
        digest=copy.digest,
        size=copy.size,
        made_on=None if head is None else head.made_on,
        sequence=None if head is None else head.sequence,
        records=None if found.survey is None else found.survey.details,
        recorded_at=occasion.at,
        recorded_by=occasion.staff or lifecycle.PROGRAM,
    )
    if refusal is not None:
        _refuse(file, refusal, copy, found, repeats, occasion)
        return file.pk, refusal
    turn = turns.expected(of.code) if of.sequence else None
    waits = turn is not None and file.sequence != turn
    lifecycle.add(
        file.pk,
        EventKind.WAITING if waits else EventKind.ARRIVED,
        occasion=occasion,
        detail={"arrival": copy.arrival} | ({"waits_for": turn} if waits else {}),
    )
    if not waits and of.sequence:
        turns.call(of.code, occasion=occasion)
    keeping.keep(copy)
    record(
        act=Act.RUN if occasion.staff is None else Act.WRITE,
        operation="interchange.receive",
        occasion=occasion,
        changes=[Change(table="interchange_file", row=str(file.pk), field="digest")],
    )
    return file.pk, None


def _refuse(
    file: models.File,
    refusal: UnableToReceiveFile,
    copy: Copy,
    found: _Found,
    repeats: int | None,
    occasion: Occasion,
) -> None:
    lifecycle.add(
        file.pk,
        EventKind.REFUSED,
        occasion=occasion,
        reason=refusal.message,
        code=refusal.code,
        detail={"arrival": copy.arrival, "fix": refusal.fix, "faults": _told(found.faults)}
        | ({"repeats": repeats} if repeats else {}),
    )
    models.Raw.objects.bulk_create(
        models.Raw(file=file, number=number, content=content, at=occasion.at)
        for number, content in _faulty(copy, found)
        if file.layout not in ledger.UNKEPT
    )
    record(
        act=Act.REFUSE,
        operation="interchange.receive",
        occasion=occasion,
        changes=[Change(table="interchange_file", row=str(file.pk), field="digest")],
        outcome=refusal.code,
    )


def _faulty(copy: Copy, found: _Found) -> Iterator[tuple[int, bytes]]:
    """Give the bytes of the records at fault, as far as the file falls into records."""
    left = {fault.record: fault.received for fault in found.faults if fault.record > 0}
    with copy.path.open("rb") as stream, suppress(UnableToReceiveFile):
        for number, raw in enumerate(frames(stream, layout=found.of), 1):
            if number in left:
                del left[number]
                yield number, raw
            if not left:
                return
    yield from left.items()


def _told(faults: Sequence[Fault]) -> list[dict[str, Any]]:
    """Return faults as they stand in the event: where and what, without what was received."""
    return [
        {
            "record": fault.record,
            "field": fault.field,
            "at": fault.at,
            "code": fault.code,
            "what": fault.what,
            "fix": fault.fix,
        }
        for fault in faults
    ]
