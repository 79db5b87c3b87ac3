"""Compare the record with its signatures, its seals, its journal and its anchors, in a stream."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from django.db import connection, transaction

from kokunen.audit import anchors, form, journal, rows
from kokunen.audit.findings import Kind, Report

if TYPE_CHECKING:
    from uuid import UUID

_LINES_AT_ONCE: Final = 5000


def verify(*, key: bytes) -> Report:
    """Verify everything and return what was found; ``key`` is that of the record's MACs.

    Holds one seal and a few thousand rows at a time, and waits for nobody. What is written
    meanwhile is left to the next time.
    """
    report = Report()
    with transaction.atomic():
        heads = dict(anchors.read())
        report.anchors = len(heads)
        reached = _seals(report, key=key, heads=heads)
        _after_seals(report, reached, key=key)
        _journal(report)
    return report


def _seals(report: Report, *, key: bytes, heads: dict[str, form.Anchor | None]) -> dict[int, int]:
    """Check the chain and the anchors on it; return up to where each epoch is sealed."""
    reached: dict[int, int] = {}
    waiting = _anchors(report, key=key, heads=heads)
    number, previous, entries = 0, form.GENESIS, 0
    for seal, mac in rows.seals():
        report.seals += 1
        start = reached.get(seal.epoch, 0)
        if not form.is_signed(form.of_seal(seal), mac=mac, key=key):
            report.add(Kind.SEAL_CHANGED, seal=seal.id)
        if seal.id != number + 1 or seal.from_xact != start:
            report.add(Kind.SEAL_MISSING, seal=seal.id)
        if seal.previous != previous:
            report.add(Kind.SEAL_BROKEN, seal=seal.id)
        _between_seals(report, seal, start, key=key)
        _rows(report, seal, key=key)
        number, previous, entries = seal.id, seal.digest, entries + seal.entries
        reached[seal.epoch] = max(start, seal.upto_xact)
        for name, anchor in waiting.pop(seal.id, []):
            if anchor.digest != seal.digest.hex() or anchor.entries != entries:
                report.add(Kind.ANCHOR_DIFFERS, seal=seal.id, where=name)
    for name, anchor in (pair for pairs in waiting.values() for pair in pairs):
        report.add(Kind.ANCHOR_GONE, seal=anchor.seal, where=name)
    return reached


def _anchors(
    report: Report, *, key: bytes, heads: dict[str, form.Anchor | None]
) -> dict[int, list[tuple[str, form.Anchor]]]:
    """Check the anchors' own signatures, and return them by their seal."""
    waiting: dict[int, list[tuple[str, form.Anchor]]] = {}
    for name, anchor in heads.items():
        if anchor is None or not _is_own(anchor, key=key):
            report.add(Kind.ANCHOR_CHANGED, where=name)
        if anchor is not None:
            waiting.setdefault(anchor.seal, []).append((name, anchor))
    return waiting


def _is_own(anchor: form.Anchor, *, key: bytes) -> bool:
    return replace(anchor, mac="").signed(key).mac == anchor.mac


def _rows(report: Report, seal: form.Seal, *, key: bytes) -> None:
    digest = form.Digest(seal.previous)
    for row in rows.between(epoch=seal.epoch, start=seal.from_xact, end=seal.upto_xact):
        _signature(report, row, seal=seal.id, key=key)
        digest.add(row.form, mac=row.mac, epoch=row.epoch, xact=row.xact)
    if digest.entries < seal.entries:
        report.add(Kind.ROWS_MISSING, seal=seal.id)
    elif digest.entries > seal.entries:
        report.add(Kind.ROWS_EXTRA, seal=seal.id)
    elif digest.close(seal).digest != seal.digest:
        report.add(Kind.ROWS_MOVED, seal=seal.id)


def _between_seals(report: Report, seal: form.Seal, start: int, *, key: bytes) -> None:
    for row in rows.between(epoch=seal.epoch, start=start, end=seal.from_xact):
        report.add(Kind.OUTSIDE_SEALS, where=str(row.id))
        _signature(report, row, seal=None, key=key)


def _after_seals(report: Report, reached: dict[int, int], *, key: bytes) -> None:
    """Check the entries that no seal covers yet, by their signature alone."""
    for epoch in rows.epochs():
        for row in rows.between(epoch=epoch, start=reached.get(epoch, 0), end=None):
            report.unsealed += 1
            _signature(report, row, seal=None, key=key)


def _signature(report: Report, row: rows.Row, *, seal: int | None, key: bytes) -> None:
    report.entries += 1
    if not row.form or not form.is_signed(row.form, mac=row.mac, key=key):
        report.add(Kind.UNSIGNED, seal=seal, where=str(row.id))


def _journal(report: Report) -> None:
    """Look for the row of each line, a few thousand at a time, always in a newer snapshot.

    A line is written after its commit, so that a statement begun later sees the row.
    """
    lines = journal.lines()
    found = 0
    while chunk := list(islice(lines, _LINES_AT_ONCE)):
        told: dict[UUID, tuple[bytes, str]] = {}
        for name, number, line in chunk:
            report.lines += 1
            if line is None:
                report.add(Kind.JOURNAL_UNREADABLE, where=f"{name}:{number}")
            else:
                told[line[0]] = (line[1], f"{line[0]} ({name}:{number})")
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, mac FROM audit_entry WHERE id = ANY(%s)", [list(told)])
            for entry, mac in cursor:
                written, where = told.pop(entry)
                found += 1
                if bytes(mac or b"") != written:
                    report.add(Kind.ENTRY_RESIGNED, where=where)
        for _, where in told.values():
            report.add(Kind.ENTRY_GONE, where=where)
    report.without_line = max(0, report.entries - found)
