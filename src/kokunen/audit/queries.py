"""The only reader of the record: frozen values out, and each reading of it recorded in turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db import connection, transaction

from kokunen.audit import disclosure, operations, reviewing, rows, verification
from kokunen.audit.domain import Act

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from datetime import datetime
    from uuid import UUID

    from kokunen.audit.domain import Entry, Occasion
    from kokunen.audit.findings import Report

_LINES: Final = f"SELECT {rows.COLUMNS} FROM audit_entry WHERE "  # noqa: S608 - a constant
_LOOKS: Final = (
    "SELECT at, act, staff, staff_number, department, terminal, person, reason, case_id"
    " FROM audit_entry WHERE at >= %s AND at < %s ORDER BY at, id"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What an auditor asks for: all that are given must hold; ``since`` <= at < ``until``."""

    person: int | None = None
    staff_number: str = ""
    department: str = ""
    act: Act | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Where a page begins: after the entry (at, id) of the page before, newest first."""

    after: tuple[datetime, UUID] | None = None
    size: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """One page of the record, newest first; ``next`` is None on the last page."""

    entries: tuple[Entry, ...]
    next: Page | None


def trail(*, filters: Filters, page: Page, occasion: Occasion) -> Trail:
    """Return a page of the record, and record that it was read.

    A person's trail is itself a read of the person: the occasion then states a purpose, or
    `UnableToRecord` is raised. The reading just recorded is not on its own page.
    """
    where, values = _where(filters, page)
    query = f"{_LINES}{where} ORDER BY at DESC, id DESC LIMIT %s"
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(query, [*values, page.size + 1])
            found = [rows.entry(columns) for columns in cursor]
        operations.record(
            act=Act.READ, operation="audit.trail", occasion=occasion, person=filters.person
        )
    shown = found[: page.size]
    more = len(found) > page.size
    following = Page(after=(shown[-1].at, shown[-1].id), size=page.size) if more else None
    return Trail(entries=tuple(shown), next=following)


def _where(filters: Filters, page: Page) -> tuple[str, list[Any]]:
    asked: list[tuple[str, list[Any]]] = [("true", [])]
    if filters.person is not None:
        asked.append(("person = %s", [filters.person]))
    if filters.staff_number:
        asked.append(("staff_number = %s", [filters.staff_number]))
    if filters.department:
        asked.append(("department = %s", [filters.department]))
    if filters.act is not None:
        asked.append(("act = %s", [filters.act.value]))
    if filters.since is not None:
        asked.append(("at >= %s", [filters.since]))
    if filters.until is not None:
        asked.append(("at < %s", [filters.until]))
    if page.after is not None:
        asked.append(("(at, id) < (%s, %s)", list(page.after)))
    return " AND ".join(words for words, _ in asked), [value for _, v in asked for value in v]


def disclose(
    *, person: int, occasion: Occasion, names: disclosure.Names, own_cases: Collection[int] = ()
) -> tuple[disclosure.Line, ...]:
    """Return the list for a resident of who saw the own record, and record that it was made.

    A case on which the record also knows another person counts as another person's, unless it is
    among ``own_cases``.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"{_LINES}person = %s ORDER BY at, id", [person])
            entries = [rows.entry(columns) for columns in cursor]
            cases = {entry.case_id for entry in entries if entry.case_id is not None}
            cursor.execute(
                "SELECT DISTINCT case_id FROM audit_entry WHERE case_id = ANY(%s) AND person <> %s",
                [sorted(cases - set(own_cases)), person],
            )
            others = {case for (case,) in cursor}
        operations.record(
            act=Act.EXPORT, operation="audit.disclose", occasion=occasion, person=person
        )
    return disclosure.disclose(entries, names=names, others_cases=others)


def review(
    *,
    since: datetime,
    until: datetime,
    occasion: Occasion,
    limits: reviewing.Limits,
    colleagues: Iterable[reviewing.Colleague] = (),
    identities: Callable[[Collection[int]], Mapping[int, reviewing.Identity]] | None = None,
) -> tuple[reviewing.Notice, ...]:
    """Return what a supervisor should see between since (inclusive) and until (exclusive).

    ``colleagues`` are the staff as residents; ``identities`` answers surname and address, folded
    for comparison, for the 宛名番号 that colleagues with an identity looked up.
    """
    staff = tuple(colleagues)
    with transaction.atomic():
        known: Mapping[int, reviewing.Identity] = {}
        if identities is not None:
            asking = [colleague.staff for colleague in staff if colleague.identity is not None]
            known = identities(_looked_up(asking, since, until))
        found = reviewing.review(
            _looks(since, until), limits=limits, colleagues=staff, identities=known
        )
        operations.record(
            act=Act.READ,
            operation="audit.review",
            occasion=occasion,
            outcome=f"{len(found)} notices",
        )
    return found


def _looked_up(staff: Collection[int], since: datetime, until: datetime) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT person FROM audit_entry WHERE at >= %s AND at < %s"
            " AND staff = ANY(%s) AND person IS NOT NULL ORDER BY person",
            [since, until, list(staff)],
        )
        return tuple(person for (person,) in cursor)


def _looks(since: datetime, until: datetime) -> Iterator[reviewing.Look]:
    with rows.stream(_LOOKS, [since, until]) as cursor:
        for at, act, staff, staff_number, department, terminal, person, reason, case in cursor:
            yield reviewing.Look(
                at=at,
                act=act,
                staff=staff,
                staff_number=staff_number,
                department=department,
                terminal=terminal,
                person=person,
                reason=reason,
                case=case,
            )


def verify(*, occasion: Occasion) -> Report:
    """Verify the whole record (see `verification`), and record that it was done."""
    report = verification.verify(key=operations.key())
    with transaction.atomic():
        operations.record(
            act=Act.RUN,
            operation="audit.verify",
            occasion=occasion,
            outcome=f"{sum(report.counts.values())} findings, {report.entries} entries",
        )
    return report
